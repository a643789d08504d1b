"""
Parts of an order: how much of it can be done now, so that it and the rest obey lots.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lotwright.solver.bucketed.lot_rules import TOLERANCE, Floats


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

    def most(
        self, limit: Floats, per_unit: Floats, per_lot: Floats, quantity: float
    ) -> Floats:
        """
        Returns the largest quantities, up to one, that take no more than the limits.

        Parameters
        ----------
        limit
            Most that may be taken, shape ``(n,)``.
        per_unit, per_lot
            Taken per unit and per lot, shape ``(n,)``.
        quantity
            Most that is asked for, above 0.
        """
        need = per_unit * quantity + per_lot * self.lots(quantity)
        fits = (need <= 0) | (limit >= need - TOLERANCE * (1.0 + need))
        limit = np.minimum(limit, need)
        whole = np.zeros_like(limit)

        if math.isfinite(self.largest):
            full_lot = np.where(need > 0, per_unit * self.largest + per_lot, 1.0)
            full = np.maximum(np.floor(limit / full_lot + TOLERANCE), 0.0)
            whole = full * self.largest
            limit = limit - full * full_lot

        left = limit - per_lot
        more = np.full_like(limit, quantity)
        np.divide(np.maximum(left, 0.0), per_unit, out=more, where=per_unit > 0)
        more[left < -TOLERANCE * (1.0 + per_lot)] = 0.0
        most: Floats = whole + np.minimum(more, self.largest)

        return np.where(fits, quantity, np.minimum(most, quantity))

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
