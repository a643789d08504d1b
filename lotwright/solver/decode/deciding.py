"""
Deciding: what to change about open orders, as arrays.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from lotwright.model.kinds import LotRule
from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.model.rules import FAR
from lotwright.solver.decode.earliest import earliest_supply
from lotwright.solver.decode.keeping import (
    Surplus,
    cut,
    keeps_safety,
    least_surplus,
    missed_on,
    short_since,
    surplus_of,
)
from lotwright.solver.decode.open_orders import SLIGHT, OpenOrders
from lotwright.solver.decode.relation import least_by, sum_by
from lotwright.solver.decode.replacing import Replaced
from lotwright.solver.schedule import NeedKind, Schedule


class Action(IntEnum):
    """
    What to do about an open order.
    """

    EXPEDITE = 0  #: bring it forward
    SPLIT = 1  #: bring a part of it forward
    DEFER = 2  #: push it back
    INCREASE = 3  #: make it larger, in place of a new order of the same day
    DECREASE = 4  #: make it smaller
    CANCEL = 5  #: do without it
    RELEASE_NOW = 6  #: release it today
    CHANGE_SOURCE = 7  #: get it from another source


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Messages:
    """
    What to change about open orders, by open order and action.

    Parameters
    ----------
    action
        Code of ``Action``, shape ``(n,)``.
    open_order
        Place among the open orders, shape ``(n,)``.
    to_day, to_qty
        Receipt and quantity that are wanted, the same in all messages on an order; for
        a split, those of the part that comes earlier, and for what is deferred beside
        it, those of the rest; shape ``(n,)``.
    other
        Planned order that an increase replaces, else -1, shape ``(n,)``.
    """

    action: Ints
    open_order: Ints
    to_day: Ints
    to_qty: Floats
    other: Ints

    def __len__(self) -> int:
        return len(self.action)

    def take(self, rows: Ints | Bools) -> Messages:
        """
        Returns some of the messages.
        """
        return Messages(
            action=self.action[rows],
            open_order=self.open_order[rows],
            to_day=self.to_day[rows],
            to_qty=self.to_qty[rows],
            other=self.other[rows],
        )


def appended(*parts: Messages) -> Messages:
    """
    Returns the messages of all parts, one part after the other.
    """
    return Messages(
        action=np.concatenate([part.action for part in parts]),
        open_order=np.concatenate([part.open_order for part in parts]),
        to_day=np.concatenate([part.to_day for part in parts]),
        to_qty=np.concatenate([part.to_qty for part in parts]),
        other=np.concatenate([part.other for part in parts]),
    )


def joined(parts: list[Messages]) -> Messages:
    """
    Returns the messages of all parts, by open order and action.
    """
    one = appended(*parts)

    return one.take(np.lexsort((one.action, one.open_order)))


def decide(
    network: Network, schedule: Schedule, known: OpenOrders, instead: Replaced
) -> Messages:
    """
    Returns what to change about open orders.

    Parameters
    ----------
    network, schedule
        What was planned.
    known, instead
        Its open orders, and what they could serve in place of new orders.
    """
    points, size = network.rules.points, len(known)
    taken = sum_by(instead.open_order, instead.quantity, size)
    target = least_by(instead.open_order, instead.day, size, FAR)
    early = np.where(target < known.available_day, target, FAR)
    wanted = np.minimum(known.late_by, early)
    by_safety = _wanted_by_safety(network, schedule, known, wanted)
    wanted = np.minimum(wanted, by_safety)
    forward = receipt_day(network, known.point, wanted)
    forward = np.maximum(forward, _first_day(network, known.point))
    may = known.may_move & inside_action_fence(network, known, forward)
    expedite = may & (wanted < FAR)
    expedite &= known.day - forward > points.advance_margin[known.point]

    expiry = network.rules.supplies.expiry[known.row]
    surplus = surplus_of(network, schedule, known.point)
    latest = np.minimum(known.earliest, target)
    latest = _until_missed(surplus, known, np.where(wanted < FAR, FAR, latest))
    back = receipt_day(network, known.point, latest)
    may = known.may_move & inside_action_fence(network, known, known.day)
    defer = may & (latest < FAR) & (wanted >= FAR)
    defer &= back - known.day > points.postpone_margin[known.point]

    spare = np.maximum(known.spare - taken, 0.0)
    kept = known.quantity - _dispensable(surplus, known, spare, expiry)
    slight = SLIGHT * np.maximum(known.quantity, 1.0)
    less = _lot_of(network, known, kept)
    may = known.may_change & inside_action_fence(network, known, known.day)
    cancel = may & (kept <= slight)
    decrease = may & ~cancel & (known.quantity - less > slight)

    asked = expedite & ~decrease
    late = known.late + np.where(by_safety < FAR, known.safety, 0.0)
    rest_day = _rest_day(network, known)
    until = np.where(keeps_safety(network)[known.point], known.day, rest_day)
    asked &= rest_day - known.day > points.postpone_margin[known.point]
    part = _early_part(network, known, instead, until - forward, late, asked)
    split, quantity = part > 0, np.where(decrease, less, known.quantity)
    rest = known.quantity - part
    moved = np.where(defer, back, np.where(expedite, forward, known.day))
    parts = [
        _messages(Action.EXPEDITE, expedite & ~split, forward, quantity),
        _messages(Action.SPLIT, split, forward, part),
        _messages(Action.DEFER, defer, back, quantity),
        _messages(Action.DEFER, split & (until > known.day), until, rest),
        _messages(Action.DECREASE, decrease, moved, less),
        _messages(Action.CANCEL, cancel, known.day, np.zeros(size)),
    ]
    silent = ~(expedite | defer | decrease | cancel)
    parts.append(_increases(network, schedule, known, silent & may))

    return joined(parts)


def _wanted_by_safety(
    network: Network, schedule: Schedule, known: OpenOrders, wanted: Ints
) -> Ints:
    """
    Returns the days on which safety stock wants open orders that it waits for, no
    earlier than an order made today could come; ``FAR`` where it waits for none.

    What comes earlier for other reasons, or for safety stock itself, fills it for the
    orders after it.
    """
    found = np.full(len(known), FAR, dtype=np.int64)
    asked = known.may_move & ((known.safety > 0) | (wanted < FAR))

    if not keeps_safety(network)[known.point[asked]].any():
        return found

    first = earliest_supply(network)
    surplus = surplus_of(network, schedule, known.point[asked])

    for n in np.flatnonzero(asked)[np.argsort(known.available_day[asked])].tolist():
        point, day = int(known.point[n]), int(known.available_day[n])
        since = int(wanted[n])

        if since >= FAR:
            since = max(short_since(surplus, point, day), int(first[point]))
            found[n] = since if since < day else FAR

        if since < day:
            cut(surplus, point, since, day, -float(known.quantity[n]))

    return found


def _until_missed(surplus: Surplus, known: OpenOrders, day: Ints) -> Ints:
    """
    Returns the days until which open orders may wait, no later than those given, before
    safety stock misses them.
    """
    found = day.copy()
    may = known.may_move & (day > known.available_day) & (day < FAR)

    for n in np.flatnonzero(may).tolist():
        point, first = int(known.point[n]), int(known.available_day[n])
        quantity, last = float(known.quantity[n]), int(day[n])
        found[n] = missed_on(surplus, point, first, last, quantity)
        cut(surplus, point, first, int(found[n]), quantity)

    return found


def _dispensable(
    surplus: Surplus, known: OpenOrders, spare: Floats, expiry: Ints
) -> Floats:
    """
    Returns how much of what nobody needs safety stock can do without as well, until it
    expires.
    """
    found = spare.copy()

    for n in np.flatnonzero(known.may_change & (spare > 0)).tolist():
        point, first = int(known.point[n]), int(known.available_day[n])
        last = int(expiry[n])
        room = max(least_surplus(surplus, point, first, last), 0.0)
        found[n] = min(found[n], room)
        cut(surplus, point, first, last, float(found[n]))

    return found


def receipt_day(network: Network, point: Ints, available: Ints) -> Ints:
    """
    Returns the last day on which to receive what must be available on a day.
    """
    rules = network.rules.points
    day = np.where(available < FAR, available, 0)

    return network.calendars.before(
        rules.calendar[point], day, rules.receipt_margin[point]
    )


def inside_action_fence(network: Network, known: OpenOrders, day: Ints) -> Bools:
    """
    Returns which open orders are, or shall be, received inside the action fence.
    """
    fence = network.rules.points.action_fence[known.point]
    inside: Bools = np.minimum(known.day, day) < fence

    return inside


def _first_day(network: Network, point: Ints) -> Ints:
    """
    Returns the first open day after the freeze fence, at the earliest today.
    """
    rules = network.rules.points
    first = np.maximum(rules.freeze_fence[point], 0)

    return network.calendars.after(rules.calendar[point], first, np.zeros_like(first))


def _activity(network: Network, known: OpenOrders) -> Ints:
    return network.rules.supplies.activity[known.row]


def _lot_of(network: Network, known: OpenOrders, quantity: Floats) -> Floats:
    """
    Returns the smallest lots of the sources that hold some quantities.
    """
    activity = _activity(network, known)
    least = np.append(network.activities.min_lot, 0.0)[activity]
    multiple = np.append(network.activities.lot_multiple, 0.0)[activity]
    lot = np.maximum(quantity, least)
    step = np.where(multiple > 0, multiple, 1.0)
    rounded = np.ceil(lot / step - SLIGHT) * step
    lot = np.where(multiple > 0, np.maximum(rounded, lot * (1 - SLIGHT)), lot)
    is_fixed = network.points.lot_rule[known.point] == LotRule.FIXED

    return np.where(is_fixed & (quantity > 0), known.quantity, lot)


def _early_part(
    network: Network,
    known: OpenOrders,
    instead: Replaced,
    apart: Ints,
    late: Floats,
    asked: Bools,
) -> Floats:
    """
    Returns how much of open orders to bring forward where the rest had better come
    later: holding it costs more than a lot, and both parts are lots.

    Parameters
    ----------
    network, known, instead
        Open orders, and what they could serve in place of new orders.
    apart
        Days between both parts, shape ``(n,)``.
    late
        What waits for each order, shape ``(n,)``.
    asked
        Which orders are in question, shape ``(n,)``.
    """
    points, activity = network.points, _activity(network, known)
    first = np.append(network.activities.lot_cost, 0.0)[activity]
    early = instead.day < known.available_day[instead.open_order]
    rows = instead.open_order[early]
    part = late + sum_by(rows, instead.quantity[early], len(known))
    part = _lot_of(network, known, part)
    rest = known.quantity - part
    saved = rest * points.holding_cost[known.point] * apart
    is_lot = np.abs(_lot_of(network, known, rest) - rest) <= SLIGHT * known.quantity
    good = asked & known.may_change & is_lot & (rest > SLIGHT * known.quantity)

    return np.where(good & (saved > first), part, 0.0)


def _rest_day(network: Network, known: OpenOrders) -> Ints:
    """
    Returns when to receive what of open orders is in time, ``-FAR`` where none is.
    """
    day = receipt_day(network, known.point, known.in_time)

    return np.where(known.in_time < FAR, day, -FAR)


def _increases(
    network: Network, schedule: Schedule, known: OpenOrders, may: Bools
) -> Messages:
    """
    Returns open orders that could take in a new order of their source and day.
    """
    activity, orders = _activity(network, known), schedule.orders
    fixed = network.points.lot_rule[known.point] == LotRule.FIXED
    rows = np.flatnonzero(may & ~fixed & (activity >= 0))
    asked = np.zeros(len(network.activities), dtype=np.bool_)
    asked[activity[rows]] = True
    new = np.flatnonzero(asked[orders.activity])
    new = new[~_has_own_line(network, schedule, new)]
    most = 2 * FAR
    key = orders.activity[new].astype(np.int64) * most + orders.due_day[new]
    key, first = np.unique(key, return_index=True)
    new = new[first]
    wanted = activity[rows] * most + known.day[rows]
    _, one = np.unique(wanted, return_index=True)
    rows, wanted = rows[one], wanted[one]
    place = np.minimum(np.searchsorted(key, wanted), max(len(key) - 1, 0))
    same = key[place] == wanted if len(key) else np.zeros(len(rows), dtype=np.bool_)
    rows, new = rows[same], new[place[same]] if len(key) else new[:0]
    whole = known.quantity[rows] + orders.quantity[new]
    fits = whole <= network.activities.max_lot[activity[rows]] * (1 + SLIGHT)
    rows, new, whole = rows[fits], new[fits], whole[fits]

    return Messages(
        action=np.full(len(rows), Action.INCREASE, dtype=np.int64),
        open_order=rows,
        to_day=known.day[rows],
        to_qty=whole,
        other=new,
    )


def _has_own_line(network: Network, schedule: Schedule, orders: Ints) -> Bools:
    """
    Returns which planned orders were made for a line that has an order of its own.
    """
    needs, pegs, size = schedule.needs, schedule.pegs, len(network.supplies.kind)
    lines = np.flatnonzero(needs.kind == NeedKind.LINE)
    own = np.zeros(len(needs), dtype=np.bool_)
    own[lines] = network.rules.lines.own_order[needs.ref[lines]]
    held = np.zeros(len(schedule.orders) + 1, dtype=np.bool_)

    if own.any():
        supply = pegs.supply[own[pegs.need]] - size
        inside = (supply >= 0) & (supply < len(schedule.orders))
        held[supply[inside]] = True

    return held[orders]


def _messages(action: Action, rows: Bools, day: Ints, quantity: Floats) -> Messages:
    found = np.flatnonzero(rows)

    return Messages(
        action=np.full(len(found), action, dtype=np.int64),
        open_order=found,
        to_day=day[found],
        to_qty=quantity[found],
        other=np.full(len(found), -1, dtype=np.int64),
    )
