"""
Tests of the key figures as cards.
"""

from __future__ import annotations

from lotwright.plot.kpi_figure import kpis
from lotwright.plot.kpi_list import HEADLINE, cards_of
from tests.plot.plans import small_plan


def test_cards_are_the_figures_of_the_plan() -> None:
    """Tests that values, names and definitions are those of the table."""
    values, names = kpis(small_plan()).data

    assert ("1,250 EUR", "50 %", "1") == values.text[:3]
    assert ("Cost", "On time in full", "Late lines") == names.text[:3]
    assert "How BIKE is counted." in values.hovertext[0]


def test_unit_is_not_said_twice() -> None:
    """Tests that lines of late lines are not called lines again."""
    cards = cards_of(small_plan().kpis, HEADLINE)

    assert ["1", "0"] == [card.value for card in cards if card.name.endswith(" lines")]
