"""
Tests of open orders that wait for components.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.model.network import Floats, Network
from lotwright.solver.decode.decode import decode
from lotwright.solver.decode.waiting import Feeding, Flows, feed_open_orders
from lotwright.solver.quantities import Quantities
from tests.networks import Activity, Demand, Open, Point, build_network


def _network(stock: float, *days: int) -> Network:
    return build_network(
        points=[Point(name="BIKE@DC"), Point(name="FRAME@DC", stock=stock)],
        activities=[Activity(name="BUY", to="FRAME@DC", lead_time=1)],
        demands=[Demand(name="SPARE", point="FRAME@DC", quantity=4, due_day=2)],
        open_orders=[
            Open(
                name=f"PO{number}",
                point="BIKE@DC",
                quantity=5,
                day=5,
                kind="production",
                components={"FRAME@DC": 5.0},
                start_day=day,
            )
            for number, day in enumerate(days)
        ],
        bucket_days=[1] * 6,
    )


def _feeding(network: Network, received: list[float], taken: list[float]) -> Feeding:
    none = np.zeros((2, 6))
    flows = Flows(
        received=none.copy(), issued=none, delivered=none.copy(), expired=none
    )
    flows.received[1] = received
    flows.delivered[1] = taken

    return feed_open_orders(network, flows)


@pytest.mark.parametrize(
    ("stock", "received", "taken", "fed", "waiting"),
    [
        (5, [0] * 6, [0] * 6, [0, 5, 0, 0, 0, 0], [0] * 6),
        (0, [0, 0, 0, 5, 0, 0], [0] * 6, [0, 0, 0, 5, 0, 0], [0, 5, 5, 0, 0, 0]),
        (2, [0, 0, 3, 0, 0, 0], [0] * 6, [0, 2, 3, 0, 0, 0], [0, 3, 0, 0, 0, 0]),
        # What is on hand is kept for the demand of the third day.
        (4, [0, 0, 0, 0, 5, 0], [0, 0, 4, 0, 0, 0], [0, 0, 0, 0, 5, 0], None),
        (0, [0] * 6, [0] * 6, [0] * 6, [0, 5, 5, 5, 5, 5]),
    ],
)
def test_open_orders_wait_as_little_as_the_plan_allows(
    stock: float,
    received: list[float],
    taken: list[float],
    fed: list[float],
    waiting: list[float] | None,
) -> None:
    """
    Tests that an open order is fed when due, else as soon as nothing else takes it.
    """
    found = _feeding(_network(stock, 1), received, taken)

    assert fed == found.fed[1].tolist()
    assert (waiting or [0, 5, 5, 5, 0, 0]) == found.waiting[1].tolist()


def test_the_earliest_need_is_fed_first() -> None:
    """
    Tests that parts of open issues are told with the bucket in which they come, and
    what never comes with the end of the horizon.
    """
    network = _network(0, 2, 1)

    found = _feeding(network, [0, 0, 0, 7, 0, 0], [0] * 6)

    assert [("PO1", 3, 5.0), ("PO0", 3, 2.0), ("PO0", 6, 3.0)] == list(
        zip(
            network.open_issues.supply_id[found.issue].tolist(),
            found.bucket.tolist(),
            found.quantity.tolist(),
            strict=True,
        )
    )


def test_stock_kept_for_demand_costs_the_open_order_its_wait() -> None:
    """
    Tests that projection, pegging, cost and findings agree on who gets the stock.
    """
    network = _network(4, 1)
    frames = decode(network, _spare_first())
    rows = frames["inventory_projection"].query("item_id == 'FRAME'")
    pegging = frames["pegging"].query("item_id == 'FRAME'")
    value = frames["kpis"].set_index("name")["value"]
    columns = ["supply_kind", "demand_id", "quantity", "slack_days"]

    assert [4.0, 4.0, 0.0, 0.0, 0.0, 0.0] == rows["end"].tolist()
    assert [0.0, 5.0, 5.0, 5.0, 0.0, 0.0] == rows["waiting"].tolist()
    assert [["stock", "SPARE", 4.0, 2.0], ["planned", "PO0", 5.0, -3.0]] == pegging[
        columns
    ].to_numpy().tolist()
    assert value["shortage"] == 15 * network.points.shortage_cost[1]
    assert ["X-STOCKOUT"] == frames["findings"]["code"].unique().tolist()


def _spare_first() -> Quantities:
    receipt: Floats = np.zeros((1, 6))
    receipt[0, 4] = 5.0
    served: Floats = np.zeros((1, 6))
    served[0, 2] = 4.0

    return Quantities(
        receipt=receipt,
        lots=receipt / 5,
        served=served,
        lost=np.zeros((1, 6)),
        overtime=np.zeros((0, 6)),
    )
