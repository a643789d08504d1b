"""
Tests of the optimisation as a whole, on networks whose optimum others can find.
"""

from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from lotwright.model.kpis import costs
from lotwright.model.network import Network
from lotwright.solver.bucketed.execute import execute
from lotwright.solver.bucketed.plan import plan_mrp
from lotwright.solver.decode.decode import decode
from lotwright.solver.highs.control import Control
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.params import SolverParams
from lotwright.solver.quantities import Quantities
from lotwright.solver.result import Progress, Termination
from lotwright.solver.search import prospect
from lotwright.solver.search.optimise import optimise
from tests.networks import random_network


def _starts(net: Network) -> list[Quantities]:
    wanted = plan_mrp(net)
    executed = execute(net, wanted)

    return [wanted] if executed is None else [executed, wanted]


def _optimum(net: Network) -> float:
    compiled = LotSizingModel(net).compiled
    matrix = csr_array(
        (compiled.value, compiled.index, compiled.start),
        shape=(compiled.num_rows, compiled.num_columns),
    )
    found = milp(
        compiled.cost,
        constraints=LinearConstraint(matrix, compiled.row_lower, compiled.row_upper),
        bounds=Bounds(compiled.lower, compiled.upper),
        integrality=compiled.integer,
        options={"mip_rel_gap": 1e-7},
    )

    return float(found.fun) + compiled.offset


@pytest.mark.parametrize("seed", [1, 2, 3, 4, 6, 8, 10, 11])
def test_the_cost_of_the_decoded_plan_is_the_optimum(seed: int) -> None:
    """Tests solver, decoding and key figures against another solver of the model."""
    net = random_network(seed)

    done = optimise(net, SolverParams(gap=0.0), starts=_starts(net))

    assert done.quantities is not None
    decoded = sum(costs(net, decode(net, done.quantities)).values())
    assert pytest.approx(_optimum(net), rel=1e-5, abs=1e-3) == done.result.objective
    assert pytest.approx(done.result.objective, rel=1e-5, abs=1e-3) == decoded


@pytest.mark.parametrize("seed", [1, 3])
def test_improvement_by_parts_ends_where_branch_and_bound_does(
    seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests that all phases together neither lose the optimum nor its bound."""
    net = random_network(seed)
    monkeypatch.setattr(prospect, "_SMALL", 0)

    done = optimise(
        net,
        SolverParams(gap=0.0, work_limit=400, time_limit=60.0),
        starts=_starts(net),
    )

    best = _optimum(net)
    assert pytest.approx(best, rel=1e-5, abs=1e-3) == done.result.objective
    assert done.result.bound <= best * (1 + 1e-6) + 1e-3


def test_limited_work_gives_the_same_quantities() -> None:
    """Tests that two runs with a work limit agree to the last bit."""
    net = random_network(5)
    params = SolverParams(gap=0.0, work_limit=5, time_limit=1000.0)

    first, second = (optimise(net, params, starts=[plan_mrp(net)]) for _ in range(2))

    assert first.quantities is not None
    assert second.quantities is not None
    assert np.array_equal(first.quantities.receipt, second.quantities.receipt)
    assert np.array_equal(first.quantities.served, second.quantities.served)


def test_progress_only_gets_better() -> None:
    """Tests that incumbents fall, bounds rise and phases come in order."""
    events: list[Progress] = []

    optimise(
        random_network(3),
        SolverParams(gap=0.0),
        starts=[plan_mrp(random_network(3))],
        listener=events.append,
    )

    assert "build" == events[0].phase
    assert {"build", "search"} <= {event.phase for event in events}
    incumbents = [event.incumbent for event in events]
    bounds = [event.bound for event in events]
    assert incumbents == sorted(incumbents, reverse=True)
    assert bounds == sorted(bounds)


def test_cancelled_searches_have_no_plan() -> None:
    """Tests that a cancelled search discards what it found."""
    net = random_network(3)
    control = Control()
    control.cancel()

    done = optimise(net, SolverParams(), starts=[plan_mrp(net)], control=control)

    assert Termination.CANCELLED is done.result.termination
    assert done.quantities is None


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_broken_lots_cost_no_more(seed: int) -> None:
    """Tests that the LP is a bound on the MIP."""
    net = random_network(seed)

    relaxed = optimise(net, SolverParams(), relax=True)

    assert relaxed.result.objective <= _optimum(net) * (1 + 1e-6) + 1e-6
