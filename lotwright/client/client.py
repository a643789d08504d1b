"""
Planning at a service as if it were here: the same verbs, the same objects.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from types import MappingProxyType, TracebackType
from typing import Any, Self, Unpack

import pandas as pd

from lotwright.client.asking import options_asked, with_reference
from lotwright.client.dataset import Dataset
from lotwright.client.fixing import fixes_found
from lotwright.client.kept import keep_scenario, kept_scenario, kept_scenarios
from lotwright.client.line import ARROW, Line
from lotwright.client.starting import all_ended, started
from lotwright.client.tables import TablesOfRun
from lotwright.client.watching import failure_of, watched
from lotwright.errors import LotwrightError, ServiceError
from lotwright.model.data import PlanningData
from lotwright.model.edits import Edits
from lotwright.model.findings import Finding, Findings, Severity
from lotwright.model.plan import Plan
from lotwright.model.scenario import Scenario
from lotwright.scenarios.compare import compare
from lotwright.scenarios.comparison import Comparison
from lotwright.scenarios.fixes import Fix
from lotwright.scenarios.planning import PlanOptions
from lotwright.scenarios.replan import Replan, replanned
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
        start: Plan | str | None = None,
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
        start
            A plan of the service for the search to start from, or the name of its run.
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
            When an option is out of its range, or not the client's to set; when the
            plan to start from was not made there.
        """
        asked = options_asked(options)

        if reference is not None:
            data = with_reference(data, reference)

        begun = "" if start is None else self._run_of(start)
        run_id = started(self._line, self._where(data), asked, label=label, start=begun)
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
        ended = all_ended(
            self._line,
            scenarios,
            self._where,
            asked,
            listener=listener,
            control=control,
        )
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

    def check(self, data: PlanningData) -> Findings:
        """
        Returns what reading and the checks of the service find, as ``lw.check``.
        """
        where = self._where(data)
        version = self._line.get(f"v1/datasets/{where[0]}/versions/{where[1]}")

        return Findings(
            Finding(**{**each, "severity": Severity(each["severity"])})
            for each in version["findings"]
        )

    def replan(
        self,
        data: PlanningData,
        before: Plan,
        edits: Edits | None = None,
        *,
        listener: Listener | None = None,
        control: Control | None = None,
        **options: Unpack[PlanOptions],
    ) -> Replan:
        """
        Returns a new plan that keeps edited orders to the letter, and what it changes.

        As ``lw.replan``, but that the search begins by itself.

        Parameters
        ----------
        data, before, edits
            As in ``lw.replan``.
        listener, control, options
            As in ``plan``.

        Raises
        ------
        InputError
            When an edit cannot be made; lists every problem.
        ServiceError
            When the service refuses, or cannot be reached.
        """

        def make(changed: PlanningData, _start: pd.DataFrame) -> Plan:
            return self.plan(changed, listener=listener, control=control, **options)

        return replanned(data, before, before.edit() if edits is None else edits, make)

    def fixes(self, plan: Plan | str, demand_id: str) -> tuple[Fix, ...]:
        """
        Returns what would mend a late or short demand, what helps most first, as
        ``lw.fixes`` does with the data of the plan.

        Parameters
        ----------
        plan
            A plan of the service, or the name of its run.
        demand_id
            The demand.

        Raises
        ------
        ServiceError
            When the service refuses, cannot be reached, or cannot find out.
        ValueError
            When the plan was not made there.
        """
        return fixes_found(self._line, self._run_of(plan), demand_id)

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

    def scenarios(self) -> pd.DataFrame:
        """
        Returns the scenarios that are kept at the service, by name.
        """
        return kept_scenarios(self._line)

    def scenario(self, name: str) -> Scenario:
        """
        Returns a scenario that is kept at the service, on its data.

        Raises
        ------
        ServiceError
            When there is none of that name.
        """
        return kept_scenario(self._line, name)

    def keep(self, scenario: Scenario) -> None:
        """
        Keeps a scenario at the service, with all that is below it; one of its name is
        changed.

        Raises
        ------
        InputError
            When it does not fit its data; lists every problem.
        ValueError
            When it is on no data.
        """
        if scenario.root is None:
            msg = "Expected a scenario on planning data."
            raise ValueError(msg)

        keep_scenario(self._line, scenario, self._where(scenario.root))

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

        tables = {name: partial(self._table, run_id, name) for name in names}
        frames = TablesOfRun(tables, url=self._line.url, run_id=run_id)

        return Plan(run=run_in(record), frames=frames)

    def _table(self, run_id: str, name: str) -> pd.DataFrame:
        path = f"v1/runs/{run_id}/tables/{name}"
        answer = self._line.ask("GET", path, headers={"Accept": ARROW})

        return plan_table_in(name, answer.content)

    def _run_of(self, plan: Plan | str) -> str:
        """
        Returns the run that made a plan.
        """
        if isinstance(plan, str):
            return plan

        frames = plan.frames

        if not isinstance(frames, TablesOfRun) or frames.url != self._line.url:
            msg = "Expected a plan that this service has made, or the name of its run."
            raise ValueError(msg)

        return frames.run_id

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
