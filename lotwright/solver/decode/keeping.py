"""
Keeping: how much less, and how much later, safety stock lets open orders come.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.model.rules import FAR
from lotwright.solver.decode.relation import running_sum, sum_by
from lotwright.solver.schedule import NeedKind, Schedule

#: Part of a quantity that is rounding.
_SLIGHT = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surplus:
    """
    Stock above safety stock after each event, by point and day.

    Parameters
    ----------
    begin
        Where the events of each point begin, shape ``(P + 1,)``.
    day, above
        Shape ``(n,)``; ``above`` changes as open orders are moved or cut.
    """

    begin: Ints
    day: Ints
    above: Floats

    def span(self, point: int, first: int, last: int) -> slice:
        """
        Returns the events of a point from a day to before another.
        """
        begin, end = int(self.begin[point]), int(self.begin[point + 1])
        days = self.day[begin:end]
        low = begin + int(np.searchsorted(days, first, side="left"))

        return slice(low, begin + int(np.searchsorted(days, last, side="left")))


def surplus_of(network: Network, schedule: Schedule, points: Ints) -> Surplus:
    """
    Returns the surplus of some points that have safety stock; others have no events.

    Stock counts from the day on which it is available until it is issued or delivered,
    or has expired.
    """
    size, buckets = len(network.points), network.buckets
    asked = np.zeros(size, dtype=np.bool_)
    asked[points] = True
    asked &= keeps_safety(network)
    needs, pegs, supplies = schedule.needs, schedule.pegs, network.supplies
    taken = np.zeros(0, dtype=np.int64)

    # Pegs are many, and most plans have no message to look into.
    if asked.any():
        taken = np.flatnonzero(asked[needs.point[pegs.need]] & (pegs.supply >= 0))
        taken = taken[needs.kind[pegs.need[taken]] < NeedKind.SAFETY]

    opened = np.flatnonzero(asked[supplies.point])
    brought = np.flatnonzero(asked[schedule.receipts.point])
    gone, ends, old = _expired(network, schedule, asked, taken)
    places = np.flatnonzero(asked)
    # Safety stock changes at the start of buckets; what is needed more is taken away.
    level = wanted_stock(network)[places]
    steps = np.diff(level, axis=1, prepend=0.0)
    marks = np.broadcast_to(buckets.start, steps.shape)
    point = np.concatenate(
        [
            supplies.point[opened],
            schedule.receipts.point[brought],
            needs.point[pegs.need[taken]],
            gone,
            np.repeat(places, len(buckets)),
        ]
    )
    day = np.concatenate(
        [
            schedule.supply_day[opened],
            schedule.receipts.available_day[brought],
            pegs.day[taken],
            ends,
            marks.ravel(),
        ]
    )
    change = np.concatenate(
        [
            supplies.quantity[opened],
            schedule.receipts.quantity[brought],
            -pegs.quantity[taken],
            -old,
            -steps.ravel(),
        ]
    )
    order = np.lexsort((day, point))
    point, day, change = point[order], day[order], change[order]
    above = running_sum(point, change)
    # Of one day, only the state after its last event counts.
    last = np.ones(len(point), dtype=np.bool_)
    last[:-1] = (point[1:] != point[:-1]) | (day[1:] != day[:-1])
    point, day, above = point[last], day[last], above[last]

    return Surplus(
        begin=np.searchsorted(point, np.arange(size + 1)), day=day, above=above
    )


def _expired(
    network: Network, schedule: Schedule, asked: Bools, taken: Ints
) -> tuple[Ints, Ints, Floats]:
    """
    Returns point, day and quantity of what expires before anybody takes it.

    Parameters
    ----------
    network, schedule
        What was planned.
    asked
        Which points are in question, shape ``(P,)``.
    taken
        Pegs of what is taken there.
    """
    supplies, receipts, pegs = network.supplies, schedule.receipts, schedule.pegs
    rules, size = network.rules, len(network.supplies.point)
    first = np.flatnonzero(asked[supplies.point] & (rules.supplies.expiry < FAR))
    ages = asked & (rules.points.shelf_life < FAR)
    then = np.flatnonzero(ages[receipts.point])
    point = np.concatenate([supplies.point[first], receipts.point[then]])
    there = np.concatenate([schedule.supply_day[first], receipts.available_day[then]])
    life = rules.points.shelf_life[receipts.point[then]]
    ends = np.concatenate([rules.supplies.expiry[first], there[len(first) :] + life])
    quantity = np.concatenate([supplies.quantity[first], receipts.quantity[then]])

    if len(point):
        used = sum_by(
            pegs.supply[taken], pegs.quantity[taken], size + len(receipts.point)
        )
        quantity = quantity - used[np.concatenate([first, size + then])]

    return point, np.maximum(ends, there), quantity


def keeps_safety(network: Network) -> Bools:
    """
    Returns which points have safety stock at any time, shape ``(P,)``.
    """
    keeps: Bools = np.asarray((wanted_stock(network) > 0).any(axis=1))

    return keeps


def wanted_stock(network: Network) -> Floats:
    """
    Returns safety stock, and end stock in the last bucket, shape ``(P, T)``.
    """
    return network.rules.end_stock.raised(network.points.safety_stock)


def least_surplus(surplus: Surplus, point: int, first: int, last: int) -> float:
    """
    Returns the least surplus of a point from a day to before another; infinite without
    safety stock.
    """
    return float(surplus.above[surplus.span(point, first, last)].min(initial=np.inf))


def cut(surplus: Surplus, point: int, first: int, last: int, quantity: float) -> None:
    """
    Takes a quantity from the surplus of a point from a day to before another.
    """
    surplus.above[surplus.span(point, first, last)] -= quantity


def missed_on(
    surplus: Surplus, point: int, first: int, last: int, quantity: float
) -> int:
    """
    Returns the first day on which safety stock would miss a quantity that does not come
    on one day but on another, or that other day.
    """
    rows = surplus.span(point, first, last)
    low = surplus.above[rows] < quantity * (1.0 - _SLIGHT)

    return int(surplus.day[rows][low.argmax()]) if low.any() else last


def short_since(surplus: Surplus, point: int, day: int) -> int:
    """
    Returns the first day of those without a break before a day on which a point has
    less than its safety stock; that day itself where it has enough.
    """
    rows = surplus.span(point, -FAR, day)
    above = surplus.above[rows]
    short = above < -_SLIGHT * max(float(np.abs(above).max(initial=1.0)), 1.0)

    if not len(short) or not short[-1]:
        return day

    enough = np.flatnonzero(~short)
    first = int(enough[-1]) + 1 if len(enough) else 0

    return int(surplus.day[rows][first])
