"""
Properties of the tables of day-exact plans, on random networks.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

from lotwright.model.pegging import walk_down, walk_up
from lotwright.solver.decode import schedule_tops
from lotwright.solver.decode.scheduled import decode_schedule
from lotwright.solver.mrp.engine import plan_mrp
from lotwright.solver.schedule import Schedule
from tests.networks import random_network

SEEDS = range(12)
_NEED = ["demand_kind", "demand_id", "item_id", "location_id"]


def _plan(seed: int) -> tuple[Schedule, Mapping[str, pd.DataFrame]]:
    network = random_network(seed)
    schedule = plan_mrp(network)

    return schedule, decode_schedule(network, schedule)


@pytest.mark.parametrize("seed", SEEDS)
def test_stock_closes_and_never_falls_below_zero(seed: int) -> None:
    """
    Tests that every end is the start plus receipts less issues, and none is negative.
    """
    stock = _plan(seed)[1]["inventory_projection"]
    receipts = stock[["receipts_open", "receipts_planned"]].sum(axis=1)
    issues = stock[["issues_independent", "issues_dependent", "expired"]].sum(axis=1)

    assert np.allclose(stock["end"], stock["start"] + receipts - issues)
    assert stock["end"].min() >= -1e-6


@pytest.mark.parametrize("seed", SEEDS[:3])
def test_tables_in_parts_are_the_tables(seed: int) -> None:
    """
    Tests that the parts of tables are their rows, with orders, operations and all else
    cut wherever a part ends.
    """
    network = random_network(seed)
    frames = decode_schedule(network, plan_mrp(network))

    for name in frames:
        whole = frames.made(name)
        parts = pd.concat(list(frames.parts(name, 7)), ignore_index=True)

        pd.testing.assert_frame_equal(whole, parts)


@pytest.mark.parametrize("seed", SEEDS)
def test_pegs_add_up(seed: int) -> None:
    """
    Tests that splitting by top keeps what each need gets and each order gives.
    """
    schedule, frames = _plan(seed)
    pegs, orders = frames["pegging"], frames["planned_orders"]
    made = pegs.groupby(["supply_id", "item_id", "location_id"])["quantity"].sum()
    keys = orders[["order_id", "item_id", "location_id"]]

    given = made.reindex(pd.MultiIndex.from_frame(keys), fill_value=0.0)

    assert np.allclose(orders["quantity"], given)
    assert np.isclose(schedule.pegs.quantity.sum(), pegs["quantity"].sum())


@pytest.mark.parametrize("seed", SEEDS)
def test_lines_are_served_late_or_short(seed: int) -> None:
    """
    Tests that what a line gets and does not get is what it wants, as its deliveries
    say.
    """
    frames = _plan(seed)[1]
    lines = frames["demand_fulfilment"]
    served = frames["deliveries"].groupby("demand_id")["quantity"].sum()
    got = lines["on_time_qty"] + lines["late_qty"]

    assert np.allclose(lines["quantity"], got + lines["short_qty"])
    assert np.allclose(got, served.reindex(lines["demand_id"], fill_value=0.0))


@pytest.mark.parametrize("seed", SEEDS)
def test_each_component_is_for_the_tops_of_its_order(seed: int) -> None:
    """
    Tests that an order takes each component for what the order itself is for, in the
    same shares.
    """
    pegs = _plan(seed)[1]["pegging"]
    met = pegs["demand_kind"] == "planned"
    needs = pegs[met].groupby([*_NEED, "top_demand_id"])["quantity"].sum()
    shares = needs / needs.groupby(_NEED).transform("sum")
    by_top = shares.groupby(["demand_id", "top_demand_id"])

    assert np.allclose(by_top.max(), by_top.min())


@pytest.mark.parametrize("seed", SEEDS)
def test_walks_down_find_what_walks_up_come_from(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that each demand above an order has that order below it, with tops and
    without.
    """
    for most in (10**6, 0):
        monkeypatch.setattr(schedule_tops.pieces_of, "__defaults__", (most,))
        frames = _plan(seed)[1]
        pegs, orders = frames["pegging"], frames["planned_orders"]
        demands = set(frames["demand_fulfilment"]["demand_id"])

        for order in orders["order_id"].tail(3):
            above = walk_up(pegs, orders, order)

            for demand in sorted(demands & set(above["demand_id"])):
                assert order in set(walk_down(pegs, orders, demand)["supply_id"])
