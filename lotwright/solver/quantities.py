"""
What every engine answers: how much of what, when.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Quantities:
    """
    The decisions of a plan, as arrays over the network that they were made for.

    A stock point's balance closes in every bucket: opening stock, open orders and
    receipts less issues and what is served never fall below zero, the rounding of a
    solver aside.

    Parameters
    ----------
    receipt
        Received from each activity in each bucket, in base units, shape ``(A, T)``.
    lots
        Number of lots or orders that it comes in: 0 without a receipt, else at least 1,
        shape ``(A, T)``.
    served
        Delivered to each demand class in each bucket, shape ``(D, T)``.
    lost
        Given up in each bucket, shape ``(D, T)``. What is neither served nor lost by
        the end of the horizon is not met.
    overtime
        Overtime of each resource in each bucket, shape ``(R, T)``.
    expired
        Scrapped by age at the end of each bucket, shape ``(P, T)``; None where nothing
        is.
    instead
        How much of components others replace, by choice and bucket of the issue, shape
        ``(K, T)``; None where nothing does.
    capacity_worth
        What one more unit of each resource would save in each bucket with the same
        lots, NaN where it has no limit, shape ``(R, T)``; None where nobody asked.
    stock_worth
        The same of one more unit of stock that comes in a bucket for nothing, shape
        ``(P, T)``.
    priced, priced_lots
        Received, and in how many lots, in each tier of prices, shape ``(K, T)``; None
        where prices were not looked at.
    saved
        Set-ups that were carried over, by operation on machines that keep them and
        bucket of the work, shape ``(W, T)``; None where none were.
    still
        Set-up groups that were carried over, shape ``(F, T)``; None where none were.
    of_other_data
        Whether it is a plan of data that have changed since, so that a search that
        starts from it looks for the lots that it lacks.
    """

    receipt: NDArray[np.float64]
    lots: NDArray[np.float64]
    served: NDArray[np.float64]
    lost: NDArray[np.float64]
    overtime: NDArray[np.float64]
    expired: NDArray[np.float64] | None = None
    instead: NDArray[np.float64] | None = None
    capacity_worth: NDArray[np.float64] | None = None
    stock_worth: NDArray[np.float64] | None = None
    priced: NDArray[np.float64] | None = None
    priced_lots: NDArray[np.float64] | None = None
    saved: NDArray[np.float64] | None = None
    still: NDArray[np.float64] | None = None
    of_other_data: bool = False
