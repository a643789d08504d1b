"""
Tests that a plan that is carried out as planned comes to the plan's own figures.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pytest

import lotwright as lw
from lotwright.model.kpis import COST_TERMS
from lotwright.model.network import Network
from lotwright.scenarios.montecarlo.execution import as_planned, execution_of
from lotwright.scenarios.montecarlo.sampling import FIGURES, samples_of
from lotwright.solver.bucketed.execute import execute
from lotwright.solver.bucketed.plan import plan_mrp as plan_in_buckets
from lotwright.solver.decode.decode import decode
from lotwright.solver.decode.scheduled import decode_schedule
from lotwright.solver.mrp.engine import plan_mrp
from tests.networks import random_network
from tests.plot.plans import record


def _plan(frames: Mapping[str, pd.DataFrame], engine: str) -> lw.Plan:
    return lw.Plan(run=record(engine_used=engine, parameters={}), frames=frames)


def _differences(network: Network, plan: lw.Plan) -> dict[str, tuple[float, float]]:
    """
    Returns the figures of the plan that differ when it is carried out as planned.
    """
    execution = execution_of(network, plan)
    found = samples_of(execution, [as_planned(network, len(execution.days))])
    kpis = dict(zip(plan.kpis["name"], plan.kpis["value"], strict=True))
    names = (*FIGURES, *COST_TERMS)

    return {
        name: (float(value), kpis[name])
        for name, value in zip(names, found.figures[0], strict=True)
        if name in kpis and pytest.approx(kpis[name], rel=1e-6, abs=1e-5) != value
    }


@pytest.mark.parametrize("seed", range(12))
def test_a_plan_of_days_comes_to_its_own_figures(seed: int) -> None:
    """Tests every cost term and service figure of MRP plans of random networks."""
    network = random_network(seed)
    plan = _plan(decode_schedule(network, plan_mrp(network)), "mrp")

    assert {} == _differences(network, plan)


@pytest.mark.parametrize("seed", range(12))
def test_a_plan_of_buckets_comes_to_its_own_figures(seed: int) -> None:
    """Tests the same of plans whose dates follow from buckets."""
    network = random_network(seed)
    quantities = execute(network, plan_in_buckets(network))
    assert quantities is not None
    plan = _plan(decode(network, quantities), "mip")

    assert {} == _differences(network, plan)


def test_days_of_needs_lie_inside_their_buckets() -> None:
    """Tests that what is delivered is served on its day, or later in its bucket."""
    network = random_network(3)
    quantities = execute(network, plan_in_buckets(network))
    assert quantities is not None

    script = execution_of(network, _plan(decode(network, quantities), "mip")).script

    served, day = script.need_served, script.need_day
    assert (served >= day).all()
    assert (network.buckets.of(served) == network.buckets.of(day)).all()
    assert np.diff(script.need_first).sum() == len(day)


def test_data_that_were_not_planned_are_refused() -> None:
    """Tests that an order nobody knows is named."""
    network = random_network(0)
    frames = dict(decode_schedule(network, plan_mrp(network)).items())
    orders = frames["planned_orders"]
    frames["planned_orders"] = orders.assign(source_id="NOWHERE")

    with pytest.raises(ValueError, match="do not know the planned order"):
        execution_of(network, _plan(frames, "mrp"))


def test_deliveries_that_nothing_brings_are_refused() -> None:
    """Tests a plan that delivers ten times what its orders and stock bring."""
    network = random_network(1)
    frames = dict(decode_schedule(network, plan_mrp(network)).items())
    deliveries = frames["deliveries"]
    frames["deliveries"] = deliveries.assign(quantity=10 * deliveries["quantity"])

    with pytest.raises(ValueError, match="is served from elsewhere"):
        execution_of(network, _plan(frames, "mrp"))
