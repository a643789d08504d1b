"""
What expires once more, supply by supply, for the Pyomo model.
"""

from __future__ import annotations

from collections.abc import Sequence

from lotwright.model.network import Network
from lotwright.model.receivable import receivable

Key = tuple[str, int]


class AgeingSymbols:
    """
    Sets and data of shelf life; buckets count from 1.

    Attributes
    ----------
    last
        Last bucket in which what is received in a bucket may be used.
    fresh, expiring
        Of stock on hand and open orders: usable after a bucket, and in it for the last
        time.
    ages
        Where something may expire.
    opening, receipts
        Stock on hand and open orders that do not expire.
    """

    def __init__(self, net: Network, points: Sequence[str]) -> None:
        self._ends: list[int] = net.buckets.end.tolist()
        self._horizon = len(self._ends)
        keys = [(p, t) for p in points for t in range(1, self._horizon + 1)]
        life = dict(zip(points, net.rules.points.shelf_life.tolist(), strict=True))
        self.last = {
            (p, t): self._last(self._ends[t - 1] + life[p], t) for p, t in keys
        }
        self.opening = dict(zip(points, net.points.opening_stock.tolist(), strict=True))
        self.receipts = self._open_receipts(net, points)
        come = {(p, t): self.receipts[p, t] for p, t in keys}

        for p in points:
            come[p, 1] += self.opening[p]

        self.expiring = dict.fromkeys(keys, 0.0)
        self._take_what_expires(net, points)
        self.fresh = {
            (p, t): max(
                sum(come[p, s] - self.expiring[p, s] for s in range(1, t + 1)), 0.0
            )
            if t < self._horizon
            else 0.0
            for p, t in keys
        }
        self.ages = {key: self.expiring[key] > 0 for key in keys}
        self._age_receipts(net, points)

    def _last(self, day: int, bucket: int) -> int:
        """
        Returns the last bucket that ends by a day, and at least the one of the receipt.
        """
        within = [t for t, end in enumerate(self._ends, start=1) if end <= day]

        return max([bucket, *within])

    def _open_receipts(self, net: Network, points: Sequence[str]) -> dict[Key, float]:
        return {
            (p, t): float(net.points.open_receipts[i, t - 1])
            for i, p in enumerate(points)
            for t in range(1, self._horizon + 1)
        }

    def _take_what_expires(self, net: Network, points: Sequence[str]) -> None:
        """
        Moves supplies that expire from what keeps to what expires.
        """
        supplies, expiry = net.supplies, net.rules.supplies.expiry

        for i, code in enumerate(supplies.point.tolist()):
            p, first = points[code], int(supplies.bucket[i]) + 1
            last = self._last(int(expiry[i]), first)
            quantity = float(supplies.quantity[i])

            if not 1 <= first <= self._horizon or last == self._horizon:
                continue

            self.expiring[p, last] += quantity

            if supplies.kind[i] == "stock":
                self.opening[p] = max(self.opening[p] - quantity, 0.0)
            else:
                self.receipts[p, first] = max(self.receipts[p, first] - quantity, 0.0)

    def _age_receipts(self, net: Network, points: Sequence[str]) -> None:
        """
        Marks where receipts of activities may expire.
        """
        may = receivable(net)

        for a, code in zip(net.outputs.activity, net.outputs.point, strict=True):
            for t in range(1, self._horizon + 1):
                last = self.last[points[code], t]

                if may[a, t - 1] and last < self._horizon:
                    self.ages[points[code], last] = True
