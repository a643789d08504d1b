"""
Chains in buckets: from late and short demand lines of a plan of buckets down to what
binds.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from lotwright.model.kinds import ResourceKind
from lotwright.model.network import Bools, Ints, Network
from lotwright.model.rules import FAR
from lotwright.solver.decode.causes_of_lines import Cause
from lotwright.solver.decode.chains import (
    Chains,
    Steps,
    in_order,
    steps_of,
    with_columns,
)
from lotwright.solver.decode.fulfilment import Deliveries, Fulfilment, is_in_time
from lotwright.solver.decode.lines_in_buckets import short_steps
from lotwright.solver.decode.needs import NeedKind
from lotwright.solver.decode.plan_view import PlanView, least_lots
from lotwright.solver.decode.relation import pairs
from lotwright.solver.decode.waits_in_buckets import Waits, waits_of

#: Late deliveries of one demand line that are explained: those that come last.
_MOST_PARTS = 5

#: Chains that are walked together, so that grids over buckets stay small.
_AT_A_TIME = 2000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Front:
    """
    Where the walk is: chains and their lines, the place of the late peg of each on its
    level, by how many days it is late, and the bucket in which it comes or could.
    """

    chain: Ints
    line: Ints
    place: Ints
    late: Ints
    comes: Ints

    def __len__(self) -> int:
        return len(self.chain)

    def take(self, rows: Ints | Bools) -> _Front:
        """
        Returns a part of it.
        """
        return _Front(
            chain=self.chain[rows],
            line=self.line[rows],
            place=self.place[rows],
            late=self.late[rows],
            comes=self.comes[rows],
        )


def chains_in_buckets(
    view: PlanView, deliveries: Deliveries, day: Ints, fulfilment: Fulfilment
) -> Chains:
    """
    Returns why demand lines are late or short in a plan of buckets.

    What is short comes first, then what is late, the last delivery first. From a late
    delivery the walk follows its pegs: an order that could have come earlier by lead
    times and room waits for a component, and so on down.

    Parameters
    ----------
    view, deliveries, fulfilment
        A plan, its deliveries and what lines get.
    day
        Day of each delivery, shape ``(M,)``.
    """
    network = view.network
    lines = network.lines
    short = np.flatnonzero(fulfilment.is_short)
    beyond = _beyond(network, short)
    known = short[~beyond]
    late = _late_deliveries(network, deliveries, day)
    line = np.concatenate([known, short[beyond], deliveries.line[late]])
    numbers = np.arange(len(line), dtype=np.int64)
    first = len(short)
    parts = [
        short_steps(view, known, fulfilment.short[known]),
        _beyond_steps(network, numbers[len(known) : first], short[beyond]),
        *_late_steps(view, deliveries, day, late, numbers[first:]),
    ]
    quantity = np.concatenate(
        [
            fulfilment.short[known],
            fulfilment.short[short[beyond]],
            deliveries.quantity[late],
        ]
    )
    never = np.full(first, FAR, dtype=np.int64)

    return Chains(
        line=line,
        quantity=quantity,
        day=np.append(never, day[late]),
        delay=np.append(never, day[late] - lines.due_day[deliveries.line[late]]),
        steps=in_order(parts),
    )


def wanted_of_steps(network: Network, chains: Chains) -> Ints:
    """
    Returns the day to which to expedite what is awaited, or the last day of delivery,
    of the steps of chains, shape ``(n,)``.
    """
    steps = chains.steps
    line = chains.line[steps.chain]
    due = np.maximum(network.lines.due_day[line], 0)
    given = np.append(network.supplies.day, 0)[steps.supply]
    by = np.maximum(given - np.where(steps.days < FAR, steps.days, 0), 0)
    last = np.minimum(network.rules.lines.last_day[line], network.buckets.horizon)
    is_last = np.isin(steps.cause, (Cause.LAST_DAY, Cause.OVER))

    return np.where(is_last, last, np.where(steps.supply >= 0, by, due))


def _beyond(network: Network, line: Ints) -> Bools:
    fence = network.rules.points.planning_fence[network.lines.point[line]]
    outside: Bools = network.rules.lines.required_day[line] >= fence

    return outside


def _beyond_steps(network: Network, chain: Ints, line: Ints) -> Steps:
    never = np.full(len(line), FAR, dtype=np.int64)

    return steps_of(chain, never, Cause.BEYOND, network.lines.point[line])


def _late_deliveries(network: Network, deliveries: Deliveries, day: Ints) -> Ints:
    """
    Returns the deliveries after the due date, by line, the last first.
    """
    rows = np.flatnonzero(~deliveries.is_lost & ~is_in_time(network, deliveries))
    order = np.lexsort((-day[rows], deliveries.line[rows]))
    rows = rows[order]
    line = deliveries.line[rows]
    turn = pd.Series(line).groupby(line).cumcount()

    return rows[np.asarray(turn, dtype=np.int64) < _MOST_PARTS]


def _late_steps(
    view: PlanView, deliveries: Deliveries, day: Ints, late: Ints, chain: Ints
) -> list[Steps]:
    network = view.network
    line = deliveries.line[late]
    due = network.lines.due_day[line]
    delay = day[late] - due
    past = np.maximum(-due, 0)
    before = np.flatnonzero(past > 0)
    found = [
        steps_of(chain[before], past[before], Cause.BEFORE_TODAY, line[before]),
    ]
    peg = _last_pegs(view, deliveries, late)
    walked = np.flatnonzero(delay > past)

    for begin in range(0, len(walked), _AT_A_TIME):
        rows = walked[begin : begin + _AT_A_TIME]
        wanted = network.lines.bucket[line[rows]]
        levels = waits_of(view, chain[rows], peg[rows], wanted)
        front = _Front(
            chain=chain[rows],
            line=line[rows],
            place=np.arange(len(rows), dtype=np.int64),
            late=(delay - past)[rows],
            comes=levels[0].late.comes,
        )
        found += _walk(view, levels, front)

    return found


def _last_pegs(view: PlanView, deliveries: Deliveries, late: Ints) -> Ints:
    """
    Returns the peg of each delivery whose supply comes last, the largest of several, -1
    where none is known, shape ``(n,)``.
    """
    pegs = view.pegging.pegs
    rows = np.flatnonzero((pegs.need.kind == NeedKind.DELIVERY) & (pegs.supply >= 0))
    i, j = pairs(late, pegs.need.ref[rows])
    peg = rows[j]
    supply = pegs.supply[peg]
    keys = (
        pegs.need.quantity[peg],
        view.pegging.supply_day[supply],
        view.pegging.supplies.bucket[supply],
        i,
    )
    order = np.lexsort(keys)
    found = np.full(len(late), -1, dtype=np.int64)
    found[i[order]] = peg[order]

    return found


def _walk(view: PlanView, levels: list[Waits], front: _Front) -> list[Steps]:
    """
    Returns the steps of some chains, one level after the other.
    """
    found: list[Steps] = []

    for level in levels:
        is_order = level.late.order[front.place] >= 0
        found.append(_given(view, level, front.take(~is_order)))
        steps, front = _ordered(view, level, front.take(is_order))
        found += steps

    # What is left goes round in circles of choices, which no bill has.
    found.append(_by_cost(front))

    return found


def _given(view: PlanView, level: Waits, front: _Front) -> Steps:
    """
    Returns the last steps of chains that end in stock, an open order or nothing.

    An open order is awaited where it comes late; what was there in time was kept.
    """
    network, pegging = view.network, view.pegging
    peg = level.late.peg[front.place]
    supply = np.append(pegging.pegs.supply, -1)[peg]
    row = np.append(pegging.supplies.open_row, -1)[supply]
    kind = np.append(network.supplies.kind, "")[row]
    comes = np.append(pegging.supply_day, 0)[supply]
    wanted = network.buckets.end[level.late.wanted[front.place]] - 1
    own = np.append(pegging.pegs.need.depth, 0)[peg] == 0
    due = np.append(pegging.pegs.need.day, 0)[peg]
    wanted = np.where(own, np.minimum(due, wanted), wanted)
    awaited = (row >= 0) & (kind != "stock") & (comes > wanted)
    steps = _by_cost(front)
    cause = np.where(awaited, Cause.AWAIT, Cause.COST).astype(np.int64)

    return with_columns(
        steps,
        cause=cause,
        object=np.where(awaited, row, steps.object),
        supply=np.where(row >= 0, row, -1),
    )


def _by_cost(front: _Front) -> Steps:
    """
    Returns last steps of chains that nothing but cost makes late.
    """
    return steps_of(front.chain, front.late, Cause.COST, front.line)


def _ordered(view: PlanView, level: Waits, front: _Front) -> tuple[list[Steps], _Front]:
    """
    Returns the steps of planned orders, and where the walk goes on.

    The days of an order are split: what lead times or room add, what the component
    adds for which it waits, and what neither forces.
    """
    at = front.place
    order, wanted = level.late.order[at], level.late.wanted[at]
    first, waits = level.late.bounds.first[at], level.first[at]
    start, last = view.network.buckets.start, front.comes
    free = np.clip(start[last] - start[np.maximum(first, waits)], 0, front.late)
    own = np.minimum(front.late - free, start[first] - start[wanted])
    below = front.late - free - own
    goes = (waits > first) & (below > 0)
    binds = first > wanted
    in_bucket = ~binds & ~goes & (last <= wanted) & _starts_at_once(view, order)
    ends = ~goes & (binds | in_bucket)
    own = np.where(goes, own, np.where(ends, front.late - free, 0))
    free = front.late - np.where(goes, below + own, own)
    shown = goes | ends
    common = {"order": order, "supply": np.full(len(order), -1, dtype=np.int64)}
    first_steps = with_columns(_own(view, level, front, own), **common)
    first_steps = replace(first_steps, is_root=ends.astype(np.int64))
    others = with_columns(_by_choice(view, level, front, free), **common)
    others = replace(others, is_root=(~shown).astype(np.int64))
    steps = [_some(first_steps, shown & ((own > 0) | ends | (free == 0)))]
    steps.append(_some(others, ~shown | (free > 0)))
    following = _Front(
        chain=front.chain,
        line=front.line,
        place=level.component[at],
        late=below,
        comes=level.comes[at],
    )

    return steps, following.take(goes)


def _some(steps: Steps, rows: Bools) -> Steps:
    return Steps(**{name: getattr(steps, name)[rows] for name in Steps.__slots__})


def _starts_at_once(view: PlanView, order: Ints) -> Bools:
    """
    Returns which orders are as early as their lead time allows.
    """
    at_once: Bools = view.pegging.dates.is_past[order] | (
        view.pegging.dates.start[order] <= 0
    )

    return at_once


def _own(view: PlanView, level: Waits, front: _Front, days: Ints) -> Steps:
    """
    Returns the steps of what lead times or room add to orders.
    """
    network, late = view.network, level.late
    at = front.place
    activity = view.orders.activity[late.order[at]]
    resource, first = late.bounds.resource[at], late.bounds.first[at]
    point = network.activities.point[activity]
    kind = np.append(network.resources.kind, 0)[resource]
    limit = np.where(kind >= ResourceKind.SUPPLIER, Cause.SUPPLIER, Cause.CAPACITY)
    by_time = _by_time(view, activity, np.minimum(late.wanted[at], first))
    is_full = resource >= 0
    cause = np.where(is_full, limit, by_time).astype(np.int64)
    what = np.where(cause == Cause.VALIDITY, activity, point)
    steps = steps_of(front.chain, days, cause, np.where(is_full, resource, what))

    return with_columns(steps, bucket=late.bounds.bucket[at])


def _by_time(view: PlanView, activity: Ints, wanted: Ints) -> Ints:
    """
    Returns why activities cannot deliver in the bucket wanted: a freeze fence, a source
    that holds only later, or lead times.
    """
    network = view.network
    frozen = network.activities.possible()[activity, wanted]
    frozen &= ~view.can_receive[activity, wanted]
    start = network.calendars.before(
        network.activities.calendar[activity],
        network.buckets.end[wanted] - 1,
        network.activities.lead_time[activity],
    )
    too_soon = (start >= 0) & (start < network.rules.activities.valid_from[activity])

    return np.select(
        [frozen, too_soon], [Cause.FENCE, Cause.VALIDITY], Cause.LEAD_TIME
    ).astype(np.int64)


def _by_choice(view: PlanView, level: Waits, front: _Front, days: Ints) -> Steps:
    """
    Returns steps of days that nothing forces: the lots are large, or it costs less.
    """
    late = level.late
    activity = view.orders.activity[late.order[front.place]]
    quantity = view.pegging.pegs.need.quantity[late.peg[front.place]]
    large = least_lots(view.network)[activity] > quantity * (1 + 1e-6)
    cause = np.where(large, Cause.LOT, Cause.COST).astype(np.int64)

    return steps_of(front.chain, days, cause, np.where(large, activity, front.line))
