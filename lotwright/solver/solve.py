"""
From planning data to a plan: choose, time, fall back, decode.
"""

from __future__ import annotations

import logging
import platform
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.metadata import version
from types import MappingProxyType

import pandas as pd

from lotwright.errors import Cancelled, DataError, Problem
from lotwright.model.assemble.network import assemble
from lotwright.model.checks import run_checks
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.kpis import costs
from lotwright.model.network import Network
from lotwright.model.plan import Plan
from lotwright.model.run_record import RunRecord
from lotwright.solver.decode.decode import decode
from lotwright.solver.highs.control import Control
from lotwright.solver.lotsizing.columns import lots_matter
from lotwright.solver.mrp.execute import execute
from lotwright.solver.mrp.plan import plan_mrp
from lotwright.solver.params import Engine, OptionValue, SolverParams
from lotwright.solver.quantities import Quantities
from lotwright.solver.result import Listener, Progress, Termination
from lotwright.solver.search.optimise import Optimised, optimise

logger = logging.getLogger(__name__)

#: Above this many quantities (activities x buckets) ``auto`` does not optimise.
LARGEST_SEARCH = 1_000_000

_PACKAGES = ("lotwright", "highspy", "numpy", "pandas", "scipy")

_ENDINGS = {
    Termination.TIME_LIMIT: "the time limit was reached",
    Termination.WORK_LIMIT: "the work limit was reached",
    Termination.STOPPED: "it was asked to stop",
    Termination.INFEASIBLE: "the model has no solution",
    Termination.UNBOUNDED: "the model has no least cost",
    Termination.MEMORY: "the solver ran out of memory",
    Termination.CRASHED: "the solver died",
}


def plan(
    data: PlanningData,
    *,
    engine: Engine | str = Engine.AUTO,
    time_limit: float = 60.0,
    work_limit: int | None = None,
    gap: float = 1e-4,
    threads: int = 1,
    seed: int = 0,
    level: bool = False,
    memory_mb: int | None = None,
    options: Mapping[str, OptionValue] | None = None,
    listener: Listener | None = None,
    control: Control | None = None,
) -> Plan:
    """
    Returns a plan for the data: what to make, buy and move, where, when and how much.

    Parameters
    ----------
    data
        Planning data.
    engine
        ``auto`` (chosen from the data), ``mip`` (least cost), ``lp`` (least cost, lots
        and set-ups may be broken) or ``mrp`` (the fast heuristic, infinite capacity).
    time_limit
        Seconds of wall clock for the optimisation.
    work_limit
        Branch-and-bound nodes; the same plan on every machine as long as the clock is
        not what ends the search.
    gap
        Relative gap at which a plan counts as optimal.
    threads
        Threads that the solver may use.
    seed
        Seed of the solver's random choices.
    level
        With ``mrp``: work the orders off within capacity, in the order of their dates,
        and show what becomes of the plan.
    memory_mb
        Memory that the solving process may use, in MiB.
    options
        Further options of HiGHS by their own names.
    listener
        Called with each event while planning.
    control
        Stops (keeps the best) or cancels (discards) from another thread.

    Raises
    ------
    DataError
        When the data contradict themselves so that no plan can be made.
    Cancelled
        When the run was cancelled.
    ValueError
        When a parameter is out of its range or an option is unknown.
    """
    params = SolverParams(
        time_limit=time_limit,
        work_limit=work_limit,
        gap=gap,
        threads=threads,
        seed=seed,
        memory_mb=memory_mb,
        options=MappingProxyType(dict(options or {})),
    )
    run = _Run(asked=Engine(engine), params=params, listener=listener, control=control)

    with run.stage("check"):
        refuse_contradictions(data)

    with run.stage("network"):
        net = assemble(data)

    chosen, choice = _choose(run.asked, net)

    with run.stage("mrp"):
        wanted = plan_mrp(net)

    if chosen is Engine.MRP:
        outcome = _heuristic(run, net, wanted, level=level)
    else:
        outcome = _optimum(run, net, wanted, chosen)

    with run.stage("decode"):
        frames = decode(
            net,
            outcome.quantities,
            engine=outcome.engine.value,
            findings=outcome.findings,
        )

    run.refuse_cancelled()
    frames["planned_orders"] = _with_units(data, frames["planned_orders"])
    terms = costs(net, frames)
    record = RunRecord(
        engine_asked=run.asked.value,
        engine_used=outcome.engine.value,
        choice=choice,
        termination=outcome.termination,
        objective=sum(terms.values()),
        bound=outcome.bound,
        terms=MappingProxyType(terms),
        parameters=MappingProxyType(_parameters(run, level=level)),
        data_fingerprint=data.fingerprint(),
        seconds=MappingProxyType(run.seconds),
        cpu_seconds=outcome.cpu_seconds,
        size=MappingProxyType(outcome.size),
        incumbents=outcome.incumbents,
        versions=MappingProxyType(versions()),
    )

    return Plan(frames=frames, run=record)


def _with_units(data: PlanningData, orders: pd.DataFrame) -> pd.DataFrame:
    """
    Returns planned orders with the base unit of their item.
    """
    units = data.table("items").set_index("item_id")["base_uom"]

    return orders.assign(uom=orders["item_id"].map(units).astype("str"))


def versions() -> dict[str, str]:
    """
    Returns the versions of what makes a plan.
    """
    return {"python": platform.python_version()} | {
        package: version(package) for package in _PACKAGES
    }


