"""
The shop floor: what is in stock and what capacity is left while orders are worked off.
"""

from __future__ import annotations

import math

import numpy as np

from lotwright.model.network import Floats, Ints, Network
from lotwright.solver.bucketed.flows import capacity_limit, deliverable
from lotwright.solver.bucketed.lot_rules import round_down, round_up
from lotwright.solver.bucketed.parts import LotSize
from lotwright.solver.bucketed.takes import (
    all_in_bucket,
    one_per_place,
    takes_of_points,
    takes_of_resources,
)


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
    num_buckets
        Number of buckets T.
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
        self._inputs = takes_of_points(network)
        self._loads = takes_of_resources(network)
        self._needs = [one_per_place(takes) for takes in self._inputs]
        self._asks = [all_in_bucket(takes) for takes in self._loads]
        self._possible = deliverable(network)
        self._outputs = _outputs(network)
        self._smallest = round_up(lot.min_lot, lot.lot_multiple).tolist()
        self._largest = round_down(lot.max_lot, lot.lot_multiple).tolist()
        self._multiple = lot.lot_multiple.tolist()

        change = points.open_receipts - (points.open_issues if reserve else 0.0)
        self._open_issues = points.open_issues * (not reserve)
        self.num_buckets = network.num_buckets
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

    def reserve(self, point: Ints, wanted: Floats, bucket: int, until: Ints) -> Floats:
        """
        Takes stock for demand, as soon as any is free, and returns how much of it.

        Parameters
        ----------
        point
            The points of the demand, each once, shape ``(n,)``.
        wanted
            Quantity, shape ``(n,)``.
        bucket
            First bucket in which it may be taken.
        until
            Last bucket in which it may be taken, shape ``(n,)``.
        """
        stock = self.stock[point, bucket:]
        free = np.minimum.accumulate(stock[:, ::-1], axis=1)[:, ::-1]
        last = np.minimum(until - bucket, stock.shape[1] - 1)
        end = free[np.arange(len(point)), last]
        free = np.minimum(free, end[:, None])
        taken: Floats = np.clip(free, 0.0, wanted[:, None])
        self.stock[point, bucket:] -= taken

        total: Floats = taken[:, -1]

        return total

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

    def fits(self, activity: int, bucket: int, quantity: float, lots: int) -> bool:
        """
        Returns whether an activity can deliver all of a quantity in a bucket.
        """
        if not self._possible[activity, bucket]:
            return False

        for need in self._needs[activity]:
            amount = need.per_unit[bucket] * quantity + need.per_lot[bucket] * lots

            if self.stock[need.place, need.bucket[bucket] :].min() < amount:
                return False

        for ask in self._asks[activity]:
            amount = ask.per_unit[bucket] * quantity + ask.per_lot[bucket] * lots

            if self._room[ask.place, ask.bucket[bucket]] < amount:
                return False

        return True

    def possible(
        self, activity: int, first: int, size: LotSize, quantity: float
    ) -> Floats:
        """
        Returns how much an activity can deliver in each bucket from a first one on.

        Parameters
        ----------
        activity
            The activity.
        first
            The first bucket of the answer.
        size
            Lot size of the order.
        quantity
            Most that is asked for, above 0.
        """
        most = np.where(self._possible[activity, first:], quantity, 0.0)

        for need in self._needs[activity]:
            stock = self.stock[need.place]
            free = np.minimum.accumulate(stock[::-1])[::-1][need.bucket[first:]]
            per_unit, per_lot = need.per_unit[first:], need.per_lot[first:]
            most = np.minimum(most, size.most(free, per_unit, per_lot, quantity))

        return self._within(self._room, activity, first, size, most, quantity)

    def possible_when_idle(
        self, activity: int, first: int, size: LotSize, quantity: float
    ) -> Floats:
        """
        Returns how much idle resources could do in each bucket from a first one on.
        """
        most = np.where(self._possible[activity, first:], quantity, 0.0)

        return self._within(self._limit, activity, first, size, most, quantity)

    def book(self, activity: int, bucket: int, quantity: float, lots: int) -> None:
        """
        Does an order: takes components and capacity, and brings in what it makes.
        """
        for take in self._inputs[activity]:
            amount = take.per_unit[bucket] * quantity + take.per_lot[bucket] * lots
            self.stock[take.place, take.bucket[bucket] :] -= amount

        for take in self._loads[activity]:
            amount = take.per_unit[bucket] * quantity + take.per_lot[bucket] * lots
            self._room[take.place, take.bucket[bucket]] -= amount

        for point, ratio in self._outputs[activity]:
            self.stock[point, bucket:] += ratio * quantity

        self.receipt[activity, bucket] += quantity
        self.lots[activity, bucket] += lots

    def _within(
        self,
        room: Floats,
        activity: int,
        first: int,
        size: LotSize,
        most: Floats,
        quantity: float,
    ) -> Floats:
        for ask in self._asks[activity]:
            left = room[ask.place, ask.bucket[first:]]
            per_unit, per_lot = ask.per_unit[first:], ask.per_lot[first:]
            most = np.minimum(most, size.most(left, per_unit, per_lot, quantity))

        return most


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
