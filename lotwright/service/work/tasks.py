"""
What the processes of a worker do: check data, plan.

They get bytes and give bytes: neither database nor secrets are within their reach.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from lotwright.errors import Cancelled, DataError, InputError
from lotwright.fanout.task import Line
from lotwright.model.checks import run_checks
from lotwright.model.findings import Finding
from lotwright.model.plan import Plan
from lotwright.scenarios.planning import wired
from lotwright.scenarios.scenario_file import scenario_of
from lotwright.scenarios.wire import (
    data_in,
    joined,
    parted,
    plan_as_bytes,
)
from lotwright.service.work.fallback import Rescue, rescue_in
from lotwright.service.work.handover import handing_over
from lotwright.service.work.material import planned_data
from lotwright.solver.result import Progress
from lotwright.solver.solve import plan


def check_task(payload: bytes, _line: Line) -> bytes:
    """
    Returns what the fit analysis finds in some tables, or all that is wrong.
    """

    def made() -> bytes:
        data, _ = data_in(payload)

        return joined({"findings": told((*data.findings, *run_checks(data)))}, {})

    return refused_by_name(made)


def plan_task(payload: bytes, line: Line) -> bytes:
    """
    Returns the plan of some tables and a scenario, with its figures, or why there is
    none.
    """
    return _planned(payload, line, Rescue())


def rescue_task(payload: bytes, line: Line) -> bytes:
    """
    Returns the plan that stands in for one whose search heeded no limit.
    """
    rescue, rest = rescue_in(payload)

    return _planned(rest, line, rescue)


def _planned(payload: bytes, line: Line, rescue: Rescue) -> bytes:
    listen, control = wired(line)
    listen = handing_over(line, listen)

    def made() -> bytes:
        data, asked = data_in(payload)
        content, parameters = asked.pop("scenario"), asked.pop("parameters", {})
        scenario = scenario_of(content, "scenario") if content else None
        data = planned_data(data, scenario, parameters)
        listen(Progress(phase="read", seconds=0.0))
        found = plan(
            rescue.data(data), **rescue.asked(asked), listener=listen, control=control
        )
        found = rescue.told(found)
        head, streams = parted(plan_as_bytes(found))

        return joined({**head, "summary": figures(found)}, streams)

    return refused_by_name(made)


def data_payload(
    streams: Mapping[str, bytes],
    options: Mapping[str, Any],
    scenario: Mapping[str, Any],
    parameters: Mapping[str, Any] | None = None,
) -> bytes:
    """
    Returns what ``check_task`` and ``plan_task`` work on.

    Parameters
    ----------
    streams
        Tables by name, each an Arrow stream.
    options, scenario
        What ``plan`` is asked, and the changes to the data.
    parameters
        How a plan of a name sees the data.
    """
    made_of = {"scenario": dict(scenario), "parameters": dict(parameters or {})}
    asked = {**options, **made_of}

    return joined({"asked": asked, "findings": []}, streams)


def refused_by_name(made: Callable[[], bytes]) -> bytes:
    """
    Returns what is made, or why it cannot be: that is a result like any other.
    """
    try:
        return made()
    except (InputError, DataError) as error:
        problems = [asdict(problem) for problem in error.problems]

        kind = type(error).__name__

        return joined({"refused": "data", "kind": kind, "problems": problems}, {})
    except Cancelled:
        return joined({"refused": "cancelled", "problems": []}, {})
    except MemoryError:
        return joined({"refused": "memory", "problems": []}, {})


def figures(found: Plan) -> dict[str, Any]:
    """
    Returns the figures of a plan that lists of runs show.
    """
    run = found.run
    overall = found.kpis[found.kpis["scope"] == "all"]
    values = zip(overall["name"], overall["value"], strict=True)
    counts = found.findings.groupby("severity", observed=True)["count"].sum()
    codes = found.findings.groupby("code", observed=True)["count"].sum()

    return {
        "engine_used": run.engine_used,
        "termination": run.termination.value,
        "choice": run.choice,
        "objective": _finite(run.objective),
        "bound": _finite(run.bound),
        "kpis": {name: _finite(value) for name, value in values},
        "findings": {str(name): int(count) for name, count in counts.items()},
        "codes": {str(code): int(count) for code, count in codes.items()},
    }


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def told(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    """
    Returns findings in types that JSON has.
    """
    return [asdict(finding) for finding in findings]
