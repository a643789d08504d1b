"""
Lacking: why nothing at all comes for a demand line.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.kinds import LotRule, ResourceKind
from lotwright.model.network import Bools, Ints, Network
from lotwright.model.rules import FAR
from lotwright.solver.decode.causes_of_lines import OF_LINE, OF_SOURCE, Cause
from lotwright.solver.decode.earliest import earliest_orders, shipping_calendars
from lotwright.solver.schedule import NeedKind, Schedule

#: A priority that every other comes before.
_LAST = np.iinfo(np.int64).max


def lacking_of(network: Network, schedule: Schedule, line: Ints) -> tuple[Ints, Ints]:
    """
    Returns why nothing comes for demand lines, and the object of that cause.

    A line whose last day is over is lost. Else the first point on the way down that
    nothing supplies, for which no orders are made, or of which no source can ever
    deliver, is what lacks; where demand of higher priority has taken what there is of
    it, that is the reason. Otherwise the line itself, or no source that may be used.
    """
    if not len(line):
        return line.copy(), line.copy()

    points, first_place = np.unique(network.lines.point[line], return_inverse=True)
    by_source = _never_by(network)
    never, source = _never(network, by_source)
    search = _Search(network, _left_over(network, schedule), never, by_source)
    lacks = np.array([search.lacking(int(point)) for point in points], dtype=np.int64)
    point = lacks[first_place]
    is_found = point >= 0
    manual = network.points.lot_rule[point] == LotRule.MANUAL
    taken = _served(network, schedule)[point] < network.lines.priority[line]
    last_day = network.rules.lines.last_day[line]
    own_source = source[network.lines.point[line]]
    ends = np.append(_has_ended(network), np.False_)[own_source]
    reason = np.where(never[point] >= 0, never[point], Cause.NO_SOURCE)
    rules = network.rules
    life = rules.points.shelf_life[network.lines.point[line]]
    perishes = rules.lines.sellable_days[line] > life
    shapes = (
        (last_day < 0, Cause.OVER),
        (is_found & taken, Cause.PRIORITY),
        (is_found & manual, Cause.MANUAL),
        (is_found, reason),
        (perishes, Cause.PERISHES),
        (last_day < FAR, Cause.LAST_DAY),
        (ends, Cause.CLOSED),
    )
    cause = np.select(
        [holds for holds, _ in shapes], [why for _, why in shapes], Cause.NO_USE
    ).astype(np.int64)
    of_line = np.isin(cause, OF_LINE)
    own = np.where(of_line, line, network.lines.point[line])
    what = np.where(is_found & ~of_line, point, own)

    of_source = np.isin(cause, OF_SOURCE)
    what = np.where(of_source, np.where(is_found, source[point], own_source), what)

    return _without_capacity(network, schedule, line, cause, what)


def _without_capacity(
    network: Network, schedule: Schedule, line: Ints, cause: Ints, what: Ints
) -> tuple[Ints, Ints]:
    """
    Returns causes and objects, with the resource for lines that never find capacity.
    """
    if not len(schedule.no_room):
        return cause, what

    resource = schedule.no_room[line]
    outside = network.resources.kind[resource] >= ResourceKind.SUPPLIER
    limit = np.where(outside, Cause.SUPPLIER, Cause.CAPACITY)
    known = resource >= 0

    return np.where(known, limit, cause), np.where(known, resource, what)


def _never(network: Network, reason: Ints) -> tuple[Ints, Ints]:
    """
    Returns why no source of each point can ever deliver, -1 where one can or there is
    none, and the first of its sources, -1 where there is none; shape ``(P,)``.
    """
    activities, size = network.activities, len(network.points)
    order = np.lexsort((activities.priority, activities.point))[::-1]
    first = np.full(size, -1, dtype=np.int64)
    first[activities.point[order]] = order
    some = np.zeros(size, dtype=np.bool_)
    some[activities.point[reason < 0]] = True

    return np.where(some, -1, np.append(reason, -1)[first]), first


def _never_by(network: Network) -> Ints:
    """
    Returns why an order of each activity could never be received, -1 where it could,
    shape ``(A,)``.
    """
    start, available = earliest_orders(network)
    last = network.rules.activities.valid_to

    return np.select(
        [(available >= FAR) & _has_ended(network), start >= last],
        [Cause.CLOSED, Cause.OUTDATED],
        np.where(available >= FAR, Cause.TOO_LONG, -1),
    ).astype(np.int64)


def _has_ended(network: Network) -> Bools:
    """
    Returns the activities of which a calendar is never open again, shape ``(A,)``.
    """
    activities, ended = network.activities, network.calendars.has_ended()
    place = network.rules.points.calendar[activities.point]
    shipped = shipping_calendars(network)
    found: Bools = ended[activities.calendar] | ended[place] | ended[shipped]

    return found


class _Search:
    """
    Walks down from points to what they lack.
    """

    def __init__(
        self, network: Network, left_over: Bools, never: Ints, by_source: Ints
    ) -> None:
        activities, inputs = network.activities, network.inputs
        self.network = network
        self.left_over = left_over
        self.never = never
        self.known: dict[int, int] = {}
        # Nothing is ordered for the sake of its by-products.
        self.brought = np.zeros(len(network.points), dtype=np.bool_)
        self.brought[activities.point] = True
        rank = (activities.priority, by_source >= 0, activities.point)
        self.by_point = np.lexsort(rank)
        self.points = activities.point[self.by_point]
        self.by_activity = np.argsort(inputs.activity, kind="stable")
        self.activities = inputs.activity[self.by_activity]

    def lacking(self, point: int) -> int:
        """
        Returns the first point that is not supplied, at or below a point, or -1.
        """
        if point in self.known:
            return self.known[point]

        self.known[point] = -1
        self.known[point] = self._look(point)

        return self.known[point]

    def _look(self, point: int) -> int:
        is_manual = self.network.points.lot_rule[point] == LotRule.MANUAL

        if not self.brought[point] or is_manual or self.never[point] >= 0:
            return point

        row = int(np.searchsorted(self.points, point))

        if row == len(self.points) or self.points[row] != point:
            return -1

        activity = self.by_point[row]
        low = np.searchsorted(self.activities, activity, side="left")
        high = np.searchsorted(self.activities, activity, side="right")

        for component in self.network.inputs.point[self.by_activity[low:high]].tolist():
            found = self.lacking(component)

            if found >= 0 and not self.left_over[found]:
                return found

        return -1


def _left_over(network: Network, schedule: Schedule) -> Bools:
    """
    Returns which points have something that nobody needs, shape ``(P,)``.
    """
    needs = schedule.needs
    left = np.zeros(len(network.points), dtype=np.bool_)
    left[needs.point[needs.kind == NeedKind.EXCESS]] = True

    return left


def _served(network: Network, schedule: Schedule) -> Ints:
    """
    Returns the highest priority that gets anything of each point, shape ``(P,)``.
    """
    needs, pegs = schedule.needs, schedule.pegs
    need = pegs.need[pegs.supply >= 0]
    need = need[needs.kind[need] < NeedKind.SAFETY]
    served = np.full(len(network.points), _LAST, dtype=np.int64)
    np.minimum.at(served, needs.point[need], needs.priority[need])

    return served
