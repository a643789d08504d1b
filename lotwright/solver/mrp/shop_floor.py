"""
The shop floor: what is in stock and what capacity is left while orders are worked off.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lotwright.model.network import Floats, Ints, Network
from lotwright.solver.mrp.flows import capacity_limit
from lotwright.solver.mrp.lot_rules import round_down, round_up
from lotwright.solver.mrp.parts import LotSize


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Take:
    """
    What an activity takes of one point or resource.

    Parameters
    ----------
    place
        The point or resource.
    per_unit, per_lot
        Taken per unit received and per lot.
    bucket
        Bucket in which it is taken for a receipt in a bucket, shape ``(T,)``.
    """

    place: int
    per_unit: float
    per_lot: float
    bucket: Ints


class ShopFloor:
    """
    Stock and capacity, with the orders that were done so far.

    Issues that were promised for later buckets are taken from stock at once, so an
    issue is possible only while no later bucket falls below zero.

    Parameters
    ----------
    network
        The network of the plan.
    reserve
        True when open orders' components are reserved from the start, False when each
        is taken in its own bucket by ``open_bucket``.

    Attributes
    ----------
    stock
        Stock at the end of each bucket if nothing more happens, shape ``(P, T)``.
    receipt, lots
        What was done, shape ``(A, T)``.
    """

    def __init__(self, network: Network, *, reserve: bool) -> None:
        points = network.points
        lot = network.activities

        self._limit = capacity_limit(network)
        self._room = self._limit.copy()
        self._inputs = _takes_of_inputs(network)
        self._loads = _takes_of_loads(network)
        self._outputs = _outputs(network)
        self._smallest = round_up(lot.min_lot, lot.lot_multiple).tolist()
        self._largest = round_down(lot.max_lot, lot.lot_multiple).tolist()
        self._multiple = lot.lot_multiple.tolist()

        change = points.open_receipts - (points.open_issues if reserve else 0.0)
        self._open_issues = points.open_issues * (not reserve)
        self.stock = points.opening_stock[:, None] + np.cumsum(change, axis=1)
        self.receipt = np.zeros(lot.receipt_day.shape)
        self.lots = np.zeros_like(self.receipt)

    def open_bucket(self, bucket: int) -> None:
        """
        Takes the components that open orders need in a bucket.
        """
        rows = np.flatnonzero(self._open_issues[:, bucket])
        self.stock[rows, bucket:] -= self._open_issues[rows, bucket, None]

    def overdrawn(self) -> bool:
        """
        Returns whether stock falls below zero anywhere, rounding aside.
        """
        allowed = 1e-6 * (1.0 + self.stock.max(initial=0.0))

        return bool(self.stock.min(initial=0.0) < -allowed)

    def free(self, point: Ints, bucket: int) -> Floats:
        """
        Returns the stock of some points that no promise needs, for all points ``(P,)``.
        """
        free = np.zeros(len(self.stock))
        free[point] = np.maximum(self.stock[point, bucket:].min(axis=1), 0.0)

        return free

    def deliver(self, quantity: Floats, bucket: int) -> None:
        """
        Takes what demand is served from stock, shape ``(P,)``.
        """
        rows = np.flatnonzero(quantity)
        self.stock[rows, bucket:] -= quantity[rows, None]

    def lot_size(self, activity: int, quantity: float, lots: float) -> LotSize:
        """
        Returns the lot size of an order that was planned in some number of lots.
        """
        largest = self._largest[activity]

        if lots > 1 and math.ceil(quantity / largest) < lots:
            largest = quantity / lots

        return LotSize(
            smallest=min(self._smallest[activity], largest),
            largest=largest,
            multiple=self._multiple[activity],
        )

    def possible(
        self, activity: int, bucket: int, size: LotSize, quantity: float
    ) -> float:
        """
        Returns how much an activity can deliver in a bucket, at most a quantity.
        """
        most = quantity

        for point, per_unit, per_lot, at in _at_once(
            self._inputs[activity], bucket, together=True
        ):
            stock = float(self.stock[point, at:].min())
            most = min(most, size.most(stock, per_unit, per_lot))

            if most <= 0:
                return 0.0

        return self._within(self._room, activity, bucket, size, most)

    def possible_when_idle(
        self, activity: int, bucket: int, size: LotSize, quantity: float
    ) -> float:
        """
        Returns how much idle resources could do in a bucket, at most a quantity.
        """
        return self._within(self._limit, activity, bucket, size, quantity)

    def book(self, activity: int, bucket: int, quantity: float, lots: int) -> None:
        """
        Does an order: takes components and capacity, and brings in what it makes.
        """
        for take in self._inputs[activity]:
            amount = take.per_unit * quantity + take.per_lot * lots
            self.stock[take.place, int(take.bucket[bucket]) :] -= amount

        for take in self._loads[activity]:
            amount = take.per_unit * quantity + take.per_lot * lots
            self._room[take.place, int(take.bucket[bucket])] -= amount

        for point, ratio in self._outputs[activity]:
            self.stock[point, bucket:] += ratio * quantity

        self.receipt[activity, bucket] += quantity
        self.lots[activity, bucket] += lots

    def _within(
        self, room: Floats, activity: int, bucket: int, size: LotSize, most: float
    ) -> float:
        for resource, per_unit, per_lot, at in _at_once(
            self._loads[activity], bucket, together=False
        ):
            most = min(most, size.most(float(room[resource, at]), per_unit, per_lot))

        return max(most, 0.0)


def _at_once(
    takes: list[Take], bucket: int, *, together: bool
) -> list[tuple[int, float, float, int]]:
    """
    Returns what is taken of each place: place, per unit, per lot, bucket.

    Several takes of one place add up: of one resource in one bucket, and, being
    careful, of one point as if all were issued with the first.
    """
    if len(takes) == 1:
        take = takes[0]

        return [(take.place, take.per_unit, take.per_lot, int(take.bucket[bucket]))]

    sums: dict[tuple[int, int], tuple[int, float, float, int]] = {}

    for take in takes:
        at = int(take.bucket[bucket])
        key = (take.place, -1 if together else at)
        _, per_unit, per_lot, before = sums.get(key, (0, 0.0, 0.0, at))
        sums[key] = (
            take.place,
            per_unit + take.per_unit,
            per_lot + take.per_lot,
            min(before, at),
        )

    return list(sums.values())


def _takes_of_inputs(network: Network) -> list[list[Take]]:
    flows = network.inputs
    takes = _takes(flows.point, flows.ratio, flows.per_lot, flows.bucket)

    return _by_activity(takes, flows.activity, len(network.activities))


def _takes_of_loads(network: Network) -> list[list[Take]]:
    loads = network.loads
    takes = _takes(loads.resource, loads.run, loads.setup, loads.bucket)

    return _by_activity(takes, loads.activity, len(network.activities))


def _takes(place: Ints, per_unit: Floats, per_lot: Floats, bucket: Ints) -> list[Take]:
    rows = zip(place.tolist(), per_unit.tolist(), per_lot.tolist(), bucket, strict=True)

    return [
        Take(place=where, per_unit=unit, per_lot=lot, bucket=when)
        for where, unit, lot, when in rows
    ]


def _by_activity(takes: list[Take], activity: Ints, count: int) -> list[list[Take]]:
    groups: list[list[Take]] = [[] for _ in range(count)]

    for take, owner in zip(takes, activity.tolist(), strict=True):
        groups[owner].append(take)

    return groups


def _outputs(network: Network) -> list[list[tuple[int, float]]]:
    groups: list[list[tuple[int, float]]] = [[] for _ in network.activities.source_id]
    outputs = network.outputs

    for owner, point, ratio in zip(
        outputs.activity.tolist(),
        outputs.point.tolist(),
        outputs.ratio.tolist(),
        strict=True,
    ):
        groups[owner].append((point, ratio))

    return groups
