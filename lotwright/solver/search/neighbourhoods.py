"""
Neighbourhoods: which lots to decide anew while all others stay as they are.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

import numpy as np

from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.solver.lotsizing.model import LotSizingModel

#: The shortest window of a resource, in buckets.
_SHORTEST = 3

#: Doubt is lessened by chance to so much of it, and anything may be drawn by so much.
_LEAST_DOUBT = 0.5
_CHANCE = 0.05


class Kind(StrEnum):
    """
    What the lots of a neighbourhood have in common.
    """

    ITEMS = "items"  #: some activities, all buckets
    RESOURCE = "resource"  #: activities on one resource, in a window
    CHAIN = "chain"  #: activities that feed each other, in a window
    RECTANGLE = "rectangle"  #: any activities, in a window
    WINDOW = "window"  #: all activities, in a window as short as that asks for
    MIXED = "mixed"  #: anything
    DOUBT = "doubt"  #: lots of which a plan and a tight LP say different things


class Neighbourhoods:
    """
    Draws neighbourhoods of any kind and about any size.

    Parameters
    ----------
    net
        The network.
    model
        Its model, which tells where there are whole numbers.
    random
        Where chance comes from.
    """

    def __init__(
        self, net: Network, model: LotSizingModel, random: np.random.Generator
    ) -> None:
        self._random = random
        self._whole = _with_whole_numbers(model)
        self._cells = np.argwhere(self._whole)
        self._members = np.flatnonzero(self._whole.any(axis=1))
        self._num_buckets = self._whole.shape[1]
        has_lots: Bools = np.asarray(self._whole.any(axis=1))
        self._by_resource = _by_resource(net, has_lots)
        self._neighbour_start, self._neighbours = _chains(net)
        self._draws: dict[Kind, Callable[[int], Bools]] = {
            Kind.ITEMS: self._some_items,
            Kind.RESOURCE: self._one_resource,
            Kind.CHAIN: self._one_chain,
            Kind.RECTANGLE: self._rectangle,
            Kind.WINDOW: self._window_of_all,
            Kind.MIXED: self._anything,
        }

    def __len__(self) -> int:
        """
        The number of activities and buckets that have whole numbers.
        """
        return len(self._cells)

    def kinds(self) -> tuple[Kind, ...]:
        """
        Returns the kinds of which there are any, without anything but the network.
        """
        return tuple(
            kind
            for kind in self._draws
            if kind is not Kind.RESOURCE or self._by_resource
        )

    def draw(self, kind: Kind, size: int) -> Bools:
        """
        Returns a neighbourhood: which activities and buckets, shape ``(A, T)``.

        Parameters
        ----------
        kind
            What its lots have in common.
        size
            About how many of them.
        """
        return self._draws[kind](max(size, 1)) & self._whole

    def doubtful(self, doubt: Floats, size: int) -> Bools:
        """
        Draws a neighbourhood of the lots that are doubted most, as chance has it.

        Parameters
        ----------
        doubt
            How much each lot is in doubt, from 0 to 1, shape ``(A, T)``.
        size
            How many there are.
        """
        own = doubt[tuple(self._cells.T)]
        kept = self._random.uniform(_LEAST_DOUBT, 1.0, len(own))
        chance = self._random.uniform(0.0, _CHANCE, len(own))
        count = min(max(size, 1), len(own))
        chosen = np.argpartition(-(own * kept + chance), count - 1)[:count]
        free = np.zeros_like(self._whole)
        free[tuple(self._cells[chosen].T)] = True

        return free

    def _some_items(self, size: int) -> Bools:
        return self._cross(self._some(size / self._num_buckets), slice(None))

    def _one_resource(self, size: int) -> Bools:
        users = self._by_resource[int(self._random.integers(len(self._by_resource)))]
        length = max(_SHORTEST, size // len(users))

        if length * len(users) > 1.5 * size:
            users = self._random.choice(users, max(1, size // length), replace=False)

        return self._cross(users, self._window(length))

    def _one_chain(self, size: int) -> Bools:
        chain = self._chain(max(1, size // self._length(_SHORTEST)))

        return self._cross(chain, self._window(size // len(chain)))

    def _rectangle(self, size: int) -> Bools:
        chosen = self._some(size / self._length(2))

        return self._cross(chosen, self._window(size // len(chosen)))

    def _window_of_all(self, size: int) -> Bools:
        length = max(2, size // len(self._members))
        chosen = self._members

        if length * len(chosen) > 1.5 * size:
            chosen = self._some(size / length)

        return self._cross(chosen, self._window(length))

    def _anything(self, size: int) -> Bools:
        total = len(self._cells)
        chosen = self._random.choice(total, min(size, total), replace=False)
        free = np.zeros_like(self._whole)
        free[tuple(self._cells[chosen].T)] = True

        return free

    def _some(self, number: float) -> Ints:
        count = min(max(int(number), 1), len(self._members))

        return self._random.choice(self._members, count, replace=False)

    def _length(self, least: int) -> int:
        least = min(least, self._num_buckets)

        return int(self._random.integers(least, self._num_buckets + 1))

    def _window(self, length: int) -> slice:
        """
        Returns a window; those at both ends may be cut, so that all buckets are alike.
        """
        length = min(max(length, 1), self._num_buckets)
        half = length // 2
        first = int(self._random.integers(-half, self._num_buckets - half))

        return slice(max(first, 0), min(first + length, self._num_buckets))

    def _chain(self, size: int) -> Ints:
        """
        Returns activities that are linked by what they make and use.
        """
        begin = int(self._random.choice(self._members))
        chosen, edge = {begin}, [begin]

        while edge and len(chosen) < size:
            member = edge.pop(int(self._random.integers(len(edge))))
            span = slice(*self._neighbour_start[member : member + 2])

            for other in self._neighbours[span].tolist():
                if other not in chosen and len(chosen) < size:
                    chosen.add(other)
                    edge.append(other)

        return np.array(sorted(chosen))

    def _cross(self, activities: Ints, window: slice) -> Bools:
        free = np.zeros_like(self._whole)
        free[activities, window] = True

        return free


def _with_whole_numbers(model: LotSizingModel) -> Bools:
    whole = np.zeros(model.columns.quantity.shape, dtype=bool)

    for block in model.columns.whole():
        whole |= block.columns >= 0

    return whole


def _by_resource(net: Network, has_lots: Bools) -> list[Ints]:
    """
    Returns the activities with lots of each finite resource that several share.
    """
    loads = net.loads
    finite: Bools = np.asarray(np.isfinite(net.resources.capacity).any(axis=1))
    counts = finite[loads.resource] & has_lots[loads.activity] & ~loads.pooled
    resource, activity = loads.resource[counts], loads.activity[counts]
    order = np.lexsort((activity, resource))
    ends = np.cumsum(np.bincount(resource, minlength=len(net.resources)))
    groups = (np.unique(part) for part in np.split(activity[order], ends[:-1]))

    return [group for group in groups if len(group) > 1]


def _chains(net: Network) -> tuple[Ints, Ints]:
    """
    Returns the activities that feed or use each one: where they start, and which.
    """
    size = len(net.activities)
    inputs = net.inputs
    order = np.argsort(net.activities.point, kind="stable")
    sources = np.bincount(net.activities.point, minlength=len(net.points))
    first = np.cumsum(sources) - sources
    count = sources[inputs.point]
    user = np.repeat(inputs.activity, count)
    before = np.cumsum(count) - count
    place = np.arange(len(user)) + np.repeat(first[inputs.point] - before, count)
    feeder = order[place]
    pairs = np.concatenate([user * size + feeder, feeder * size + user])
    left, right = np.divmod(np.unique(pairs), max(size, 1))

    return np.searchsorted(left, np.arange(size + 1)), right
