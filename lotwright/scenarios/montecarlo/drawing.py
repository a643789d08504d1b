"""
Draws samples of a plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from lotwright.model.assemble.network import assemble
from lotwright.model.data import PlanningData
from lotwright.model.network import Network
from lotwright.model.plan import Plan
from lotwright.model.selection import selected
from lotwright.scenarios.montecarlo.execution import Execution
from lotwright.scenarios.montecarlo.sampling import Samples, draw_of, samples_of
from lotwright.scenarios.montecarlo.spreads import demand_spreads, lead_time_spreads
from lotwright.scenarios.montecarlo.uncertainty import Job


def network_of(plan: Plan, data: PlanningData) -> Network:
    """
    Returns the network of a plan: all of it, or the part that was planned.

    Parameters
    ----------
    plan
        The plan.
    data
        The data that were planned.
    """
    only = plan.run.parameters.get("only")

    if only is not None:
        data, _ = selected(data, assemble(data), cast("str", only))

    return assemble(data)


def drawn_samples(
    execution: Execution, data: PlanningData, job: Job, numbers: Iterable[int]
) -> Samples:
    """
    Returns some samples.

    Parameters
    ----------
    execution
        The plan.
    data
        The data that were planned.
    job
        What is drawn.
    numbers
        Which samples.
    """
    demand = demand_spreads(data, execution, job.demand)
    lead_time = lead_time_spreads(data, execution, job.lead_time)

    return samples_of(
        execution,
        (draw_of(execution, demand, lead_time, job.seed, n) for n in numbers),
    )
