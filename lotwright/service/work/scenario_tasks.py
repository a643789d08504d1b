"""
Scenarios in a process of its own: checked against data, and promoted.
"""

from __future__ import annotations

from dataclasses import asdict

from lotwright.fanout.task import Line
from lotwright.model.checks import run_checks
from lotwright.scenarios.promote import promote
from lotwright.scenarios.wire import joined, table_as_bytes
from lotwright.service.work.material import material_in
from lotwright.service.work.tasks import refused_by_name


def scenario_task(payload: bytes, _line: Line) -> bytes:
    """
    Returns what a scenario changes in its data, or all that is wrong with it.
    """

    def made() -> bytes:
        material = material_in(payload)
        known = len(material.version.findings)
        findings = material.data.findings[known:]

        return joined({"findings": [asdict(each) for each in findings]}, {})

    return refused_by_name(made)


def promote_task(payload: bytes, _line: Line) -> bytes:
    """
    Returns the tables that a scenario changes as they are with it, and what the fit
    analysis finds in all of them.
    """

    def made() -> bytes:
        material = material_in(payload)
        before = material.version
        scenario = material.scenario
        data = before if scenario is None else promote(scenario.on(before))
        changed = [
            name
            for name in sorted(data.given)
            if name not in before.given or data.tables[name] is not before.tables[name]
        ]
        findings = [asdict(each) for each in run_checks(data)]
        num_rows = {name: len(data.tables[name]) for name in changed}
        streams = {name: table_as_bytes(name, data.tables[name]) for name in changed}

        return joined({"findings": findings, "num_rows": num_rows}, streams)

    return refused_by_name(made)
