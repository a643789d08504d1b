"""
Rules of stock and open orders: until when they may be used, and what may change.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Bools
from lotwright.model.assemble.supply import Supply
from lotwright.model.calendars import Calendars
from lotwright.model.rules import FAR, PointRules, SupplyRules

#: Orders that nobody has released yet.
_UNRELEASED = ("approved", "firmed")


def supply_rules_of(
    supply: Supply, points: PointRules, calendars: Calendars
) -> SupplyRules:
    """
    Returns the rules of stock and open orders, in the order of the network's supplies.

    Planned orders that the freeze fence keeps may not be changed, like locked ones.

    Parameters
    ----------
    supply
        Stock and open orders.
    points, calendars
        Rules of the stock points of the network, and its calendars.
    """
    lots, orders = supply.lots, supply.orders
    size = len(lots.point)
    fixed = orders["locked"].fillna(value=False).to_numpy(dtype=bool)
    fixed |= (orders["status"] == "planned").to_numpy(dtype=bool)

    def unless_fixed(column: str) -> Bools:
        allowed = orders[column].fillna(value=True).to_numpy(dtype=bool)

        return np.concatenate([np.zeros(size, dtype=np.bool_), allowed & ~fixed])

    approved = (orders["status"] == "approved").to_numpy(dtype=bool)
    none = np.full(size, -1, dtype=np.int64)
    start = orders["start"].to_numpy(dtype=np.int64)
    unreleased = orders["status"].isin(_UNRELEASED).to_numpy(dtype=bool)
    place = supply.supplies.point[size:]
    release = calendars.before(
        points.calendar[place], start, points.reorder_margin[place]
    )
    known = (orders["activity"] >= 0).to_numpy(dtype=bool)
    named = orders["source_id"].notna().to_numpy(dtype=bool) & (start >= 0)

    return SupplyRules(
        expiry=np.concatenate([lots.expiry, orders["expiry"].to_numpy(dtype=np.int64)]),
        due_day=np.concatenate(
            [np.zeros(size, dtype=np.int64), orders["due"].to_numpy(dtype=np.int64)]
        ),
        can_move=unless_fixed("can_move"),
        can_cancel=unless_fixed("can_cancel"),
        approved=np.concatenate([np.zeros(size, dtype=np.bool_), approved]),
        activity=np.concatenate([none, orders["activity"].to_numpy(dtype=np.int64)]),
        start_day=np.concatenate([np.zeros(size, dtype=np.int64), start]),
        release_day=np.concatenate(
            [np.full(size, FAR), np.where(unreleased, release, FAR)]
        ),
        needs_source=np.concatenate(
            [np.zeros(size, dtype=np.bool_), (unreleased & known) | named]
        ),
    )
