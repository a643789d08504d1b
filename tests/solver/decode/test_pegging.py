"""
Tests of pegging.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lotwright.model.kinds import ActivityKind
from lotwright.model.network import Network
from lotwright.solver.decode.decode import decode
from lotwright.solver.quantities import Quantities
from tests.networks import (
    Activity,
    Demand,
    Open,
    Point,
    build_network,
)
from tests.solver.decode.random_plans import SEEDS, random_plan


def _assert_sums(
    left: pd.Series[float], right: pd.Series[float], tolerance: float = 1e-6
) -> None:
    both = pd.concat([left, right], axis=1).fillna(0.0)

    assert np.allclose(both.iloc[:, 0], both.iloc[:, 1], rtol=1e-5, atol=tolerance)


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("noise", [0.0, 1e-8])
def test_pegs_add_up_to_supplies(seed: int, noise: float) -> None:
    """
    Tests that the pegs of each planned order, open order and lot are its quantity.
    """
    network, frames = random_plan(seed, noise)
    pegging, orders = frames["pegging"], frames["planned_orders"]
    main = pegging.merge(
        orders[["order_id", "item_id", "location_id"]],
        left_on=["supply_id", "item_id", "location_id"],
        right_on=["order_id", "item_id", "location_id"],
    )
    known = network.supplies
    keys = pd.Series(known.supply_id + known.lot_id)
    pegged_keys = pegging["supply_id"].astype(object) + pegging["lot_id"].astype(object)

    _assert_sums(
        orders.set_index("order_id")["quantity"],
        main.groupby("order_id")["quantity"].sum(),
    )
    _assert_sums(
        pd.Series(known.quantity).groupby(keys).sum(),
        pegging["quantity"].groupby(pegged_keys).sum()[sorted(set(keys))],
    )
    assert (pegging["quantity"] > 1e-9).all()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("noise", [0.0, 1e-8])
def test_pegs_add_up_to_needs(seed: int, noise: float) -> None:
    """
    Tests that the pegs of each demand are what is served, and those of each order what
    it takes of a component.
    """
    _, frames = random_plan(seed, noise)
    pegging = frames["pegging"]
    components = frames["order_components"].query("quantity > 0")
    direct = pegging[pegging["demand_kind"].isin(["order", "forecast"])]
    issued = pegging[pegging["demand_kind"] == "planned"]
    fulfilment = frames["demand_fulfilment"].set_index("demand_id")

    _assert_sums(
        fulfilment["on_time_qty"] + fulfilment["late_qty"],
        direct.groupby("demand_id")["quantity"].sum(),
    )
    _assert_sums(
        components.groupby(["order_id", "component_id", "location_id"])[
            "quantity"
        ].sum(),
        issued.groupby(["demand_id", "item_id", "location_id"])["quantity"]
        .sum()
        .rename_axis(["order_id", "component_id", "location_id"]),
    )
    assert "shortage" not in set(pegging["supply_kind"])


@pytest.mark.parametrize("seed", SEEDS)
def test_tops_are_exact_at_every_level(seed: int) -> None:
    """
    Tests that the parts of an order's components for a top demand are as large, against
    all it takes, as the part of the order for that demand against all of the order.
    """
    _, frames = random_plan(seed)
    pegging, orders = frames["pegging"], frames["planned_orders"]
    main = pegging.merge(
        orders[["order_id", "item_id", "location_id", "quantity"]],
        left_on=["supply_id", "item_id", "location_id"],
        right_on=["order_id", "item_id", "location_id"],
        suffixes=("", "_order"),
    )
    main["share"] = main["quantity"] / main["quantity_order"]
    served = main.groupby(["order_id", "top_demand_id", "level"])["share"].sum()
    issued = pegging[pegging["demand_kind"] == "planned"].copy()
    issued["order_id"] = issued["demand_id"]
    issued["level"] -= 1
    need = ["order_id", "item_id", "location_id"]
    issued["share"] = issued["quantity"] / issued.groupby(need)["quantity"].transform(
        "sum"
    )
    parts = issued.groupby([*need, "top_demand_id", "level"])["share"].sum()
    parts = parts.reset_index(["item_id", "location_id"], drop=True)

    assert np.allclose(served.loc[parts.index], parts, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("seed", SEEDS)
def test_supplies_come_no_later_than_the_bucket_of_their_need(seed: int) -> None:
    """
    Tests that a component is pegged to what is received by the bucket of its issue.
    """
    network, frames = random_plan(seed)
    issued = frames["pegging"][frames["pegging"]["demand_kind"] == "planned"]
    day0 = np.datetime64(network.as_of)
    supply, need = (
        network.buckets.of((issued[name].to_numpy() - day0) // np.timedelta64(1, "D"))
        for name in ("supply_date", "need_date")
    )

    assert (supply <= need).all()


def test_two_levels_by_hand() -> None:
    """
    Tests that one lot of a part is pegged to both demands through the bicycle made of
    it, and that what is left over keeps safety stock, then nothing.
    """
    network = _bicycles()
    frames = decode(network, _bicycle_quantities())
    bike, frame = (
        frames["planned_orders"].query(f"item_id == '{item}'")["order_id"].iloc[0]
        for item in ("BIKE", "FRAME")
    )
    pegging = frames["pegging"]
    columns = ["supply_id", "demand_kind", "top_demand_id", "level", "quantity"]

    assert [
        ["", "order", "SO1", 0, 2.0],
        [bike, "order", "SO1", 0, 3.0],
        [bike, "order", "SO2", 0, 4.0],
        [bike, "excess", "excess:BIKE@DC", 0, 1.0],
        [frame, "planned", "SO1", 1, 6.0],
        [frame, "planned", "SO2", 1, 8.0],
        [frame, "planned", "excess:BIKE@DC", 1, 2.0],
        [frame, "safety", "safety:FRAME@DC", 0, 3.0],
        [frame, "excess", "excess:FRAME@DC", 0, 1.0],
    ] == pegging[columns].to_numpy().tolist()
    assert [True] * 9 == (pegging["supply_kind"] != "shortage").tolist()


def _bicycles() -> Network:
    return build_network(
        points=[Point(name="BIKE@DC", stock=2), Point(name="FRAME@DC", safety_stock=3)],
        activities=[
            Activity(
                name="MAKE",
                to="BIKE@DC",
                kind=ActivityKind.MAKE,
                inputs={"FRAME@DC": 2.0},
                lead_time=1,
            ),
            Activity(name="BUY", to="FRAME@DC", lead_time=2),
        ],
        demands=[
            Demand(name="SO1", point="BIKE@DC", quantity=5, due_day=4),
            Demand(name="SO2", point="BIKE@DC", quantity=4, due_day=5),
        ],
        bucket_days=[1] * 8,
    )


def _bicycle_quantities() -> Quantities:
    receipt = np.zeros((2, 8))
    receipt[0, 4], receipt[1, 3] = 8, 20
    served = np.zeros((1, 8))
    served[0, 4], served[0, 5] = 5, 4

    return Quantities(
        receipt=receipt,
        lots=(receipt > 0).astype(np.float64),
        served=served,
        lost=np.zeros((1, 8)),
        overtime=np.zeros((0, 8)),
    )


def test_components_of_open_orders_come_first() -> None:
    """
    Tests that what an open order still needs is pegged, to what comes too late where
    nothing comes in time.
    """
    network = build_network(
        points=[Point(name="BIKE@DC"), Point(name="FRAME@DC")],
        activities=[Activity(name="BUY", to="FRAME@DC", lead_time=2)],
        open_orders=[
            Open(
                name="PO7",
                point="BIKE@DC",
                quantity=3,
                day=4,
                kind="production",
                components={"FRAME@DC": 3.0},
                start_day=1,
            )
        ],
        bucket_days=[1] * 6,
    )
    receipt = np.zeros((1, 6))
    receipt[0, 2] = 3.0
    none = np.zeros((0, 6))
    quantities = Quantities(
        receipt=receipt, lots=receipt / 3, served=none, lost=none, overtime=none
    )

    frames = decode(network, quantities)
    peg = frames["pegging"].iloc[-1]

    assert ("open_order", "PO7", "PO7") == tuple(
        peg[["demand_kind", "demand_id", "top_demand_id"]]
    )
    assert (0, 3.0, -1.0) == tuple(peg[["level", "quantity", "slack_days"]])
    assert "X-STOCKOUT" in set(frames["findings"]["code"])


def test_needs_that_nothing_meets_are_shown() -> None:
    """
    Tests that a need without any supply is a peg to nothing, not an error.
    """
    network = build_network(
        points=[Point(name="A@L", stock=2)],
        demands=[Demand(name="D", point="A@L", quantity=5, due_day=1)],
        bucket_days=[1] * 3,
    )
    none = np.zeros((0, 3))
    quantities = Quantities(
        receipt=none,
        lots=none,
        served=np.array([[0.0, 5.0, 0.0]]),
        lost=np.zeros((1, 3)),
        overtime=none,
    )

    pegging = decode(network, quantities)["pegging"]

    assert [("stock", 2.0), ("shortage", 3.0)] == list(
        zip(pegging["supply_kind"], pegging["quantity"], strict=True)
    )
