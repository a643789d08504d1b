"""
Tests of what one more unit of capacity, supply or stock would save.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

import lotwright as lw
from lotwright.model.findings import Finding
from lotwright.model.network import Network
from lotwright.solver.highs.control import Control
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.params import SolverParams
from lotwright.solver.search.shadow_prices import ShadowPrices, shadow_prices
from tests.networks import Activity, Demand, Load, Point, Resource, build_network
from tests.solver.lotsizing.milp import optimal_values, optimum
from tests.solver.lotsizing.tiny_networks import tiny_network


def _full_days(setup: float = 1.0) -> Network:
    """
    Returns 9 and 19 bicycles due on two days of 20 hours, one hour each and one a lot.

    Holding costs 1 a day, an hour of overtime 3, of which there are 2: the second day
    is full by the set-up, and one bicycle is made a day ahead for each hour too little.
    """
    return build_network(
        points=[Point(name="BIKE@P")],
        activities=[
            Activity(
                name="make",
                to="BIKE@P",
                unit_cost=0,
                lot_cost=5,
                loads=(Load(resource="PAINT", run=1.0, setup=setup),),
            )
        ],
        demands=[
            Demand(name="D1", point="BIKE@P", quantity=9, due_day=0),
            Demand(name="D2", point="BIKE@P", quantity=25, due_day=1),
        ],
        resources=[
            Resource(name="PAINT", capacity=20, overtime_max=2, overtime_cost=3)
        ],
        bucket_days=(1, 1),
    )


def _prices(net: Network) -> ShadowPrices:
    values = optimal_values(LotSizingModel(net).compiled)
    found = shadow_prices(net, values, SolverParams(), 60.0)
    assert found is not None

    return found


def _cost_with_lots_of(net: Network, more: Network) -> float:
    """
    Returns what a network costs with the best lots of another one.
    """
    model, other = LotSizingModel(net).compiled, LotSizingModel(more)
    values = optimal_values(model)
    known = dict(zip(model.column_names(), values, strict=True))
    names = other.compiled.column_names()

    return optimum(other.fixed(np.array([known.get(name, 0.0) for name in names])))


def test_one_more_hour_saves_a_day_of_holding() -> None:
    """
    Tests by hand that an hour more on the full second day saves the 1 that holding a
    bicycle costs, that the first day has room, and what is told of it.
    """
    found = _prices(_full_days())

    assert [[0.0, 1.0]] == pytest.approx(found.capacity)
    assert [
        "One more hour of PAINT in B02 saves 1.00 EUR with the same lots. Add a shift, "
        "or move work to another machine, where that costs less."
    ] == [finding.text for finding in found.findings]
    assert ["I-MORE-CAPACITY"] == [finding.code for finding in found.findings]
    assert [1.0] == pytest.approx([finding.value for finding in found.findings])


def test_stock_is_worth_what_it_saves() -> None:
    """
    Tests by hand that a bicycle more on the second day saves holding one, as well as
    one that comes on the first day, which is held instead of another.
    """
    found = _prices(_full_days())

    assert [[0.0, 1.0]] == pytest.approx(found.stock, abs=1e-9)


def test_capacity_that_alone_bounds_a_lot_has_a_price() -> None:
    """
    Tests that hours are worth something though the largest lot is made of them.
    """
    net = build_network(
        points=[Point(name="A@P")],
        activities=[
            Activity(name="a", to="A@P", lot_cost=5, loads=(Load(resource="M"),))
        ],
        demands=[Demand(name="D", point="A@P", quantity=30, due_day=0, lost_cost=100)],
        resources=[Resource(name="M", capacity=20)],
        bucket_days=(1,),
    )

    found = _prices(net)

    assert [[99.0]] == pytest.approx(found.capacity)


def test_limits_without_end_have_no_price() -> None:
    """
    Tests that a resource without limit is blank, and one with room worth nothing.
    """
    net = _full_days()
    resources = net.resources
    endless = np.array([[np.inf, 100.0]])

    found = _prices(replace(net, resources=replace(resources, capacity=endless)))

    assert np.isnan(found.capacity[0, 0])
    assert 0.0 == found.capacity[0, 1]
    assert () == found.findings


def test_an_hour_of_a_machine_is_one_of_its_group() -> None:
    """
    Tests that work of a group is limited by its machines' hours, so that each of them
    is worth what the group is.
    """
    net = build_network(
        points=[Point(name="A@P")],
        activities=[Activity(name="a", to="A@P", loads=(Load(resource="G"),))],
        demands=[Demand(name="D", point="A@P", quantity=30, due_day=0, lost_cost=100)],
        resources=[
            Resource(name="M1", capacity=4),
            Resource(name="M2", capacity=4),
            Resource(name="G", capacity=8, members=("M1", "M2")),
        ],
        bucket_days=(1,),
    )

    found = _prices(net)

    assert [[99.0], [99.0], [99.0]] == pytest.approx(found.capacity)


@pytest.mark.parametrize("seed", [9, 12, 13, 18, 42, 43, 47, 56])
def test_findings_tell_what_planning_again_saves(seed: int) -> None:
    """
    Tests every finding against the least cost of a network with one more unit, the lots
    as they are, and that dual values never promise less than that.
    """
    net = tiny_network(seed)
    found = _prices(net)
    before = _cost_with_lots_of(net, net)

    assert found.findings

    for finding in found.findings:
        resource, bucket = _place(net, finding)
        capacity = net.resources.capacity.copy()
        capacity[resource, bucket] += 1.0
        groups = net.resources.pool_row[net.resources.pool_member == resource]
        capacity[groups[groups != resource], bucket] += 1.0
        more = replace(net, resources=replace(net.resources, capacity=capacity))
        saving = before - _cost_with_lots_of(net, more)

        # More capacity lets larger lots save a set-up, which lots as they are do not.
        promised = min(saving, finding.value) if len(net.rules.carries) else saving
        assert pytest.approx(promised, rel=1e-4, abs=1e-4) == finding.value
        assert found.capacity[resource, bucket] >= finding.value * (1 - 1e-6) - 1e-6


def test_plans_tell_what_a_supplier_limit_costs() -> None:
    """
    Tests the whole road: of 8 due on the second day, the supplier brings 5 a day, so
    that 3 are kept overnight at 2 each, which one piece more on that day would save.
    """
    frames: dict[str, dict[str, list[object]]] = {
        "dataset": {"as_of": ["2026-01-05"], "bucket_scheme": ["3d"]},
        "items": {"item_id": ["A"], "base_uom": ["pcs"]},
        "locations": {"location_id": ["P"], "kind": ["site"]},
        "suppliers": {
            "supplier_id": ["ACME"],
            "max_per_period": [5.0],
            "capacity_period_days": [1],
        },
        "sources": {
            "source_id": ["BUY"],
            "item_id": ["A"],
            "location_id": ["P"],
            "kind": ["buy"],
            "supplier_id": ["ACME"],
            "lead_time_days": [0],
            "order_cost": [1.0],
        },
        "demands": {
            "demand_id": ["D"],
            "kind": ["order"],
            "item_id": ["A"],
            "location_id": ["P"],
            "quantity": [8.0],
            "due_date": ["2026-01-06"],
        },
        "policies": {"item_id": ["A"], "holding_cost": [2.0]},
    }
    tables = {name: pd.DataFrame(columns) for name, columns in frames.items()}

    plan = lw.plan(lw.PlanningData.from_frames(tables), engine="mip")

    found = plan.findings.set_index("code").loc["I-MORE-CAPACITY"]
    assert [0.0, 2.0, 0.0] == pytest.approx(plan.loads["shadow_price"].to_list())
    assert 2.0 == pytest.approx(plan.projection["shadow_price"].iloc[1])
    assert str(found["text"]).startswith("One more piece of supplier ACME in ")
    assert " saves 2.00 with the same lots." in str(found["text"])


def _place(net: Network, finding: Finding) -> tuple[int, int]:
    resource = net.resources.resource_id.tolist().index(finding.key)
    names = [f" in {name} " in finding.text for name in net.buckets.period_id]

    return resource, names.index(True)


def test_no_time_no_prices() -> None:
    """
    Tests that a stopped run has no shadow prices.
    """
    net = _full_days()
    values = optimal_values(LotSizingModel(net).compiled)
    control = Control()
    control.stop()

    assert shadow_prices(net, values, SolverParams(), 60.0, control=control) is None
