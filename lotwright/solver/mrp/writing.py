"""
Writing: the tables of a run become the schedule that it answers with.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.network import Network
from lotwright.model.rules import FAR
from lotwright.solver.mrp.lots import TOLERANCE
from lotwright.solver.mrp.relation import grouped
from lotwright.solver.mrp.shortages import keep_rest
from lotwright.solver.mrp.state import State
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
    links = planned.state.links
    asked = links.needs.quantity.copy()
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
    needs = _needs(planned, asked, need_at, order_at, rest)
    kept = order_at[work.order] >= 0
    available = planned.state.brought.available

    return Schedule(
        orders=_orders(planned, order_at, need_at, num_orders),
        receipts=_receipts(network, planned, brings, order_at),
        needs=needs,
        pegs=pegs,
        work=Work(
            order=order_at[work.order[kept]],
            load=work.load[kept],
            bucket=work.bucket[kept],
            run=work.run[kept],
            setup=work.setup[kept],
        ),
        supply_day=available[:num_open].copy(),
        overtime=np.zeros_like(network.resources.overtime_max),
    )


def _numbered(kept: Bools) -> tuple[Ints, int]:
    """
    Returns new numbers of the rows that are kept, -1 for others, and how many are kept.
    """
    number = np.where(kept, np.cumsum(kept) - 1, -1)

    return number.astype(np.int64), int(np.count_nonzero(kept))


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
    left = np.concatenate([planned.kept, planned.excess])
    point = np.concatenate([planned.state.point, planned.state.point + size])
    supply = np.tile(np.arange(len(planned.state.point)), 2)
    some = np.flatnonzero(left > TOLERANCE)
    total: Floats = np.bincount(
        point[some], weights=left[some], minlength=2 * size
    ).astype(np.float64)
    keeper = np.flatnonzero(total > 0.0)
    number = np.full(2 * size, -1, dtype=np.int64)
    number[keeper] = num_needs + np.arange(len(keeper))
    safety = np.where(keeper < size, NeedKind.SAFETY, NeedKind.EXCESS)

    return _Rest(
        kind=safety.astype(np.int64),
        point=(keeper % max(size, 1)).astype(np.int64),
        quantity=total[keeper],
        supply=supply[some],
        need=number[point[some]],
        amount=left[some],
    )


def _pegs(
    network: Network,
    planned: Planned,
    asked: Floats,
    need_at: Ints,
    supply_at: Ints,
    rest: _Rest,
) -> Pegs:
    links = planned.state.links
    met = np.bincount(
        planned.state.peg_need, weights=links.amount, minlength=len(asked)
    )
    missing = asked - met
    short = np.flatnonzero(
        (missing > 1e-7 * np.maximum(asked, 1.0)) & (asked > TOLERANCE)
    )
    some = np.flatnonzero(links.amount > TOLERANCE)
    supply = np.concatenate(
        [
            supply_at[links.supply[some]],
            np.full(len(short), -1),
            supply_at[rest.supply],
        ]
    )
    need = np.concatenate(
        [need_at[planned.state.peg_need[some]], need_at[short], rest.need]
    )
    day = np.concatenate(
        [
            planned.state.peg_days(network)[some],
            np.full(len(short), FAR),
            np.zeros(len(rest.need), dtype=np.int64),
        ]
    )
    quantity = np.concatenate([links.amount[some], missing[short], rest.amount])
    none = np.zeros(len(short) + len(rest.need), dtype=np.bool_)
    hard = np.concatenate([planned.state.hard[some], none])
    turn = np.argsort(need, kind="stable")

    return Pegs(
        supply=supply[turn].astype(np.int64),
        need=need[turn],
        quantity=quantity[turn],
        day=day[turn].astype(np.int64),
        hard=hard[turn],
    )


def _needs(
    planned: Planned, asked: Floats, need_at: Ints, order_at: Ints, rest: _Rest
) -> Needs:
    links = planned.state.links
    rows = np.flatnonzero(need_at >= 0)
    kind, ref = links.needs.kind[rows], links.needs.ref[rows]
    of_order = kind == NeedKind.ORDER_ISSUE
    ref = (
        np.where(of_order, order_at[np.where(of_order, ref, 0)], ref)
        if len(order_at)
        else ref
    )
    none = np.zeros(len(rest.kind), dtype=np.int64)
    flow = links.needs.flow[rows]
    priority = links.needs.priority[rows]

    return Needs(
        kind=np.concatenate([kind, rest.kind]),
        ref=np.concatenate([ref, rest.point]),
        flow=np.concatenate([flow, none - 1]),
        point=np.concatenate([links.needs.point[rows], rest.point]),
        day=np.concatenate([links.needs.day[rows], none]),
        available_by=np.concatenate([links.needs.by[rows], none]),
        priority=np.concatenate([priority, none + 2**31]),
        quantity=np.concatenate([asked[rows], rest.quantity]),
    )


def _orders(planned: Planned, order_at: Ints, need_at: Ints, num_orders: int) -> Orders:
    table = planned.state.orders
    rows = np.flatnonzero(order_at >= 0)
    by = table.bound_by[rows]
    bound = table.bound[rows].astype(np.int64)
    delayed = table.due[rows] > table.wanted[rows]
    bound[~delayed] = Bound.NONE
    bound_by = np.where(by >= 0, np.append(need_at, -1)[by], -1)
    none = np.full(num_orders, -1, dtype=np.int64)

    return Orders(
        activity=table.activity[rows].astype(np.int64),
        quantity=table.quantity[rows],
        lots=np.ones(num_orders),
        order_day=table.order[rows].astype(np.int64),
        start_day=table.start[rows].astype(np.int64),
        due_day=table.due[rows].astype(np.int64),
        available_day=table.available[rows].astype(np.int64),
        wanted_day=table.wanted[rows].astype(np.int64),
        reason=table.reason[rows].astype(np.int64),
        bound=bound,
        bound_by=np.where(bound == Bound.NONE, -1, bound_by),
        bound_bucket=none,
        move=np.full(num_orders, Move.NONE, dtype=np.int64),
        moved_from=table.due[rows].astype(np.int64),
    )


def _receipts(
    network: Network, planned: Planned, brings: Bools, order_at: Ints
) -> Receipts:
    brought, orders = planned.state.brought, planned.state.orders
    num_open = len(network.supplies.day)
    flow = np.concatenate([orders.activity, planned.state.by_flow])[brings]
    order = brought.order[brings]

    return Receipts(
        order=order_at[order],
        flow=flow,
        point=brought.point[brings],
        available_day=brought.available[num_open:][brings],
        quantity=network.outputs.ratio[flow] * orders.quantity[order],
    )
