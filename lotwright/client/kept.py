"""
Scenarios that are kept at a service.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from lotwright.client.asking import scenario_asked
from lotwright.client.dataset import Dataset
from lotwright.client.line import Line
from lotwright.errors import ServiceError
from lotwright.model.scenario import Scenario
from lotwright.scenarios.scenario_file import scenario_of

#: Columns of the list of scenarios.
_COLUMNS = ("scenario", "name", "note", "dataset", "version", "created_at")

#: Times that a scenario is sent; more than one where somebody else changes it at the
#: same time, or an answer was lost.
_MOST_ROUNDS = 3


def kept_scenarios(line: Line) -> pd.DataFrame:
    """
    Returns the scenarios of a service, by name.
    """
    found = line.every("v1/scenarios", "scenarios")

    return pd.DataFrame(found, columns=list(_COLUMNS))


def kept_scenario(line: Line, name: str) -> Scenario:
    """
    Returns the scenario of a name, on its data.

    Raises
    ------
    ServiceError
        When there is none.
    """
    head = _named(line, name)

    if head is None:
        msg = f"There is no scenario named {name!r}."
        raise ServiceError(404, "not_found", msg)

    parts = [line.get(f"v1/scenarios/{head['scenario']}")]

    while parts[-1]["base"]:
        parts.append(line.get(f"v1/scenarios/{parts[-1]['base']}"))

    held = Dataset(line=line, dataset_id=parts[0]["dataset"], name=name)
    root = held.read(parts[0]["version"])
    found = _of(parts.pop()).on(root)

    while parts:
        found = _of(parts.pop()).on(found)

    return found


def keep_scenario(line: Line, scenario: Scenario, where: tuple[str, str]) -> None:
    """
    Keeps a scenario with all that is below it; one of its name is changed.

    Parameters
    ----------
    line, scenario
        Where to, and what.
    where
        Data set and version that it is on.

    Raises
    ------
    InputError
        When it does not fit its data; lists every problem.
    """
    dataset, version = where
    body = {
        "name": scenario.name,
        "note": scenario.note,
        "override": scenario_asked(scenario, always=True).get("override", []),
        "version": version,
    }

    for left in reversed(range(_MOST_ROUNDS)):
        head = _named(line, scenario.name)

        try:
            if head is None:
                line.post("v1/scenarios", {**body, "dataset": dataset})
            else:
                line.ask(
                    "PATCH",
                    f"v1/scenarios/{head['scenario']}",
                    json=body,
                    headers={"If-Match": f'"{head["revision"]}"'},
                )
        except ServiceError as error:
            if not left or error.code not in ("exists", "changed"):
                raise
        else:
            return


def _named(line: Line, name: str) -> dict[str, Any] | None:
    found = line.get("v1/scenarios", name=name)["scenarios"]

    return found[0] if found else None


def _of(part: dict[str, Any]) -> Scenario:
    content = {key: part[key] for key in ("name", "note", "override")}

    return scenario_of(content, part["name"])
