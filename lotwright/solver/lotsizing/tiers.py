"""
Tiers of price as the lot sizes of their activities leave them.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Bools, Floats, Network
from lotwright.model.price_tiers import PriceTiers
from lotwright.solver.lotsizing.lot_sizes import (
    largest_lots,
    on_multiples,
    smallest_lots,
)

#: Quotients this close to a whole number are meant to be one.
_WHOLE = 1e-9


def tier_lows(net: Network, tiers: PriceTiers) -> Floats:
    """
    Returns the smallest lot of each tier, shape ``(K,)``.
    """
    least = np.maximum(tiers.low, smallest_lots(net)[tiers.activity])

    return on_multiples(net, tiers.activity, least)


def tier_highs(net: Network, tiers: PriceTiers) -> Floats:
    """
    Returns the largest lot of each tier, shape ``(K,)``; infinite where none is.
    """
    most = np.minimum(tiers.high, largest_lots(net)[tiers.activity])
    multiple = net.activities.lot_multiple[tiers.activity]
    whole = np.where(multiple > 0, multiple, 1.0)
    steps = np.floor(most / whole + _WHOLE)

    return np.where(multiple > 0, steps * whole, most)


def tier_exists(net: Network, tiers: PriceTiers, largest: Floats) -> Bools:
    """
    Returns where a lot of each tier may be received, shape ``(K, T)``.

    Parameters
    ----------
    net, tiers
        The tiers of a network.
    largest
        Most that each activity may deliver in each bucket, shape ``(A, T)``.
    """
    low = tier_lows(net, tiers)[:, None]
    fits = low <= tier_highs(net, tiers)[:, None] * (1.0 + _WHOLE)
    bound = largest[tiers.activity]

    return fits & (bound > 0) & (low <= bound * (1.0 + _WHOLE))


def tier_of(net: Network, tiers: PriceTiers, lot: Floats) -> Floats:
    """
    Returns which tiers the lots of their activities belong to, shape ``(K, T)``: 1 for
    the highest that a lot reaches, else 0.

    Parameters
    ----------
    net, tiers
        The tiers of a network.
    lot
        Size of a lot, 0 where none is made, shape ``(A, T)``.
    """
    size = lot[tiers.activity]
    reached = (size > 0) & (size >= tier_lows(net, tiers)[:, None] * (1.0 - _WHOLE))
    same = np.zeros(len(tiers), dtype=bool)
    same[:-1] = tiers.activity[1:] == tiers.activity[:-1]
    beyond = np.zeros_like(reached)
    beyond[:-1] = reached[1:] & same[:-1, None]

    return np.where(reached & ~beyond, 1.0, 0.0)
