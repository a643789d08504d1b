"""
The schedule of a levelled plan: dates, pegs, work, and why each order is when it is.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lotwright.model.arrays import Ints
from lotwright.model.network import Network
from lotwright.model.rules import FAR
from lotwright.solver.mrp.levelling_causes import component_days, first_receipts
from lotwright.solver.mrp.levelling_links import issue_offsets
from lotwright.solver.mrp.levelling_search import Found
from lotwright.solver.mrp.levelling_work import overtime_of, work_of
from lotwright.solver.schedule import (
    Bound,
    Move,
    NeedKind,
    Needs,
    Orders,
    Pegs,
    Reason,
    Receipts,
    Schedule,
)


def answer_of(network: Network, before: Schedule, found: Found) -> Schedule:
    """
    Returns the schedule of a levelled plan.

    Parameters
    ----------
    network
        What is planned.
    before
        The schedule without limits of capacity.
    found
        The levelled plan.
    """
    schedule = found.schedule
    receipts = _receipts(network, schedule, found)
    orders = _orders(network, before, found)
    needs = _needs(network, schedule, orders, found)
    work = work_of(network, schedule, found)

    return replace(
        schedule,
        orders=orders,
        receipts=receipts,
        needs=needs,
        pegs=_pegs(network, schedule, receipts, needs),
        work=work,
        overtime=overtime_of(network, work),
    )


def _receipts(network: Network, schedule: Schedule, found: Found) -> Receipts:
    receipts, points = schedule.receipts, network.rules.points
    day = network.calendars.after(
        points.calendar[receipts.point],
        found.state.due[receipts.order],
        points.receipt_margin[receipts.point],
    )

    return replace(receipts, available_day=day)


def _orders(network: Network, before: Schedule, found: Found) -> Orders:
    orders, state = found.schedule.orders, found.state
    points, calendars = network.rules.points, network.calendars
    point = network.activities.point[orders.activity]
    place = points.calendar[point]
    due, start = state.due.copy(), state.start.copy()
    order_day = calendars.before(place, start, points.reorder_margin[point])
    old = before.orders.due_day
    wanted = _wanted(network, found)

    if found.schedule is not before:
        wanted = _by_lines(network, found.schedule, wanted)

    move = np.where(due < old, Move.EARLIER, np.where(due > old, Move.LATER, Move.NONE))
    move = np.where((state.full_task < 0) & (due != old), Move.TOGETHER, move)
    move = np.where(state.spread, Move.SPLIT, move).astype(np.int64)
    bound, by, bucket = _bounds(network, before, found, wanted)
    ahead = (move == Move.EARLIER) & (orders.reason == Reason.DEMAND)

    return replace(
        orders,
        order_day=np.maximum(order_day, 0),
        start_day=start,
        due_day=due,
        available_day=calendars.after(place, due, points.receipt_margin[point]),
        wanted_day=wanted,
        reason=np.where(ahead, Reason.PRE_BUILD, orders.reason).astype(np.int64),
        bound=bound,
        bound_by=by,
        bound_bucket=bucket,
        move=move,
        moved_from=np.where(move == Move.NONE, due, old).astype(np.int64),
    )


def _wanted(network: Network, found: Found) -> Ints:
    """
    Returns the receipt day of each order that is in time for what it serves now.

    What is made ahead for an order that is made ahead itself is wanted for that; and
    what would be too old for an order that waits is not wanted before it keeps.
    """
    level, due = found.level, found.state.due
    links, jobs, calendars = level.links, level.jobs, network.calendars
    start = found.state.start[links.job]
    day = calendars.before(jobs.calendar[links.job], start, links.offset)
    day = np.maximum(day, 0)
    day = calendars.before(links.issue_calendar, day, links.issue_margin)
    day = calendars.before(links.receipt_calendar, day, links.receipt_margin)
    needed = jobs.wanted.copy()
    np.minimum.at(needed, links.supplier, day)
    ahead = np.clip(needed, np.minimum(due, jobs.wanted), jobs.wanted)
    kept = np.maximum(jobs.wanted, np.minimum(found.lowest, due))

    return np.where(due < jobs.wanted, ahead, kept)


def _by_lines(network: Network, schedule: Schedule, wanted: Ints) -> Ints:
    """
    Returns the receipt day that is in time, where pegging anew gave an order that
    serves demand lines alone to lines that are due later.
    """
    needs, pegs, receipts = schedule.needs, schedule.pegs, schedule.receipts
    receipt = pegs.supply - len(schedule.supply_day)
    row = np.flatnonzero((receipt >= 0) & (needs.kind[pegs.need] != NeedKind.EXCESS))
    order, need = receipts.order[receipt[row]], pegs.need[row]
    alone = np.ones(len(wanted), dtype=np.bool_)
    of_line = needs.kind[need] == NeedKind.LINE
    alone[order[~of_line]] = False
    order, need = order[of_line], need[of_line]
    point, rules, calendars = needs.point[need], network.rules, network.calendars
    place = rules.points.calendar[point]
    day = rules.lines.required_day[needs.ref[need]]
    day = calendars.before(place, day, rules.points.issue_margin[point])
    day = calendars.before(place, day, rules.points.receipt_margin[point])
    first = np.full(len(wanted), FAR, dtype=np.int64)
    np.minimum.at(first, order, day)
    alone &= first < FAR

    return np.where(alone, np.maximum(wanted, first), wanted)


def _bounds(
    network: Network, before: Schedule, found: Found, wanted: Ints
) -> tuple[Ints, Ints, Ints]:
    """
    Returns what keeps each order from being in time: code, need or resource, bucket.
    """
    level, state = found.level, found.state
    jobs, old = level.jobs, before.orders
    late = state.due > wanted
    first = first_receipts(level, state.due)
    full = late & (state.due > np.maximum(first, wanted)) & (state.full_task >= 0)
    own = first_receipts(level, np.full_like(state.due, -FAR))
    days, need = component_days(level, state.due)
    waits = late & ~full & (need >= 0) & (days >= own)
    static = late & ~full & ~waits & (jobs.floor_need >= 0)
    kept = late & ~full & ~waits & ~static
    unknown = kept & (old.bound == Bound.NONE)
    bound = np.where(kept & ~unknown, old.bound, Bound.NONE)
    bound = np.where(unknown, Bound.TODAY, bound)
    bound = np.where(waits | static, Bound.COMPONENT, bound)
    bound = np.where(full, Bound.CAPACITY, bound)
    by = np.where(kept, old.bound_by, -1)
    by = np.where(waits, need, np.where(static, jobs.floor_need, by))
    resource = np.append(level.tasks.resource, -1)[state.full_task]
    by = np.where(full, resource, by)
    last = network.num_buckets - 1
    bucket = np.where(full, np.minimum(state.full_bucket, last), -1)

    return bound.astype(np.int64), by.astype(np.int64), bucket.astype(np.int64)


def _needs(network: Network, schedule: Schedule, orders: Orders, found: Found) -> Needs:
    """
    Returns the needs; those of planned orders are dated by their start.
    """
    needs, calendars = schedule.needs, network.calendars
    row = np.flatnonzero(needs.kind == NeedKind.ORDER_ISSUE)
    job, point = needs.ref[row], needs.point[row]
    offset = issue_offsets(network, schedule, found.level.grid.days)[row]
    calendar = network.activities.calendar[orders.activity[job]]
    rules = network.rules.points
    own = calendars.before(calendar, orders.start_day[job], offset)
    day, by = needs.day.copy(), needs.available_by.copy()
    day[row] = np.maximum(own, 0)
    by[row] = calendars.before(
        rules.calendar[point], day[row], rules.issue_margin[point]
    )

    return replace(needs, day=day, available_by=by)


def _pegs(
    network: Network, schedule: Schedule, receipts: Receipts, needs: Needs
) -> Pegs:
    """
    Returns the pegs; what comes late is delivered when it is there.
    """
    pegs, rules = schedule.pegs, network.rules.points
    supply_day = np.concatenate([schedule.supply_day, receipts.available_day, [FAR]])
    there: Ints = supply_day[pegs.supply]
    day = needs.day[pegs.need].copy()
    own = np.isin(needs.kind[pegs.need], [NeedKind.LINE, NeedKind.OPEN_ISSUE])
    late = np.flatnonzero(
        own & (pegs.supply >= 0) & (there > needs.available_by[pegs.need])
    )
    point = needs.point[pegs.need[late]]
    ready = network.calendars.after(
        rules.calendar[point], there[late], rules.issue_margin[point]
    )
    day[late] = np.maximum(day[late], ready)
    day[pegs.supply < 0] = FAR

    return replace(pegs, day=day)
