"""
Tests that the engine plans as the oracle does: orders, needs, pegs and their days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, islice

import numpy as np
import pytest

from lotwright.model.network import Network
from lotwright.solver.mrp.engine import plan_mrp
from lotwright.solver.mrp.layers import layers_of
from lotwright.solver.schedule import Schedule
from tests.solver.mrp.checks import CHECKS
from tests.solver.mrp.oracle import oracle_plan
from tests.solver.mrp.oracle_schedule import oracle_facts, schedule_facts
from tests.solver.mrp.random_rules import FAMILIES, random_planning

pytestmark = pytest.mark.slow

#: Families of rules on which both agree to the last peg: the oracle gives up no demand
#: because it comes after its last day.
_SAME = tuple(name for name in FAMILIES if name != "patience")

#: Families that meet at one stock point, in many networks.
_TOGETHER = (
    ["lot_rules", "safety"],
    ["lot_rules", "safety", "margins"],
    ["cost_rules", "safety"],
    ["validity", "shares"],
    ["expiry", "alternates", "phantoms"],
)

#: Networks of a few families that must be compared at least.
_FEWEST = 6

#: Networks of any two families, and every how manieth three of them.
_SEEDS_OF_PAIRS = 2
_TRIPLES = 5


@pytest.mark.parametrize(
    "families",
    [[], *([name] for name in _SAME), *_TOGETHER],
    ids=lambda names: "+".join(names),
)
def test_the_engine_plans_as_the_oracle_does(families: list[str]) -> None:
    """Tests that both make the same orders, needs and pegs on small networks."""
    networks = list(comparable(families, range(25)))

    assert [] == [seed for seed, network in networks if differs(network)]
    assert len(networks) >= _FEWEST


def test_any_rules_that_meet() -> None:
    """
    Tests the same, and what holds for every plan, where any two families of rules meet,
    and some of any three.
    """
    met = [
        *combinations(_SAME, 2),
        *islice(combinations(_SAME, 3), 0, None, _TRIPLES),
    ]
    wrong, compared = [], 0

    for number, families in enumerate(met):
        size = _SEEDS_OF_PAIRS if len(families) == 2 else 1
        seeds = range(number % 40, 100)

        for seed, network in islice(comparable(families, seeds), size):
            compared += 1

            if differs(network):
                wrong.append((families, seed))

    assert [] == wrong
    assert compared >= len(met)


def comparable(
    families: Iterable[str], seeds: Iterable[int]
) -> Iterator[tuple[int, Network]]:
    """
    Yields networks whose levels both see alike.

    What goes back into its own product serves nothing, and the engine does not follow a
    substitute that is made of what it stands in for: the oracle does.
    """
    for seed in seeds:
        network = random_planning(seed, families)
        layers, outputs = layers_of(network), network.outputs
        beside = np.arange(len(network.activities), len(outputs.activity))
        maker = network.activities.point[outputs.activity[beside]]
        below = layers.layer[maker] < layers.layer[outputs.point[beside]]

        if layers.followed.all() and below.all() and not layers.recycled.any():
            yield seed, network


def differs(network: Network) -> bool:
    """
    Returns whether the engine plans otherwise than the oracle, or breaks a rule that
    holds for every plan.
    """
    schedule: Schedule = plan_mrp(network)
    expected = oracle_facts(oracle_plan(network))

    return expected != pytest.approx(
        schedule_facts(network, schedule), abs=1e-3
    ) or any(check(network, schedule) for check in CHECKS)