@dataclass(slots=True, kw_only=True)
class _Run:
    """
    What is asked of a run, and what it has spent.
    """

    asked: Engine
    params: SolverParams
    listener: Listener | None
    control: Control | None
    began: float = field(default_factory=time.monotonic)
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Generator[None]:
        self.refuse_cancelled()
        begin = time.monotonic()

        if self.listener is not None:
            self.listener(Progress(phase=name, seconds=begin - self.began))

        yield
        self.seconds[name] = time.monotonic() - begin
        logger.info("Stage %s took %.2f s.", name, self.seconds[name])

    def refuse_cancelled(self) -> None:
        if self.control is not None and self.control.wish is Termination.CANCELLED:
            msg = "The run was cancelled; nothing was planned."
            raise Cancelled(msg)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Outcome:
    quantities: Quantities
    engine: Engine
    termination: Termination
    bound: float = float("-inf")
    findings: tuple[Finding, ...] = ()
    cpu_seconds: float = 0.0
    size: dict[str, int] = field(default_factory=dict)
    incumbents: tuple[tuple[float, float, float], ...] = ()


def refuse_contradictions(data: PlanningData) -> None:
    """
    Raises an error that lists everything that makes planning impossible.

    Raises
    ------
    DataError
        When there is anything.
    """
    errors = [
        finding for finding in run_checks(data) if finding.severity is Severity.ERROR
    ]

    if errors:
        raise DataError(
            [
                Problem(
                    code=finding.code,
                    table=finding.table,
                    row=finding.row,
                    column=finding.column,
                    value=finding.key,
                    text=finding.text,
                    remedy=finding.hint,
                )
                for finding in errors
            ]
        )


def _choose(asked: Engine, net: Network) -> tuple[Engine, str]:
    """
    Returns the engine to use and why.
    """
    if asked is not Engine.AUTO:
        return asked, "It was asked for."

    size = len(net.activities) * net.num_buckets

    if size > LARGEST_SEARCH:
        return Engine.MRP, (
            f"{size:,} quantities are more than the {LARGEST_SEARCH:,} that are "
            "searched."
        )

    if lots_matter(net).any() or (net.activities.lot_multiple > 0).any():
        return Engine.MIP, "Lots, set-ups or multiples matter."

    return Engine.LP, "No lot, set-up or multiple matters, so that the LP is exact."


def _heuristic(run: _Run, net: Network, wanted: Quantities, *, level: bool) -> _Outcome:
    executed = None

    if level:
        with run.stage("execute"):
            executed = execute(net, wanted)

    found: tuple[Finding, ...] = ()

    if level and executed is None:
        found = (_not_levelled(),)

    return _Outcome(
        quantities=wanted if executed is None else executed,
        engine=Engine.MRP,
        termination=Termination.HEURISTIC,
        findings=found,
    )


def _optimum(run: _Run, net: Network, wanted: Quantities, chosen: Engine) -> _Outcome:
    with run.stage("execute"):
        executed = execute(net, wanted)

    start = wanted if executed is None else executed
    done = optimise(
        net,
        run.params,
        starts=(start, wanted),
        relax=chosen is Engine.LP,
        listener=run.listener,
        control=run.control,
    )
    run.seconds.update(done.seconds)
    run.refuse_cancelled()
    result = done.result
    failed = done.quantities is None
    termination = Termination.HEURISTIC if failed else result.termination

    return _Outcome(
        quantities=start if done.quantities is None else done.quantities,
        engine=Engine.MRP if failed else chosen,
        termination=termination,
        bound=result.bound,
        findings=tuple(_search_findings(run, done, finite=executed is not None)),
        cpu_seconds=result.cpu_seconds,
        size=done.size,
        incumbents=result.incumbents,
    )


def _search_findings(run: _Run, done: Optimised, *, finite: bool) -> Iterator[Finding]:
    result = done.result
    ending = _ENDINGS.get(result.termination, "")

    if result.termination is Termination.CRASHED:
        yield Finding(
            code="E-SOLVER-CRASH",
            severity=Severity.WARNING,
            text="The solver died while it searched. Plan again; if it dies again, "
            f"report the end of its log: {result.log[-300:]!r}",
        )

    if result.termination is Termination.MEMORY:
        yield Finding(
            code="E-MEMORY",
            severity=Severity.WARNING,
            text="The solver ran out of memory. Give it more, or plan fewer items or "
            "a shorter horizon.",
        )

    if done.quantities is None:
        capacity = "worked off within capacity" if finite else "which ignores capacity"
        yield Finding(
            code="W-SOLVER-FALLBACK",
            severity=Severity.WARNING,
            text=f"No optimised plan was found because {ending}. This is the MRP plan, "
            f"{capacity}. Allow more time.",
        )
    elif ending:
        gap = result.gap()
        worth = (
            f"costs at most {gap:.2%} more than the best possible"
            if gap < 1.0
            else "may cost much more than the best possible"
        )
        yield Finding(
            code="W-SOLVER-LIMIT",
            severity=Severity.INFO if gap <= run.params.gap else Severity.WARNING,
            text=f"The search ended because {ending}; the plan {worth}. Allow more "
            "time for a better plan or a better proof.",
        )


def _not_levelled() -> Finding:
    return Finding(
        code="W-FEATURE-DEGRADED",
        severity=Severity.DEGRADED,
        text="The plan has too many orders to be worked off within capacity, so that "
        "loads above capacity remain. Optimise it, or plan fewer items.",
    )


def _parameters(run: _Run, *, level: bool) -> dict[str, object]:
    asked: dict[str, object] = {
        name: getattr(run.params, name) for name in run.params.__slots__
    }
    asked["options"] = dict(run.params.options)

    return {"engine": run.asked.value, "level": level} | asked
