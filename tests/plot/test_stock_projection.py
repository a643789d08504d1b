"""
Tests of the figure of a stock point.
"""

from __future__ import annotations

import pytest

from lotwright.plot.stock_projection import stock
from tests.plot.plans import PERIODS, small_plan


def test_bars_are_the_receipts_and_issues_of_the_table() -> None:
    """Tests that start, receipts and issues of the figure lead to the end stock."""
    plan = small_plan()

    figure = stock(plan, "BIKE", "P")
    flows = [list(bar.y) for bar in figure.select_traces(selector={"type": "bar"})]
    (end,) = figure.select_traces(selector={"name": "Stock at the end"})
    change = [sum(parts) for parts in zip(*flows, strict=True)]

    assert [0.0, 0.0, -5.0, 0.0] == change
    assert [5.0, 5.0, 0.0, 0.0] == list(end.y)
    assert list(PERIODS) == list(end.x)
    assert ["BIKE", "P", "2026-W03"] == list(end.customdata[2])


def test_what_is_nothing_is_not_drawn() -> None:
    """Tests that flows and limits without any quantity take no place in the legend."""
    names = {str(trace.name) for trace in stock(small_plan(), "BIKE", "P").data}

    assert "Expired" not in names
    assert "Largest stock" not in names
    assert {"Open orders", "Planned orders", "Deliveries", "Safety stock"} < names


def test_buckets_in_which_something_waits_are_shaded() -> None:
    """Tests that waiting demand is marked where it waits."""
    figure = stock(small_plan(), "BIKE", "P")
    (marks,) = figure.select_traces(selector={"name": "Something waits"})

    assert ["2026-W03"] == list(marks.x)
    assert "Waits: 20" == marks.hovertext[0]
    assert (1.5, 2.5) == pytest.approx(
        (figure.layout.shapes[0].x0, figure.layout.shapes[0].x1)
    )


def test_hover_text_has_all_facts_and_axis_has_the_unit() -> None:
    """Tests that facts that the bars do not show are told in words."""
    figure = stock(small_plan(), "BIKE", "P")
    (end,) = figure.select_traces(selector={"name": "Stock at the end"})

    assert "Late demand: 20" in end.hovertext[2]
    assert "Value: 50" in end.hovertext[0]
    assert "Quantity (pcs)" == figure.layout.yaxis.title.text
