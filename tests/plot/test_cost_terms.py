"""
Tests of the figure of costs.
"""

from __future__ import annotations

from lotwright.plot.cost_terms import costs
from tests.plot.plans import empty_plan, small_plan


def test_bars_are_the_terms_that_cost_something() -> None:
    """Tests that terms stand by their cost and add up to the cost of the plan."""
    figure = costs(small_plan())
    (bar,) = figure.data

    assert [("late", 1000.0), ("holding", 250.0)] == list(
        zip(bar.customdata, bar.x, strict=True)
    )
    assert "1,000 (80 %)" == bar.text[0]
    assert "Cost (EUR)" == figure.layout.xaxis.title.text


def test_plan_that_costs_nothing_says_so() -> None:
    """Tests that there is a sentence in place of bars."""
    plan = empty_plan()
    free = plan.replace(frames={"kpis": plan.kpis.assign(value=0.0)})

    assert "The plan costs nothing." == costs(free).layout.annotations[0].text
