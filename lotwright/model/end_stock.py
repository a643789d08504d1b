"""
End stock: what is to be there when the plan ends, so that it does not run dry.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.arrays import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EndStock:
    """
    Stock points with a stock to have at the end of the plan, E of them.

    Parameters
    ----------
    point
        The stock point, ascending, shape ``(E,)``.
    quantity
        Wanted at the end of the last bucket, above 0, shape ``(E,)``.
    penalty
        Cost of a unit that is missing then, shape ``(E,)``.
    """

    point: Ints
    quantity: Floats
    penalty: Floats

    def __len__(self) -> int:
        return len(self.point)

    def missing(self, stock: Floats) -> Floats:
        """
        Returns how much is missing at the end, shape ``(E,)``.

        Parameters
        ----------
        stock
            Of each point at the end of the last bucket, shape ``(P,)``.
        """
        return np.maximum(self.quantity - np.maximum(stock[self.point], 0.0), 0.0)

    def raised(self, safety_stock: Floats) -> Floats:
        """
        Returns safety stock, in the last bucket raised to what is wanted then.

        Parameters
        ----------
        safety_stock
            Wanted at the end of each bucket, shape ``(P, T)``.
        """
        wanted = safety_stock.copy()
        last = np.maximum(wanted[self.point, -1], self.quantity)
        wanted[self.point, -1] = last

        return wanted

    def by_point(self, num_points: int) -> Floats:
        """
        Returns what is wanted at each point, 0 where nothing is, shape ``(P,)``.
        """
        wanted = np.zeros(num_points)
        wanted[self.point] = self.quantity

        return wanted


def no_end_stock() -> EndStock:
    """
    Returns what is wanted where nobody asks for anything.
    """
    return EndStock(
        point=np.zeros(0, dtype=np.int64), quantity=np.zeros(0), penalty=np.zeros(0)
    )
