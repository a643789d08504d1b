"""
From planning data to a plan: choose, time, fall back, decode.
"""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from importlib.metadata import version
from types import MappingProxyType

import pandas as pd

from lotwright.errors import DataError, Problem
from lotwright.model.assemble.network import assemble
from lotwright.model.checks import check_facts
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.fit.facts import Facts
from lotwright.model.fit.features import followed_by_mrp, followed_by_optimisation
from lotwright.model.network import Network
from lotwright.model.plan import Plan
from lotwright.model.plan_tables import InParts, PlanTables
from lotwright.model.run_record import RunRecord
from lotwright.model.selection import selected
from lotwright.solver.answer import cheaper, decoded
from lotwright.solver.engines import Outcome, Run, choose, planned
from lotwright.solver.highs.control import Control
from lotwright.solver.highs.session import check_options
from lotwright.solver.highs.settings import settings
from lotwright.solver.params import (
    Engine,
    Objective,
    OptionValue,
    SolverParams,
    refuse_type,
    usual_threads,
)
from lotwright.solver.quantities import Quantities
from lotwright.solver.result import Listener
from lotwright.solver.search.stages import service_is_free

_PACKAGES = ("lotwright", "highspy", "numba", "numpy", "pandas", "scipy")


def plan(
    data: PlanningData,
    *,
    engine: Engine | str = Engine.AUTO,
    objective: Objective | str = Objective.COST,
    time_limit: float = 60.0,
    work_limit: int | None = None,
    gap: float = 1e-4,
    threads: int | None = None,
    seed: int = 0,
    level: bool | None = None,
    only: str | None = None,
    reference: Plan | pd.DataFrame | None = None,
    start: Plan | pd.DataFrame | None = None,
    found: Quantities | None = None,
    memory_mb: int | None = None,
    options: Mapping[str, OptionValue] | None = None,
    cluster: str = "",
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
    objective
        What an optimised plan is to be: ``cost`` (of least cost) or ``service_first``
        (of least lateness, weighed by priority; of these, one with the least below
        safety stock; of these, one of least cost). MRP always puts service first.
    time_limit
        Seconds of wall clock for the optimisation.
    work_limit
        Branch-and-bound nodes; the same plan on every machine as long as the clock is
        not what ends the search.
    gap
        Relative gap at which a plan counts as optimal.
    threads
        Processors that the search may use, to search independent parts of the network
        or to improve different places of one plan at the same time. When left out, all
        that there are, but at most four; one where work is limited.
    seed
        Seed of the solver's random choices.
    level
        With ``mrp``: keep within capacity, by making ahead, in overtime or late what
        does not fit. Without it, capacity is not looked at, but an order still waits
        for components that come late. Levelling is the default of ``auto`` only.
    only
        Condition on the stock points to plan, such as ``planner_id == 'ANNA'``; over
        ``item_id``, ``location_id``, ``item_group``, ``planner_id``, ``kind``, ``abc``,
        ``lifecycle`` and ``parent_id`` of the location. All that shares components or
        capacity with them is planned, too; the others keep their orders.
    reference
        An earlier plan, or its planned orders, to change as little as
        ``costs.change_cost`` asks for and to be compared with, in place of the table
        ``reference_orders``.
    start
        An earlier plan, or its planned orders, for the search to start from; made by
        whatever engine, of these data or of others that are like them. What no longer
        fits is left out. The better the start, the better the plan of a short search;
        it binds nothing, and neither MRP nor the LP needs it.
    found
        Quantities that an earlier search of the same data has handed over to its
        listener (``Progress.plan``) and that has not come to its end: they become the
        plan, and nothing is searched.
    memory_mb
        Memory that the solving process may use for the model and the search, in MiB,
        what its programs take aside.
    options
        Further options of HiGHS by their own names.
    cluster
        Address of a Dask scheduler, such as ``tcp://scheduler:8786``, on whose workers
        independent parts of the network are optimised; empty for this machine, where
        as many at a time as there are threads.
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
    TypeError
        When a parameter is not of its type.
    ValueError
        When a parameter is out of its range, an option is unknown, or what was found is
        a plan of other data.
    ClusterError
        When the cluster cannot be reached or is of another version.
    InputError
        When the condition is not understood or meets no stock point.
    """
    refuse_type("data", data, PlanningData, "planning data", optional=False)
    refuse_type("engine", engine, str, "the name of an engine", optional=False)
    refuse_type("level", level, bool, "True, False or None", optional=True)
    refuse_type("only", only, str, "a condition as text or None", optional=True)
    options = {} if options is None else options
    refuse_type("options", options, Mapping, "names and values", optional=False)
    refuse_type("found", found, Quantities, "quantities or None", optional=True)
    refuse_type("cluster", cluster, str, "the address of a scheduler", optional=False)
    refuse_type("listener", listener, Callable, "a function or None", optional=True)  # type: ignore[arg-type]  # an abstract class is a type
    refuse_type("control", control, Control, "a Control or None", optional=True)
    params = SolverParams(
        time_limit=time_limit,
        work_limit=work_limit,
        gap=gap,
        threads=usual_threads(work_limit) if threads is None else threads,
        seed=seed,
        memory_mb=memory_mb,
        options=MappingProxyType(dict(options)),
    )
    run = Run(
        asked=Engine(engine),
        params=params,
        listener=listener,
        control=control,
        objective=Objective(objective),
        cluster=cluster,
        start=None if start is None else _orders_of("start", start),
        found=found,
    )

    check_options(settings(params))

    if reference is not None:
        data = data.replace(reference_orders=_orders_of("reference", reference))

    facts, narrowed = _facts(run, data, only)

    with run.stage("check"):
        checked = (*narrowed, *refuse_contradictions(facts))
        checked = _of_part(checked) if only is not None else checked

    with run.stage("network"):
        net = network_of(facts)

    # What the checks worked out besides is of no use any more.
    del facts

    chosen, choice = choose(run.asked, net)
    within = run.asked is Engine.AUTO if level is None else level
    outcome = planned(run, net, chosen, level=within)

    with run.stage("decode"):
        answer = decoded(net, outcome, _told(checked, net, outcome.engine))

        if _is_comparable(run, net, checked):
            answer = cheaper(net, answer, _told(checked, net, Engine.MRP))

    run.refuse_cancelled()
    outcome, terms = answer.outcome, answer.terms
    orders = partial(_with_units, data, answer.frames)
    frames = answer.frames.replaced({"planned_orders": InParts(parts=orders)})
    record = RunRecord(
        engine_asked=run.asked.value,
        engine_used=outcome.engine.value,
        choice=choice + outcome.course,
        termination=outcome.termination,
        objective=answer.cost,
        bound=outcome.bound,
        terms=MappingProxyType(terms),
        parameters=MappingProxyType(_parameters(run, level=within, only=only)),
        data_fingerprint=data.fingerprint(),
        seconds=MappingProxyType(run.seconds),
        cpu_seconds=outcome.cpu_seconds,
        size=MappingProxyType(outcome.size),
        incumbents=_to_the_end(run, outcome, answer.cost),
        versions=MappingProxyType(versions()),
    )

    return Plan(frames=frames, run=record)


def _to_the_end(
    run: Run, outcome: Outcome, cost: float
) -> tuple[tuple[float, float, float], ...]:
    """
    Returns the plans that the search found, up to the one that is answered: settling
    its quantities makes it a little cheaper after the last of them.
    """
    found = outcome.incumbents
    now = sum(run.seconds.values())

    if not found or not cost < found[-1][1] * (1.0 - 1e-9) or now < found[-1][0]:
        return found

    return (*found, (now, cost, outcome.bound))


def _is_comparable(run: Run, net: Network, checked: tuple[Finding, ...]) -> bool:
    """
    Returns whether cost says which of an optimised and an MRP plan is better: it does
    where no rule is followed by one of them alone, and cost comes first.
    """
    by_cost = run.objective is Objective.COST and not service_is_free(net)

    return by_cost and not any(followed_by_optimisation(found) for found in checked)


def _orders_of(name: str, given: Plan | pd.DataFrame) -> pd.DataFrame:
    """
    Returns the planned orders of a plan as a table that is read: its words as text.
    """
    orders = given.orders if isinstance(given, Plan) else given
    refuse_type(name, orders, pd.DataFrame, "a plan or None", optional=False)
    coded = orders.select_dtypes("category").columns

    return orders.astype(dict.fromkeys(coded, "str"))


def _facts(
    run: Run, data: PlanningData, only: str | None
) -> tuple[Facts, tuple[Finding, ...]]:
    """
    Returns the facts of what is planned: all of it, or a selection.
    """
    facts = Facts(data)

    if only is None:
        return facts, ()

    with run.stage("select"):
        refuse_contradictions(facts)
        part, finding = selected(data, network_of(facts), only)

    return Facts(part), (finding,)


def _with_units(
    data: PlanningData, frames: PlanTables, most: int
) -> Iterator[pd.DataFrame]:
    """
    Yields planned orders with the base unit of their item, in parts of so many rows at
    most.
    """
    units = data.table("items").set_index("item_id")["base_uom"]

    for orders in frames.parts("planned_orders", most):
        yield orders.assign(uom=orders["item_id"].map(units).astype("str"))


def versions() -> dict[str, str]:
    """
    Returns the versions of what makes a plan.
    """
    return {"python": platform.python_version()} | {
        package: version(package) for package in _PACKAGES
    }


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


def _of_part(checked: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """
    Returns what is true of a selection: rows that nothing in it uses are left out, for
    the rest of the data may use them.
    """
    return tuple(found for found in checked if found.code != "I-DATA-UNUSED")


def _told(
    checked: tuple[Finding, ...], net: Network, engine: Engine
) -> tuple[Finding, ...]:
    """
    Returns what the checks have found, the network does not say again, and the engine
    does not follow in full.
    """
    new = _new(checked, net)

    is_mrp = engine is Engine.MRP
    followed = followed_by_mrp if is_mrp else followed_by_optimisation

    return tuple(found for found in new if not followed(found))


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


def _parameters(run: Run, *, level: bool, only: str | None) -> dict[str, object]:
    asked: dict[str, object] = {
        name: getattr(run.params, name) for name in run.params.__slots__
    }
    asked["options"] = dict(run.params.options)
    begun = {} if run.start is None else {"start_orders": len(run.start)}

    return {
        "engine": run.asked.value,
        "objective": run.objective.value,
        "level": level,
        "only": only,
        **begun,
    } | asked
