"""
What the processes of a worker do: read uploads, check data, plan.

They get bytes and give bytes: neither database nor secrets are within their reach.
"""

from __future__ import annotations

import math
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lotwright.errors import Cancelled, DataError, InputError
from lotwright.fanout.task import Line
from lotwright.io.read import read_parts
from lotwright.model.checks import run_checks
from lotwright.model.findings import Finding
from lotwright.model.plan import Plan
from lotwright.scenarios.apply import apply
from lotwright.scenarios.planning import wired
from lotwright.scenarios.scenario_file import scenario_of
from lotwright.scenarios.wire import (
    data_in,
    joined,
    parted,
    plan_as_bytes,
    table_as_bytes,
)
from lotwright.solver.result import Progress
from lotwright.solver.solve import plan


def upload_task(payload: bytes, _line: Line) -> bytes:
    """
    Returns the tables of an uploaded file, each checked by itself, or all that is wrong
    with them.
    """
    head, parts = parted(payload)

    def made() -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder) / str(head["name"])
            file.write_bytes(parts["content"])
            is_package = file.suffix.lower() in (".zip", ".xlsx")
            frames, findings = read_parts(file if is_package else folder)

        num_rows = {name: len(frame) for name, frame in frames.items()}
        streams = {name: table_as_bytes(name, each) for name, each in frames.items()}

        return joined({"num_rows": num_rows, "findings": _told(findings)}, streams)

    return _refused_by_name(made)


def check_task(payload: bytes, _line: Line) -> bytes:
    """
    Returns what the fit analysis finds in some tables, or all that is wrong.
    """

    def made() -> bytes:
        data, _ = data_in(payload)

        return joined({"findings": _told((*data.findings, *run_checks(data)))}, {})

    return _refused_by_name(made)


def plan_task(payload: bytes, line: Line) -> bytes:
    """
    Returns the plan of some tables and a scenario, with its figures, or why there is
    none.
    """
    listen, control = wired(line)

    def made() -> bytes:
        data, asked = data_in(payload)
        scenario = asked.pop("scenario")

        if scenario:
            data = apply(scenario_of(scenario, "scenario").on(data))

        listen(Progress(phase="read", seconds=0.0))
        found = plan(data, **asked, listener=listen, control=control)
        head, streams = parted(plan_as_bytes(found))

        return joined({**head, "summary": _summary(found)}, streams)

    return _refused_by_name(made)


def data_payload(
    streams: Mapping[str, bytes],
    options: Mapping[str, Any],
    scenario: Mapping[str, Any],
) -> bytes:
    """
    Returns what ``check_task`` and ``plan_task`` work on.

    Parameters
    ----------
    streams
        Tables by name, each an Arrow stream.
    options, scenario
        What ``plan`` is asked, and the changes to the data.
    """
    asked = {**options, "scenario": dict(scenario)}

    return joined({"asked": asked, "findings": []}, streams)


def upload_payload(name: str, content: bytes) -> bytes:
    """
    Returns what ``upload_task`` works on.

    Parameters
    ----------
    name, content
        The file; its name says table and format.
    """
    return joined({"name": name}, {"content": content})


def _refused_by_name(made: Callable[[], bytes]) -> bytes:
    """
    Returns what is made, or why it cannot be: that is a result like any other.
    """
    try:
        return made()
    except (InputError, DataError) as error:
        problems = [asdict(problem) for problem in error.problems]

        return joined({"refused": "data", "problems": problems}, {})
    except Cancelled:
        return joined({"refused": "cancelled", "problems": []}, {})


def _summary(found: Plan) -> dict[str, Any]:
    """
    Returns the figures of a plan that lists of runs show.
    """
    run = found.run
    overall = found.kpis[found.kpis["scope"] == "all"]
    values = zip(overall["name"], overall["value"], strict=True)
    counts = found.findings.groupby("severity", observed=True)["count"].sum()

    return {
        "engine_used": run.engine_used,
        "termination": run.termination.value,
        "choice": run.choice,
        "objective": _finite(run.objective),
        "bound": _finite(run.bound),
        "kpis": {name: _finite(value) for name, value in values},
        "findings": {str(name): int(count) for name, count in counts.items()},
    }


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _told(findings: tuple[Finding, ...]) -> list[dict[str, Any]]:
    return [asdict(finding) for finding in findings]
