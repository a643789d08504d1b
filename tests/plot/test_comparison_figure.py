"""
Tests of the figures of comparisons.
"""

from __future__ import annotations

import pytest

import lotwright as lw
from lotwright.plot.comparison_figure import comparison
from lotwright.plot.cost_bridge import bridge
from tests.plot.plans import record, small_plan


def _compared() -> lw.Comparison:
    """
    Returns a plan against one with less holding, an order less and some overload.
    """
    plan = small_plan()
    values = {"cost": 1050.0, "holding": 50.0, "orders": 2.0, "overload_hours": 4.0}
    kpis = plan.kpis.assign(
        value=plan.kpis["name"].map(values).fillna(plan.kpis["value"])
    )
    better = plan.replace(
        run=record(objective=1050.0, terms={"holding": 50.0, "late": 1000.0}),
        frames={"kpis": kpis},
    )

    return lw.compare(plan, better, names=["base", "rush"])


def test_bars_are_changes_in_per_cent() -> None:
    """Tests that only figures that change are shown, each with its change."""
    (bar,) = comparison(_compared()).data
    shares = dict(zip((name for _, name in bar.customdata), bar.x, strict=True))

    assert pytest.approx({"cost": -0.16, "overload_hours": 0.0, "orders": -1 / 3}) == (
        shares
    )


def test_change_from_nothing_is_told_in_its_unit() -> None:
    """Tests that no percentage is made up where there was nothing before."""
    (bar,) = comparison(_compared()).data
    texts = dict(zip((name for _, name in bar.customdata), bar.text, strict=True))

    assert {"cost": "-16 %", "overload_hours": "+4 h", "orders": "-33.3 %"} == texts


def test_a_bar_far_longer_than_all_others_is_cut() -> None:
    """Tests that a change by ten times does not make all others too small to see."""
    plan = small_plan()
    values = {"cost": 1050.0, "orders": 40.0}
    kpis = plan.kpis.assign(
        value=plan.kpis["name"].map(values).fillna(plan.kpis["value"])
    )
    compared = lw.compare(plan, plan.replace(frames={"kpis": kpis}))

    figure = comparison(compared)

    (bar,) = figure.data
    texts = dict(zip((name for _, name in bar.customdata), bar.text, strict=True))
    assert 1.5 == max(bar.x)
    assert "+1,233.3 % \N{RIGHTWARDS ARROW}" == texts["orders"]
    assert "-16 %" == texts["cost"]


def test_same_plans_say_so() -> None:
    """Tests that a comparison of a plan with itself has no bars."""
    same = lw.compare(small_plan(), small_plan())

    assert (
        "The key figures are the same." == comparison(same).layout.annotations[0].text
    )
    assert bridge(same).layout.annotations[0].text.startswith("Both cost 1,250")


def test_bridge_leads_from_one_cost_to_the_other() -> None:
    """Tests that the steps are the terms that change, and that they add up."""
    lines, steps = bridge(_compared()).data

    assert [1250.0, -200.0, 1050.0] == list(steps.y)
    assert [0.0, 1250.0, 0.0] == list(steps.base)
    assert ("base", "Holding") == steps.x[:2]
    assert ("1,250", "-200", "1,050") == steps.text
    assert ("base", "Holding", None) == lines.x[:3]
    assert (1250.0, 1250.0, None, 1050.0, 1050.0, None) == lines.y


def test_bridge_to_an_unknown_plan_is_refused() -> None:
    """Tests that the plans that there are are named."""
    with pytest.raises(ValueError, match="rush"):
        bridge(_compared(), "slow")
