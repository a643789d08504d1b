"""
Engines: which one plans, what it answers, and what is fallen back on.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace

import pandas as pd

from lotwright.errors import Cancelled, SolveError
from lotwright.model.findings import Finding, Severity
from lotwright.model.kernel import compiling, is_compiled
from lotwright.model.network import Network
from lotwright.solver.bucketed.execute import MAX_ORDERS, execute, most_orders
from lotwright.solver.bucketed.plan import plan_mrp as plan_buckets
from lotwright.solver.highs.control import Control
from lotwright.solver.lotsizing.columns import lots_matter
from lotwright.solver.mrp.engine import plan_mrp
from lotwright.solver.mrp.levelling import level as level_loads
from lotwright.solver.mrp.levelling_pass import urgency_of_jobs
from lotwright.solver.mrp.netting import net_level
from lotwright.solver.params import Engine, Objective, SolverParams
from lotwright.solver.quantities import Quantities
from lotwright.solver.result import Listener, Progress, Termination
from lotwright.solver.schedule import Schedule
from lotwright.solver.search.earlier import EarlierPlan, earlier_plan
from lotwright.solver.search.levelled import quantities_of
from lotwright.solver.search.optimise import Optimised
from lotwright.solver.search.parts import optimise_in_parts
from lotwright.solver.search.shadow_prices import ShadowPrices, shadow_prices
from lotwright.solver.search.stages import service_is_free

logger = logging.getLogger(__name__)

#: Above this many quantities (activities x buckets) ``auto`` does not optimise.
LARGEST_SEARCH = 1_000_000

#: Part of the time limit that shadow prices may take after the search.
_WORTHS_SHARE = 0.05

#: Networks of more quantities are not levelled for a start.
_LARGEST_LEVELLED = 50_000

#: The least that a search is given.
_LEAST_SECONDS = 0.5

_ENDINGS = {
    Termination.TIME_LIMIT: "the time limit was reached",
    Termination.WORK_LIMIT: "the work limit was reached",
    Termination.STOPPED: "it was asked to stop",
    Termination.INFEASIBLE: "the model has no solution",
    Termination.UNBOUNDED: "the model has no least cost",
    Termination.MEMORY: "the solver ran out of memory",
    Termination.CRASHED: "the solver died",
}


@dataclass(slots=True, kw_only=True)
class Run:
    """
    What is asked of a run, the orders that it may start from, the plan that it is to be
    where that was found before, and what it has spent.
    """

    asked: Engine
    params: SolverParams
    listener: Listener | None
    control: Control | None
    objective: Objective = Objective.COST
    cluster: str = ""
    start: pd.DataFrame | None = None
    found: Quantities | None = None
    began: float = field(default_factory=time.monotonic)
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Generator[None]:
        """
        Tells the listener that a stage begins, and notes how long it takes.
        """
        self.refuse_cancelled()
        begin = time.monotonic()
        self.tell(name)

        yield
        self.seconds[name] = time.monotonic() - begin
        logger.info("Stage %s took %.2f s.", name, self.seconds[name])

    def tell(self, phase: str) -> None:
        """
        Tells the listener what goes on.
        """
        if self.listener is not None:
            passed = time.monotonic() - self.began
            self.listener(Progress(phase=phase, seconds=passed))

    def refuse_cancelled(self) -> None:
        """
        Stops here when the run was cancelled.

        Raises
        ------
        Cancelled
            When it was.
        """
        if self.control is not None and self.control.wish is Termination.CANCELLED:
            msg = "The run was cancelled; nothing was planned."
            raise Cancelled(msg)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """
    What an engine answers: quantities in buckets, or a schedule to the day; and the
    levelled plan, where an optimisation has begun with it.
    """

    answer: Quantities | Schedule
    engine: Engine
    termination: Termination
    levelled: Schedule | None = None
    bound: float = float("-inf")
    findings: tuple[Finding, ...] = ()
    cpu_seconds: float = 0.0
    size: dict[str, int] = field(default_factory=dict)
    incumbents: tuple[tuple[float, float, float], ...] = ()
    course: str = ""


def choose(asked: Engine, net: Network) -> tuple[Engine, str]:
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


def planned(run: Run, net: Network, chosen: Engine, *, level: bool) -> Outcome:
    """
    Returns the answer of an engine.

    Parameters
    ----------
    run, net
        What is asked, and of what.
    chosen
        The engine.
    level
        Whether MRP keeps within capacity.

    Raises
    ------
    Cancelled
        When the run was cancelled.
    ValueError
        When a plan that was found before is one of another network.
    """
    if run.found is not None:
        return _found_before(net, run.found, chosen)

    if chosen is Engine.MRP:
        return Outcome(
            answer=scheduled(run, net, level=level),
            engine=Engine.MRP,
            termination=Termination.HEURISTIC,
            findings=tuple(_start_findings(run, chosen, None)),
        )

    return _optimum(run, net, chosen)


def _found_before(net: Network, found: Quantities, chosen: Engine) -> Outcome:
    """
    Returns a plan that a search had found before it was ended from outside.

    Raises
    ------
    ValueError
        When it is one of another network.
    """
    sizes = (len(net.activities), len(net.classes), len(net.resources))
    given = (len(found.receipt), len(found.served), len(found.overtime))

    if sizes != given or found.receipt.shape[1:] != (net.num_buckets,):
        msg = "Expected a plan of the same data, got one of another network."
        raise ValueError(msg)

    return Outcome(
        answer=found,
        engine=chosen,
        termination=Termination.TIME_LIMIT,
        course=" Its search was ended from outside; this is the best plan that it had "
        "handed over.",
    )


def scheduled(run: Run, net: Network, *, level: bool) -> Schedule:
    """
    Returns the plan of the day-exact engine.
    """
    if not is_compiled(net_level):
        run.tell("compiling, once")

    with run.stage("mrp"):
        schedule = plan_mrp(net, finite=level)

    if not level:
        return schedule

    with run.stage("level"):
        return level_loads(net, schedule)


def _optimum(run: Run, net: Network, chosen: Engine) -> Outcome:
    limit, timed = run.params.time_limit, run.params.work_limit is None

    with run.stage("start"):
        wanted = plan_buckets(net)
        executed = execute(net, wanted, most_orders(limit) if timed else MAX_ORDERS)
        earlier = _earlier(run, net, chosen)

    begun = () if earlier is None else (earlier.quantities,)
    levelled = _levelled_start(run, net, chosen)
    spent = sum(run.seconds.get(stage, 0.0) for stage in ("start", "levelled start"))
    translated = () if levelled is None else (quantities_of(net, levelled),)
    left = limit - (spent if timed else 0.0)
    done = optimise_in_parts(
        net,
        replace(run.params, time_limit=max(left, _LEAST_SECONDS)),
        objective=run.objective,
        starts=(*begun, wanted if executed is None else executed, wanted, *translated),
        relax=chosen is Engine.LP,
        listener=run.listener,
        control=run.control,
        cluster=run.cluster,
    )
    run.seconds.update(done.seconds)
    run.refuse_cancelled()
    result = done.result
    failed = done.quantities is None
    worths = _worths(run, net, chosen, done)

    return Outcome(
        answer=_with_worths(done.quantities, worths)
        if done.quantities is not None
        else scheduled(run, net, level=True)
        if levelled is None
        else levelled,
        engine=Engine.MRP if failed else chosen,
        termination=Termination.HEURISTIC if failed else result.termination,
        bound=result.bound,
        levelled=levelled,
        findings=(
            *_free_service(run, net),
            *_start_findings(run, chosen, earlier),
            *_search_findings(run, done),
            *(() if worths is None else worths.findings),
        ),
        cpu_seconds=result.cpu_seconds,
        size=done.size,
        incumbents=result.incumbents,
        course=_begun_with(earlier) + _course_of(run, done),
    )


def _earlier(run: Run, net: Network, chosen: Engine) -> EarlierPlan | None:
    """
    Returns the plan to start from in the numbers of the network; None where there is
    none, or the engine takes none.
    """
    if run.start is None or chosen is not Engine.MIP:
        return None

    return earlier_plan(net, run.start)


def _begun_with(earlier: EarlierPlan | None) -> str:
    """
    Returns what the search began with, where it was given something.
    """
    if earlier is None or not earlier.taken:
        return ""

    noun = "order" if earlier.taken == 1 else "orders"

    return f" The search was given {earlier.taken:,} {noun} of an earlier plan."


def _course_of(run: Run, done: Optimised) -> str:
    """
    Returns how the search went about it, where that was not in one piece.
    """
    parts = done.size.get("parts", 1)

    if parts == 1:
        return ""

    where = run.cluster or f"{min(done.size['seats'], parts)} at a time"

    return (
        f" What shares no material and no scarce resource was searched apart, in "
        f"{parts} parts, {where}."
    )


def _levelled_start(run: Run, net: Network, chosen: Engine) -> Schedule | None:
    """
    Returns the levelled plan of the day-exact engine, so that no search ends above it.

    It is left out where it would take long: while its kernels are not compiled, and
    where the network is large. Where work is limited instead of time, kernels are
    compiled first, for the plan must be the same on every machine. What has to be
    compiled all the same does not count as time of the search.
    """
    size = len(net.activities) * net.num_buckets

    if chosen is not Engine.MIP or size > _LARGEST_LEVELLED:
        return None

    if not (is_compiled(net_level) and is_compiled(urgency_of_jobs)):
        if run.params.work_limit is None:
            return None

        run.tell("compiling, once")

    levelled = None

    with compiling() as compiled, run.stage("levelled start"):
        try:
            levelled = level_loads(net, plan_mrp(net, finite=True))
        except SolveError as error:
            logger.info("No levelled start: %s", error)

    if compiled:
        run.seconds["compiling"] = sum(compiled)
        run.seconds["levelled start"] -= sum(compiled)

    return levelled


def _worths(
    run: Run, net: Network, chosen: Engine, done: Optimised
) -> ShadowPrices | None:
    """
    Returns what more capacity and stock would save; None where it is not a plan of
    least cost, or where time does not suffice.
    """
    by_cost = run.objective is Objective.COST and not service_is_free(net)

    if not by_cost or done.quantities is None:
        return None

    with run.stage("shadow prices"):
        return shadow_prices(
            net,
            done.quantities if done.result.values is None else done.result.values,
            run.params,
            max(_WORTHS_SHARE * run.params.time_limit, 1.0),
            relax=chosen is Engine.LP,
            control=run.control,
        )


def _with_worths(quantities: Quantities, worths: ShadowPrices | None) -> Quantities:
    if worths is None:
        return quantities

    return replace(quantities, capacity_worth=worths.capacity, stock_worth=worths.stock)


def _free_service(run: Run, net: Network) -> Iterator[Finding]:
    if run.objective is Objective.COST and service_is_free(net):
        yield Finding(
            code="I-DEFAULT",
            severity=Severity.INFO,
            table="demands",
            column="lost_cost",
            text="Demand that is late or lost costs nothing, so that the cheapest plan "
            "would serve none: the plan puts service first. Give lost_cost or "
            "late_cost_per_day where demand may be given up.",
        )


def _start_findings(
    run: Run, chosen: Engine, earlier: EarlierPlan | None
) -> Iterator[Finding]:
    if run.start is None:
        return

    if earlier is None:
        why = (
            "the LP has one best cost wherever it starts"
            if chosen is Engine.LP
            else "MRP makes every plan anew"
        )
        yield Finding(
            code="I-START",
            severity=Severity.INFO,
            text=f"The earlier plan to start from was not used, for {why}. Lock or "
            "approve the orders that are to stay.",
        )
    elif earlier.left:
        total = earlier.taken + earlier.left
        yield Finding(
            code="I-START",
            severity=Severity.INFO,
            count=earlier.left,
            text=f"{earlier.left:,} of {total:,} orders of the earlier plan to start "
            "from were left out: their source is not there any longer, they would come "
            "after the plan ends, or they are among the supplies now. Nothing need be "
            "done.",
        )


def _search_findings(run: Run, done: Optimised) -> Iterator[Finding]:
    result = done.result
    ending = _ENDINGS.get(result.termination, "")

    yield from _deaths(done)

    if done.quantities is None:
        yield Finding(
            code="W-SOLVER-FALLBACK",
            severity=Severity.WARNING,
            text=f"No optimised plan was found because {ending}. This is the MRP plan, "
            "levelled against capacity. Allow more time.",
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
