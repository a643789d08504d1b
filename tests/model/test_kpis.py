"""
Tests of key figures.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lotwright.model.end_stock import EndStock
from lotwright.model.kpis import COST_TERMS, costs
from lotwright.model.network import Floats, Network
from lotwright.model.reference import Reference
from lotwright.solver.decode.decode import decode
from lotwright.solver.quantities import Quantities
from tests.networks import random_network
from tests.quantities import random_quantities
from tests.solver.decode.random_plans import SEEDS, random_plan


@pytest.mark.parametrize("seed", SEEDS)
def test_costs_agree_with_the_quantities(seed: int) -> None:
    """
    Tests that each term read off the tables is that of the model's columns.
    """
    network = _with_targets(random_network(seed), seed)
    quantities = random_quantities(random_network(seed), seed)

    terms = costs(network, decode(network, quantities))

    # Decisions are drawn anew, for decoding may change arrays.
    expected = _costs_by_columns(network, random_quantities(random_network(seed), seed))
    assert set(COST_TERMS) == set(terms)
    assert expected == pytest.approx(terms, rel=1e-6, abs=1e-4)


@pytest.mark.parametrize("seed", SEEDS)
def test_figures_agree_with_the_tables(seed: int) -> None:
    """
    Tests that terms add up to the cost and that counts are those of the tables.
    """
    _, frames = random_plan(seed)
    value = frames["kpis"].set_index("name")["value"]
    fulfilment = frames["demand_fulfilment"]
    missed = (fulfilment["late_qty"] > 0) | (fulfilment["short_qty"] > 0)

    assert value["cost"] == pytest.approx(value[list(COST_TERMS)].sum(), abs=1e-4)
    assert value["on_time_in_full"] == pytest.approx(1 - missed.mean(), abs=1e-6)
    assert value["orders"] == len(frames["planned_orders"])
    assert (value["late_lines"], value["short_lines"]) == (
        (frames["findings"]["code"] == "X-LATE").sum(),
        (frames["findings"]["code"] == "X-SHORT").sum(),
    )
    assert np.isfinite(value).all()
    assert frames["kpis"]["name"].is_unique


def _costs_by_columns(network: Network, quantities: Quantities) -> dict[str, float]:
    """
    Returns the terms of the model's objective, bucket by bucket.
    """
    points, classes, days = network.points, network.classes, network.buckets.days
    stock = _stock(network, quantities)
    on_hand, waiting = np.maximum(stock, 0.0), np.maximum(-stock, 0.0)
    backlog = np.cumsum(classes.quantity - quantities.served - quantities.lost, axis=1)
    lots = quantities.lots * np.isfinite(network.activities.max_lot)[:, None]
    lots += (quantities.receipt > 1e-6) * np.isinf(network.activities.max_lot)[:, None]
    below = np.maximum(points.safety_stock - on_hand, 0.0)
    above = np.maximum(on_hand - points.largest_stock, 0.0)

    return {
        "run": float(network.activities.unit_cost @ quantities.receipt.sum(axis=1)),
        "lot": float(network.activities.lot_cost @ lots.sum(axis=1)),
        "changeover": 0.0,
        "holding": float(points.holding_cost @ (on_hand @ days)),
        "late": float(classes.late_cost @ (backlog @ days)),
        "lost": float(
            classes.lost_cost @ (quantities.lost.sum(axis=1) + backlog[:, -1])
        ),
        "overtime": float(network.resources.overtime_cost @ quantities.overtime.sum(1)),
        "least_use": 0.0,
        "below_safety": float(points.safety_penalty @ (below @ days)),
        "excess": float(points.excess_penalty @ (above @ days)),
        "end_stock": _end_stock(network, on_hand[:, -1]),
        "room": 0.0,
        "expired": 0.0,
        "off_share": 0.0,
        "shortage": float(points.shortage_cost @ (waiting @ days)),
        "change": _change(network, quantities.receipt),
    }


def _with_targets(network: Network, seed: int) -> Network:
    """
    Returns the network with stock that is wanted at the end, and an earlier plan.
    """
    rng, points = np.random.default_rng(seed), np.arange(len(network.points))
    size = 2 * len(network.activities)
    activity = rng.integers(len(network.activities), size=size)
    bucket = rng.integers(network.num_buckets - 1, size=size)
    reference = Reference(
        point=network.activities.point[activity],
        activity=np.where(rng.random(size) < 0.2, -1, activity),
        bucket=bucket,
        day=network.buckets.start[bucket],
        quantity=rng.uniform(1.0, 30.0, size),
        num_buckets=int(bucket.max()) + 1,
        cost=rng.choice([0.0, 0.5, 2.0], size=len(points)),
    )
    wanted = EndStock(
        point=points,
        quantity=rng.uniform(1.0, 40.0, len(points)),
        penalty=rng.uniform(1.0, 9.0, len(points)),
    )
    rules = replace(network.rules, end_stock=wanted, reference=reference)

    return replace(network, rules=rules)


def _end_stock(network: Network, end: Floats) -> float:
    wanted = network.rules.end_stock
    rows = zip(wanted.point, wanted.quantity, wanted.penalty, strict=True)

    return float(sum(price * max(n - end[p], 0.0) for p, n, price in rows))


def _change(network: Network, receipt: Floats) -> float:
    reference, cost = network.rules.reference, 0.0

    for p in range(len(network.points)):
        added, dropped = 0.0, 0.0

        for a in np.flatnonzero(network.activities.point == p):
            for t in range(reference.num_buckets):
                rows = (reference.activity == a) & (reference.bucket == t)
                more = receipt[a, t] - float(reference.quantity[rows].sum())
                added, dropped = added + max(more, 0.0), dropped + max(-more, 0.0)

        gone = (reference.activity < 0) & (reference.point == p)
        dropped += float(reference.quantity[gone].sum())
        cost += float(reference.cost[p]) * max(added, dropped)

    return cost


def _stock(network: Network, quantities: Quantities) -> Floats:
    change = network.points.open_receipts - network.points.open_issues
    change[:, 0] += network.points.opening_stock
    outputs, inputs = network.outputs, network.inputs

    for f, a in enumerate(outputs.activity):
        change[outputs.point[f]] += outputs.ratio[f] * quantities.receipt[a]

    for f, a in enumerate(inputs.activity):
        taken = inputs.ratio[f] * quantities.receipt[a]
        taken += inputs.per_lot[f] * quantities.lots[a]
        bucket = inputs.bucket[f]
        np.subtract.at(change[inputs.point[f]], bucket[bucket >= 0], taken[bucket >= 0])

    for d, p in enumerate(network.classes.point):
        change[p] -= quantities.served[d]

    return np.asarray(np.cumsum(change, axis=1), dtype=np.float64)
