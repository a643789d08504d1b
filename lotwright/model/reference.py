"""
The reference plan: planned orders of an earlier run, in the numbers of the network.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.arrays import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Reference:
    """
    Orders of an earlier plan that this one is compared with, n of them.

    Parameters
    ----------
    point
        Stock point that is supplied, shape ``(n,)``.
    activity
        Activity, -1 where the source is no longer there, shape ``(n,)``.
    bucket, day
        Bucket and day of the receipt, shape ``(n,)``.
    quantity
        In base units, shape ``(n,)``.
    num_buckets
        How many buckets are compared: up to the last receipt of the earlier plan.
    cost
        Of a unit that changes, by stock point, shape ``(P,)``; empty without a
        reference.
    """

    point: Ints
    activity: Ints
    bucket: Ints
    day: Ints
    quantity: Floats
    num_buckets: int
    cost: Floats

    def __len__(self) -> int:
        return len(self.point)

    @property
    def is_given(self) -> bool:
        """
        Whether there is an earlier plan at all.
        """
        return self.num_buckets > 0

    def priced(self, num_points: int) -> Bools:
        """
        Returns the points at which changes cost something, shape ``(P,)``.
        """
        if not self.is_given:
            return np.zeros(num_points, dtype=bool)

        return self.cost > 0

    def by_cell(self, shape: tuple[int, int]) -> Floats:
        """
        Returns what activities bring in the earlier plan, shape ``(A, T)``.
        """
        brought = np.zeros(shape)
        known = self.activity >= 0
        cells = (self.activity[known], self.bucket[known])
        np.add.at(brought, cells, self.quantity[known])

        return brought

    def gone(self, num_points: int) -> Floats:
        """
        Returns what sources brought that are no longer there, shape ``(P,)``.
        """
        lost = self.activity < 0

        return np.bincount(
            self.point[lost], self.quantity[lost], minlength=num_points
        ).astype(np.float64)

    def changed(self, received: Floats, point: Ints, num_points: int) -> Floats:
        r"""
        Returns how much of each point comes otherwise than before, shape ``(P,)``.

        .. math::
            \max \Big( \sum_{a \to p,\, t} (x_{at} - ref_{at})^+ ,\;
            gone_p + \sum_{a \to p,\, t} (ref_{at} - x_{at})^+ \Big)

        so that a unit counts once that comes in another bucket or from another source,
        and so does one that is new, or comes no more.

        Parameters
        ----------
        received
            What activities bring, shape ``(A, T)``.
        point
            The point that each activity supplies, shape ``(A,)``.
        num_points
            Number of stock points.
        """
        before = self.by_cell((len(received), received.shape[1]))
        difference = (received - before)[:, : self.num_buckets]
        more = np.maximum(difference, 0.0).sum(axis=1)
        less = np.maximum(-difference, 0.0).sum(axis=1)
        added = np.bincount(point, more, minlength=num_points)
        dropped = np.bincount(point, less, minlength=num_points)

        return np.maximum(added, dropped + self.gone(num_points))


def no_reference() -> Reference:
    """
    Returns what there is where no earlier plan is given.
    """
    none = np.zeros(0, dtype=np.int64)

    return Reference(
        point=none,
        activity=none,
        bucket=none,
        day=none,
        quantity=np.zeros(0),
        num_buckets=0,
        cost=np.zeros(0),
    )
