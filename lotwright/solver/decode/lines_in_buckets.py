"""
Lines in buckets: why demand that a plan of buckets gives up is not served.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lotwright.model.kinds import ResourceKind
from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.model.rules import FAR
from lotwright.solver.decode.causes_of_lines import Cause
from lotwright.solver.decode.chains import Steps, in_order, steps_of, with_columns
from lotwright.solver.decode.needs import NeedKind
from lotwright.solver.decode.plan_view import PlanView, least_lots, ready_buckets
from lotwright.solver.decode.relation import least_by

#: A priority that every other comes before.
_LAST = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """
    Where the way down from a point ends, and the points on the way.

    Parameters
    ----------
    cause, object, bucket, point
        As in ``Steps``.
    way
        Points above the last one, from the top.
    """

    cause: Cause
    object: int
    point: int
    bucket: int = -1
    way: tuple[int, ...] = ()


def short_steps(view: PlanView, line: Ints, quantity: Floats) -> Steps:
    """
    Returns the steps of lines that are never served in full, one chain for each.

    Parameters
    ----------
    view
        A plan.
    line, quantity
        Lines and how much of each is missing, shape ``(n,)``.
    """
    network = view.network
    last = _last_buckets(network, line)
    search = _Search(view)
    found = [
        search.end(*args)
        for args in zip(
            network.lines.point[line].tolist(),
            last.tolist(),
            np.minimum(network.lines.bucket[line], last).tolist(),
            network.lines.priority[line].tolist(),
            quantity.tolist(),
            strict=True,
        )
    ]
    numbers = np.arange(len(line), dtype=np.int64)
    ends = _ends(numbers, line, found)
    ways = _ways(found)
    of_time = _of_time(network, line, ends, search.ready)

    return in_order([ways, of_time, ends])


def _last_buckets(network: Network, line: Ints) -> Ints:
    """
    Returns the last bucket in which each line may still be served.
    """
    last_day = np.minimum(network.rules.lines.last_day[line], network.buckets.horizon)
    bucket = network.buckets.of(np.maximum(last_day, 0))

    return np.minimum(bucket, network.num_buckets - 1)


def _ends(chain: Ints, line: Ints, found: list[_End]) -> Steps:
    never = np.full(len(chain), FAR, dtype=np.int64)
    cause = np.array([end.cause for end in found], dtype=np.int64)
    what = np.array([end.object for end in found], dtype=np.int64)
    of_line = cause == Cause.COST
    steps = steps_of(chain, never, cause, np.where(of_line, line, what))

    return with_columns(
        steps,
        bucket=np.array([end.bucket for end in found], dtype=np.int64),
        point=np.array([end.point for end in found], dtype=np.int64),
    )


def _ways(found: list[_End]) -> Steps:
    """
    Returns the points between lines and what binds, which add nothing themselves.
    """
    rows = [(n, point) for n, end in enumerate(found) for point in end.way]
    chain, point = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    steps = steps_of(chain, np.zeros_like(chain), Cause.LEAD_TIME, point)

    return with_columns(steps, is_root=np.zeros_like(chain), point=point)


def _of_time(network: Network, line: Ints, ends: Steps, ready: Ints) -> Steps:
    """
    Returns a step for lines whose last day is over or comes too early.
    """
    last_day = network.rules.lines.last_day[line]
    over = last_day < 0
    bound = last_day < network.buckets.horizon - 1
    later = bound & (ready[network.lines.point[line]] < network.num_buckets)
    rows = np.flatnonzero((over | later) & (ends.cause != Cause.COST))
    cause = np.where(over[rows], Cause.OVER, Cause.LAST_DAY).astype(np.int64)
    never = np.full(len(rows), FAR, dtype=np.int64)
    steps = steps_of(rows, never, cause, line[rows])

    return with_columns(steps, is_root=np.zeros_like(rows))


class _Search:
    """
    Walks down from points to what keeps more of them from being had in time.
    """

    def __init__(self, view: PlanView) -> None:
        network = view.network
        self.view = view
        self.network = network
        self.ready = ready_buckets(view)
        self.least = least_lots(network)
        self.brought = np.zeros(len(network.points), dtype=np.bool_)
        self.brought[network.outputs.point] = True
        self.served = _served(view)
        self.known: dict[tuple[int, int, int], _End | None] = {}
        self.sources = _Rows(network.activities.point)
        self.inputs = _Rows(network.inputs.activity)
        self.loads = _Rows(network.loads.activity)

    def end(
        self, point: int, last: int, due: int, priority: int, missing: float
    ) -> _End:
        """
        Returns what binds for a line.

        Parameters
        ----------
        point, last, due, priority
            Point of the line, buckets of its last delivery and its due date, and its
            priority.
        missing
            How much it lacks.
        """
        if (point, last, due) not in self.known:
            self.known[point, last, due] = self._look(point, last, due)

        found = self.known[point, last, due]

        if found is None:
            return self._by_choice(point, last, missing)

        lacks = found.cause is Cause.NO_SOURCE

        if lacks and self.served[found.point] < priority:
            return _End(
                cause=Cause.PRIORITY,
                object=found.object,
                point=found.point,
                way=found.way,
            )

        return found

    def _by_choice(self, point: int, last: int, missing: float) -> _End:
        """
        Returns the lots of a source where all that may deliver are too large, else what
        it costs.
        """
        usable = [
            row
            for row in self.sources.of(point)
            if self.view.can_receive[row, : last + 1].any()
        ]
        least = self.least[usable]

        if len(usable) and least.min() > missing * (1 + 1e-6):
            source = usable[int(least.argmin())]

            return _End(cause=Cause.LOT, object=source, point=point)

        return _End(cause=Cause.COST, object=-1, point=point)

    def _look(self, point: int, last: int, due: int) -> _End | None:
        if self.ready[point] <= last:
            return None

        if not self.brought[point]:
            return _End(cause=Cause.NO_SOURCE, object=point, point=point)

        sources = list(self.sources.of(point))

        # By-products come with orders for something else.
        if not sources:
            return _End(cause=Cause.NO_SOURCE, object=point, point=point)

        window = self.view.can_receive[sources, : last + 1]

        if not window.any():
            return self._too_late(point, sources, last)

        fits = [
            (row, when & ~self._lacks_room(row, self.least[row])[:, : last + 1].any(0))
            for row, when in zip(sources, window, strict=True)
        ]

        for row, when in fits:
            below = self._component(row, when, due)

            if below is not None:
                found = self._look(*below)

                if found is None:
                    return None

                return _End(
                    cause=found.cause,
                    object=found.object,
                    bucket=found.bucket,
                    point=found.point,
                    way=(point, *found.way),
                )

        return self._full(point, sources[int(window.any(axis=1).argmax())], last, due)

    def _component(
        self, row: int, when: Bools, due: int
    ) -> tuple[int, int, int] | None:
        """
        Returns the component that an activity lacks whenever it finds room, the last
        bucket in which it would be needed, and the one for the due date; None where it
        finds no room.
        """
        inputs = self.network.inputs
        buckets = np.flatnonzero(when)

        if not len(buckets):
            return None

        rows = np.array(list(self.inputs.of(row)), dtype=np.int64)
        wanted = inputs.bucket[rows][:, buckets].max(axis=1, initial=-1)
        late = self.ready[inputs.point[rows]] - wanted
        late[wanted < 0] = -1

        if not (late > 0).any():
            return None

        worst = int(late.argmax())

        last = int(wanted[worst])
        by = max(int(inputs.bucket[rows[worst], due]), 0)

        return int(inputs.point[rows[worst]]), last, min(by, last)

    def _lacks_room(self, row: int, quantity: float) -> Bools:
        loads = np.array(list(self.loads.of(row)), dtype=np.int64)

        return self.view.lacks_room(loads, np.full(len(loads), quantity))

    def _too_late(self, point: int, sources: list[int], last: int) -> _End:
        """
        Returns why no new supply comes in time, were capacity without limits.
        """
        activities, rules = self.network.activities, self.network.rules
        thawed = activities.possible()[sources, : last + 1].any()
        row = sources[0]

        if thawed:
            return _End(cause=Cause.FENCE, object=point, point=point)

        end = self.network.buckets.end[last]

        if rules.activities.valid_from[row] >= end:
            return _End(cause=Cause.VALIDITY, object=row, point=point)

        if rules.activities.valid_to[row] <= 0:
            return _End(cause=Cause.OUTDATED, object=row, point=point)

        return _End(cause=Cause.LEAD_TIME, object=point, point=point)

    def _full(self, point: int, row: int, last: int, due: int) -> _End | None:
        """
        Returns the resource that is full most often of those that an activity needs,
        and the last bucket up to the due date, else the first one, in which it is.
        """
        network = self.network
        loads = np.array(list(self.loads.of(row)), dtype=np.int64)
        lot = np.full(len(loads), self.least[row])
        when = self.view.can_receive[row, : last + 1]
        full = self.view.lacks_room(loads, lot)[:, : last + 1] & when

        if not full.any():
            return None

        worst = int(full.sum(axis=1).argmax())
        never = self.view.never_fits(loads, lot)[worst, : last + 1]

        if self.least[row] > 0 and never[full[worst]].all():
            return _End(cause=Cause.LOT, object=row, point=point)

        load = loads[worst]
        resource = int(network.loads.resource[load])
        outside = network.resources.kind[resource] >= ResourceKind.SUPPLIER
        at = np.flatnonzero(full[worst])
        at = at[max(int(np.searchsorted(at, due, side="right")) - 1, 0)]

        return _End(
            cause=Cause.SUPPLIER if outside else Cause.CAPACITY,
            object=resource,
            bucket=int(network.loads.bucket[load, at]),
            point=point,
        )


class _Rows:
    """
    Rows by key, in order.
    """

    def __init__(self, key: Ints) -> None:
        self.rows = np.argsort(key, kind="stable")
        self.keys = key[self.rows]

    def of(self, key: int) -> Iterator[int]:
        """
        Yields the rows that have a key.
        """
        low = np.searchsorted(self.keys, key, side="left")
        high = np.searchsorted(self.keys, key, side="right")

        yield from self.rows[low:high].tolist()


def _served(view: PlanView) -> Ints:
    """
    Returns the most urgent priority that gets anything of each point, shape ``(P,)``.
    """
    pegs = view.pegging.pegs
    need = pegs.need.take((pegs.supply >= 0) & (pegs.need.kind < NeedKind.SAFETY))

    return least_by(need.point, need.priority, len(view.network.points), _LAST)
