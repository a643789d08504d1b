"""
Which points may be pegged anew, and what becomes of the schedule then.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.network import Network
from lotwright.model.rules import FAR
from lotwright.solver.mrp.levelling_links import issue_offsets
from lotwright.solver.mrp.levelling_pegs import Dates, Trade, trade
from lotwright.solver.mrp.levelling_problem import Levelling
from lotwright.solver.mrp.problem import ranges
from lotwright.solver.schedule import NeedKind, Pegs, Schedule


def traded_points(network: Network, schedule: Schedule) -> Bools:
    """
    Returns at which points any supply may serve any need, shape ``(P,)``.

    Nothing may expire there, be held for somebody, be too early, or come from another
    point.
    """
    rules, pegs, needs = network.rules, schedule.pegs, schedule.needs
    free = (rules.points.shelf_life >= FAR) & (rules.points.positive_days >= FAR)
    lines, supplies = rules.lines, rules.supplies
    special = lines.own_order | (lines.sellable_days > 0) | ~lines.split_allowed
    special |= (lines.min_shipment > 0) | (lines.last_day < FAR)
    free[network.lines.point[special]] = False
    free[network.supplies.point[supplies.expiry < FAR]] = False
    free[needs.point[pegs.need[pegs.hard | (pegs.supply < 0)]]] = False
    known = pegs.supply >= 0
    place = _supply_points(network, schedule)[pegs.supply[known]]
    need_place = needs.point[pegs.need[known]]
    other = place != need_place
    free[place[other]] = False
    free[need_place[other]] = False

    return free


def trade_of(network: Network, schedule: Schedule, level: Levelling) -> Trade:
    """
    Returns what may be pegged anew.
    """
    needs, receipts = schedule.needs, schedule.receipts
    points, size = network.rules.points, len(network.points)
    free = traded_points(network, schedule)
    place = _supply_points(network, schedule)
    supply = np.flatnonzero(free[place])
    supply = supply[np.argsort(place[supply], kind="stable")]
    need = np.flatnonzero(free[needs.point])
    need = need[np.argsort(needs.point[need], kind="stable")]
    num_open = len(schedule.supply_day)
    is_line = needs.kind == NeedKind.LINE
    is_issue = needs.kind == NeedKind.ORDER_ISSUE
    last = np.where(needs.kind == NeedKind.SAFETY, 1, 0)
    last = np.where(needs.kind == NeedKind.EXCESS, 2, last)

    return Trade(
        point=np.argsort(network.points.level, kind="stable"),
        supply_from=ranges(place[supply], size),
        supply=supply,
        supply_quantity=np.concatenate([network.supplies.quantity, receipts.quantity]),
        supply_order=np.concatenate(
            [np.full(num_open, -1, dtype=np.int64), receipts.order]
        ),
        need_from=ranges(needs.point[need], size),
        need=need,
        need_quantity=needs.quantity,
        need_line=np.where(is_line, needs.ref, -1),
        need_order=np.where(is_issue, needs.ref, -1),
        need_last=last,
        need_offset=issue_offsets(network, schedule, level.grid.days),
        calendar=points.calendar,
        issue_margin=points.issue_margin,
        receipt_margin=points.receipt_margin,
    )


def pegged_anew(
    schedule: Schedule,
    goods: Trade,
    level: Levelling,
    urgency: Floats,
    *,
    latest_first: bool,
) -> Schedule:
    """
    Returns a schedule with new pegs and the days on which its orders are wanted then.

    Parameters
    ----------
    schedule, goods, level
        The schedule and what may be pegged anew.
    urgency
        Of each demand line.
    latest_first
        Whether the latest supply in time serves first, not the first of all.
    """
    needs, pegs, orders = schedule.needs, schedule.pegs, schedule.orders
    dates = Dates(
        wanted=orders.wanted_day.copy(),
        urgency=np.full(len(orders), np.inf),
        need_by=needs.available_by.copy(),
    )
    supply_day = np.concatenate([schedule.supply_day, schedule.receipts.available_day])
    supply, need, quantity = trade(
        goods, level.jobs, level.grid.days, urgency, supply_day, dates, latest_first
    )
    touched = np.zeros(len(needs), dtype=np.bool_)
    touched[goods.need] = True
    kept = ~touched[pegs.need]
    need = np.concatenate([pegs.need[kept], need])
    turn = np.argsort(need, kind="stable")
    new = Pegs(
        supply=np.concatenate([pegs.supply[kept], supply])[turn],
        need=need[turn],
        quantity=np.concatenate([pegs.quantity[kept], quantity])[turn],
        day=needs.day[need[turn]],
        hard=np.concatenate([pegs.hard[kept], np.zeros(len(supply), dtype=np.bool_)])[
            turn
        ],
    )
    return replace(
        schedule,
        orders=replace(orders, wanted_day=dates.wanted),
        needs=replace(needs, available_by=dates.need_by),
        pegs=new,
    )


def _supply_points(network: Network, schedule: Schedule) -> Ints:
    return np.concatenate([network.supplies.point, schedule.receipts.point])
