"""
Lacking: why nothing at all comes for a demand line.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Bools, Ints, LotRule, Network
from lotwright.model.rules import FAR
from lotwright.solver.decode.causes_of_lines import Cause
from lotwright.solver.schedule import NeedKind, Schedule

#: A priority that every other comes before.
_LAST = np.iinfo(np.int64).max


def lacking_of(network: Network, schedule: Schedule, line: Ints) -> tuple[Ints, Ints]:
    """
    Returns why nothing comes for demand lines, and the object of that cause.

    The first point on the way down that nothing supplies, or for which no orders are
    made, is what lacks; where demand of higher priority has taken what there is of it,
    that is the reason. Otherwise the line itself, or no source that may be used.
    """
    if not len(line):
        return line.copy(), line.copy()

    points, first_place = np.unique(network.lines.point[line], return_inverse=True)
    search = _Search(network, _left_over(network, schedule))
    lacks = np.array([search.lacking(int(point)) for point in points], dtype=np.int64)
    point = lacks[first_place]
    is_found = point >= 0
    manual = network.points.lot_rule[point] == LotRule.MANUAL
    taken = _served(network, schedule)[point] < network.lines.priority[line]
    last = network.rules.lines.last_day[line] < FAR
    cause = np.select(
        [is_found & taken, is_found & manual, is_found, last],
        [Cause.PRIORITY, Cause.MANUAL, Cause.NO_SOURCE, Cause.LAST_DAY],
        Cause.NO_USE,
    )
    own = np.where(last, line, network.lines.point[line])

    return cause.astype(np.int64), np.where(is_found, point, own)


class _Search:
    """
    Walks down from points to what they lack.
    """

    def __init__(self, network: Network, left_over: Bools) -> None:
        activities, inputs = network.activities, network.inputs
        self.network = network
        self.left_over = left_over
        self.known: dict[int, int] = {}
        self.brought = np.zeros(len(network.points), dtype=np.bool_)
        self.brought[network.outputs.point] = True
        self.by_point = np.lexsort((activities.priority, activities.point))
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

        if not self.brought[point] or is_manual:
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
