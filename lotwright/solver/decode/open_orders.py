"""
Open orders as a schedule uses them: what of each is needed, by when, and what is spare.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.kinds import LotRule
from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.model.rules import FAR
from lotwright.solver.decode.earliest import earliest_supply
from lotwright.solver.decode.relation import least_by, running_sum, sum_by
from lotwright.solver.decode.wanted import lateness, wanted_days
from lotwright.solver.schedule import Bound, NeedKind, Schedule

#: Part of a quantity that is rounding.
SLIGHT = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenOrders:
    """
    The n open orders of a network, by row of its supplies.

    Parameters
    ----------
    row, point
        Row of the supplies, and where it is received, shape ``(n,)``.
    day, available_day
        Receipt and first use as things are, shape ``(n,)``.
    quantity
        In base units, shape ``(n,)``.
    needed, spare
        What somebody needs of it, safety stock included, and what nobody does, of
        which a smaller or no order may be made; shape ``(n,)``.
    earliest
        Earliest day on which it must be available for what it serves, safety stock
        included, ``FAR`` where it serves nothing, shape ``(n,)``.
    late_by
        Earliest day on which it would have to be available to serve in time what now
        waits for it, ``FAR`` where nothing does, shape ``(n,)``.
    late
        What waits for it, shape ``(n,)``.
    in_time
        Earliest day on which it must be available for what it serves in time beside
        safety stock, ``FAR`` where that is nothing, shape ``(n,)``.
    safety
        What safety stock keeps of it, shape ``(n,)``.
    may_move, may_change
        Whether advice on its date and on its quantity may be given, shape ``(n,)``.
    """

    row: Ints
    point: Ints
    day: Ints
    available_day: Ints
    quantity: Floats
    needed: Floats
    spare: Floats
    earliest: Ints
    late_by: Ints
    late: Floats
    in_time: Ints
    safety: Floats
    may_move: Bools
    may_change: Bools

    def __len__(self) -> int:
        return len(self.row)


def open_orders_of(network: Network, schedule: Schedule) -> OpenOrders:
    """
    Returns the open orders of a network as a schedule uses them.
    """
    supplies, rules = network.supplies, network.rules
    row = np.flatnonzero((supplies.kind != "stock") & (supplies.quantity > 0))
    size, point, day = len(supplies.kind), supplies.point[row], supplies.day[row]
    is_free = day >= rules.points.freeze_fence[point]
    pegs, peg = schedule.pegs, np.zeros(0, dtype=np.int64)

    # A walk over all pegs takes long, and most networks without open orders are large.
    if len(row):
        peg = np.flatnonzero((pegs.supply >= 0) & (pegs.supply < size))

    supply, need, quantity = pegs.supply[peg], pegs.need[peg], pegs.quantity[peg]
    kind = schedule.needs.kind[need]
    used = kind != NeedKind.EXCESS
    needed = sum_by(supply[used], quantity[used], size)
    by = days_by(network, schedule, need)
    is_late = lateness(network, schedule, peg) > 0
    useful = useful_days(network, schedule, need[is_late])
    gains = useful < schedule.supply_day[supply[is_late]]
    waits = np.flatnonzero(is_late)[gains]
    served = (kind < NeedKind.SAFETY) & ~is_late
    kept = kind == NeedKind.SAFETY

    return OpenOrders(
        row=row,
        point=point,
        day=day,
        available_day=schedule.supply_day[row],
        quantity=supplies.quantity[row],
        needed=needed[row],
        spare=_spare(network, schedule, needed)[row],
        earliest=least_by(supply[used], by[used], size, FAR)[row],
        late_by=least_by(supply[waits], useful[gains], size, FAR)[row],
        late=sum_by(supply[waits], quantity[waits], size)[row],
        in_time=least_by(supply[served], by[served], size, FAR)[row],
        safety=sum_by(supply[kept], quantity[kept], size)[row],
        may_move=rules.supplies.can_move[row] & is_free,
        may_change=rules.supplies.can_cancel[row] & is_free,
    )


def days_by(network: Network, schedule: Schedule, need: Ints) -> Ints:
    """
    Returns the day on which supply must be available for needs: of orders that wait for
    another component as if they did not, unless components are held back with them.
    """
    if network.rules.delay_components_together:
        return schedule.needs.available_by[need]

    return wanted_days(network, schedule, need)[1]


def useful_days(network: Network, schedule: Schedule, need: Ints) -> Ints:
    """
    Returns the day on which supply must be available to be of full use to needs.

    That is the day on which it is wanted, unless it is a component of an order that
    has to wait anyway: for another component that no open order brings, or for what
    binds the order itself.

    Parameters
    ----------
    network, schedule
        What was planned.
    need
        Needs in question, shape ``(n,)``.
    """
    needs, orders = schedule.needs, schedule.orders
    by = wanted_days(network, schedule, need)[1]
    parts = np.flatnonzero(needs.kind[need] == NeedKind.ORDER_ISSUE)

    if not len(parts):
        return by

    order = needs.ref[need[parts]]
    itself = np.isin(orders.bound[order], (Bound.CAPACITY, Bound.FENCE, Bound.VALIDITY))
    waits = np.where(itself, orders.due_day[order] - orders.wanted_day[order], 0)
    others = _forced(network, schedule, order)
    wait = np.maximum(waits, others)
    useful = by.copy()
    useful[parts] = np.minimum(by[parts] + wait, FAR)

    return useful


def _forced(network: Network, schedule: Schedule, order: Ints) -> Ints:
    """
    Returns how many days each order waits for components that no open order brings.
    """
    needs, pegs, orders = schedule.needs, schedule.pegs, schedule.orders
    asked = np.zeros(len(orders), dtype=np.bool_)
    asked[order] = True
    issue = np.flatnonzero(needs.kind == NeedKind.ORDER_ISSUE)
    issue = issue[asked[needs.ref[issue]]]
    i, peg = ranges(pegs.need, issue)
    size = len(network.supplies.kind)
    wait = lateness(network, schedule, peg)

    if network.rules.delay_components_together:
        wait = np.minimum(wait, _own_wait(network, schedule, peg))

    rows = (wait > 0) & ((pegs.supply[peg] < 0) | (pegs.supply[peg] >= size))
    forced = np.zeros(len(orders), dtype=np.int64)
    np.maximum.at(forced, needs.ref[issue[i[rows]]], wait[rows])

    return forced[order]


def _own_wait(network: Network, schedule: Schedule, peg: Ints) -> Ints:
    """
    Returns how many days pegs of components wait for what serves them itself, and not
    for being held back with other components; ``FAR`` where that is not known.
    """
    pegs, orders = schedule.pegs, schedule.orders
    found = np.full(len(peg), FAR, dtype=np.int64)
    receipt = pegs.supply[peg] - len(network.supplies.kind)
    rows = np.flatnonzero(receipt >= 0)
    bound = orders.bound[schedule.receipts.order[receipt[rows]]]
    rows = rows[np.isin(bound, (Bound.NONE, Bound.TODAY, Bound.CALENDAR))]
    need = pegs.need[peg[rows]]
    by = wanted_days(network, schedule, need)[1]
    first = earliest_supply(network)[schedule.needs.point[need]]
    found[rows] = np.maximum(first - by, 0)

    return found


def ranges(ascending: Ints, keys: Ints) -> tuple[Ints, Ints]:
    """
    Returns the pairs of keys and of their places in an ascending array, by key.
    """
    first = np.searchsorted(ascending, keys, side="left")
    count = np.searchsorted(ascending, keys, side="right") - first
    i = np.repeat(np.arange(len(keys), dtype=np.int64), count)
    start = np.cumsum(count) - count

    return i, np.arange(len(i), dtype=np.int64) - (start - first)[i]


def _spare(network: Network, schedule: Schedule, needed: Floats) -> Floats:
    """
    Returns what nobody needs of each open supply.

    A point that is filled up to a maximum keeps what is left over up to there: first
    of stock, then of what comes first.
    """
    supplies, points = network.supplies, network.points
    spare = np.maximum(supplies.quantity - needed, 0.0)
    spare[spare <= SLIGHT * np.maximum(supplies.quantity, 1.0)] = 0.0
    filled = points.lot_rule == LotRule.MIN_MAX
    rows = np.flatnonzero(filled[supplies.point] & (spare > 0))

    if not len(rows):
        return spare

    kept = _kept(network, schedule)
    rows = rows[np.lexsort((supplies.day[rows], supplies.point[rows]))]
    before = running_sum(supplies.point[rows], spare[rows]) - spare[rows]
    room = np.maximum(kept[supplies.point[rows]] - before, 0.0)
    spare[rows] = np.maximum(spare[rows] - room, 0.0)

    return spare


def _kept(network: Network, schedule: Schedule) -> Floats:
    """
    Returns how much a point keeps beyond what is pegged to safety stock, ``(P,)``.
    """
    points, needs, pegs = network.points, schedule.needs, schedule.pegs
    top, largest = points.order_up_to, points.largest_stock[:, 0]
    top = np.where(np.isnan(top) & np.isfinite(largest), largest, top)
    top = np.where(np.isnan(top), points.reorder_point, top)
    rows = np.flatnonzero(needs.kind[pegs.need] == NeedKind.SAFETY)
    rows = rows[pegs.supply[rows] >= 0]
    safety = sum_by(needs.point[pegs.need[rows]], pegs.quantity[rows], len(points))

    return np.maximum(np.nan_to_num(top) - safety, 0.0)
