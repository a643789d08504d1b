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
    "calendar that is never open": (
        "mrp",
        "work by CAL on its 4 closed days from 2026-01-05 to 2026-01-08",
    ),
    "last day that is over": ("mrp", "agree on 2026-01-06 for D"),
}


def _fixes(name: str, engine: str) -> tuple[lw.PlanningData, tuple[Fix, ...]]:
    data = DELAYS[name].data()
    plan = lw.plan(data, engine=engine, level=True)

    return data, fixes(data, plan, "D", time_limit=600.0)


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


@pytest.mark.parametrize("engine", ["mrp", "lp", "mip"])
@pytest.mark.parametrize(
    "name", ["calendar that is never open", "last day that is over"]
)
def test_closed_days_and_days_that_are_over(name: str, engine: str) -> None:
    """
    Tests that plans of every engine get the same fix, also where an optimiser names
    the lead time.
    """
    _, found = _fixes(name, engine)

    assert FIXES[name][1] in {fix.text for fix in found if fix.help is Help.IN_TIME}


def test_better_is_told_beside_what_was() -> None:
    """
    Tests that a demand that cannot be in time says what it gains, and the earliest
    date comes last.
    """
    _, found = _fixes("last day that is over", "mrp")

    assert (
        "D may come as late as it takes: better, 20 late by 4 days instead of 20 "
        "never, costs 20"
    ) == str(found[0])
    assert "agree on 2026-01-06 for D" == found[-1].text


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
