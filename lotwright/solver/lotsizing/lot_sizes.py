"""
Lot sizes: the smallest and the largest lot that are whole multiples.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Bools, Floats, Network

#: Quotients this close to a whole number are meant to be one.
_WHOLE = 1e-9


def smallest_lots(net: Network) -> Floats:
    r"""
    Returns the smallest lot of each activity, shape ``(A,)``; 0 where any will do.

    .. math::
        lo_a = mult_a \lceil min_a / mult_a \rceil
    """
    multiple = net.activities.lot_multiple
    whole = np.where(multiple > 0, multiple, 1.0)
    steps = np.ceil(net.activities.min_lot / whole - _WHOLE)

    return np.where(multiple > 0, steps * whole, net.activities.min_lot)


def largest_lots(net: Network) -> Floats:
    r"""
    Returns the largest lot of each activity, shape ``(A,)``; infinite where none is.

    .. math::
        hi_a = mult_a \lfloor max_a / mult_a \rfloor
    """
    multiple = net.activities.lot_multiple
    whole = np.where(multiple > 0, multiple, 1.0)
    steps = np.floor(net.activities.max_lot / whole + _WHOLE)

    return np.where(multiple > 0, steps * whole, net.activities.max_lot)


def lot_steps(net: Network) -> Floats:
    """
    Returns by how much lots may exceed the need they serve, shape ``(A,)``.

    It is the smallest lot, and at least one multiple; 0 where any quantity will do.
    """
    return np.maximum(smallest_lots(net), net.activities.lot_multiple)


def lot_fits(net: Network) -> Bools:
    """
    Returns whether any lot is allowed, shape ``(A,)``.

    None is where no whole multiple lies between the smallest and the largest lot.
    """
    most = largest_lots(net) * (1.0 + _WHOLE)

    return (lot_steps(net) <= most) & (most > 0)
