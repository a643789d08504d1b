"""
Runs of a service: started, each once, and waited for.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from lotwright.client.asking import scenario_asked
from lotwright.client.line import Line
from lotwright.client.watching import watched
from lotwright.errors import ServiceError
from lotwright.model.data import PlanningData
from lotwright.model.scenario import Scenario
from lotwright.scenarios.run import RunListener
from lotwright.solver.highs.control import Control


def started(
    line: Line,
    where: tuple[str, str],
    asked: Mapping[str, object],
    *,
    scenario: Scenario | None = None,
    label: str = "",
    start: str = "",
) -> str:
    """
    Returns a run that is queued.

    Parameters
    ----------
    line
        The service.
    where, asked, scenario
        Data set and version, what is asked of their plan, and changes to them.
    label
        What people call the run.
    start
        The run whose plan its search starts from; empty where from none.
    """
    dataset, version = where
    body: dict[str, object] = {
        "dataset": dataset,
        "version": version,
        "options": asked,
        "scenario": scenario_asked(scenario),
        "label": label,
    }

    if start:
        body["start"] = start

    return str(line.post("v1/runs", body, once=uuid.uuid4().hex)["run"])


def all_ended(
    line: Line,
    scenarios: Sequence[Scenario],
    where_of: Callable[[PlanningData], tuple[str, str]],
    asked: Mapping[str, object],
    *,
    listener: RunListener | None,
    control: Control | None,
) -> list[dict[str, Any]]:
    """
    Returns the runs of scenarios once they are over, in order.

    Parameters
    ----------
    line, scenarios, asked
        The service, and what it is asked.
    where_of
        Returns data set and version of data, which are sent if need be.
    listener, control
        Hears how far each is, and stops or cancels all.
    """
    where: dict[int, tuple[str, str]] = {}
    begun: list[str] = []
    ended: list[dict[str, Any]] = []

    def wait() -> None:
        at = len(ended)
        hear = None if listener is None else partial(listener, scenarios[at].name)
        ended.append(
            watched(
                line,
                begun[at],
                listener=hear,
                control=control,
                others=begun[at + 1 :],
            )
        )

    for scenario in scenarios:
        root = scenario.root
        assert root is not None  # it was applied

        if id(root) not in where:
            where[id(root)] = where_of(root)

        while True:
            try:
                begun.append(started(line, where[id(root)], asked, scenario=scenario))
                break
            except ServiceError as error:
                # No more may wait by now: there is room when one of them is over.
                if error.status != 429 or len(ended) == len(begun):
                    raise

                wait()

    while len(ended) < len(scenarios):
        wait()

    return ended
