"""
Tests that the engine plans as the oracle does: orders, needs, pegs and their days.
"""

from __future__ import annotations

import pytest

from lotwright.solver.mrp.engine import plan_mrp
from lotwright.solver.mrp.layers import layers_of
from tests.solver.mrp.oracle import oracle_plan
from tests.solver.mrp.oracle_schedule import oracle_facts, schedule_facts
from tests.solver.mrp.random_rules import random_planning

pytestmark = pytest.mark.slow

#: Families of rules on which both agree to the last peg.
_SAME = (
    "margins",
    "calendars",
    "tolerances",
    "lot_rules",
    "reservations",
    "own_orders",
    "sequence",
    "safety",
    "validity",
    "open_issues",
    "shares",
)

#: Families that meet at one stock point.
_TOGETHER = (
    ["lot_rules", "safety"],
    ["lot_rules", "safety", "margins"],
    ["cost_rules"],
    ["fences"],
)

#: Networks that must be compared at least: others have by-products that come back.
_FEWEST = 15


@pytest.mark.parametrize(
    "families",
    [[], *([name] for name in _SAME), *_TOGETHER],
    ids=lambda names: "+".join(names),
)
def test_the_engine_plans_as_the_oracle_does(families: list[str]) -> None:
    """Tests that both make the same orders, needs and pegs on small networks."""
    compared, different = 0, []

    for seed in range(25):
        network = random_planning(seed, families)

        # What goes back into its own product serves nothing: the oracle lets it.
        if layers_of(network).recycled.any():
            continue

        compared += 1
        expected = oracle_facts(oracle_plan(network))
        found = schedule_facts(network, plan_mrp(network))

        if expected != pytest.approx(found, abs=1e-3):
            different.append(seed)

    assert [] == different
    assert compared >= _FEWEST
