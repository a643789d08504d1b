"""
Tests of fixes: what mends a delay, checked by planning again.
"""

from __future__ import annotations

import pytest

import lotwright as lw
from lotwright.scenarios.apply import apply
from lotwright.scenarios.fixes import Fix, Help, fixes
from tests.scenarios.delays import DELAYS

#: The change that mends each delay, and the engine of the plan.
FIXES = {
    "capacity": ("lp", "4 h overtime on PAINT in 2026-01-08"),
    "capacity of a component": ("mrp", "4 h overtime on PAINT in 2026-01-08"),
    "lead time": ("mrp", "BUY takes 3 days instead of 9"),
    "lead time of a component": ("lp", "BUY-B takes 3 days instead of 9"),
    "material": ("lp", "20 more B@P on 2026-01-05"),
    "supplier": ("mip", "S gives 15 more in each of its periods"),
    "open order": ("mrp", "PO comes on 2026-01-08"),
    "fence": ("lp", "no freeze fence for A@P"),
    "validity": ("mrp", "BUY may be used at once"),
    "priority": ("mrp", "D before all other demand"),
    "manual": ("mrp", "order A@P lot for lot"),
    "lot that is too large": ("mip", "no smallest lot of BUY"),
    "cost": ("lp", "never being served costs ten times as much for D"),
    "patience": ("lp", "BUY takes 0 days instead of 9"),
}


def _fixes(name: str, engine: str) -> tuple[lw.PlanningData, tuple[Fix, ...]]:
    data = DELAYS[name].data()
    plan = lw.plan(data, engine=engine, level=True)

    return data, fixes(data, plan, "D")


@pytest.mark.parametrize("name", DELAYS)
def test_change_that_takes_the_cause_away_is_in_time(name: str) -> None:
    """
    Tests that the change is among those that are proposed, that it brings the demand in
    time, and that a plan with it says so, too.
    """
    engine, text = FIXES[name]

    data, found = _fixes(name, engine)

    assert text in {fix.text for fix in found if fix.help is Help.IN_TIME}, found
    fix = next(fix for fix in found if fix.text == text)
    mended = lw.plan(apply(fix.scenario.on(data)), engine=engine, level=True)
    assert mended.why("D").is_in_time


def test_fixes_read_as_a_planner_would_say_it() -> None:
    """
    Tests the words for a change that helps and costs, and for one that does not.
    """
    data = DELAYS["capacity"].data()
    plan = lw.plan(data, engine="mrp", level=True)

    first, *_ = fixes(data, plan, "D")

    assert f"{first.text}: in time, costs 4" == str(first)
    assert "in time" == first.to_dict()["help"]


def test_demand_in_time_needs_no_fix() -> None:
    """
    Tests that nothing is proposed for the rival that has what there is.
    """
    data = DELAYS["priority"].data()
    plan = lw.plan(data, engine="mrp")

    assert () == fixes(data, plan, "RIVAL")


def test_limits_of_the_checks() -> None:
    """
    Tests that no more is checked than asked for, and that limits make sense.
    """
    data = DELAYS["lead time"].data()
    plan = lw.plan(data, engine="mrp")

    assert 1 == len(fixes(data, plan, "D", most=1))

    with pytest.raises(ValueError, match="at least one check"):
        fixes(data, plan, "D", most=0)

    with pytest.raises(KeyError, match="Did you mean 'D'"):
        fixes(data, plan, "d")
