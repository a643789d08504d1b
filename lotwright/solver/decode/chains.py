"""
Chains: from a late or short demand line down to what delays it, as arrays.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.kinds import ResourceKind
from lotwright.model.network import Floats, Ints, Network
from lotwright.model.rules import FAR
from lotwright.solver.decode.causes_of_lines import Cause
from lotwright.solver.decode.lacking import lacking_of
from lotwright.solver.decode.open_orders import ranges
from lotwright.solver.decode.wanted import lateness
from lotwright.solver.schedule import Bound, NeedKind, Schedule

#: Late parts of one demand line that are explained: those that come last.
_MOST_PARTS = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Steps:
    """
    Steps of chains, by chain from the demand down.

    Parameters
    ----------
    chain
        Shape ``(n,)``.
    order, supply
        Planned order or open supply of the step, -1 where neither, shape ``(n,)``.
    need
        Need that it serves late, -1 where unknown, shape ``(n,)``.
    days
        What the step adds, ``FAR`` where nothing ever comes, shape ``(n,)``.
    cause, object, bucket
        Code of ``Cause``, its object, and the bucket that is full or -1, ``(n,)``.
    is_root
        1 where the chain ends, shape ``(n,)``.
    point
        Stock point of the step where neither order, supply nor object tell it, else -1,
        shape ``(n,)``.
    """

    chain: Ints
    order: Ints
    supply: Ints
    need: Ints
    days: Ints
    cause: Ints
    object: Ints
    bucket: Ints
    is_root: Ints
    point: Ints

    def __len__(self) -> int:
        return len(self.chain)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chains:
    """
    Chains of the late and short parts of demand lines, by line; the worst first.

    Parameters
    ----------
    line
        Shape ``(C,)``.
    quantity
        How much of the line is late or short, shape ``(C,)``.
    day
        Day of its delivery, ``FAR`` where there is none, shape ``(C,)``.
    delay
        That day less the due day, ``FAR`` where there is none, shape ``(C,)``.
    steps
        What makes up the delay.
    """

    line: Ints
    quantity: Floats
    day: Ints
    delay: Ints
    steps: Steps


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Front:
    """
    Where the walk is: chains, the peg that comes late in each, and by how much.
    """

    chain: Ints
    peg: Ints
    late: Ints


def chains_of(network: Network, schedule: Schedule) -> Chains:
    """
    Returns why demand lines are late or short.

    A delay at the top is split over the steps below it: each adds by how much more it
    is late than what it waits for itself.
    """
    peg = _late_pegs(network, schedule)
    needs, pegs, lines = schedule.needs, schedule.pegs, network.lines
    line, day = needs.ref[pegs.need[peg]], pegs.day[peg]
    due = lines.due_day[line]
    met = pegs.supply[peg] >= 0
    delay = np.where(met, day - due, FAR)
    past = np.where(met, np.maximum(-due, 0), 0)
    numbers = np.arange(len(peg), dtype=np.int64)
    waits = np.flatnonzero(met & (delay > past))
    late = np.minimum(lateness(network, schedule, peg), delay - past)
    found = _walk(
        network,
        schedule,
        _Front(chain=numbers[waits], peg=peg[waits], late=late[waits]),
    )
    before = np.flatnonzero(past > 0)
    found.append(
        steps_of(numbers[before], past[before], Cause.BEFORE_TODAY, line[before])
    )
    short = np.flatnonzero(~met)
    cause, point = lacking_of(network, schedule, line[short])
    never = np.full(len(short), FAR, dtype=np.int64)
    of_short = steps_of(numbers[short], never, cause, point)
    no_room = np.isin(cause, (Cause.CAPACITY, Cause.SUPPLIER))
    place = np.where(no_room, lines.point[line[short]], -1)
    found.append(with_columns(of_short, point=place))
    beyond = _beyond(network, schedule)
    found.append(
        steps_of(
            len(peg) + np.arange(len(beyond), dtype=np.int64),
            np.full(len(beyond), FAR, dtype=np.int64),
            Cause.BEYOND,
            lines.point[beyond],
        )
    )
    steps = in_order(found)

    return Chains(
        line=np.append(line, beyond),
        quantity=np.append(pegs.quantity[peg], lines.quantity[beyond]),
        day=np.append(day, np.full(len(beyond), FAR)),
        delay=np.append(delay, np.full(len(beyond), FAR)),
        steps=steps,
    )


def _late_pegs(network: Network, schedule: Schedule) -> Ints:
    """
    Returns the pegs of demand lines after their due day, by line and delay.
    """
    needs, pegs, lines = schedule.needs, schedule.pegs, network.lines
    rows = np.flatnonzero((needs.kind == NeedKind.LINE)[pegs.need])
    line = needs.ref[pegs.need[rows]]
    is_late = pegs.day[rows] > lines.due_day[line]
    rows, line = rows[is_late], line[is_late]
    order = np.lexsort((-pegs.quantity[rows], -pegs.day[rows], line))
    turn = pd.Series(line[order]).groupby(line[order]).cumcount()

    return rows[order[np.asarray(turn, dtype=np.int64) < _MOST_PARTS]]


def _beyond(network: Network, schedule: Schedule) -> Ints:
    """
    Returns the demand lines beyond the planning fence, which are not planned.
    """
    needs, lines = schedule.needs, network.lines
    planned = np.zeros(len(lines), dtype=np.bool_)
    planned[needs.ref[needs.kind == NeedKind.LINE]] = True
    fence = network.rules.points.planning_fence[lines.point]
    outside = network.rules.lines.required_day >= fence

    return np.flatnonzero(~planned & outside & (lines.quantity > 0))


def _walk(network: Network, schedule: Schedule, front: _Front) -> list[Steps]:
    """
    Returns the steps of all chains, one level after the other.

    A chain goes down the bills, so that it meets each stock point once.
    """
    size, found = len(network.supplies.kind), []
    receipts = schedule.receipts

    for left in range(len(network.points), -1, -1):
        if not len(front.chain):
            break

        supply = schedule.pegs.supply[front.peg]
        given = np.flatnonzero(supply < size)
        found.append(_given(network, schedule, front, given))
        rows = np.flatnonzero(supply >= size)
        order = receipts.order[supply[rows] - size]
        below = _below(network, schedule, order)
        goes = below >= 0
        late = np.zeros(len(rows), dtype=np.int64)
        late[goes] = lateness(network, schedule, below[goes])
        late = np.minimum(late, front.late[rows])
        goes &= (late > 0) & (left > 0)
        found.append(
            _ordered(network, schedule, front, rows, order, np.where(goes, late, 0))
        )
        front = _Front(chain=front.chain[rows][goes], peg=below[goes], late=late[goes])

    return found


def _below(network: Network, schedule: Schedule, order: Ints) -> Ints:
    """
    Returns the peg of the component that each order waits for, -1 where it waits for
    none: of several pegs, the one that comes last.
    """
    orders, pegs = schedule.orders, schedule.pegs
    waits = np.isin(orders.bound[order], (Bound.COMPONENT, Bound.SHORT))
    rows = np.flatnonzero(waits & (orders.bound_by[order] >= 0))
    i, peg = ranges(pegs.need, orders.bound_by[order[rows]])
    late = lateness(network, schedule, peg)
    turn = np.lexsort((peg, -late, i))
    first = np.ones(len(turn), dtype=np.bool_)
    first[1:] = i[turn][1:] != i[turn][:-1]
    found = np.full(len(order), -1, dtype=np.int64)
    found[rows[i[turn[first]]]] = peg[turn[first]]

    return found


def _given(network: Network, schedule: Schedule, front: _Front, rows: Ints) -> Steps:
    """
    Returns the last steps of chains that end in stock, an open order or nothing.
    """
    supply = schedule.pegs.supply[front.peg[rows]]
    need = schedule.pegs.need[front.peg[rows]]
    point = schedule.needs.point[need]
    kinds = np.append(network.supplies.kind, "")[supply]
    is_stock, nothing = kinds == "stock", supply < 0
    cause = np.where(is_stock, Cause.MARGIN, Cause.AWAIT)
    cause = np.where(nothing, Cause.NO_SOURCE, cause)
    what = np.where(is_stock | nothing, point, supply)
    steps = steps_of(front.chain[rows], front.late[rows], cause, what)

    return with_columns(steps, supply=supply, need=need)


def _ordered(
    network: Network,
    schedule: Schedule,
    front: _Front,
    rows: Ints,
    order: Ints,
    below: Ints,
) -> Steps:
    """
    Returns the steps of planned orders; ``below`` is by how much what each waits for
    is late, 0 where the chain ends.
    """
    orders, activities = schedule.orders, network.activities
    activity, bound = orders.activity[order], orders.bound[order]
    point = activities.point[activity]
    resource = orders.bound_by[order]
    is_full = bound == Bound.CAPACITY
    kind = np.append(network.resources.kind, 0)[np.where(is_full, resource, -1)]
    limit = np.where(kind >= ResourceKind.SUPPLIER, Cause.SUPPLIER, Cause.CAPACITY)
    own = _own_cause(network, schedule, order)
    cause = np.select(
        [
            below > 0,
            bound == Bound.TODAY,
            is_full,
            bound == Bound.FENCE,
            bound == Bound.VALIDITY,
            bound == Bound.CALENDAR,
            bound == Bound.NONE,
        ],
        [
            own,
            Cause.LEAD_TIME,
            limit,
            Cause.FENCE,
            Cause.VALIDITY,
            Cause.CALENDAR,
            Cause.TOLERANCE,
        ],
        own,
    )
    of_source = (cause == Cause.VALIDITY) | (cause == Cause.CALENDAR)
    of_resource = (cause == Cause.CAPACITY) | (cause == Cause.SUPPLIER)
    what = np.where(of_source, activity, np.where(of_resource, resource, point))
    steps = steps_of(front.chain[rows], front.late[rows] - below, cause, what)

    return with_columns(
        steps,
        order=order,
        need=schedule.pegs.need[front.peg[rows]],
        bucket=np.where(of_resource, orders.bound_bucket[order], -1),
        is_root=(below == 0).astype(np.int64),
    )


def _own_cause(network: Network, schedule: Schedule, order: Ints) -> Ints:
    """
    Returns what an order adds to the delay of its component: its lead time, where it
    would have had to be ordered, or be given a component, before today, else closed
    days.
    """
    orders, calendars = schedule.orders, network.calendars
    activity = orders.activity[order]
    point = network.activities.point[activity]
    start = calendars.before(
        network.activities.calendar[activity],
        orders.wanted_day[order],
        network.activities.lead_time[activity],
    )
    rules = network.rules.points
    first = calendars.before(rules.calendar[point], start, rules.reorder_margin[point])
    inputs, ahead = network.inputs, np.zeros(len(network.activities), dtype=np.int64)
    np.maximum.at(ahead, inputs.activity, inputs.offset)
    calendar = network.activities.calendar[activity]
    first = np.minimum(first, calendars.before(calendar, start, ahead[activity]))

    return np.where(first < 0, Cause.LEAD_TIME, Cause.CALENDAR)


def steps_of(chain: Ints, days: Ints, cause: Ints | Cause, what: Ints) -> Steps:
    """
    Returns steps that end their chains, without order or supply.

    Parameters
    ----------
    chain, days, cause, what
        Chain, what the step adds, its cause and the object of that, shape ``(n,)``.
    """
    none = np.full(len(chain), -1, dtype=np.int64)

    return Steps(
        chain=chain,
        order=none,
        supply=none,
        need=none,
        days=days,
        cause=np.broadcast_to(np.asarray(cause, dtype=np.int64), chain.shape),
        object=what,
        bucket=none,
        is_root=np.ones(len(chain), dtype=np.int64),
        point=none,
    )


def with_columns(steps: Steps, **columns: Ints) -> Steps:
    """
    Returns steps with some columns replaced.
    """
    kept = {name: getattr(steps, name) for name in Steps.__slots__}

    return Steps(**{**kept, **columns})


def in_order(parts: list[Steps]) -> Steps:
    """
    Returns the steps of all parts by chain, each from the demand down.
    """
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in Steps.__slots__
    }
    order = np.argsort(columns["chain"], kind="stable")

    return Steps(**{name: values[order] for name, values in columns.items()})
