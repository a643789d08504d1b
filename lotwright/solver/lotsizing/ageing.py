"""
Ageing: the buckets in which supplies of a stock point may still be used.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.model.receivable import receivable
from lotwright.model.rules import FAR


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ageing:
    """
    What expires inside the horizon, and when.

    Something is used through the last bucket that ends before it expires, and at least
    in the bucket in which it comes. What is usable in the last bucket of the plan does
    not expire in it.

    Parameters
    ----------
    last
        Last bucket in which a receipt of a bucket may be used, T - 1 where that is the
        last one or lies beyond it, shape ``(P, T)``.
    fresh, expiring
        Of stock on hand and open orders: what is there at the end of a bucket and may
        still be used in the next one; and what may be used in that bucket for the last
        time. Shape ``(P, T)``; 0 in the last bucket.
    ages
        Where something may expire at the end of a bucket, shape ``(P, T)``.
    opening, receipts
        Stock on hand, shape ``(P,)``, and open orders, shape ``(P, T)``, that do not
        expire.
    """

    last: Ints
    fresh: Floats
    expiring: Floats
    ages: Bools
    opening: Floats
    receipts: Floats

    @property
    def perishable(self) -> Bools:
        """
        Returns which points have anything that may expire, shape ``(P,)``.
        """
        some: Bools = np.asarray(self.ages.any(axis=1))

        return some


def ageing_of(net: Network) -> Ageing:
    """
    Returns what expires inside the horizon of a network.
    """
    points, end = net.points, net.buckets.end
    here = np.arange(net.num_buckets)
    life = np.minimum(net.rules.points.shelf_life, FAR)[:, None]
    last = np.searchsorted(end, end + life, side="right") - 1
    last = np.maximum(last, here).astype(np.int64)
    stays = points.opening_stock.copy()
    receipts = points.open_receipts.copy()
    fresh, expiring = _known(net, stays, receipts)

    return Ageing(
        last=last,
        fresh=fresh,
        expiring=expiring,
        ages=(expiring > 0) | _new_ages(net, last),
        opening=np.maximum(stays, 0.0),
        receipts=np.maximum(receipts, 0.0),
    )


def _known(net: Network, stays: Floats, receipts: Floats) -> tuple[Floats, Floats]:
    """
    Returns ``fresh`` and ``expiring``; takes what expires off the other two.
    """
    supplies, final = net.supplies, net.num_buckets - 1
    expiry = net.rules.supplies.expiry
    inside = (supplies.bucket >= 0) & (supplies.bucket <= final)
    first = np.where(inside, supplies.bucket, 0)
    last = np.searchsorted(net.buckets.end, expiry, side="right") - 1
    last = np.maximum(last, first)
    rows = np.flatnonzero(inside & (last < final))
    point, quantity = supplies.point[rows], supplies.quantity[rows]
    on_hand = supplies.kind[rows] == "stock"
    gone = np.zeros_like(receipts)
    np.add.at(gone, (point, last[rows]), quantity)
    np.subtract.at(stays, point[on_hand], quantity[on_hand])
    ordered = rows[~on_hand]
    np.subtract.at(
        receipts,
        (supplies.point[ordered], first[ordered]),
        supplies.quantity[ordered],
    )

    come = net.points.open_receipts.copy()
    come[:, 0] += net.points.opening_stock
    fresh = np.cumsum(come - gone, axis=1)
    fresh[:, final] = 0.0

    return np.maximum(fresh, 0.0), gone


def _new_ages(net: Network, last: Ints) -> Bools:
    """
    Returns where receipts of activities may expire, shape ``(P, T)``.
    """
    final = net.num_buckets - 1
    comes = np.zeros(last.shape, dtype=bool)
    may = receivable(net)
    np.logical_or.at(comes, net.outputs.point, may[net.outputs.activity])
    ages = np.zeros_like(comes)
    point, bucket = np.nonzero(comes & (last < final))
    ages[point, last[point, bucket]] = True

    return ages
