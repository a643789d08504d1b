"""
Serving demand from what is physically there: first due, then first in priority.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.solver.bucketed.flows import issues, supply
from lotwright.solver.bucketed.lot_rules import TOLERANCE


class DemandQueue:
    """
    Open demand of all classes, served bucket by bucket.

    Inside a stock point, demand that is due first goes first, then the lower priority
    number, then the lower class. What is late beyond the backlog limit of its class is
    lost, the oldest first; in the last bucket all that is still open is lost.

    Parameters
    ----------
    network
        The network of the plan.

    Attributes
    ----------
    served, lost
        Answer so far, shape ``(D, T)``.
    """

    def __init__(self, network: Network) -> None:
        demand = network.classes

        self._demand = demand
        self._num_points = len(network.points)
        self._class = np.zeros(0, dtype=np.int64)
        self._due = np.zeros(0, dtype=np.int64)
        self._open = np.zeros(0)

        self.served = np.zeros_like(demand.quantity)
        self.lost = np.zeros_like(demand.quantity)

    def step(self, bucket: int, free: Floats) -> Floats:
        """
        Serves one bucket; buckets must be given in order.

        Parameters
        ----------
        bucket
            The bucket to serve.
        free
            Stock that may be used, shape ``(P,)``.

        Returns
        -------
        Floats
            What was taken from each point, shape ``(P,)``.
        """
        self._join(bucket)
        point = self._demand.point[self._class]
        taken = np.clip(free[point] - _before(point, self._open), 0.0, self._open)
        self._open = self._open - taken
        np.add.at(self.served[:, bucket], self._class, taken)

        self._lose(bucket)
        self._keep(self._open > TOLERANCE)

        total = np.zeros(self._num_points)
        np.add.at(total, point, taken)

        return total

    def _join(self, bucket: int) -> None:
        new = np.flatnonzero(self._demand.quantity[:, bucket] > 0)
        self._class = np.concatenate([self._class, new])
        self._due = np.concatenate([self._due, np.full(len(new), bucket)])
        self._open = np.concatenate([self._open, self._demand.quantity[new, bucket]])

        priority = self._demand.priority[self._class]
        point = self._demand.point[self._class]
        self._keep(np.lexsort((self._class, priority, self._due, point)))

    def _lose(self, bucket: int) -> None:
        limit = self._demand.backlog_limit[:, bucket]
        last = bucket == self.lost.shape[1] - 1
        late = np.zeros(len(limit))
        np.add.at(late, self._class, self._open)
        excess = late if last else np.maximum(late - limit, 0.0)

        if not np.any(excess > TOLERANCE):
            return

        self._keep(np.lexsort((self._due, self._class)))
        earlier = _before(self._class, self._open)
        given_up = np.clip(excess[self._class] - earlier, 0.0, self._open)
        np.add.at(self.lost[:, bucket], self._class, given_up)
        self._open = self._open - given_up

    def _keep(self, rows: Ints | Bools) -> None:
        self._class = self._class[rows]
        self._due = self._due[rows]
        self._open = self._open[rows]


def serve(network: Network, receipt: Floats, lots: Floats) -> tuple[Floats, Floats]:
    """
    Returns what is served and what is lost, given all receipts.

    Issues of planned and open orders come first: demand shares the stock that none of
    them, in this bucket or later, needs. Nothing is served that is not there.

    Parameters
    ----------
    receipt, lots
        Received from each activity in each bucket and in how many lots, ``(A, T)``.

    Returns
    -------
    tuple[Floats, Floats]
        Served and lost, both of shape ``(D, T)``.
    """
    points = network.points
    arrivals = points.open_receipts + supply(network, receipt)
    departures = points.open_issues + issues(network, receipt, lots)
    stock = points.opening_stock[:, None] + np.cumsum(arrivals - departures, axis=1)
    usable = np.minimum.accumulate(stock[:, ::-1], axis=1)[:, ::-1]

    queue = DemandQueue(network)
    taken = np.zeros(len(points))

    for bucket in range(network.num_buckets):
        taken += queue.step(bucket, np.maximum(usable[:, bucket] - taken, 0.0))

    return queue.served, queue.lost


def _before(group: Ints, quantity: Floats) -> Floats:
    """
    Returns what comes earlier in the same group; equal groups lie next to each other.
    """
    if len(group) == 0:
        return np.zeros(0)

    total = np.cumsum(quantity) - quantity
    first = np.flatnonzero(np.concatenate([[True], group[1:] != group[:-1]]))
    size = np.diff(np.concatenate([first, [len(group)]]))

    return total - np.repeat(total[first], size)
