"""
Tests of the bound on receipts.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lotwright.model.network import Floats, Network
from lotwright.model.receivable import receivable
from lotwright.solver.lotsizing import carry_rows
from lotwright.solver.lotsizing import columns as columns_module
from lotwright.solver.lotsizing.largest_receipts import largest_receipts
from lotwright.solver.lotsizing.lot_sizes import lot_fits
from lotwright.solver.lotsizing.model import LotSizingModel
from tests.networks import Activity, Demand, Load, Open, Point, Resource, build_network
from tests.solver.lotsizing.milp import optimum
from tests.solver.lotsizing.tiny_networks import tiny_network


def _huge_receipts(net: Network) -> Floats:
    """
    Returns a bound that cuts off nothing that a tiny network can ask for.
    """
    allowed = receivable(net) & lot_fits(net)[:, None]
    return np.where(allowed, 2000.0, 0.0)


@pytest.mark.parametrize("seed", range(150))
def test_no_optimum_is_cut_off(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Tests that the least cost is the same with a bound that is far too large.

    The least lot of a machine that keeps its set-up is a part of the bound, by design.
    """
    monkeypatch.setattr(carry_rows, "LEAST_PART", 0.0)
    net = tiny_network(seed)
    bounded = optimum(LotSizingModel(net).compiled)
    monkeypatch.setattr(columns_module, "largest_receipts", _huge_receipts)

    free = optimum(LotSizingModel(net).compiled)

    assert pytest.approx(free, rel=1e-6, abs=1e-5) == bounded


def test_late_open_orders_do_not_stand_in_the_way() -> None:
    """
    Tests that an open order of the last day, which covers all demand, does not keep the
    demand of the first day from being made in time.
    """
    net = build_network(
        points=[Point(name="A@P")],
        activities=[Activity(name="make", to="A@P")],
        demands=[Demand(name="D", point="A@P", quantity=10, due_day=0)],
        open_orders=[Open(name="O", point="A@P", quantity=10, day=2)],
        bucket_days=(1, 1, 1),
    )

    assert [[10, 10, 0]] == largest_receipts(net).tolist()


def test_needs_end_with_demand_and_are_net_of_stock() -> None:
    """
    Tests that nothing is made after the last demand, once none may be late, and that
    stock counts.
    """
    net = build_network(
        points=[Point(name="A@P", stock=4)],
        activities=[Activity(name="make", to="A@P")],
        demands=[Demand(name="D", point="A@P", quantity=10, due_day=1)],
        bucket_days=(1, 1, 1),
    )
    strict = replace(net, classes=replace(net.classes, backlog_limit=np.zeros((1, 3))))

    assert [[6, 6, 6]] == largest_receipts(net).tolist()
    assert [[6, 6, 0]] == largest_receipts(strict).tolist()


def test_capacity_bounds_receipts() -> None:
    """
    Tests that 8 hours and 2 of overtime less 3 of open orders and 1 of set-up let 12
    units of half an hour through.
    """
    net = build_network(
        points=[Point(name="A@P")],
        activities=[
            Activity(
                name="a", to="A@P", loads=(Load(resource="M", run=0.5, setup=1.0),)
            )
        ],
        demands=[Demand(name="D", point="A@P", quantity=100, due_day=0)],
        resources=[Resource(name="M", capacity=8, overtime_max=2, open_load=3)],
        bucket_days=(1, 1),
    )

    assert [[12, 12]] == largest_receipts(net).tolist()


@pytest.mark.parametrize(
    ("activity", "largest"),
    [
        (Activity(name="a", to="A@P"), 11.0),
        (Activity(name="a", to="A@P", min_lot=7), 18.0),
        (Activity(name="a", to="A@P", lot_multiple=5), 15.0),
        (Activity(name="a", to="A@P", min_lot=7, lot_multiple=5), 20.0),
        (Activity(name="a", to="A@P", min_lot=4, max_lot=4), 12.0),
        (Activity(name="a", to="A@P", min_lot=12, max_lot=13, lot_multiple=5), 0.0),
    ],
    ids=["any", "minimum", "multiple", "both", "fixed", "none fits"],
)
def test_lots_may_overshoot(activity: Activity, largest: float) -> None:
    """
    Tests that a need of 11 allows one lot more than it takes, in whole lots.
    """
    net = build_network(
        points=[Point(name="A@P")],
        activities=[activity],
        demands=[Demand(name="D", point="A@P", quantity=11, due_day=0)],
        bucket_days=(1,),
    )

    assert [[largest]] == largest_receipts(net).tolist()


def test_by_products_that_go_back_in_are_no_reason_to_make_more() -> None:
    """
    Tests that a tenth of a wheel left over from each bicycle, made of two, does not let
    needs of wheels call for bicycles.
    """
    net = build_network(
        points=[Point(name="BIKE@P"), Point(name="WHEEL@P")],
        activities=[
            Activity(
                name="assemble",
                to="BIKE@P",
                inputs={"WHEEL@P": 2},
                by_products={"WHEEL@P": 0.1},
            ),
            Activity(name="buy", to="WHEEL@P"),
        ],
        demands=[Demand(name="D", point="BIKE@P", quantity=5, due_day=0)],
        bucket_days=(1,),
    )

    assert [[5], [10]] == largest_receipts(net).tolist()
