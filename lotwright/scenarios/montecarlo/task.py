"""
Samples as a task that any process can do: data, plan and errors in, samples out.
"""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import asdict, fields

import numpy as np

from lotwright.fanout.task import Line
from lotwright.model.data import PlanningData
from lotwright.model.plan import Plan
from lotwright.scenarios.montecarlo.drawing import drawn_samples, network_of
from lotwright.scenarios.montecarlo.execution import execution_of
from lotwright.scenarios.montecarlo.sampling import Samples
from lotwright.scenarios.montecarlo.uncertainty import (
    DemandError,
    Job,
    LeadTimeError,
)
from lotwright.scenarios.wire import data_as_bytes, data_in, plan_as_bytes, plan_in

#: Tables of a plan that it is carried out from.
NEEDED = (
    "planned_orders",
    "order_components",
    "pegging",
    "deliveries",
    "demand_fulfilment",
    "inventory_projection",
    "kpis",
)

#: Bytes of the number that says how long the data are.
_HEAD = 8


def job_as_bytes(plan: Plan, data: PlanningData, job: Job, numbers: range) -> bytes:
    """
    Returns what is drawn for some samples of a plan as bytes.
    """
    asked = {
        "demand": [_as_dict(error) for error in job.demand],
        "lead_time": [_as_dict(error) for error in job.lead_time],
        "seed": job.seed,
        "numbers": [numbers.start, numbers.stop],
    }
    known = data_as_bytes(data, {"json": json.dumps(asked)})
    needed = Plan(run=plan.run, frames={name: plan.frames[name] for name in NEEDED})

    return len(known).to_bytes(_HEAD, "little") + known + plan_as_bytes(needed)


def work(payload: bytes, line: Line) -> bytes:
    """
    Returns some samples of a plan.
    """
    del line
    end = _HEAD + int.from_bytes(payload[:_HEAD], "little")
    data, head = data_in(payload[_HEAD:end])
    asked = json.loads(str(head["json"]))
    job = Job(
        demand=tuple(DemandError(**error) for error in asked["demand"]),
        lead_time=tuple(LeadTimeError(**error) for error in asked["lead_time"]),
        seed=int(asked["seed"]),
    )
    plan = plan_in(payload[end:])
    execution = execution_of(network_of(plan, data), plan)

    return samples_as_bytes(
        drawn_samples(execution, data, job, range(*asked["numbers"]))
    )


def samples_as_bytes(samples: Samples) -> bytes:
    """
    Returns samples as bytes, the same for the same samples.
    """
    out = io.BytesIO()

    for field in fields(samples):
        np.save(out, getattr(samples, field.name), allow_pickle=False)

    return out.getvalue()


def samples_in(content: bytes) -> Samples:
    """
    Returns the samples that bytes hold.
    """
    file = io.BytesIO(content)

    return Samples(
        **{field.name: np.load(file, allow_pickle=False) for field in fields(Samples)}
    )


def _as_dict(error: DemandError | LeadTimeError) -> dict[str, object]:
    found = asdict(error)
    key = found["key"]
    found["key"] = dict(key) if isinstance(key, Mapping) else key

    return found
