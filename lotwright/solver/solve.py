"""
From planning data to a plan: choose, time, fall back, decode.
"""

from __future__ import annotations

import logging
import math
import platform
import time
from collections.abc import Generator, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from types import MappingProxyType

import numpy as np
import pandas as pd

from lotwright.errors import Cancelled, DataError, Problem
from lotwright.model.assemble.network import assemble
from lotwright.model.checks import check_facts
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.fit.facts import Facts
from lotwright.model.kpis import costs
from lotwright.model.network import Network
from lotwright.model.plan import Plan
from lotwright.model.run_record import RunRecord
from lotwright.solver.bucketed.execute import execute
from lotwright.solver.bucketed.flows import overtime, resource_load
from lotwright.solver.bucketed.plan import plan_mrp
from lotwright.solver.decode.decode import decode
from lotwright.solver.highs.control import Control
from lotwright.solver.highs.session import check_options
from lotwright.solver.highs.settings import settings
from lotwright.solver.lotsizing.columns import lots_matter
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
        and show what becomes of the plan. Without it, capacity is not looked at, but an
        order still waits for components that come late.
    memory_mb
        Memory that the solving process may use for the model and the search, in MiB,
        what its programs take aside.
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

    check_options(settings(params))

    facts = Facts(data)

    with run.stage("check"):
        checked = refuse_contradictions(facts)

    with run.stage("network"):
        net = network_of(facts)

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
            findings=(*_new(checked, net), *outcome.findings),
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


def network_of(facts: Facts) -> Network:
    """
    Returns the network that the checks have assembled already, if they could.

    Raises
    ------
    DataError
        When it cannot be assembled.
    """
    return assemble(facts.data) if facts.network is None else facts.network


def refuse_contradictions(facts: Facts) -> tuple[Finding, ...]:
    """
    Returns what the checks find, or raises an error when planning is impossible.

    Raises
    ------
    DataError
        Lists everything that makes planning impossible.
    """
    findings = tuple(check_facts(facts))
    errors = [found for found in findings if found.severity is Severity.ERROR]

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

    return findings


def _new(checked: tuple[Finding, ...], net: Network) -> Iterator[Finding]:
    """
    Yields what the checks have found and the network does not say again.
    """
    said = {
        (found.code, found.table, found.column, found.key) for found in net.findings
    }

    for found in checked:
        if (found.code, found.table, found.column, found.key) not in said:
            yield found


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
    floor = net if level else _unlimited(net)

    with run.stage("execute"):
        executed = execute(floor, wanted)

    if executed is not None and not level:
        load = resource_load(net, executed.receipt, executed.lots)
        executed = replace(executed, overtime=overtime(net, load))

    return _Outcome(
        quantities=wanted if executed is None else executed,
        engine=Engine.MRP,
        termination=Termination.HEURISTIC,
        findings=(_not_executed(),) if executed is None else (),
    )


def _unlimited(net: Network) -> Network:
    """
    Returns the network with all the capacity that anybody could want.
    """
    limitless = np.full_like(net.resources.capacity, np.inf)

    return replace(net, resources=replace(net.resources, capacity=limitless))


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

    yield from _deaths(done)

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
        above = result.objective / result.bound - 1.0 if result.bound > 0 else math.inf
        worth = (
            f"costs at most {max(above, 0.0):.1%} more than the best possible"
            if above < 1.0
            else "may cost much more than the best possible"
        )
        yield Finding(
            code="W-SOLVER-LIMIT",
            severity=Severity.INFO if gap <= run.params.gap else Severity.WARNING,
            text=f"The search ended because {ending}; the plan {worth}. Allow more "
            "time for a better plan or a better proof.",
        )


def _deaths(done: Optimised) -> Iterator[Finding]:
    crashed = [r for r in done.deaths if r.termination is Termination.CRASHED]

    if crashed:
        yield Finding(
            code="E-SOLVER-CRASH",
            severity=Severity.WARNING,
            count=len(crashed),
            text=f"The solver died {len(crashed)} times while it searched; the best "
            "plan before was kept. Plan again; if it dies again, report the end of its "
            f"log: {crashed[-1].log[-300:]!r}",
        )

    starved = len(done.deaths) - len(crashed)

    if starved:
        yield Finding(
            code="E-MEMORY",
            severity=Severity.WARNING,
            count=starved,
            text=f"The solver ran out of memory or was killed {starved} times; the "
            "best plan before was kept. Give it more memory, or plan fewer items or a "
            "shorter horizon.",
        )


def _not_executed() -> Finding:
    return Finding(
        code="W-FEATURE-DEGRADED",
        severity=Severity.DEGRADED,
        text="The plan has too many orders to be worked off one by one: a component "
        "that comes late does not delay its parents, and loads above capacity remain. "
        "Optimise it, or plan fewer items.",
    )


def _parameters(run: _Run, *, level: bool) -> dict[str, object]:
    asked: dict[str, object] = {
        name: getattr(run.params, name) for name in run.params.__slots__
    }
    asked["options"] = dict(run.params.options)

    return {"engine": run.asked.value, "level": level} | asked
