"""
Tests of the stock projection.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.solver.decode.projection import days_of_cover
from tests.solver.decode.random_plans import SEEDS, random_plan


@pytest.mark.parametrize("seed", SEEDS)
def test_every_row_closes(seed: int) -> None:
    """
    Tests that the end is the start plus receipts less issues, that it is the start of
    the next bucket, and that stock never runs out in a consistent plan.
    """
    network, frames = random_plan(seed)
    rows = frames["inventory_projection"]
    change = rows["receipts_open"] + rows["receipts_planned"]
    change -= rows["issues_independent"] + rows["issues_dependent"]
    shape = (len(network.points), network.num_buckets)
    start, end = (rows[name].to_numpy().reshape(shape) for name in ("start", "end"))

    assert np.allclose(rows["end"], rows["start"] + change, rtol=0, atol=1e-8)
    assert np.array_equal(start[:, 1:], end[:, :-1])
    assert np.array_equal(start[:, 0], network.points.opening_stock)
    assert (end > -1e-6).all()


@pytest.mark.parametrize("seed", SEEDS)
def test_issues_and_receipts_are_those_of_the_other_tables(seed: int) -> None:
    """
    Tests that the projection tells the same story as orders and deliveries.
    """
    network, frames = random_plan(seed)
    rows = frames["inventory_projection"]
    served = frames["deliveries"].query("status == 'served'")
    components = frames["order_components"].query("quantity > 0")["quantity"].sum()
    planned = frames["planned_orders"].set_index("source_id")["quantity"]
    ratio = np.bincount(network.outputs.activity, weights=network.outputs.ratio)
    ratios = dict(zip(network.activities.source_id, ratio, strict=True))
    brought = sum(ratios[key] * quantity for key, quantity in planned.items())

    assert np.isclose(rows["issues_independent"].sum(), served["quantity"].sum())
    assert np.isclose(rows["issues_dependent"].sum(), components)
    assert np.isclose(rows["receipts_planned"].sum(), brought)


def test_promises_harm_no_later_bucket() -> None:
    """
    Tests that what is available to promise is the least stock from the bucket on.
    """
    network, frames = random_plan(3)
    shape = (len(network.points), network.num_buckets)
    rows = frames["inventory_projection"]
    end, promise = (rows[name].to_numpy().reshape(shape) for name in ("end", "atp"))

    for bucket in range(network.num_buckets):
        least = np.maximum(end[:, bucket:].min(axis=1), 0.0)
        assert np.allclose(least, promise[:, bucket])


@pytest.mark.parametrize(
    ("end", "issues", "expected"),
    [
        ([10, 6, 0], [0, 4, 6], [14, 7, 0]),  # used up with the horizon
        ([5, 1, 1], [0, 4, 10], [7 + 0.7, 0.7, 0]),  # ends within the last bucket
        ([0, 0, 0], [1, 1, 1], [0, 0, 0]),
        ([9, 9, 9], [0, 0, 0], [14, 7, 0]),  # nothing takes it
        ([2, 1, 0], [0, 4, 0], [3.5, 7, 0]),  # half of the next bucket's issues
    ],
)
def test_days_of_cover(
    end: list[float], issues: list[float], expected: list[float]
) -> None:
    """
    Tests that cover counts the days whose issues the stock of a bucket's end feeds,
    beside other points too.
    """
    others = [0.0, 100.0, 3.0]
    edges = np.array([0, 7, 14, 21])

    found = days_of_cover(
        np.array([others, end, others]), np.array([others, issues, others]), edges
    )

    assert np.allclose(expected, found[1])
