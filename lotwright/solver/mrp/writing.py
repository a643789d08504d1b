"""
Writing: the tables of a run become the schedule that it answers with.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.network import Network
from lotwright.solver.mrp.lots import TOLERANCE
from lotwright.solver.mrp.packing import part
from lotwright.solver.mrp.peg_rows import peg_places, write_pegs
from lotwright.solver.mrp.relation import grouped
from lotwright.solver.mrp.shortages import keep_rest
from lotwright.solver.mrp.state import State
from lotwright.solver.mrp.workdays import workdays_of
from lotwright.solver.schedule import (
    Bound,
    Move,
    NeedKind,
    Needs,
    Orders,
    Pegs,
    Receipts,
    Schedule,
    Work,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Planned:
    """
    What a run has planned, and what becomes of the rest.

    Parameters
    ----------
    state
        Orders, needs, pegs and receipts, settled.
    kept, excess
        What safety stock keeps of each supply, and what is in excess, ``(S + R,)``.
    given_up
        What each demand line will not get because it would come too late, ``(N,)``.
    """

    state: State
    kept: Floats
    excess: Floats
    given_up: Floats


def planned_of(
    network: Network, state: State, safety: Floats, given_up: Floats
) -> Planned:
    """
    Returns what was planned, with what is left over kept as safety stock or in excess.

    Parameters
    ----------
    network, state
        What was planned.
    safety
        Most safety stock that each point keeps, shape ``(P,)``.
    given_up
        As in ``Planned``.
    """
    rows_from, rows = grouped(state.point, len(network.points))
    available = state.brought.available
    kept, excess = keep_rest(
        state.point, available, state.free, rows_from, rows, safety
    )

    return Planned(state=state, kept=kept, excess=excess, given_up=given_up)


def schedule_of(network: Network, planned: Planned, work: Work) -> Schedule:
    """
    Returns the schedule of what was planned.

    What nothing meets is pegged to supply -1; what is left over of supplies is pegged
    to safety stock, then to excess.
    """
    order_at, num_orders = _numbered(planned.state.orders.quantity > 0.0)
    state = planned.state
    asked = state.links.needs.quantity.copy()
    asked[: len(planned.given_up)] += planned.given_up
    need_at, num_needs = _numbered(asked > TOLERANCE)
    num_open = len(network.supplies.day)
    brings = order_at[planned.state.brought.order] >= 0
    receipt_at, _ = _numbered(brings)
    supply_at = np.append(
        np.concatenate([np.arange(num_open), receipt_at + num_open]), -1
    )
    rest = _rest(planned, num_needs)
    pegs = _pegs(network, planned, asked, need_at, supply_at, rest)
    state.forget_pegs()
    needs = _needs(planned, asked, need_at, order_at, rest)
    state.forget_needs()
    if num_orders < len(order_at):
        work = _kept_work(work, order_at)

    available = planned.state.brought.available

    return Schedule(
        orders=_orders(planned, order_at, need_at, num_orders),
        receipts=_receipts(network, planned, brings, order_at),
        needs=needs,
        pegs=pegs,
        work=work,
        supply_day=available[:num_open].copy(),
        overtime=np.zeros_like(network.resources.overtime_max),
    )


def _kept_work(work: Work, order_at: Ints) -> Work:
    kept = order_at[work.order] >= 0

    return Work(
        order=order_at[work.order[kept]],
        load=work.load[kept],
        bucket=work.bucket[kept],
        run=work.run[kept],
        setup=work.setup[kept],
    )


def _numbered(kept: Bools) -> tuple[Ints, int]:
    """
    Returns new numbers of the rows that are kept, -1 for others, and how many are kept.
    """
    count = int(np.count_nonzero(kept))

    if count == len(kept):
        return np.arange(count, dtype=np.int64), count

    number = np.cumsum(kept, dtype=np.int64) - 1
    number[~kept] = -1

    return number, count


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rest:
    """
    Needs that keep what is left over: kind, point and quantity of each; and the pegs to
    them: supply, need and quantity.
    """

    kind: Ints
    point: Ints
    quantity: Floats
    supply: Ints
    need: Ints
    amount: Floats


def _rest(planned: Planned, num_needs: int) -> _Rest:
    size = int(planned.state.point.max(initial=-1)) + 1
    kept = np.flatnonzero(planned.kept > TOLERANCE)
    excess = np.flatnonzero(planned.excess > TOLERANCE)
    supply = np.concatenate([kept, excess])
    point = planned.state.point[supply]
    point[len(kept) :] += size
    left = np.concatenate([planned.kept[kept], planned.excess[excess]])
    total: Floats = np.bincount(point, weights=left, minlength=2 * size).astype(
        np.float64
    )
    keeper = np.flatnonzero(total > 0.0)
    number = np.full(2 * size, -1, dtype=np.int64)
    number[keeper] = num_needs + np.arange(len(keeper))
    safety = np.where(keeper < size, NeedKind.SAFETY, NeedKind.EXCESS)

    return _Rest(
        kind=safety.astype(np.int64),
        point=(keeper % max(size, 1)).astype(np.int64),
        quantity=total[keeper],
        supply=supply,
        need=number[point],
        amount=left,
    )


def _pegs(
    network: Network,
    planned: Planned,
    asked: Floats,
    need_at: Ints,
    supply_at: Ints,
    rest: _Rest,
) -> Pegs:
    state, rules = planned.state, network.rules.points
    links = state.links
    size, begin, missing = peg_places(state.peg_need, links.amount, asked, need_at)
    last = size + len(rest.need)
    pegs = Pegs(
        supply=np.empty(last, dtype=np.int64),
        need=np.empty(last, dtype=np.int64),
        quantity=np.empty(last),
        day=np.empty(last, dtype=np.int64),
        hard=np.zeros(last, dtype=np.bool_),
    )
    write_pegs(
        workdays_of(network.calendars),
        (rules.calendar, rules.issue_margin),
        (links.needs, need_at, missing, begin),
        (state.peg_need, links.supply, links.amount, state.hard),
        (supply_at, state.brought.available),
        (pegs.supply, pegs.need, pegs.quantity, pegs.day, pegs.hard),
    )
    turn = np.argsort(rest.need, kind="stable")
    pegs.supply[size:] = supply_at[rest.supply[turn]]
    pegs.need[size:] = rest.need[turn]
    pegs.quantity[size:] = rest.amount[turn]
    pegs.day[size:] = 0

    return pegs


def _needs(
    planned: Planned, asked: Floats, need_at: Ints, order_at: Ints, rest: _Rest
) -> Needs:
    rows = _rows(need_at)
    table = part(planned.state.links.needs, 0, len(need_at))
    tail = np.zeros(len(rest.kind), dtype=np.int64)
    needs = Needs(
        kind=_joined(table.kind[rows], rest.kind),
        ref=_joined(table.ref[rows], rest.point),
        flow=_joined(table.flow[rows], tail - 1),
        point=_joined(table.point[rows], rest.point),
        day=_joined(table.day[rows], tail),
        available_by=_joined(table.by[rows], tail),
        priority=_joined(table.priority[rows], tail + 2**31),
        quantity=np.concatenate([asked[rows], rest.quantity]),
    )

    if not isinstance(_rows(order_at), slice):
        of_order = np.flatnonzero(needs.kind == NeedKind.ORDER_ISSUE)
        needs.ref[of_order] = order_at[needs.ref[of_order]]

    return needs


def _rows(number: Ints) -> Ints | slice:
    """
    Returns the rows that have a number, as a slice where all have one.
    """
    if not len(number) or number.min() >= 0:
        return slice(0, len(number))

    return np.flatnonzero(number >= 0)


def _joined(first: Ints, last: Ints) -> Ints:
    """
    Returns one column of two, without copies between.
    """
    column = np.empty(len(first) + len(last), dtype=np.int64)
    column[: len(first)], column[len(first) :] = first, last

    return column


def _orders(planned: Planned, order_at: Ints, need_at: Ints, num_orders: int) -> Orders:
    table = planned.state.orders
    rows = _rows(order_at)
    bound = table.bound[rows].astype(np.int64)
    bound[table.due[rows] <= table.wanted[rows]] = Bound.NONE
    bound_by = table.bound_by[rows].astype(np.int64)
    bound_by[bound == Bound.NONE] = -1
    known = np.flatnonzero(bound_by >= 0)
    bound_by[known] = need_at[bound_by[known]]
    none = np.full(num_orders, -1, dtype=np.int64)

    return Orders(
        activity=table.activity[rows].astype(np.int64),
        quantity=np.array(table.quantity[rows]),
        lots=np.ones(num_orders),
        order_day=table.order[rows].astype(np.int64),
        start_day=table.start[rows].astype(np.int64),
        due_day=table.due[rows].astype(np.int64),
        available_day=table.available[rows].astype(np.int64),
        wanted_day=table.wanted[rows].astype(np.int64),
        reason=table.reason[rows].astype(np.int64),
        bound=bound,
        bound_by=bound_by,
        bound_bucket=none,
        move=np.full(num_orders, Move.NONE, dtype=np.int64),
        moved_from=table.due[rows].astype(np.int64),
    )


def _receipts(
    network: Network, planned: Planned, brings: Bools, order_at: Ints
) -> Receipts:
    brought, orders = planned.state.brought, planned.state.orders
    num_open = len(network.supplies.day)
    rows = slice(None) if brings.all() else np.flatnonzero(brings)
    flow = _joined(orders.activity, planned.state.by_flow)[rows]
    order = brought.order[rows]

    return Receipts(
        order=order_at[order],
        flow=flow,
        point=brought.point[rows].copy(),
        available_day=brought.available[num_open:][rows].copy(),
        quantity=network.outputs.ratio[flow] * orders.quantity[order],
    )
