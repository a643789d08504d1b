"""
Tests of parts of networks.
"""

from __future__ import annotations

import dataclasses
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lotwright.io.read import read
from lotwright.model.assemble.network import assemble
from lotwright.model.end_stock import EndStock
from lotwright.model.network import Network
from lotwright.model.part import part_of
from lotwright.model.reference import Reference
from lotwright.solver.highs.solve import solve_here
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.params import SolverParams
from lotwright.solver.search.components import components_of
from tests.networks import random_network

BIKES = Path(__file__).parents[2] / "examples" / "bikes"


def _least_cost(net: Network) -> float:
    return solve_here(LotSizingModel(net).compiled.relaxed(), SolverParams()).objective


def test_the_part_with_all_points_is_the_network() -> None:
    """Tests that nothing is lost or turned round where nothing is left out."""
    net = assemble(read(BIKES))

    part = part_of(net, np.ones(len(net.points), dtype=bool)).network

    for record in ("activities", "inputs", "loads", "lines", "classes", "supplies"):
        _assert_equal(getattr(net, record), getattr(part, record))

    for record in ("points", "alternates", "supplies", "reserved", "rooms", "families"):
        _assert_equal(getattr(net.rules, record), getattr(part.rules, record))


@pytest.mark.parametrize("seed", [19, 23, 37, 38])
def test_parts_cost_together_what_the_whole_costs(seed: int) -> None:
    """Tests that the LPs of the components add up to that of the network."""
    net = random_network(seed)
    component = components_of(net)

    parts = [part_of(net, component == c) for c in range(component.max() + 1)]

    assert len(parts) > 1
    costs = [_least_cost(part.network) for part in parts]
    assert pytest.approx(_least_cost(net)) == sum(costs)


@pytest.mark.parametrize("seed", [19, 23, 37, 38])
def test_parts_have_their_own_targets_and_reference(seed: int) -> None:
    """Tests the same with stock that is wanted at the end and with an earlier plan."""
    net = random_network(seed)
    rng, points = np.random.default_rng(seed), np.arange(len(net.points))
    rate = points.astype(np.float64)
    activity = rng.permutation(len(net.activities)).astype(np.int64)
    size = len(activity)
    rules = replace(
        net.rules,
        end_stock=EndStock(
            point=points, quantity=5.0 + rate, penalty=90.0 + 20.0 * rate
        ),
        reference=Reference(
            point=net.activities.point[activity],
            activity=np.where(rng.random(size) < 0.2, -1, activity),
            bucket=np.full(size, 3, dtype=np.int64),
            day=net.buckets.start[np.full(size, 3)],
            quantity=rng.uniform(1.0, 20.0, size),
            num_buckets=4,
            cost=1.0 + rate,
        ),
    )
    net = replace(net, rules=rules)
    component = components_of(net)

    parts = [part_of(net, component == c) for c in range(component.max() + 1)]

    costs = [_least_cost(part.network) for part in parts]
    assert pytest.approx(_least_cost(net)) == sum(costs)


def _assert_equal(one: object, other: object) -> None:
    for field in dataclasses.fields(one):  # type: ignore[arg-type]
        np.testing.assert_array_equal(
            getattr(one, field.name), getattr(other, field.name), err_msg=field.name
        )
