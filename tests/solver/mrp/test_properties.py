"""
Tests of what holds for every plan of the MRP engine, whatever the data.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass, replace
from functools import lru_cache

import numpy as np
import pytest

from lotwright.model.network import Network
from lotwright.model.rules import FAR
from lotwright.solver.mrp.engine import plan_mrp
from lotwright.solver.schedule import NeedKind, Schedule
from tests.networks import random_network
from tests.solver.mrp.checks import (
    CHECKS,
    Check,
)
from tests.solver.mrp.random_rules import FAMILIES, random_planning, scaled

pytestmark = pytest.mark.slow

#: Networks without rules, with all rules, and with a few of each kind.
_SEEDS = range(20)


@lru_cache(maxsize=1)
def plans() -> list[tuple[str, Network, Schedule]]:
    """
    Returns named networks with their plans.
    """
    networks = [(f"plain {seed}", random_network(seed)) for seed in _SEEDS]
    networks += [
        (f"{name} {seed}", random_planning(seed, [name]))
        for name in FAMILIES
        for seed in _SEEDS[:5]
    ]
    networks += [(f"all {seed}", random_planning(seed, FAMILIES)) for seed in _SEEDS]
    networks += [
        (f"reserved lots {seed}", random_planning(seed, ["reservations", "expiry"]))
        for seed in _SEEDS[:5]
    ]

    return [(name, network, plan_mrp(network)) for name, network in networks]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_plan_holds(check: Check) -> None:
    """Tests that no plan breaks a rule that holds for all."""
    broken = {
        name: wrong[:3]
        for name, network, schedule in plans()
        if (wrong := check(network, schedule))
    }

    assert {} == broken


def test_no_line_is_served_after_its_last_day() -> None:
    """Tests rule 5.4 where lines of all priorities and levels have one."""
    broken, short = [], 0.0

    for seed in range(60):
        network = with_last_days(seed)
        schedule = plan_mrp(network)
        needs, pegs = schedule.needs, schedule.pegs
        own = needs.kind[pegs.need] == NeedKind.LINE
        last = network.rules.lines.last_day[needs.ref[pegs.need[own]]]
        supplied = pegs.supply[own] >= 0
        short += float(pegs.quantity[own][~supplied].sum())

        if np.any(supplied & (pegs.day[own] > last)):
            broken.append(seed)

    assert [] == broken
    assert short > 0.0


def with_last_days(seed: int) -> Network:
    """
    Returns a random network in which some lines wait for a few days at most.
    """
    network = random_planning(seed, FAMILIES if seed % 2 else ["margins", "calendars"])
    rng, lines = np.random.default_rng(seed), network.rules.lines
    size = len(network.lines)
    days = lines.required_day + rng.integers(0, 6, size)
    last = np.where(rng.random(size) < 0.6, days, FAR)
    rules = replace(network.rules, lines=replace(lines, last_day=last))

    return replace(network, rules=rules)


def test_the_same_data_give_the_same_plan() -> None:
    """Tests that a second run gives the same arrays, to the byte."""
    for name, network, schedule in plans()[::5]:
        assert same(schedule, plan_mrp(network)), name


def test_twice_of_everything_gives_twice_the_plan() -> None:
    """Tests that the same orders come on the same days, each twice as large."""
    for name, network, schedule in plans()[::5]:
        double = plan_mrp(scaled(network, 2.0))

        for left, right in (
            (schedule.orders, double.orders),
            (schedule.pegs, double.pegs),
        ):
            for field in fields(left):
                factor = 2.0 if field.name == "quantity" else 1.0
                expected = factor * getattr(left, field.name)
                assert np.array_equal(expected, getattr(right, field.name)), name


def same(left: object, right: object) -> bool:
    """
    Returns whether two dataclasses of arrays are the same.
    """
    if is_dataclass(left):
        return all(
            same(getattr(left, field.name), getattr(right, field.name))
            for field in fields(left)
        )

    if isinstance(left, np.ndarray):
        return bool(np.array_equal(left, right))  # type: ignore[arg-type]

    return left == right
