"""
Planning at a service as if it were here: the same verbs, the same objects.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType, TracebackType
from typing import Any, Self, Unpack

import pandas as pd

from lotwright.client.asking import options_asked, scenario_asked, with_reference
from lotwright.client.dataset import Dataset
from lotwright.client.line import ARROW, Line
from lotwright.client.watching import failure_of, watched
from lotwright.errors import LotwrightError, ServiceError
from lotwright.model.data import PlanningData
from lotwright.model.plan import Plan
from lotwright.model.plan_tables import PlanTables
from lotwright.model.scenario import Scenario
from lotwright.scenarios.compare import compare
from lotwright.scenarios.comparison import Comparison
from lotwright.scenarios.planning import PlanOptions
from lotwright.scenarios.run import RunListener, Runs, data_of
from lotwright.scenarios.sweep import Axis, grid_of
from lotwright.scenarios.wire import plan_table_in, run_in
from lotwright.solver.highs.control import Control
from lotwright.solver.result import Listener

#: Columns of the lists that a client gives.
_OF_DATASETS = ("dataset", "name", "created_at", "revision")
_OF_RUNS = (
    "run",
    "dataset",
    "version",
    "label",
    "status",
    "phase",
    "created_at",
    "created_by",
    "started_at",
    "ended_at",
    "incumbent",
    "bound",
)


class Client:
    """
    A service, by a key of it.

    What ``lw.plan(data)`` does here, ``client.plan(data)`` does there, and gives the
    same plan; a notebook moves by one line. Tables of a plan come when they are first
    looked at.

    Parameters
    ----------
    url
        Where the service is, such as ``https://plan.example.com``.
    key
        A key of it, ``lw_…``. It is sent over https only, but for a service on this
        machine.
    dataset
        Name of the data set that takes what is planned; made where there is none.
    timeout
        Seconds to wait for an answer. A run takes as long as it takes.

    Raises
    ------
    ValueError
        When the address is none, or the key would go over a network in the clear.
    LotwrightError
        When the package for it is not installed.
    """

    def __init__(
        self, url: str, key: str, *, dataset: str = "notebook", timeout: float = 60.0
    ) -> None:
        self._line = Line(url, key, timeout=timeout)
        self._name = dataset

    def __repr__(self) -> str:
        return f"Client({self._line.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """
        Closes the connections; tables that have come stay.
        """
        self._line.close()

    def plan(
        self,
        data: PlanningData | Dataset,
        *,
        reference: Plan | pd.DataFrame | None = None,
        label: str = "",
        listener: Listener | None = None,
        control: Control | None = None,
        **options: Unpack[PlanOptions],
    ) -> Plan:
        """
        Returns a plan, made by the service.

        Ctrl-C asks it to stop, which keeps the best plan so far; once more discards it.

        Parameters
        ----------
        data
            Planning data, of which only tables that are new there are sent; or a data
            set of the service, of which the newest version is planned.
        reference
            As in ``lw.plan``, for planning data.
        label
            What people call the run.
        listener, control
            As in ``lw.plan``.
        options
            As in ``lw.plan``; memory and further options of the solver are the
            service's own.

        Raises
        ------
        InputError, DataError
            When the data are malformed, or contradict themselves.
        Cancelled
            When the run was cancelled.
        SolveError
            When it failed.
        ServiceError
            When the service refuses, or cannot be reached.
        ValueError
            When an option is out of its range, or not the client's to set.
        """
        asked = options_asked(options)

        if reference is not None:
            data = with_reference(data, reference)

        run_id = self._start(self._where(data), asked, label=label)
        run = watched(self._line, run_id, listener=listener, control=control)

        if failure := failure_of(run):
            raise failure

        return self.result(run_id)

    def run(
        self,
        scenarios: Sequence[Scenario],
        *,
        listener: RunListener | None = None,
        control: Control | None = None,
        **options: Unpack[PlanOptions],
    ) -> Runs:
        """
        Returns the plans of scenarios, as many at a time as the service has workers.

        As ``lw.run``, but that each search begins by itself.

        Parameters
        ----------
        scenarios
            The scenarios, each with a name of its own.
        listener
            Called with the name of a scenario and each event of its solve.
        control
            Stops all solves and keeps what they have, or cancels them.
        options
            As in ``plan``.

        Raises
        ------
        InputError
            When a scenario cannot be applied, or two share a name.
        ServiceError
            When the service refuses, or cannot be reached.
        """
        asked = options_asked(options)
        data = data_of(scenarios)
        ended = self._ended(scenarios, asked, listener, control)
        plans: dict[str, Plan] = {}
        failures: dict[str, LotwrightError] = {}

        for name, run in zip(data, ended, strict=True):
            if failure := failure_of(run):
                failures[name] = failure
            else:
                plans[name] = self.result(str(run["run"]))

        return Runs(
            data=MappingProxyType(data),
            plans=MappingProxyType(plans),
            failures=MappingProxyType(failures),
        )

    def sweep(
        self,
        base: PlanningData | Scenario,
        *axes: Axis,
        listener: RunListener | None = None,
        control: Control | None = None,
        **options: Unpack[PlanOptions],
    ) -> pd.DataFrame:
        """
        Returns the figures of a plan for every combination of values, as ``lw.sweep``.

        Parameters
        ----------
        base
            What is varied.
        axes
            One or two parameters.
        listener, control, options
            As in ``run``.

        Raises
        ------
        ValueError
            When there are too many axes, axes of one name, or too many combinations.
        """
        varied, scenarios = grid_of(base, axes)
        found = self.run(scenarios, listener=listener, control=control, **options)

        return pd.concat([varied, found.kpis()], axis=1)

    def compare(
        self,
        *plans: Plan | str,
        names: Sequence[str] = (),
        data: Sequence[PlanningData] = (),
    ) -> Comparison:
        """
        Returns what each plan changes against the first one.

        Parameters
        ----------
        plans
            Two to four plans, or runs that have one.
        names, data
            As in ``lw.compare``.
        """
        found = [self.result(x) if isinstance(x, str) else x for x in plans]

        return compare(*found, names=names, data=data)

    def datasets(self) -> pd.DataFrame:
        """
        Returns the data sets, by name.
        """
        found = self._line.every("v1/datasets", "datasets")

        return pd.DataFrame(found, columns=list(_OF_DATASETS))

    def dataset(self, name: str) -> Dataset:
        """
        Returns the data set of a name, which is made where there is none.
        """
        found = self._named(name)

        if found is None:
            try:
                found = self._line.post("v1/datasets", {"name": name})
            except ServiceError as error:
                # Somebody else made it meanwhile, or an answer was lost.
                found = self._named(name) if error.code == "exists" else None

                if found is None:
                    raise

        return Dataset(line=self._line, dataset_id=str(found["dataset"]), name=name)

    def runs(self, *, status: str = "", limit: int = 100) -> pd.DataFrame:
        """
        Returns runs, the newest first.

        Parameters
        ----------
        status
            Only those of one status.
        limit
            So many at most.
        """
        asked = {"status": status} if status else {}
        found = self._line.every("v1/runs", "runs", limit, **asked)

        return pd.DataFrame(found, columns=list(_OF_RUNS))

    def result(self, run_id: str) -> Plan:
        """
        Returns the plan of a run; each table comes when it is first looked at.

        Raises
        ------
        ServiceError
            When there is no such run, or it has no plan.
        """
        record = self._line.get(f"v1/runs/{run_id}/record")
        names = self._line.get(f"v1/runs/{run_id}/tables")["tables"]

        return Plan(
            run=run_in(record),
            frames=PlanTables(
                {name: partial(self._table, run_id, name) for name in names}
            ),
        )

    def _table(self, run_id: str, name: str) -> pd.DataFrame:
        path = f"v1/runs/{run_id}/tables/{name}"
        answer = self._line.ask("GET", path, headers={"Accept": ARROW})

        return plan_table_in(name, answer.content)

    def _named(self, name: str) -> dict[str, Any] | None:
        found: list[dict[str, Any]] = self._line.get("v1/datasets", name=name)[
            "datasets"
        ]

        return found[0] if found else None

    def _where(self, data: PlanningData | Dataset) -> tuple[str, str]:
        """
        Returns data set and version of data, which are sent if need be.
        """
        if isinstance(data, Dataset):
            return data.dataset_id, data.newest()

        held = self.dataset(self._name)

        return held.dataset_id, held.put(data)

    def _start(
        self,
        where: tuple[str, str],
        asked: Mapping[str, object],
        *,
        scenario: Scenario | None = None,
        label: str = "",
    ) -> str:
        dataset, version = where
        body = {
            "dataset": dataset,
            "version": version,
            "options": asked,
            "scenario": scenario_asked(scenario),
            "label": label,
        }

        return str(self._line.post("v1/runs", body, once=uuid.uuid4().hex)["run"])

    def _ended(
        self,
        scenarios: Sequence[Scenario],
        asked: Mapping[str, object],
        listener: RunListener | None,
        control: Control | None,
    ) -> list[dict[str, Any]]:
        """
        Returns the runs of scenarios once they are over, in order.
        """
        where: dict[int, tuple[str, str]] = {}
        begun: list[str] = []
        ended: list[dict[str, Any]] = []

        def wait() -> None:
            at = len(ended)
            hear = None if listener is None else partial(listener, scenarios[at].name)
            ended.append(
                watched(
                    self._line,
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
                where[id(root)] = self._where(root)

            while True:
                try:
                    begun.append(self._start(where[id(root)], asked, scenario=scenario))
                    break
                except ServiceError as error:
                    # No more may wait by now: there is room when one of them is over.
                    if error.status != 429 or len(ended) == len(begun):
                        raise

                    wait()

        while len(ended) < len(scenarios):
            wait()

        return ended
