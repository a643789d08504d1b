"""
Supplies: stock on hand, open orders and the products of planned orders on one list.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.network import Floats, Ints, Network
from lotwright.solver.decode.orders import Receipts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Supplies:
    """
    Whatever brings stock inside the horizon; open supplies first, then receipts.

    Parameters
    ----------
    point, bucket, quantity
        Where, when and how much, shape ``(S,)``.
    open_row
        Row of the network's open supplies, -1 for planned orders, shape ``(S,)``.
    order
        Planned order, -1 for open supplies, shape ``(S,)``.
    is_main
        1 where it is the main product of a planned order, else 0, shape ``(S,)``.
    rank
        Place among supplies of the same day, shape ``(S,)``.
    """

    point: Ints
    bucket: Ints
    quantity: Floats
    open_row: Ints
    order: Ints
    is_main: Ints
    rank: Ints

    def __len__(self) -> int:
        return len(self.point)


def supplies_of(network: Network, receipts: Receipts) -> Supplies:
    """
    Returns the supplies of a network and of the orders planned for it.
    """
    known = network.supplies
    inside = (known.bucket >= 0) & (known.bucket < network.num_buckets)
    rows = np.flatnonzero(inside & (known.quantity > 0))
    rows = rows[_by_name(network, rows)]
    brings = np.flatnonzero(receipts.quantity > 0)
    size = len(rows) + len(brings)
    is_main = receipts.flow[brings] < len(network.activities)

    return Supplies(
        point=np.concatenate([known.point[rows], receipts.point[brings]]),
        bucket=np.concatenate([known.bucket[rows], receipts.bucket[brings]]),
        quantity=np.concatenate([known.quantity[rows], receipts.quantity[brings]]),
        open_row=np.concatenate([rows, np.full(len(brings), -1)]),
        order=np.concatenate([np.full(len(rows), -1), receipts.order[brings]]),
        is_main=np.concatenate([np.zeros(len(rows), dtype=np.int64), is_main]),
        rank=np.arange(size, dtype=np.int64),
    )


def supply_days(network: Network, supplies: Supplies, due: Ints) -> Ints:
    """
    Returns the day on which each supply arrives.

    Parameters
    ----------
    network, supplies
        The supplies of a network.
    due
        Day of the receipt of each planned order.
    """
    known = network.supplies.day
    day = np.zeros(len(supplies), dtype=np.int64)
    is_open = supplies.open_row >= 0
    day[is_open] = np.maximum(known[supplies.open_row[is_open]], 0)
    day[~is_open] = due[supplies.order[~is_open]]

    return day


def _by_name(network: Network, rows: Ints) -> Ints:
    """
    Returns the turn of open supplies of one day: stock, then orders, what expires first
    before the others, then by lot or key.
    """
    known = network.supplies
    is_order = (known.kind[rows] != "stock").astype(np.int64)
    keys = [known.lot_id[rows], known.supply_id[rows]]
    lot, key = (pd.factorize(column, sort=True)[0] for column in keys)

    expiry = network.rules.supplies.expiry[rows]

    return np.lexsort((lot, key, expiry, is_order))
