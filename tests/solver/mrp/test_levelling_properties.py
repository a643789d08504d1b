"""
Tests of what holds for every levelled plan, whatever the data.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest

from lotwright.model.network import Network
from lotwright.solver.mrp.engine import plan_mrp
from lotwright.solver.mrp.levelling import level
from lotwright.solver.schedule import Schedule
from tests.networks import random_network
from tests.solver.mrp.checks import CHECKS, Check
from tests.solver.mrp.checks_levelled import LEVELLED_CHECKS, LevelledCheck
from tests.solver.mrp.random_rules import FAMILIES, random_planning

pytestmark = pytest.mark.slow

_SEEDS = range(30)


@lru_cache(maxsize=1)
def levelled_plans() -> list[tuple[str, Network, Schedule, Schedule]]:
    """
    Returns named networks with their plans before and after levelling.
    """
    networks = [(f"plain {seed}", random_network(seed)) for seed in _SEEDS]
    networks += [
        (f"{name} {seed}", random_planning(seed, [name]))
        for name in FAMILIES
        for seed in _SEEDS[:6]
    ]
    networks += [
        (f"keeping {seed}", random_planning(seed, ["expiry", "tolerances", "validity"]))
        for seed in _SEEDS
    ]
    networks += [(f"all {seed}", random_planning(seed, FAMILIES)) for seed in _SEEDS]
    plans = [(name, network, plan_mrp(network)) for name, network in networks]

    return [
        (name, network, before, level(network, before))
        for name, network, before in plans
    ]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_levelled_plans_hold(check: Check) -> None:
    """Tests that levelling breaks no rule that holds for all plans."""
    broken = {
        name: wrong[:3]
        for name, network, before, schedule in levelled_plans()
        if (wrong := check(network, schedule)) and not check(network, before)
    }

    assert {} == broken


@pytest.mark.parametrize("check", LEVELLED_CHECKS, ids=lambda check: check.__name__)
def test_levelled_plans_keep_limits(check: LevelledCheck) -> None:
    """Tests that levelled plans keep capacity and the rules of what they move."""
    broken = {
        name: wrong[:3]
        for name, network, before, schedule in levelled_plans()
        if (wrong := check(network, before, schedule))
    }

    assert {} == broken


def test_orders_stay_as_they_are() -> None:
    """Tests that levelling keeps quantities where nothing leaves the plan."""
    for name, _, before, schedule in levelled_plans():
        if len(before.orders) == len(schedule.orders):
            assert np.array_equal(before.orders.quantity, schedule.orders.quantity), (
                name
            )
