"""
What cannot be done at all: orders that never find capacity, or whose components do not
keep, and demand that would come after its last day. They leave the plan by name.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.network import Network
from lotwright.model.rules import FAR
from lotwright.solver.mrp.levelling_search import Found
from lotwright.solver.mrp.levelling_seek import NEVER
from lotwright.solver.schedule import (
    Bound,
    NeedKind,
    Needs,
    Orders,
    Pegs,
    Receipts,
    Schedule,
    Work,
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lost:
    """
    What leaves a plan.

    Parameters
    ----------
    order, peg
        Whether each order, and each peg, leaves it, shape ``(K,)`` and ``(G,)``.
    root
        Whether each order leaves it for its own sake, not for that of others, ``(K,)``.
    resource
        Resource that has no capacity for each order, -1 where that is not the cause,
        shape ``(K,)``.
    """

    order: Bools
    peg: Bools
    root: Bools
    resource: Ints

    def any(self) -> bool:
        """
        Returns whether anything leaves.
        """
        return bool(self.order.any() or self.peg.any())


def lost_of(network: Network, levelled: Schedule, found: Found) -> Lost:
    """
    Returns what cannot be done in a levelled plan, and all that hangs on it.

    Parameters
    ----------
    network
        What is planned.
    levelled
        The schedule of the levelled plan.
    found
        The levelled plan.
    """
    needs, pegs, state = levelled.needs, levelled.pegs, found.state
    kind, ref = needs.kind[pegs.need], needs.ref[pegs.need]
    never = state.due >= NEVER
    own = never & (state.full_task >= 0)
    task = np.where(own, state.full_task, -1)
    old = _too_old(network, levelled)
    late = (kind == NeedKind.LINE) & (pegs.supply >= 0)
    late[late] = pegs.day[late] > network.rules.lines.last_day[ref[late]]
    stale = np.zeros_like(never)
    stale[ref[old & (kind == NeedKind.ORDER_ISSUE)]] = True
    lost = Lost(
        order=never | stale,
        peg=late | (old & (kind != NeedKind.ORDER_ISSUE)),
        root=own | (stale & ~never),
        resource=np.append(found.level.tasks.resource, -1)[task],
    )

    return _with_what_hangs_on(network, levelled, lost) if lost.any() else lost


def without(network: Network, schedule: Schedule, lost: Lost) -> Schedule:
    """
    Returns a schedule without what cannot be done.

    What an order that leaves was for is short; what it would have taken is over.
    """
    if not lost.any():
        return schedule

    needs, pegs, receipts = schedule.needs, schedule.pegs, schedule.receipts
    num_open = len(schedule.supply_day)
    kept_order = ~lost.order
    is_issue = needs.kind == NeedKind.ORDER_ISSUE
    kept_need = np.ones(len(needs), dtype=np.bool_)
    kept_need[is_issue] = kept_order[needs.ref[is_issue]]
    kept_receipt = kept_order[receipts.order]
    there = np.concatenate([np.ones(num_open, dtype=np.bool_), kept_receipt, [False]])
    own = needs.kind[pegs.need] <= NeedKind.ORDER_ISSUE
    gone = own & (lost.peg | ~there[pegs.supply]) & kept_need[pegs.need]
    freed = there[pegs.supply] & (lost.peg | ~kept_need[pegs.need])
    stays = kept_need[pegs.need] & (own | there[pegs.supply])
    rest = ~own & ~there[pegs.supply]
    quantity = needs.quantity.copy()
    np.subtract.at(quantity, pegs.need[rest], pegs.quantity[rest])

    supply_at = np.append(_numbered(there[:-1]), -1)
    need_at = np.append(_numbered(kept_need), -1)
    order_at = np.append(_numbered(kept_order), -1)
    new = replace(
        schedule,
        orders=_orders(schedule.orders, kept_order, need_at),
        receipts=_receipts(receipts, kept_receipt, order_at),
        needs=_needs(needs, kept_need, order_at, np.maximum(quantity, 0.0)),
        pegs=Pegs(
            supply=np.where(gone, -1, supply_at[pegs.supply])[stays],
            need=need_at[pegs.need[stays]],
            quantity=pegs.quantity[stays],
            day=np.where(gone, FAR, pegs.day)[stays],
            hard=pegs.hard[stays],
        ),
        work=_work(schedule.work, order_at),
        no_room=_no_room(network, schedule, lost),
    )
    over = supply_at[pegs.supply[freed]]

    return _with_excess(network, new, over, pegs.quantity[freed])


def _with_what_hangs_on(network: Network, schedule: Schedule, lost: Lost) -> Lost:
    """
    Adds orders whose components leave, what they take, and orders that serve nothing.
    """
    needs, pegs, receipts = schedule.needs, schedule.pegs, schedule.receipts
    num_open, count = len(schedule.supply_day), len(schedule.orders)
    kind, ref = needs.kind[pegs.need], needs.ref[pegs.need]
    by_order = np.concatenate([np.full(num_open, count), receipts.order, [count]])
    maker = by_order[pegs.supply]
    taker = np.where(kind == NeedKind.ORDER_ISSUE, ref, count)
    whole = _is_line(schedule)
    whole[whole] = ~network.rules.lines.split_allowed[ref[whole]]
    used = kind != NeedKind.EXCESS
    order, peg = np.append(lost.order, False), lost.peg.copy()
    resource = np.append(lost.resource, -1)
    size = -1

    while size != _count(order, peg, resource):
        size = _count(order, peg, resource)
        peg |= order[maker] | order[taker]
        hit = peg & (taker < count)
        order[taker[hit]] = True
        np.maximum.at(resource, taker[hit], resource[maker[hit]])
        lines = np.unique(ref[whole & peg])
        peg |= whole & np.isin(ref, lines)
        serves = np.bincount(maker[used & ~peg], minlength=count + 1)
        served = np.bincount(maker[used & peg], minlength=count + 1)
        order[:count] |= (serves[:count] == 0) & (served[:count] > 0)

    return Lost(order=order[:count], peg=peg, root=lost.root, resource=resource[:count])


def _count(order: Bools, peg: Bools, resource: Ints) -> int:
    return int(order.sum()) + int(peg.sum()) + int(np.count_nonzero(resource >= 0))


def _no_room(network: Network, schedule: Schedule, lost: Lost) -> Ints:
    """
    Returns the resource without capacity for what each demand line needs, ``(N,)``.
    """
    pegs, receipts = schedule.pegs, schedule.receipts
    num_open = len(schedule.supply_day)
    result = schedule.no_room.copy()
    result = result if len(result) else np.full(len(network.lines), -1, dtype=np.int64)
    row = np.flatnonzero(lost.peg & _is_line(schedule) & (pegs.supply >= num_open))
    order = receipts.order[pegs.supply[row] - num_open]
    np.maximum.at(result, schedule.needs.ref[pegs.need[row]], lost.resource[order])

    return result


def _with_excess(
    network: Network, schedule: Schedule, supply: Ints, quantity: Floats
) -> Schedule:
    """
    Returns a schedule in which what is over of supplies is pegged to excess.
    """
    if not len(supply):
        return schedule

    needs, pegs = schedule.needs, schedule.pegs
    place = np.concatenate([network.supplies.point, schedule.receipts.point])[supply]
    row = np.full(len(network.points), -1, dtype=np.int64)
    excess = np.flatnonzero(needs.kind == NeedKind.EXCESS)
    row[needs.ref[excess]] = excess
    new = np.setdiff1d(place, needs.ref[excess])
    row[new] = len(needs) + np.arange(len(new))
    none = np.zeros_like(new)
    amount = np.append(needs.quantity, np.zeros(len(new)))
    np.add.at(amount, row[place], quantity)
    need = np.append(pegs.need, row[place])
    turn = np.argsort(need, kind="stable")

    return replace(
        schedule,
        needs=replace(
            needs,
            kind=np.append(needs.kind, none + NeedKind.EXCESS),
            ref=np.append(needs.ref, new),
            flow=np.append(needs.flow, none - 1),
            point=np.append(needs.point, new),
            day=np.append(needs.day, none),
            available_by=np.append(needs.available_by, none),
            priority=np.append(needs.priority, none + 2**31),
            quantity=amount,
        ),
        pegs=Pegs(
            supply=np.append(pegs.supply, supply)[turn],
            need=need[turn],
            quantity=np.append(pegs.quantity, quantity)[turn],
            day=np.append(pegs.day, np.zeros_like(supply))[turn],
            hard=np.append(pegs.hard, np.zeros(len(supply), dtype=np.bool_))[turn],
        ),
    )


def _orders(orders: Orders, kept: Bools, need_at: Ints) -> Orders:
    names = [name for name in Orders.__slots__ if name != "bound_by"]
    known = np.isin(orders.bound, [Bound.COMPONENT, Bound.SHORT])
    by = need_at[np.where(known, orders.bound_by, -1)]

    return Orders(
        **{name: getattr(orders, name)[kept] for name in names},
        bound_by=np.where(known, by, orders.bound_by)[kept],
    )


def _receipts(receipts: Receipts, kept: Bools, order_at: Ints) -> Receipts:
    return Receipts(
        order=order_at[receipts.order[kept]],
        flow=receipts.flow[kept],
        point=receipts.point[kept],
        available_day=receipts.available_day[kept],
        quantity=receipts.quantity[kept],
    )


def _needs(needs: Needs, kept: Bools, order_at: Ints, quantity: Floats) -> Needs:
    is_issue = needs.kind == NeedKind.ORDER_ISSUE
    ref = np.where(is_issue, order_at[np.where(is_issue, needs.ref, -1)], needs.ref)

    return Needs(
        kind=needs.kind[kept],
        ref=ref[kept],
        flow=needs.flow[kept],
        point=needs.point[kept],
        day=needs.day[kept],
        available_by=needs.available_by[kept],
        priority=needs.priority[kept],
        quantity=quantity[kept],
    )


def _work(work: Work, order_at: Ints) -> Work:
    kept = order_at[work.order] >= 0

    return Work(
        order=order_at[work.order[kept]],
        load=work.load[kept],
        bucket=work.bucket[kept],
        run=work.run[kept],
        setup=work.setup[kept],
    )


def _too_old(network: Network, schedule: Schedule) -> Bools:
    """
    Returns which pegs take what has expired by then, or does not keep long enough.

    What was reserved is given all the same.
    """
    pegs, needs, receipts = schedule.pegs, schedule.needs, schedule.receipts
    rules = network.rules
    life = rules.points.shelf_life[receipts.point]
    end = np.where(life < FAR, receipts.available_day + life, FAR)
    end = np.concatenate([rules.supplies.expiry, end, [FAR]])[pegs.supply]
    line = _is_line(schedule)
    keeps = np.append(rules.lines.sellable_days, 0)[
        np.where(line, needs.ref[pegs.need], -1)
    ]
    own = (needs.kind[pegs.need] <= NeedKind.ORDER_ISSUE) & ~pegs.hard
    some = own & (pegs.supply >= 0) & (end < FAR) & (pegs.day < NEVER)
    old: Bools = some & (pegs.day + np.maximum(keeps, 1) > end)

    return old


def _is_line(schedule: Schedule) -> Bools:
    is_line: Bools = schedule.needs.kind[schedule.pegs.need] == NeedKind.LINE

    return is_line


def _numbered(kept: Bools) -> Ints:
    """
    Returns new numbers of the rows that are kept, -1 for others.
    """
    number = np.cumsum(kept, dtype=np.int64) - 1

    return np.where(kept, number, -1)
