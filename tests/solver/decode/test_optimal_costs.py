"""
Tests that decoded plans cost what the model says, whatever it knows.
"""

from __future__ import annotations

import pytest

from lotwright.model.kpis import costs
from lotwright.solver.decode.decode import decode
from tests.solver.lotsizing.milp import optimal_plan
from tests.solver.lotsizing.tiny_networks import tiny_network


@pytest.mark.parametrize("seed", range(40))
def test_tables_of_an_optimal_plan_cost_the_optimum(seed: int) -> None:
    """
    Tests that each term read off the tables is that of the optimum.
    """
    net = tiny_network(seed)
    _, terms, plan = optimal_plan(net)

    found = costs(net, decode(net, plan))

    spent = {name: cost for name, cost in found.items() if abs(cost) > 1e-3}
    assert pytest.approx(terms, rel=1e-5, abs=1e-3) == spent


def test_features_all_cost_something() -> None:
    """
    Tests that set-up groups are opened in these plans, and set-ups carried over.
    """
    plans = [optimal_plan(tiny_network(seed)) for seed in range(21)]

    assert any(terms.get("changeover", 0.0) > 0 for _, terms, _ in plans)
    assert any(plan.saved is not None and plan.saved.any() for _, _, plan in plans)
    assert any(plan.still is not None and plan.still.any() for _, _, plan in plans)
