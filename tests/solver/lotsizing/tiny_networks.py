"""
Tiny random networks with every feature that the lot-sizing model knows.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lotwright.model.kinds import ActivityKind
from lotwright.model.network import Network
from tests.networks import (
    Activity,
    Demand,
    Load,
    Open,
    Point,
    Resource,
    build_network,
)
from tests.solver.lotsizing.tiny_features import with_features

Rng = np.random.Generator


def tiny_network(seed: int) -> Network:
    """
    Returns a network of one to three levels over three to five buckets.

    Making adds value: products cost more to hold than what they are made of, and to
    make than to keep, so that nothing is made only to empty a store; for the same
    reason lots that take something by the lot have a cost.
    """
    rng = np.random.default_rng(seed)
    layers = [
        [f"I{depth}{letter}@L" for letter in "ab"[: int(rng.integers(1, 3))]]
        for depth in range(int(rng.integers(1, 4)))
    ]
    names = [name for layer in layers for name in layer]
    days = rng.choice([1, 1, 2], size=int(rng.integers(3, 6))).tolist()
    horizon = int(sum(days))
    network = build_network(
        points=[_point(rng, name, depth) for depth, name in _numbered(layers)],
        activities=[
            _activity(rng, f"S{number}{way}", layers, depth, name)
            for number, (depth, name) in enumerate(_numbered(layers))
            for way in "xy"[: int(rng.integers(1, 3))]
        ],
        demands=[
            Demand(
                name=f"D{number}",
                point=str(rng.choice(layers[0] if rng.random() < 0.8 else names)),
                quantity=float(rng.integers(1, 30)),
                due_day=int(rng.integers(-1, horizon)),
                priority=priority,
                late_cost=(40.0, 1.5)[priority - 1],
                lost_cost=(400.0, 50.0)[priority - 1],
            )
            for number, priority in enumerate(
                rng.integers(1, 3, int(rng.integers(2, 6))).tolist()
            )
        ],
        resources=_resources(rng),
        open_orders=[
            Open(
                name=f"O{number}",
                point=str(rng.choice(names)),
                quantity=float(rng.integers(1, 20)),
                day=int(rng.integers(0, horizon)),
                components={str(rng.choice(layers[-1])): float(rng.integers(1, 8))}
                if len(layers) > 1 and rng.random() < 0.5
                else {},
                start_day=int(rng.integers(0, horizon)),
            )
            for number in range(int(rng.integers(0, 3)))
        ],
        bucket_days=days,
        closed_weekends=bool(rng.random() < 0.3),
    )
    classes = network.classes
    limit = np.where(
        rng.random(classes.quantity.shape) < 0.5,
        rng.integers(0, 20, classes.quantity.shape),
        np.inf,
    )
    limit[:, -1] = 0.0

    network = replace(network, classes=replace(classes, backlog_limit=limit))

    return with_features(network, seed)


def _numbered(layers: list[list[str]]) -> list[tuple[int, str]]:
    return [(depth, name) for depth, layer in enumerate(layers) for name in layer]


def _point(rng: Rng, name: str, depth: int) -> Point:
    return Point(
        name=name,
        stock=float(rng.choice([0, 0, 5, 25])),
        safety_stock=float(rng.choice([0, 0, 4])),
        largest_stock=float(rng.choice([np.inf, 15.0])) if depth == 0 else np.inf,
        holding_cost=(0.5, 0.1, 0.02)[depth],
        safety_penalty=float(rng.choice([0.2, 2.5])),
        excess_penalty=0.7,
    )


def _activity(
    rng: Rng, name: str, layers: list[list[str]], depth: int, to: str
) -> Activity:
    below = [point for layer in layers[depth + 1 :] for point in layer]
    chosen = [str(point) for point in below if rng.random() < 0.6]
    per_lot = {point: 1.5 for point in chosen if rng.random() < 0.4}
    others = [point for _, point in _numbered(layers) if point != to]
    by_product = str(rng.choice(others)) if others and rng.random() < 0.25 else ""
    min_lot, max_lot, multiple = LOT_RULES[int(rng.integers(len(LOT_RULES)))]
    loads = (
        (
            Load(resource="M1", run=0.5, setup=float(rng.choice([0, 2]))),
            Load(resource="G", run=0.5, setup=1.0, pooled=True),
        ),
        (Load(resource="M2", run=1.0, setup=1.0, offset=int(rng.integers(0, 2))),),
        (),
    )

    return Activity(
        name=name,
        to=to,
        kind=ActivityKind.MAKE if chosen else ActivityKind.BUY,
        inputs={point: float(rng.choice([1.0, 1.05, 2.0])) for point in chosen},
        per_lot=per_lot,
        by_products={by_product: float(rng.choice([0.2, 1.0]))} if by_product else {},
        loads=loads[int(rng.integers(len(loads)))],
        lead_time=int(rng.integers(0, 3)),
        offset=int(rng.integers(0, 2)),
        min_lot=min_lot,
        max_lot=max_lot,
        lot_multiple=multiple,
        unit_cost=float(rng.choice([2.0, 3.0, 6.0])),
        lot_cost=15.0 if per_lot else float(rng.choice([0.0, 15.0])),
    )


#: Smallest lot, largest lot and multiple, which need not go together; the last two do
#: not fit at all.
LOT_RULES = (
    (0.0, np.inf, 0.0),
    (7.0, np.inf, 0.0),
    (0.0, np.inf, 5.0),
    (7.0, np.inf, 5.0),
    (3.0, 13.0, 5.0),
    (4.0, 11.0, 0.0),
    (8.0, 8.0, 0.0),
    (0.0, 9.0, 0.0),
    (12.0, 13.0, 5.0),
    (0.0, 4.0, 5.0),
)


def _resources(rng: Rng) -> list[Resource]:
    overtime = float(rng.choice([0, 4]))

    return [
        Resource(
            name="M1",
            capacity=10.0,
            overtime_max=overtime,
            overtime_cost=2.0,
            open_load=float(rng.choice([0, 3, 12, 20])),
        ),
        Resource(name="M2", capacity=15.0, open_load=float(rng.choice([0, 4]))),
        Resource(name="G", capacity=18.0, overtime_max=overtime, members=("M1", "M2")),
    ]
