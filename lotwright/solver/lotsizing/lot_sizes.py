"""
Lot sizes: the smallest and the largest lot that are whole multiples.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Bools, Floats, Ints, Network

#: Quotients this close to a whole number are meant to be one.
_WHOLE = 1e-9


def smallest_lots(net: Network) -> Floats:
    r"""
    Returns the smallest lot of each activity, shape ``(A,)``; 0 where any will do.

    .. math::
        lo_a = mult_a \lceil min_a / mult_a \rceil

    Where an order must have a value, the smallest lot is worth as much at the cost per
    unit of the activity.
    """
    return on_multiples(net, np.arange(len(net.activities)), _least_worth(net))


def _least_worth(net: Network) -> Floats:
    unit_cost = net.activities.unit_cost
    worth = net.rules.activities.least_value / np.where(unit_cost > 0, unit_cost, 1.0)

    return np.maximum(net.activities.min_lot, np.where(unit_cost > 0, worth, 0.0))


def on_multiples(net: Network, activity: Ints, least: Floats) -> Floats:
    """
    Returns quantities raised to whole multiples of activities.

    Parameters
    ----------
    net
        The network.
    activity, least
        Activities and quantities, shape ``(n,)``.
    """
    multiple = net.activities.lot_multiple[activity]
    whole = np.where(multiple > 0, multiple, 1.0)
    steps = np.ceil(least / whole - _WHOLE)

    return np.where(multiple > 0, steps * whole, least)


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
    Returns the least that can be received at all, shape ``(A,)``.

    It is the smallest lot, and at least one multiple; 0 where any quantity will do.
    """
    return np.maximum(smallest_lots(net), net.activities.lot_multiple)


def overshoots(net: Network) -> Floats:
    """
    Returns by how much lots may exceed the need they serve, shape ``(A,)``.

    It is the least that can be received, and the largest quantity from which on a lot
    has another price: a larger order may cost less.
    """
    prices = net.rules.prices
    steps = lot_steps(net)
    np.maximum.at(steps, prices.activity, prices.from_quantity)
    multiples = on_multiples(net, np.arange(len(net.activities)), steps)

    return np.maximum(steps, multiples)


def lot_fits(net: Network) -> Bools:
    """
    Returns whether any lot is allowed, shape ``(A,)``.

    None is where no whole multiple lies between the smallest and the largest lot.
    """
    most = largest_lots(net) * (1.0 + _WHOLE)

    return (lot_steps(net) <= most) & (most > 0)
