"""
Simulates a plan: carries it out many times, with demand and lead times drawn.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import fields

import numpy as np

from lotwright.fanout.fanout import Fanout
from lotwright.model.data import PlanningData
from lotwright.model.plan import Plan
from lotwright.scenarios.montecarlo.drawing import drawn_samples, network_of
from lotwright.scenarios.montecarlo.execution import execution_of
from lotwright.scenarios.montecarlo.sampling import Samples
from lotwright.scenarios.montecarlo.simulation import Simulation, simulation_of
from lotwright.scenarios.montecarlo.spreads import (
    as_errors,
    refuse_unknown,
)
from lotwright.scenarios.montecarlo.task import job_as_bytes, samples_in, work
from lotwright.scenarios.montecarlo.uncertainty import (
    DemandError,
    Job,
    LeadTimeError,
)

#: So many samples a task has that goes to another process.
_CHUNK = 25

#: So many samples there are at most.
MOST_SAMPLES = 100_000


def simulate(
    plan: Plan,
    data: PlanningData,
    *,
    demand: float | DemandError | Iterable[DemandError] | None = None,
    lead_time: float | LeadTimeError | Iterable[LeadTimeError] | None = None,
    samples: int = 200,
    seed: int = 0,
    workers: int = 1,
    cluster: str = "",
) -> Simulation:
    """
    Returns what a plan comes to when demand and lead times are not as planned.

    Planned orders are taken as decided: what, when and how much. In each sample,
    demand and lead times are drawn, and the plan is carried out day by day: what orders
    bring arrives when it does, an order starts when its components are there, and what
    is there serves demand and orders by priority and due date, none before the plan
    wants it. What cannot be served waits.

    The same seed gives the same samples, wherever they are drawn.

    Parameters
    ----------
    plan
        The plan.
    data
        The data that were planned.
    demand
        How far demand may be from the data: one or several errors, or a number, which
        is the standard deviation per quantity of every demand.
    lead_time
        How far lead times may be, in the same way; a number is the standard deviation
        per lead time of all planned orders.
    samples
        How often the plan is carried out.
    seed
        Of the random numbers.
    workers
        Processes of this machine; with one, all is done in this process.
    cluster
        Address of a Dask scheduler, such as ``tcp://scheduler:8786``, instead.

    Raises
    ------
    ValueError
        When the plan is not of these data, or there are too few or too many samples.
    InputError
        When a condition is not understood or means no row.
    ClusterError
        When the cluster is not there or not fit.
    """
    if not 1 <= samples <= MOST_SAMPLES:
        msg = f"Expected 1 to {MOST_SAMPLES:,} samples, got {samples}."
        raise ValueError(msg)

    job = Job(
        demand=as_errors(demand, DemandError),
        lead_time=as_errors(lead_time, LeadTimeError),
        seed=seed,
    )
    refuse_unknown(data, job.demand, job.lead_time)
    network = network_of(plan, data)
    execution = execution_of(network, plan)

    if workers == 1 and not cluster:
        drawn = drawn_samples(execution, data, job, range(samples))
    else:
        starts = range(0, samples, _CHUNK)
        chunks = [range(at, min(at + _CHUNK, samples)) for at in starts]
        drawn = _elsewhere(plan, data, job, chunks, workers, cluster)

    return simulation_of(plan, network, job, drawn)


def _elsewhere(
    plan: Plan,
    data: PlanningData,
    job: Job,
    chunks: Sequence[range],
    workers: int,
    cluster: str,
) -> Samples:
    """
    Returns samples that are drawn in other processes, in order.
    """
    workers = min(workers, len(chunks))
    place = Fanout(cluster=cluster) if cluster else Fanout(workers=workers)
    payloads = (job_as_bytes(plan, data, job, chunk) for chunk in chunks)
    parts = [samples_in(outcome.get()) for outcome in place.run(work, payloads)]

    return Samples(
        **{
            field.name: np.concatenate([getattr(part, field.name) for part in parts])
            for field in fields(Samples)
        }
    )
