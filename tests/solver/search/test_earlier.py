"""
Tests of earlier plans as starts of a search.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lotwright.model.kinds import ActivityKind
from lotwright.model.network import Network
from lotwright.solver.search.earlier import earlier_plan
from tests.networks import AS_OF, Activity, Demand, Point, build_network


def _network() -> Network:
    return build_network(
        points=[Point(name="BIKE@X")],
        activities=[Activity(name="MAKE", to="BIKE@X", kind=ActivityKind.MAKE)],
        demands=[Demand(name="D1", point="BIKE@X", quantity=7.0, due_day=9)],
        bucket_days=(2, 2, 2, 4),
    )


def _orders(*rows: tuple[str, float, int, str | None]) -> pd.DataFrame:
    """
    Returns orders O1, O2, ... of a source, a quantity, a due day and a period.
    """
    return pd.DataFrame(
        {
            "order_id": [f"O{number}" for number, _ in enumerate(rows, start=1)],
            "source_id": [row[0] for row in rows],
            "quantity": [row[1] for row in rows],
            "due_date": [pd.Timestamp(AS_OF) + pd.Timedelta(days=r[2]) for r in rows],
            "period_id": pd.Series([row[3] for row in rows], dtype="str"),
            "lots": [2.0] * len(rows),
        }
    )


def test_orders_count_in_the_bucket_of_their_due_date() -> None:
    """Tests that orders of one bucket add up, with their lots."""
    found = earlier_plan(
        _network(), _orders(("MAKE", 5.0, 2, None), ("MAKE", 2.0, 3, None))
    )

    assert [[0.0, 7.0, 0.0, 0.0]] == found.quantities.receipt.tolist()
    assert [[0.0, 4.0, 0.0, 0.0]] == found.quantities.lots.tolist()
    assert (2, 0) == (found.taken, found.left)
    assert found.quantities.of_other_data


def test_orders_may_come_before_their_bucket() -> None:
    """Tests that the period counts, which an order may be due before, never after."""
    net = _network()
    third = net.buckets.period_id[2]

    found = earlier_plan(net, _orders(("MAKE", 5.0, 3, third), ("MAKE", 1.0, 7, third)))

    assert [[0.0, 0.0, 5.0, 1.0]] == found.quantities.receipt.tolist()


@pytest.mark.parametrize(
    ("row", "receipt"),
    [
        (("GONE", 5.0, 2, None), [0.0, 0.0, 0.0, 0.0]),
        (("MAKE", 5.0, 10, None), [0.0, 0.0, 0.0, 0.0]),
        (("MAKE", 5.0, -4, None), [5.0, 0.0, 0.0, 0.0]),
    ],
)
def test_what_no_longer_fits_is_left_out(
    row: tuple[str, float, int, str | None], receipt: list[float]
) -> None:
    """
    Tests that orders without a source and after the horizon are counted as left out,
    and that those which should have come already come first.
    """
    found = earlier_plan(_network(), _orders(row))

    assert [receipt] == found.quantities.receipt.tolist()
    assert int(not any(receipt)) == found.left


def test_nothing_is_left_of_no_orders() -> None:
    """Tests that an empty plan is an empty start."""
    found = earlier_plan(_network(), _orders())

    assert not np.any(found.quantities.receipt)
    assert (0, 0) == (found.taken, found.left)
