"""
Random decisions over a network that a solver could have made.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Floats, Network
from lotwright.solver.quantities import Quantities
from tests.networks import earliest_receipts


def random_quantities(network: Network, seed: int, *, noise: float = 0.0) -> Quantities:
    """
    Returns consistent quantities: every balance closes and lots obey their rules.

    Points are planned from the top down. At each, what stock and open orders do not
    cover is received from a random source in a random bucket before the need; demand
    that cannot be covered waits, and some of it is given up.

    Parameters
    ----------
    network
        The network to plan.
    seed
        Of the random choices.
    noise
        Relative size of the rounding that is added to receipts and deliveries.
    """
    return _Simulation(network, seed).run(noise)


class _Simulation:
    """
    The state of planning from the top down.
    """

    def __init__(self, network: Network, seed: int) -> None:
        self.network = network
        self.rng = np.random.default_rng(seed)
        self.possible = earliest_receipts(network)
        size = network.num_buckets
        self.receipt = np.zeros((len(network.activities), size))
        self.lots = np.zeros((len(network.activities), size))
        self.served = np.zeros((len(network.classes), size))
        self.lost = np.zeros((len(network.classes), size))
        self.change = network.points.open_receipts - network.points.open_issues
        self.change[:, 0] += network.points.opening_stock

    def run(self, noise: float) -> Quantities:
        """
        Returns the decisions for all points.
        """
        for point in np.argsort(self.network.points.level, kind="stable").tolist():
            self._cover(point)
            self._serve(point)

        shake = np.random.default_rng(0)
        shape = (len(self.network.resources), self.network.num_buckets)

        return Quantities(
            receipt=self.receipt * (1 + noise * shake.normal(size=self.receipt.shape)),
            lots=self.lots,
            served=self.served * (1 + noise * shake.normal(size=self.served.shape)),
            lost=self.lost,
            overtime=np.zeros(shape),
        )

    def _stock(self, point: int) -> Floats:
        return np.asarray(np.cumsum(self.change[point]), dtype=np.float64)

    def _cover(self, point: int) -> None:
        """
        Receives what components and open orders need beyond what there is.
        """
        for bucket in range(self.network.num_buckets):
            missing = -self._stock(point)[bucket]

            if missing > 1e-9:
                self._receive(point, missing, bucket)

    def _serve(self, point: int) -> None:
        """
        Serves demand from what is free, ordering for it where that is possible.
        """
        classes = self.network.classes

        for d in np.flatnonzero(classes.point == point).tolist():
            waiting = 0.0

            for bucket in range(self.network.num_buckets):
                waiting += classes.quantity[d, bucket]

                if waiting and self.rng.random() < 0.8:
                    self._receive(point, waiting, bucket)

                free = max(float(self._stock(point)[bucket:].min()), 0.0)
                given = min(waiting, free)
                self.served[d, bucket] = given
                self.change[point, bucket] -= given
                waiting -= given

                if self.rng.random() < 0.05:
                    self.lost[d, bucket] = waiting
                    waiting = 0.0

    def _receive(self, point: int, quantity: float, bucket: int) -> None:
        """
        Receives at least a quantity in or before a bucket, if any source can.
        """
        sources = np.flatnonzero(self.network.activities.point == point).tolist()
        cells = [
            (a, t) for a in sources for t in range(bucket + 1) if self.possible[a, t]
        ]

        if not cells:
            return

        a, t = cells[int(self.rng.integers(len(cells)))]
        before = self.receipt[a, t]
        after, lots = self._rounded(a, before + quantity)
        self._book(a, t, after - before, lots - self.lots[a, t])
        self.receipt[a, t], self.lots[a, t] = after, lots

    def _rounded(self, a: int, quantity: float) -> tuple[float, float]:
        """
        Returns the least quantity that obeys the lot rules, and its lots.
        """
        activities = self.network.activities
        multiple = activities.lot_multiple[a] or 1.0
        low, high = activities.min_lot[a], activities.max_lot[a]

        if activities.lot_multiple[a]:
            quantity = float(np.ceil(quantity / multiple - 1e-9) * multiple)

        lots = np.ceil(quantity / high - 1e-9) if np.isfinite(high) else 1.0
        lots = max(float(lots), 1.0)

        return max(quantity, lots * low), lots

    def _book(self, a: int, t: int, quantity: float, lots: float) -> None:
        """
        Books what a receipt brings and takes.
        """
        outputs, inputs = self.network.outputs, self.network.inputs

        for f in np.flatnonzero(outputs.activity == a):
            self.change[outputs.point[f], t] += outputs.ratio[f] * quantity

        for f in np.flatnonzero(inputs.activity == a):
            taken = inputs.ratio[f] * quantity + inputs.per_lot[f] * lots
            self.change[inputs.point[f], inputs.bucket[f, t]] -= taken
