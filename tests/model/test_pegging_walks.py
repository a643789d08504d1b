"""
Tests of walks over the pegging.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lotwright.model.pegging import walk_down, walk_up
from tests.solver.decode.random_plans import SEEDS, random_plan


def _pegging(*rows: tuple[str, str, str, str, int, str, float]) -> pd.DataFrame:
    names = [
        "supply_id",
        "demand_kind",
        "demand_id",
        "top_demand_id",
        "level",
        "item_id",
        "quantity",
    ]
    day = pd.Timestamp("2026-01-05")

    return pd.DataFrame(rows, columns=names).assign(
        supply_kind="planned",
        lot_id="",
        location_id="DC",
        supply_date=day,
        need_date=day,
        slack_days=0.0,
    )


# Order f1 of frames goes into bicycles b1 and b2; demand SO2 takes from both.
PEGGING = _pegging(
    ("b1", "order", "SO1", "SO1", 0, "BIKE", 4.0),
    ("b1", "order", "SO2", "SO2", 0, "BIKE", 6.0),
    ("b2", "order", "SO2", "SO2", 0, "BIKE", 5.0),
    ("f1", "planned", "b1", "SO1", 1, "FRAME", 8.0),
    ("f1", "planned", "b1", "SO2", 1, "FRAME", 3.0),
    ("f2", "planned", "b1", "SO2", 1, "FRAME", 9.0),
    ("f2", "planned", "b2", "SO2", 1, "FRAME", 10.0),
)
ORDERS = pd.DataFrame(
    {
        "order_id": ["b1", "b2", "f1", "f2"],
        "item_id": ["BIKE", "BIKE", "FRAME", "FRAME"],
        "location_id": "DC",
    }
)


def test_walk_up_scales_to_what_the_order_feeds() -> None:
    """
    Tests that 3 of the 12 frames for SO2 are a quarter of the bicycles for it.
    """
    found = walk_up(PEGGING, ORDERS, "f1")

    assert [
        (1, "f1", "b1", "SO1", 8.0),
        (1, "f1", "b1", "SO2", 3.0),
        (2, "b1", "SO1", "SO1", 4.0),
        (2, "b1", "SO2", "SO2", 1.5),
    ] == _rows(found)


def test_walk_down_scales_to_what_goes_in() -> None:
    """
    Tests that a demand reaches just those frames that go into its bicycles.
    """
    found = walk_down(PEGGING, ORDERS, "SO2")

    assert [
        (1, "b1", "SO2", "SO2", 6.0),
        (1, "b2", "SO2", "SO2", 5.0),
        (2, "f1", "b1", "SO2", 3.0),
        (2, "f2", "b1", "SO2", 9.0),
        (2, "f2", "b2", "SO2", 10.0),
    ] == _rows(found)


def test_walk_down_from_an_order_takes_all_it_needs() -> None:
    """
    Tests that an order depends on its components for all demands.
    """
    found = walk_down(PEGGING, ORDERS, "b1")

    assert [8.0, 3.0, 9.0] == found["quantity"].tolist()


def test_unknown_keys_are_refused() -> None:
    """
    Tests that a walk from nowhere says so.
    """
    with pytest.raises(KeyError, match="nothing is pegged"):
        walk_up(PEGGING, ORDERS, "f9")

    with pytest.raises(KeyError, match="nothing is pegged"):
        walk_down(PEGGING, ORDERS, "SO9")


@pytest.mark.parametrize("seed", SEEDS[:8])
def test_walking_down_finds_all_that_is_pegged_to_a_demand(seed: int) -> None:
    """
    Tests that the walk from a demand is exactly the pegs with the demand on top,
    components of by-products aside.
    """
    _, frames = random_plan(seed)
    pegging, orders = frames["pegging"], frames["planned_orders"]
    demands = set(frames["demand_fulfilment"]["demand_id"])

    for demand in sorted(demands & set(pegging["demand_id"])):
        found = walk_down(pegging, orders, demand)
        expected = pegging[pegging["top_demand_id"] == demand]

        assert len(expected) == len(found)
        assert np.isclose(expected["quantity"].sum(), found["quantity"].sum())


@pytest.mark.parametrize("seed", SEEDS[:8])
def test_walking_up_ends_in_demands_that_lead_back(seed: int) -> None:
    """
    Tests that each demand found above an order has the order below it.
    """
    _, frames = random_plan(seed)
    pegging, orders = frames["pegging"], frames["planned_orders"]
    demands = set(frames["demand_fulfilment"]["demand_id"])

    for order in orders["order_id"].tail(3):
        above = walk_up(pegging, orders, order)

        for demand in sorted(demands & set(above["demand_id"])):
            assert order in set(walk_down(pegging, orders, demand)["supply_id"])


def _rows(found: pd.DataFrame) -> list[tuple[object, ...]]:
    columns = ["step", "supply_id", "demand_id", "top_demand_id", "quantity"]

    return list(found[columns].itertuples(index=False, name=None))
