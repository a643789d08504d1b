"""
Ranks: what is served first when there is not enough for all.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.codes_of_rows import codes_of
from lotwright.model.network import Ints, Network

#: Rank of what serves no demand.
_LAST = 2**62

#: More than any due day, so that priority comes before it.
_DAYS = 2**32

#: Rank of what open orders wait for: they come before all demand, as in plans.
OPEN_ORDERS = -_LAST


def line_ranks(network: Network) -> Ints:
    """
    Returns the rank of each demand line, lower first: priority, then due day, ``(N,)``.
    """
    lines = network.lines

    return lines.priority.astype(np.int64) * _DAYS + lines.due_day


def order_ranks(
    network: Network, order_ids: pd.Series[str], pegging: pd.DataFrame
) -> Ints:
    """
    Returns the rank of each planned order: that of the most urgent demand that it
    serves, directly or through other orders, shape ``(K,)``.

    Parameters
    ----------
    network
        Knows the demand lines.
    order_ids
        Keys of the orders.
    pegging
        The pegging table of their plan.
    """
    rows = pegging[(pegging["supply_kind"] == "planned").to_numpy(dtype=np.bool_)]
    keys = order_ids.to_numpy(dtype=object)
    supply = codes_of(keys, rows["supply_id"].astype(object))
    owner = rows["demand_id"].astype(object)
    kind = rows["demand_kind"].astype(object).to_numpy()
    parent = np.where(kind == "planned", codes_of(keys, owner), -1)
    is_line = ~np.isin(kind, ("planned", "open_order", "safety", "excess"))
    line = np.where(is_line, codes_of(network.lines.demand_id, owner), -1)
    given = np.where(line >= 0, line_ranks(network)[line], _LAST)
    given = np.where(kind == "open_order", OPEN_ORDERS, given)

    rank = np.full(len(keys), _LAST, dtype=np.int64)
    np.minimum.at(rank, supply, given)
    links = parent >= 0
    child, above = supply[links], parent[links]

    # As many rounds as there are levels; orders make no circles.
    for _ in range(len(keys)):
        before = rank.copy()
        np.minimum.at(rank, child, before[above])

        if np.array_equal(before, rank):
            break

    return rank
