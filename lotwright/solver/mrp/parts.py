"""
Parts of an order: how much of it can be done now, so that it and the rest obey lots.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from lotwright.solver.mrp.lot_rules import TOLERANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class LotSize:
    """
    The sizes in which an order may be done.

    Parameters
    ----------
    smallest
        Smallest lot, 0 where there is none.
    largest
        Most that one lot or set-up covers; infinite where there is no limit.
    multiple
        Lots are whole multiples of this; 0 when any quantity is allowed.
    """

    smallest: float
    largest: float
    multiple: float

    def lots(self, quantity: float) -> int:
        """
        Returns the number of lots that a quantity above 0 comes in.
        """
        return max(1, math.ceil(quantity / self.largest - TOLERANCE))

    def most(self, limit: float, per_unit: float, per_lot: float) -> float:
        """
        Returns the largest quantity that takes no more than a limit.

        Parameters
        ----------
        limit
            Most that may be taken.
        per_unit, per_lot
            Taken per unit and per lot.
        """
        if math.isinf(limit) or (per_unit <= 0 and per_lot <= 0):
            return math.inf

        whole = 0.0

        if math.isfinite(self.largest):
            full_lot = per_unit * self.largest + per_lot
            full = max(0, math.floor(limit / full_lot + TOLERANCE))
            whole = full * self.largest
            limit -= full * full_lot

        left = limit - per_lot

        if left < -TOLERANCE * (1.0 + per_lot):
            return whole

        return whole + (max(left, 0.0) / per_unit if per_unit > 0 else self.largest)

    def part(self, possible: float, remaining: float) -> float:
        """
        Returns how much of an order to do, at most what is possible; 0 for nothing.

        Neither the part nor what it leaves behind ends in a lot that is too small.

        Parameters
        ----------
        possible
            Most that can be done now.
        remaining
            What is left of the order.
        """
        if possible >= remaining - TOLERANCE * max(1.0, remaining):
            return remaining

        part = self._down(possible)

        # What one of the two conditions takes away may break the other.
        for _ in range(3):
            last = self._last_lot(part)
            left = self._last_lot(remaining - part)

            if last < self.smallest - TOLERANCE and last > TOLERANCE:
                part = self._down(part - last)
            elif left < self.smallest - TOLERANCE and left > TOLERANCE:
                part = self._down(part - (self.smallest - left))
            else:
                return part if part > TOLERANCE else 0.0

        return 0.0

    def _last_lot(self, quantity: float) -> float:
        if quantity <= TOLERANCE or not math.isfinite(self.largest):
            return max(quantity, 0.0)

        return quantity - (self.lots(quantity) - 1) * self.largest

    def _down(self, quantity: float) -> float:
        if self.multiple <= 0:
            return quantity

        return math.floor(quantity / self.multiple + TOLERANCE) * self.multiple
