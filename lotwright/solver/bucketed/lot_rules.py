"""
Lot rules: from a net requirement to a quantity in a number of lots.

All functions work on arrays that broadcast; quantities are in base units.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

#: Quantities up to this size count as nothing, multiples off by this share as whole.
TOLERANCE = 1e-9


def round_up(quantity: ArrayLike, multiple: ArrayLike) -> Floats:
    """
    Returns the smallest multiples that are not below the quantities.

    A multiple of 0 allows any quantity.
    """
    quantity, multiple = _arrays(quantity, multiple)
    step = np.where(multiple > 0, multiple, 1.0)
    rounded = np.ceil(quantity / step - TOLERANCE) * step

    return np.where(multiple > 0, rounded, quantity)


def round_down(quantity: ArrayLike, multiple: ArrayLike) -> Floats:
    """
    Returns the largest multiples that are not above the quantities.

    A multiple of 0 allows any quantity.
    """
    quantity, multiple = _arrays(quantity, multiple)
    step = np.where(multiple > 0, multiple, 1.0)
    rounded = np.floor(quantity / step + TOLERANCE) * step

    return np.where(multiple > 0, rounded, quantity)


def is_satisfiable(
    minimum: ArrayLike, maximum: ArrayLike, multiple: ArrayLike
) -> NDArray[np.bool_]:
    """
    Returns whether any lot obeys minimum, maximum and multiple together.
    """
    largest = round_down(maximum, multiple)
    smallest = round_up(minimum, multiple)

    return np.asarray((largest > TOLERANCE) & (smallest <= largest + TOLERANCE))


def order_sizes(
    need: ArrayLike, minimum: ArrayLike, maximum: ArrayLike, multiple: ArrayLike
) -> tuple[Floats, Floats]:
    """
    Returns the quantity to order for each need, and the number of lots it comes in.

    The need is raised to the minimum, rounded up to the multiple, and split into lots
    of the maximum and a remainder that obeys minimum and multiple. A fixed lot is a
    minimum that equals the maximum.

    Parameters
    ----------
    need
        What is missing; nothing is ordered where it is 0.
    minimum, maximum, multiple
        Of a lot; 0, infinite and 0 where there is none. The three must be satisfiable.
    """
    need, maximum = _arrays(need, maximum)
    multiple = np.asarray(multiple, dtype=np.float64)
    largest = round_down(maximum, multiple)

    full = np.where(need > TOLERANCE, np.floor(need / largest + TOLERANCE), 0.0)
    whole = np.where(full > 0, full, 0.0) * np.where(np.isfinite(largest), largest, 0.0)
    rest = need - whole
    has_rest = rest > TOLERANCE * np.maximum(need, 1.0)
    remainder = np.where(has_rest, round_up(np.maximum(rest, minimum), multiple), 0.0)

    return whole + remainder, full + has_rest


def order_up_to(lack: ArrayLike, gap: ArrayLike, multiple: ArrayLike) -> Floats:
    """
    Returns the need of a point that is ordered up to a maximum.

    It is the largest multiple that stays at or below the maximum, unless stock would
    stay below the reorder point: then the next one that does not.

    Parameters
    ----------
    lack
        Quantity by which stock lies below the reorder point, above 0.
    gap
        Quantity by which stock lies below the maximum.
    multiple
        Of a lot, 0 where there is none.
    """
    return np.maximum(round_up(lack, multiple), round_down(gap, multiple))


def _arrays(first: ArrayLike, second: ArrayLike) -> tuple[Floats, Floats]:
    return np.asarray(first, dtype=np.float64), np.asarray(second, dtype=np.float64)
