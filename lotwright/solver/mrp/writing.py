"""
Writing: the tables of a run become the schedule that it answers with.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.network import Network
from lotwright.solver.mrp.ageing import expiry_days
from lotwright.solver.mrp.books import (
    NeedTable,
    OrderRows,
    PegTable,
    larger_needs,
    needs_between,
    peg_table,
    pegs_between,
)
from lotwright.solver.mrp.lots import TOLERANCE
from lotwright.solver.mrp.order_columns import OrderColumns, unpack_orders
from lotwright.solver.mrp.packing import NARROW, narrow, narrow_room
from lotwright.solver.mrp.peg_rows import write_pegs
from lotwright.solver.mrp.relation import grouped
from lotwright.solver.mrp.shortages import any_short, keep_rest
from lotwright.solver.mrp.state import State
from lotwright.solver.mrp.workdays import workdays_of
from lotwright.solver.schedule import (
    LEAST_URGENT,
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
        state.point,
        available,
        expiry_days(network, state),
        state.free,
        rows_from,
        rows,
        safety,
    )

    return Planned(state=state, kept=kept, excess=excess, given_up=given_up)


def schedule_of(network: Network, planned: Planned, work: Work) -> Schedule:
    """
    Returns the schedule of what was planned.

    What nothing meets is pegged to supply -1; what is left over of supplies is pegged
    to safety stock, then to excess.
    """
    state = planned.state
    order_at, num_orders = _numbered(state.orders.quantity > 0.0)
    asked = state.links.needs.quantity
    asked[: len(planned.given_up)] += planned.given_up
    need_at, num_needs = _numbered(asked > TOLERANCE)
    num_open = len(network.supplies.day)
    receipt_at, _ = _numbered(order_at[state.brought.order] >= 0)
    supply_at = np.concatenate(
        [np.arange(num_open, dtype=NARROW), receipt_at + NARROW(num_open)]
    )
    rest = _rest(planned, num_needs)
    pegs = _pegs(network, state, supply_at, rest)
    state.forget_pegs()
    needs = _needs(state, need_at, order_at, rest)

    if num_orders < len(order_at):
        work = _kept_work(work, order_at)

    available = state.brought.available
    orders = _orders(state, order_at, need_at, num_orders)

    return Schedule(
        orders=orders,
        receipts=_receipts(network, state, order_at, orders),
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
    number = narrow(np.cumsum(kept, dtype=NARROW))
    count = int(number[-1]) if len(number) else 0
    number -= 1

    if count < len(kept):
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


def _pegs(network: Network, state: State, supply_at: Ints, rest: _Rest) -> Pegs:
    rules = network.rules.points
    table = _room_of_pegs(state, len(rest.need))
    size = write_pegs(
        workdays_of(network.calendars),
        (rules.calendar, rules.issue_margin),
        state.links,
        (supply_at, state.brought.available),
        (table.supply, table.need, table.amount, table.turn, table.hard),
    )
    order = np.argsort(rest.need, kind="stable")
    last = size + len(order)
    tail = pegs_between(table, size, last)
    tail.supply[:], tail.need[:] = supply_at[rest.supply[order]], rest.need[order]
    tail.amount[:] = rest.amount[order]
    # Turns have served: days stand where they stood.
    tail.turn[:], tail.hard[:] = 0, False
    found = pegs_between(table, 0, last)

    return Pegs(
        supply=found.supply,
        need=found.need,
        quantity=found.amount,
        day=found.turn,
        hard=found.hard,
    )


def _room_of_pegs(state: State, more: int) -> PegTable:
    """
    Returns room for the pegs of the schedule, so many of which are to what keeps the
    rest: the room of the pegs themselves, unless shortages come between them.
    """
    links = state.links

    if any_short(links):
        # What nothing meets adds at most a peg to each need; spare room takes no memory
        # until it is used.
        return peg_table(len(links.pegs.need) + len(links.needs.kind) + more)

    return state.spare_pegs


def _needs(state: State, need_at: Ints, order_at: Ints, rest: _Rest) -> Needs:
    """
    Returns the needs that ask for anything, then those that keep the rest.
    """
    table, used = state.spare, len(need_at)

    if need_at.min(initial=0) < 0:
        rows = np.flatnonzero(need_at >= 0)
        used = len(rows)
        table = NeedTable._make(column[rows] for column in table)

    last = used + len(rest.kind)

    if last > len(table.kind):
        table = larger_needs(table, used, last)

    tail = needs_between(table, used, last)
    tail.kind[:], tail.ref[:], tail.point[:] = rest.kind, rest.point, rest.point
    tail.flow[:], tail.day[:], tail.by[:] = -1, 0, 0
    tail.priority[:], tail.quantity[:] = LEAST_URGENT, rest.quantity
    found = needs_between(table, 0, last)

    if order_at.min(initial=0) < 0:
        of_order = np.flatnonzero(found.kind == NeedKind.ORDER_ISSUE)
        found.ref[of_order] = order_at[found.ref[of_order]]

    return Needs(
        kind=found.kind,
        ref=found.ref,
        flow=found.flow,
        point=found.point,
        day=found.day,
        available_by=found.by,
        priority=found.priority,
        quantity=found.quantity,
    )


def _orders(state: State, order_at: Ints, need_at: Ints, num_orders: int) -> Orders:
    table = state.orders

    if num_orders < len(order_at):
        table = cast("OrderRows", cast("NDArray[np.void]", table)[order_at >= 0])

    names = ("activity", "order", "start", "due", "available", "wanted", "reason")
    columns = {name: narrow_room(num_orders) for name in (*names, "bound", "bound_by")}
    quantity = np.empty(num_orders)
    unpack_orders(table, need_at, OrderColumns(**columns, quantity=quantity))
    same: Ints = np.broadcast_to(NARROW(-1), num_orders)

    return Orders(
        activity=columns["activity"],
        quantity=quantity,
        lots=np.broadcast_to(1.0, num_orders),
        order_day=columns["order"],
        start_day=columns["start"],
        due_day=columns["due"],
        available_day=columns["available"],
        wanted_day=columns["wanted"],
        reason=columns["reason"],
        bound=columns["bound"],
        bound_by=columns["bound_by"],
        bound_bucket=same,
        move=np.broadcast_to(NARROW(Move.NONE), num_orders),
        moved_from=columns["due"],
    )


def _receipts(network: Network, state: State, order_at: Ints, kept: Orders) -> Receipts:
    brought, orders = state.brought, state.orders
    order, num_open = brought.order, len(network.supplies.day)
    point, available = brought.point, brought.available[num_open:]

    if len(kept) == len(order):
        # Main products alone: each order brings what it is for, once.
        return Receipts(
            order=order,
            flow=kept.activity,
            point=point,
            available_day=available,
            quantity=kept.quantity,
        )

    flow = np.concatenate([orders.activity, state.by_flow])

    if order_at.min(initial=0) < 0:
        rows = np.flatnonzero(order_at[order] >= 0)
        order, flow, point = order[rows], flow[rows], point[rows]
        available = available[rows]

    return Receipts(
        order=order_at[order],
        flow=flow,
        point=point,
        available_day=available,
        quantity=network.outputs.ratio[flow] * orders.quantity[order],
    )
