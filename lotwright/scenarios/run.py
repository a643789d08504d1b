"""
Plans many scenarios, in processes here or on a cluster.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Unpack

import pandas as pd

from lotwright.errors import InputError, LotwrightError, Problem
from lotwright.fanout.fanout import Fanout
from lotwright.fanout.task import Outcome, Wish
from lotwright.model.data import PlanningData
from lotwright.model.plan import Plan
from lotwright.model.run_record import Termination
from lotwright.model.scenario import Scenario
from lotwright.scenarios.apply import apply
from lotwright.scenarios.compare import compare
from lotwright.scenarios.comparison import Comparison
from lotwright.scenarios.planning import (
    PlanOptions,
    asked_of,
    event_in,
    plan_task,
)
from lotwright.scenarios.wire import data_as_bytes, plan_in
from lotwright.solver.highs.control import Control
from lotwright.solver.params import Engine
from lotwright.solver.result import Progress

#: Called with the name of a scenario and what its solve says.
RunListener = Callable[[str, Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Runs:
    """
    The plans of some scenarios.

    Parameters
    ----------
    data
        Planning data of each scenario, by its name, in order.
    plans
        Plan of each scenario that has one.
    failures
        Why each of the others has none.
    """

    data: Mapping[str, PlanningData]
    plans: Mapping[str, Plan]
    failures: Mapping[str, LotwrightError]

    def __getitem__(self, name: str) -> Plan:
        if name in self.failures:
            raise self.failures[name]

        return self.plans[name]

    def kpis(self) -> pd.DataFrame:
        """
        Returns the figures of all plans, one row per scenario, one column per figure.

        A scenario without a plan has blank figures, and its failure in ``failure``.
        """
        rows = [
            {"scenario": name, **self._figures(name), "failure": self._failure(name)}
            for name in self.data
        ]

        return pd.DataFrame(rows)

    def compare(self, *names: str) -> Comparison:
        """
        Returns what scenarios change against the first one, their input included.

        Parameters
        ----------
        names
            Two to four of them; all, when left out.
        """
        chosen = names or tuple(self.data)

        return compare(
            *(self[name] for name in chosen),
            names=chosen,
            data=[self.data[name] for name in chosen],
        )

    def _figures(self, name: str) -> dict[str, float]:
        if name not in self.plans:
            return {}

        kpis = self.plans[name].kpis
        overall = kpis[kpis["scope"] == "all"]

        return dict(zip(overall["name"], overall["value"], strict=True))

    def _failure(self, name: str) -> str:
        return str(self.failures[name]) if name in self.failures else ""


def run(
    scenarios: Sequence[Scenario],
    *,
    workers: int | None = None,
    cluster: str = "",
    start: Plan | None = None,
    listener: RunListener | None = None,
    control: Control | None = None,
    **options: Unpack[PlanOptions],
) -> Runs:
    """
    Returns the plans of scenarios, which are made at the same time.

    A scenario that cannot be planned does not keep others from their plans. Where the
    base itself is among them, it is planned first, and searches of the others start
    from its plan.

    Parameters
    ----------
    scenarios
        The scenarios, each with a name of its own; ``data.scenario("base")`` is the
        base itself.
    workers
        Processes of this machine; as many as it has processors, when left out.
    cluster
        Address of a Dask scheduler, such as ``tcp://scheduler:8786``, instead.
    start
        Plan that all searches start from, instead of that of the base.
    listener
        Called with the name of a scenario and each event of its solve.
    control
        Stops all solves and keeps what they have, or cancels them.
    options
        As in ``plan``.

    Raises
    ------
    InputError
        When a scenario cannot be applied, or two share a name; lists every problem of
        all of them.
    Cancelled
        When the run was cancelled.
    ClusterError
        When the cluster is not there or not fit.
    """
    asked = asked_of(options)
    data = data_of(scenarios)
    names = list(data)
    place = Fanout(workers=min(workers or _processors(), max(len(names), 1)))
    place = Fanout(cluster=cluster) if cluster else place

    # Scenarios have the processors among themselves.
    if asked.get("threads") is None and (cluster or place.workers > 1):
        asked["threads"] = 1

    def outcomes_of(
        chosen: Sequence[str], begun: pd.DataFrame | None
    ) -> dict[str, Outcome]:
        hear = None if listener is None else _heard(chosen, listener)
        found = place.run(
            plan_task,
            (data_as_bytes(data[name], asked, begun) for name in chosen),
            wish=_wish_of(control),
            **({} if hear is None else {"hear": hear}),
        )

        return dict(zip(chosen, found, strict=True))

    first = _base_of(scenarios, asked) if start is None else []
    outcomes = outcomes_of(first, None) if first else {}
    begun = None if start is None else start.orders

    for outcome in outcomes.values():
        begun = None if outcome.error else plan_in(outcome.result).orders

    outcomes |= outcomes_of([name for name in names if name not in first], begun)

    return _runs(data, [outcomes[name] for name in names])


def _base_of(scenarios: Sequence[Scenario], asked: Mapping[str, object]) -> list[str]:
    """
    Returns the name of the base, which is planned before all others so that their
    searches start from its plan; empty where there is none, or nothing is searched.
    """
    if asked.get("engine") in (Engine.MRP, Engine.LP) or len(scenarios) < 2:
        return []

    return [each.name for each in scenarios if each.changes_nothing][:1]


def data_of(scenarios: Sequence[Scenario]) -> dict[str, PlanningData]:
    """
    Returns the data of scenarios by their names.

    Raises
    ------
    InputError
        When a scenario cannot be applied, or two share a name; lists every problem of
        all of them.
    """
    names = [scenario.name for scenario in scenarios]
    _refuse_shared(names)

    return dict(zip(names, _applied(scenarios), strict=True))


def _refuse_shared(names: Sequence[str]) -> None:
    shared = [name for name, count in Counter(names).items() if count > 1]

    if shared:
        raise InputError(
            [
                Problem(
                    code="E-SCENARIO",
                    table="",
                    file=f"scenario {name}",
                    value=name,
                    text=f'Two scenarios are called "{name}".',
                    remedy='Give each a name of its own; "base" is that of the data '
                    "themselves where these are planned as well.",
                )
                for name in shared
            ]
        )


def _processors() -> int:
    return os.cpu_count() or 1


def _applied(scenarios: Sequence[Scenario]) -> Iterator[PlanningData]:
    found: list[PlanningData] = []
    problems: list[Problem] = []

    for scenario in scenarios:
        try:
            found.append(apply(scenario))
        except InputError as error:
            problems.extend(error.problems)

    if problems:
        raise InputError(list(dict.fromkeys(problems)))

    return iter(found)


def _heard(names: Sequence[str], listener: RunListener) -> Callable[[int, bytes], None]:
    def hear(number: int, news: bytes) -> None:
        listener(names[number], event_in(news))

    return hear


def _wish_of(control: Control | None) -> Callable[[], Wish]:
    wishes = {Termination.CANCELLED: Wish.CANCEL, Termination.STOPPED: Wish.STOP}

    def wish() -> Wish:
        asked = None if control is None else control.wish

        return Wish.NONE if asked is None else wishes[asked]

    return wish


def _runs(data: Mapping[str, PlanningData], outcomes: Sequence[Outcome]) -> Runs:
    plans: dict[str, Plan] = {}
    failures: dict[str, LotwrightError] = {}

    for name, outcome in zip(data, outcomes, strict=True):
        if outcome.error is None:
            plans[name] = plan_in(outcome.result)
        else:
            failures[name] = outcome.error

    return Runs(
        data=MappingProxyType(dict(data)),
        plans=MappingProxyType(plans),
        failures=MappingProxyType(failures),
    )
