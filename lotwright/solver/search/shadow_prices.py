"""
Shadow prices: what one more hour, one more piece or one more unit of stock would save.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from lotwright.model.findings import Finding, Severity
from lotwright.model.kinds import ResourceKind
from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.solver.highs.control import Control
from lotwright.solver.highs.solve import solve, solve_here
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.largest_receipts import largest_receipts
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.lotsizing.room import regular_room
from lotwright.solver.params import SolverParams
from lotwright.solver.quantities import Quantities
from lotwright.solver.result import SolveResult, Termination

logger = logging.getLogger(__name__)

#: Resources of which a finding tells what more of them is worth.
MOST_FINDINGS = 5

#: Worths below this part of the plan's cost are rounding.
_NEGLIGIBLE = 1e-9

#: Savings below this part of the plan's cost are not worth a finding.
_LEAST_SAVING = 1e-5

#: Units of capacity in words.
_UNITS = {"h": "hour", "pieces": "piece", "units": "unit"}

#: LPs up to this many columns are solved in this process.
_SMALL = 20_000

#: The least that a solve is given.
_LEAST_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ShadowPrices:
    """
    What one more unit would save while the lots of a plan stay as they are.

    Parameters
    ----------
    capacity
        Money per unit of capacity of each resource and bucket, NaN where there is no
        limit, shape ``(R, T)``. An hour of a machine is one of its groups, too.
    stock
        Money per base unit of each stock point that comes in a bucket for nothing; what
        is of no use costs its holding, and is below 0; shape ``(P, T)``.
    findings
        What one more unit of the dearest resources saves, each solved anew.
    """

    capacity: Floats
    stock: Floats
    findings: tuple[Finding, ...]


def shadow_prices(
    net: Network,
    solution: Floats | Quantities,
    params: SolverParams,
    seconds: float,
    *,
    relax: bool = False,
    control: Control | None = None,
) -> ShadowPrices | None:
    """
    Returns the shadow prices of a plan of least cost; None when time does not suffice.

    They are the dual values of the LP in which set-ups, lots and multiples are those of
    the plan. More capacity may also allow for other lots, and save more.

    Parameters
    ----------
    net
        The network.
    solution
        The plan, on the columns of its natural model, shape ``(num_columns,)``, or
        its quantities.
    params
        Threads, memory and seed; limits are not taken from here.
    seconds
        Wall-clock seconds that all solves together may take.
    relax
        Whether lots may be broken, as in a plan by the LP.
    control
        Ends it from another thread.
    """
    model = LotSizingModel(net)
    solution = model.start(solution) if isinstance(solution, Quantities) else solution
    course = _Course(params, time.monotonic() + seconds, control)
    lp = model.compiled.relaxed() if relax else model.fixed(solution)
    lp = _unbounded_by_capacity(net, model, lp)
    base = course.solve(lp)

    if base.row_duals is None or base.termination is not Termination.OPTIMAL:
        logger.info("No shadow prices: %s.", base.termination)
        return None

    least = _NEGLIGIBLE * max(abs(base.objective), 1.0)
    duals = np.where(np.abs(base.row_duals) > least, base.row_duals, 0.0)
    worth = 0.0 - _rows(lp, "capacity", net.resources.capacity, duals)
    capacity = _of_members(net, np.where(_overloaded(net), 0.0, worth))
    capacity[~np.isfinite(net.resources.capacity)] = np.nan

    return ShadowPrices(
        capacity=capacity,
        stock=_rows(lp, "stock_balance", net.points.open_receipts, duals),
        findings=tuple(_told(net, lp, base.objective, capacity, course)),
    )


@dataclass(frozen=True, slots=True)
class _Course:
    """
    Solves that share a clock.
    """

    params: SolverParams
    deadline: float
    control: Control | None

    def solve(self, lp: Compiled) -> SolveResult:
        left = self.deadline - time.monotonic()

        if left <= 0.0:
            return SolveResult(termination=Termination.TIME_LIMIT)

        limits = replace(
            self.params, time_limit=max(left, _LEAST_SECONDS), work_limit=None
        )
        run = solve_here if lp.num_columns <= _SMALL else solve

        return run(lp, limits, control=self.control)


def _unbounded_by_capacity(
    net: Network, model: LotSizingModel, lp: Compiled
) -> Compiled:
    """
    Returns the LP with receipts bounded by need alone.

    Big M is also made of capacity; where it binds, it hides what capacity is worth.
    """
    infinite = np.full_like(net.resources.capacity, np.inf)
    endless = replace(net, resources=replace(net.resources, capacity=infinite))
    needed = np.maximum(largest_receipts(endless), model.columns.largest)
    upper, row_upper = lp.upper.copy(), lp.row_upper.copy()
    quantity, setup = model.columns.quantity.columns, model.columns.setup.columns
    upper[quantity[quantity >= 0]] = needed[quantity >= 0]
    number = _numbers(lp, "lot_open", quantity.shape)
    opened = (number >= 0) & (setup >= 0)
    opened[opened] = lp.lower[setup[opened]] > 0.5
    row_upper[number[opened]] = (needed - model.columns.largest)[opened]

    return replace(lp, upper=upper, row_upper=row_upper)


def _numbers(lp: Compiled, family: str, shape: tuple[int, ...]) -> Ints:
    """
    Returns the row of a family for each entity and bucket, -1 where there is none.
    """
    numbers = np.full(shape, -1, dtype=np.int64)

    for block in lp.rows:
        if block.name == family:
            there = np.arange(len(block)) if block.keep is None else block.keep
            numbers.ravel()[there] = block.first + np.arange(len(block))

    return numbers


def _rows(lp: Compiled, family: str, like: Floats, duals: Floats) -> Floats:
    """
    Returns the dual values of a family of rows, 0 where there is none.
    """
    numbers = _numbers(lp, family, like.shape)

    return np.where(numbers >= 0, duals[np.maximum(numbers, 0)], 0.0)


def _of_members(net: Network, worth: Floats) -> Floats:
    """
    Returns what more of a resource is worth to itself and to all groups that it is in.
    """
    resources = net.resources
    total = worth.copy()
    others = resources.pool_row != resources.pool_member
    row, member = resources.pool_row[others], resources.pool_member[others]
    np.add.at(total, member, worth[row])

    return total


def _overloaded(net: Network) -> Bools:
    """
    Returns where open orders take more than there is, shape ``(R, T)``.

    A little more capacity lowers that overload there, and makes no room for anything.
    """
    resources = net.resources
    without = resources.capacity - resources.open_load
    overloaded: Bools = regular_room(net) > without + _NEGLIGIBLE * resources.open_load

    return np.isfinite(without) & overloaded


def _told(
    net: Network, lp: Compiled, cost: float, worth: Floats, course: _Course
) -> Iterator[Finding]:
    """
    Yields what one more unit of the dearest resources saves, each in its best bucket.
    """
    resources = net.resources
    numbers = _numbers(lp, "capacity", worth.shape)
    numbers[_overloaded(net)] = -1
    known = np.nan_to_num(worth)
    best = known.argmax(axis=1) if known.size else np.zeros(0, dtype=np.int64)
    dearest = np.argsort(-known[np.arange(len(best)), best], kind="stable")

    for resource in dearest[:MOST_FINDINGS].tolist():
        bucket = int(best[resource])

        if known[resource, bucket] <= 0.0:
            return

        rows = numbers[resources.pool_row[resources.pool_member == resource], bucket]
        rows = np.append(rows, numbers[resource, bucket])
        row_upper = lp.row_upper.copy()
        row_upper[np.unique(rows[rows >= 0])] += 1.0
        saving = cost - course.solve(replace(lp, row_upper=row_upper)).objective

        if saving > _LEAST_SAVING * max(abs(cost), 1.0):
            yield _finding(net, resource, bucket, saving)


def _finding(net: Network, resource: int, bucket: int, saving: float) -> Finding:
    resources = net.resources
    key, unit = resources.resource_id[resource], resources.unit[resource]
    machine = resources.kind[resource] in {ResourceKind.MACHINE, ResourceKind.GROUP}
    name = key if machine else key.replace(":", " ", 1)
    remedy = (
        "Add a shift, or move work to another machine,"
        if machine
        else "Ask for more, or use another source,"
    )

    amount = f"{saving:,.2f} {net.currency}".strip()

    return Finding(
        code="I-MORE-CAPACITY",
        severity=Severity.INFO,
        table="resources",
        key=key,
        value=saving,
        text=f"One more {_UNITS.get(unit, unit or 'unit')} of {name} in "
        f"{net.buckets.period_id[bucket]} saves {amount} with the same "
        f"lots. {remedy} where that costs less.",
    )
