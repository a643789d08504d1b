"""
Tests of optimised plans of machines that keep their set-up from day to day.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

import lotwright as lw
from tests.solver.plans import best_plan, codes_of, data_of, demands, two_made


def _pressed(
    lines: Sequence[tuple[str, float, int]],
    *,
    keeps: bool = True,
    setup_cost: float = 10.0,
    setup_h: float = 2.0,
    capacity: float = 8.0,
    holding: float = 100.0,
    **more: Any,  # noqa: ANN401
) -> lw.PlanningData:
    """
    Returns A and B, pressed in an hour apiece and what a set-up takes on PRESS, too
    dear to hold, with lines of item, quantity and day.
    """
    wanted = demands(*[(quantity, due) for _, quantity, due in lines])
    wanted["item_id"] = [item for item, _, _ in lines]
    made = two_made("PRESS", unit_cost=1000.0, setup_h=setup_h)
    tables: dict[str, Any] = made | {
        "operations": made["operations"] | {"setup_cost": [setup_cost] * 2},
        "resources": {
            "resource_id": ["PRESS"],
            "location_id": ["P"],
            "base_capacity": [capacity],
            "setup_carry_over": [keeps],
        },
        "policies": {"item_id": ["A", "B"], "holding_cost": [holding] * 2},
        "demands": wanted,
    }

    return data_of(**(tables | more))


def _loads(plan: lw.Plan) -> list[tuple[int, float, float]]:
    """
    Returns day, run time and set-up where there is any.
    """
    rows = plan.loads[["load_planned", "setup"]].to_numpy()

    return [
        (number, float(run), float(setup))
        for number, (run, setup) in enumerate(rows)
        if run > 0
    ]


@pytest.mark.parametrize(("keeps", "cost"), [(True, 10.0), (False, 20.0)])
def test_a_set_up_lasts_over_night(*, keeps: bool, cost: float) -> None:
    """
    Tests that A is set up once, at 10, for the second day and the third.
    """
    plan = best_plan(_pressed([("A", 4, 1), ("A", 4, 2)], keeps=keeps))

    assert pytest.approx(cost) == plan.run.objective
    assert [(1, 4.0, 2.0), (2, 4.0, 0.0 if keeps else 2.0)] == _loads(plan)
    assert (-10.0 if keeps else 0.0) == plan.run.terms["changeover"]


def test_a_machine_at_rest_keeps_its_set_up() -> None:
    """
    Tests that nothing is made on the third day, and A on the fourth without a set-up.
    """
    plan = best_plan(_pressed([("A", 4, 1), ("A", 4, 3)]))

    assert pytest.approx(10.0) == plan.run.objective
    assert [(1, 4.0, 2.0), (3, 4.0, 0.0)] == _loads(plan)


def test_another_item_in_between_costs_the_set_up() -> None:
    """
    Tests that B on the third day needs a set-up, and A after it once more.
    """
    plan = best_plan(_pressed([("A", 4, 1), ("B", 4, 2), ("A", 4, 3)]))

    assert pytest.approx(30.0) == plan.run.objective
    assert [(1, 4.0, 2.0), (2, 4.0, 2.0), (3, 4.0, 2.0)] == _loads(plan)


def test_one_state_goes_over_at_most() -> None:
    """
    Tests that both on two days are three set-ups: the last of the first day is the
    first of the second.
    """
    lines = [("A", 2, 1), ("B", 2, 1), ("A", 2, 2), ("B", 2, 2)]

    plan = best_plan(_pressed(lines))

    assert pytest.approx(30.0) == plan.run.objective
    assert [(1, 4.0, 4.0), (2, 4.0, 2.0)] == _loads(plan)


def test_a_state_is_not_kept_beside_another_set_up() -> None:
    """
    Tests that A, first on the middle day, is not there on the day after B: of the
    set-ups A, A and B, A only the second is saved.
    """
    lines = [("A", 2, 1), ("A", 2, 2), ("B", 2, 2), ("A", 2, 3)]

    plan = best_plan(_pressed(lines))

    assert pytest.approx(30.0) == plan.run.objective
    assert [2.0, 2.0, 2.0] == [setup for _, _, setup in _loads(plan)]


def test_time_that_is_saved_is_worked() -> None:
    """
    Tests that 8 hours a day make 8 of A on the second of two days, which a set-up of 2
    would not let through, so that all comes in time.
    """
    plan = best_plan(_pressed([("A", 6, 1), ("A", 8, 2)], setup_cost=0.0))

    assert pytest.approx(0.0) == plan.run.objective
    assert [(1, 6.0, 2.0), (2, 8.0, 0.0)] == _loads(plan)


def test_an_open_group_lasts_with_its_state() -> None:
    """
    Tests that RED, 20 to open besides 10 for A, is still open on the next day.
    """
    operations = {
        "routing_id": ["RA", "RB"],
        "seq": [10, 10],
        "resource_id": ["PRESS"] * 2,
        "setup_cost": [10.0] * 2,
        "run_h_per_unit": [1.0] * 2,
        "setup_group": ["RED"] * 2,
    }
    changeovers = {
        "resource_id": ["PRESS"],
        "from_group": [None],
        "to_group": ["RED"],
        "cost": [20.0],
        "hours": [1.0],
    }
    data = _pressed(
        [("A", 4, 1), ("A", 4, 2)], operations=operations, changeovers=changeovers
    )

    plan = best_plan(data)

    assert pytest.approx(30.0) == plan.run.objective
    assert [(1, 4.0, 1.0), (2, 4.0, 0.0)] == _loads(plan)


def test_several_machines_keep_nothing() -> None:
    """
    Tests that two machines in one have no single state, and that a finding says so.
    """
    machines = {
        "resource_id": ["PRESS"],
        "location_id": ["P"],
        "base_capacity": [8.0],
        "units": [2.0],
        "setup_carry_over": [True],
    }

    plan = best_plan(_pressed([("A", 4, 1), ("A", 4, 2)], resources=machines))

    assert pytest.approx(20.0) == plan.run.objective
    named = plan.findings[plan.findings["column"].astype("str") == "setup_carry_over"]
    assert ["W-FEATURE-IGNORED"] == named["code"].tolist()


def test_mrp_sets_up_for_every_lot() -> None:
    """
    Tests that MRP pays for both set-ups, with a finding.
    """
    plan = lw.plan(_pressed([("A", 4, 1), ("A", 4, 2)]), engine="mrp")

    assert pytest.approx(20.0) == plan.run.objective
    assert "W-FEATURE-DEGRADED" in codes_of(plan)
