"""
Tests of the bars of what a demand depends on.
"""

from __future__ import annotations

import pytest

from lotwright.plot.demand_chain import chain
from tests.plot.plans import small_plan


def test_chain_has_every_supply_once() -> None:
    """Tests that the bars are the rows of the walk down, with their lateness."""
    plan = small_plan()

    figure = chain(plan, "D2")
    supplies = {
        custom[0]: trace.name for trace in figure.data for custom in trace.customdata
    }

    assert {"M2": "Planned orders, late", "B1": "Planned orders"} == supplies
    assert set(plan.walk_down("D2")["supply_id"]) == set(supplies)


def test_due_date_of_the_demand_is_drawn() -> None:
    """Tests that a reader sees what is too late."""
    figure = chain(small_plan(), "D2")

    assert ["2026-01-12"] == [
        shape.x0 for shape in figure.layout.shapes if shape.xref != "paper"
    ]
    assert "due 2026-01-12" == figure.layout.annotations[0].text


def test_quantities_are_those_for_the_demand() -> None:
    """Tests that of a shared supply only the demand's part is told."""
    texts = [
        text for trace in chain(small_plan(), "D1").data for text in trace.hovertext
    ]

    assert any("Quantity for this demand: 20<br>" in text for text in texts)
    assert any("Quantity for this demand: 10<br>" in text for text in texts)


def test_colours_may_tell_the_item() -> None:
    """Tests that supplies of an item have one colour, whatever they are."""
    figure = chain(small_plan(), "D2", colour="item")

    assert {"BIKE", "WHEEL"} == {trace.name for trace in figure.data}


def test_unknown_colour_is_refused() -> None:
    """Tests that a chain, which serves one demand, has no colours of priorities."""
    with pytest.raises(ValueError, match="priority"):
        chain(small_plan(), "D2", colour="priority")
