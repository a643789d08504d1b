"""
Tests of counting in other units.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.model.network import Floats, Network
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.lotsizing.units import (
    Units,
    in_units,
    quantities_in,
    quantities_of,
    units_of,
)
from tests.networks import Activity, Demand, Point, build_network
from tests.solver.lotsizing.milp import optimal_plan, optimum
from tests.solver.lotsizing.tiny_networks import tiny_network


def _random_units(net: Network, seed: int) -> Units:
    rng = np.random.default_rng(seed)

    def powers(size: int) -> Floats:
        return np.asarray(2.0 ** rng.integers(-4, 5, size=size), dtype=np.float64)

    quantity, work = powers(len(net.points)), powers(len(net.resources))
    work[net.resources.pool_member] = work[net.resources.pool_row]

    return Units(
        quantity=quantity,
        work=work,
        money=8.0,
    )


@pytest.mark.parametrize("seed", range(30))
def test_a_network_in_other_units_is_the_same(seed: int) -> None:
    """
    Tests that the least cost is the same but for the unit of money, with every feature.
    """
    net = tiny_network(seed)
    units = _random_units(net, seed)

    other = optimum(LotSizingModel(in_units(net, units)).compiled)

    least = optimum(LotSizingModel(net).compiled)
    assert pytest.approx(least, rel=1e-6, abs=1e-4) == other * units.money


@pytest.mark.parametrize("seed", range(5))
def test_quantities_come_back(seed: int) -> None:
    """
    Tests that quantities in other units and back again are what they were.
    """
    net = tiny_network(seed)
    units = _random_units(net, seed)
    _, _, plan = optimal_plan(net)

    back = quantities_of(net, units, quantities_in(net, units, plan))

    for name in ("receipt", "lots", "served", "lost", "overtime", "expired", "instead"):
        np.testing.assert_array_equal(getattr(plan, name), getattr(back, name))


def test_usual_numbers_stay_as_they_are() -> None:
    """
    Tests that hundreds and thousands are left alone, and millions of millions are not.
    """

    def wanted(quantity: float) -> Network:
        return build_network(
            points=[Point(name="A@P")],
            activities=[Activity(name="buy", to="A@P")],
            demands=[Demand(name="D", point="A@P", quantity=quantity, due_day=1)],
        )

    assert units_of(wanted(5000.0)) is None

    units = units_of(wanted(1e12))

    assert units is not None
    assert 1e12 / 2000 < units.quantity[0] < 1e12 / 500
