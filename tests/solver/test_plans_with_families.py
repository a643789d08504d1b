"""
Tests of optimised plans with set-up groups that lots share.
"""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import lotwright as lw
from tests.solver.plans import best_plan, codes_of, data_of, demands, two_made


def _painted(
    hours: float = 0.0,
    cost: float = 0.0,
    *,
    groups: tuple[str, str] = ("RED", "RED"),
    capacity: float = 20.0,
    holding: float = 1.0,
    **more: Any,  # noqa: ANN401
) -> lw.PlanningData:
    """
    Returns A and B, painted in an hour apiece and an hour a lot on PAINT, 10 of A
    wanted on the second day and 5 of B on the third, with what opening RED takes.
    """
    wanted = demands((10, 1))
    other = demands((5, 2), item="B")
    other["demand_id"] = ["D2"]
    made = two_made("PAINT", unit_cost=1.0, setup_h=1.0)
    tables: dict[str, Any] = made | {
        "operations": made["operations"] | {"setup_group": list(groups)},
        "resources": {
            "resource_id": ["PAINT"],
            "location_id": ["P"],
            "base_capacity": [capacity],
        },
        "changeovers": {
            "resource_id": ["PAINT"],
            "from_group": [None],
            "to_group": ["RED"],
            "hours": [hours],
            "cost": [cost],
        },
        "policies": {"item_id": ["A", "B"], "holding_cost": [holding] * 2},
        "demands": {name: wanted[name] + other[name] for name in wanted},
    }

    return data_of(**(tables | more))


def _loads(plan: lw.Plan) -> dict[int, tuple[float, float, float]]:
    """
    Returns run time, set-up and cost of opening groups by day, where there is any.
    """
    rows = plan.loads[["load_planned", "setup", "changeover_cost"]].to_numpy()

    return {
        number: (float(run), float(setup), float(cost))
        for number, (run, setup, cost) in enumerate(rows)
        if run > 0
    }


def test_dear_groups_are_opened_once() -> None:
    """
    Tests that 5 of B are painted with A a day early, at 5 to hold them, where opening
    RED once more would cost 9.
    """
    plan = best_plan(_painted(cost=9.0))

    assert pytest.approx(9.0) == plan.run.terms["changeover"]
    assert pytest.approx(9.0 + 5.0) == plan.run.objective
    assert {1: (15.0, 2.0, 9.0)} == _loads(plan)


def test_cheap_groups_are_opened_for_each_day() -> None:
    """
    Tests that B is painted on its own day where that costs 4, less than the 5.
    """
    plan = best_plan(_painted(cost=4.0))

    assert pytest.approx(8.0) == plan.run.objective
    assert {1: (10.0, 1.0, 4.0), 2: (5.0, 1.0, 4.0)} == _loads(plan)


def test_groups_that_differ_share_nothing() -> None:
    """
    Tests that B, painted blue, comes on its day, for it would not be opened for less.
    """
    plan = best_plan(_painted(cost=9.0, groups=("RED", "BLUE")))

    assert pytest.approx(9.0) == plan.run.objective
    assert {1: (10.0, 1.0, 9.0), 2: (5.0, 1.0, 0.0)} == _loads(plan)


def test_opening_takes_time_once() -> None:
    """
    Tests that of a day of 14 hours opening RED takes 3, so that 10 of A with their own
    hour of set-up just fit, and B has to come on its own day.
    """
    plan = best_plan(_painted(hours=3.0, capacity=14.0))

    assert pytest.approx(0.0) == plan.run.objective
    assert {1: (10.0, 4.0, 0.0), 2: (5.0, 4.0, 0.0)} == _loads(plan)
    setups = plan.operations["setup_h"].tolist()
    assert pytest.approx([4.0, 4.0]) == setups


def test_both_lots_of_a_day_share_the_time() -> None:
    """
    Tests that 17 of 20 hours on one day are 15 of work and an hour for each lot, and
    that RED takes the 3 that are left once: 20 hours are enough.
    """
    day_of_both = demands((10, 1), (5, 1))
    day_of_both["item_id"] = ["A", "B"]

    plan = best_plan(_painted(hours=3.0, cost=1.0, demands=day_of_both))

    assert {1: (15.0, 5.0, 1.0)} == _loads(plan)
    assert pytest.approx(1.0) == plan.run.objective
    assert pytest.approx([1.0, 4.0]) == sorted(plan.operations["setup_h"])


def test_changeovers_of_a_sequence_count_with_the_longest() -> None:
    """
    Tests that what RED takes at most after any other group of the resource counts: 3
    after BLUE; nothing works on GREEN, and RED after RED needs no opening.
    """
    table = {
        "resource_id": ["PAINT"] * 4,
        "from_group": [None, "BLUE", "GREEN", "RED"],
        "to_group": ["RED"] * 4,
        "hours": [1.0, 3.0, 7.0, 9.0],
    }
    data = _painted(groups=("RED", "BLUE"), changeovers=table)

    plan = best_plan(data)

    assert {1: (10.0, 4.0, 0.0), 2: (5.0, 1.0, 0.0)} == _loads(plan)
    assert "W-FEATURE-DEGRADED" in codes_of(plan)


def test_groups_of_machines_open_once() -> None:
    """
    Tests that work of a group of two machines opens RED once, by what the slower of
    them takes, and that machines take time of the group that they are in.
    """
    machines = {
        "resource_id": ["PAINT", "SPRAY"],
        "location_id": ["P"] * 2,
        "group_id": ["SHOP"] * 2,
        "base_capacity": [10.0, 10.0],
    }
    operations = {
        "routing_id": ["RA", "RB"],
        "seq": [10, 10],
        "group_id": ["SHOP", None],
        "resource_id": [None, "PAINT"],
        "setup_h": [1.0] * 2,
        "run_h_per_unit": [1.0] * 2,
        "setup_group": ["RED"] * 2,
    }
    table = {
        "resource_id": ["PAINT", "SPRAY"],
        "from_group": [None] * 2,
        "to_group": ["RED"] * 2,
        "hours": [2.0, 3.0],
    }
    data = _painted(resources=machines, operations=operations, changeovers=table)

    plan = best_plan(data)

    loads = plan.loads[plan.loads["setup"] > 0]
    found = loads[["resource_id", "period_id", "setup"]].to_numpy().tolist()
    days = sorted(set(loads["period_id"]))
    assert [
        ["PAINT", days[1], 3.0],
        ["SHOP", days[0], 4.0],
        ["SHOP", days[1], 3.0],
    ] == sorted(found)
    assert pytest.approx(0.0) == plan.run.objective


def test_mrp_counts_what_it_does_not_save() -> None:
    """
    Tests that MRP paints each on its day, and that its loads and cost have what opening
    RED takes, with a finding.
    """
    plan = lw.plan(_painted(hours=3.0, cost=9.0), engine="mrp")

    assert {1: (10.0, 4.0, 9.0), 2: (5.0, 4.0, 9.0)} == _loads(plan)
    assert pytest.approx(18.0) == plan.run.terms["changeover"]
    named = plan.findings.loc[plan.findings["table"] == "changeovers", "column"]
    assert {"hours", "cost"} <= set(pd.Series(named, dtype="str"))
    optimal = best_plan(_painted(hours=3.0, cost=9.0))
    assert "changeovers" not in set(optimal.findings["table"].astype("str"))
