"""
Stock on hand: which of it may be used, and the lots it consists of.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.assemble.keys import Keys, PointKeys
from lotwright.model.assemble.time import days_from
from lotwright.model.assemble.units import in_base_units
from lotwright.model.buckets import Buckets
from lotwright.model.data import PlanningData
from lotwright.model.network import Floats, Ints, Texts


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lots:
    """
    Usable lots, sorted by stock point, expiry and lot, none of them negative.

    Parameters
    ----------
    point, lot_id, quantity
        One per lot, shape ``(S,)``.
    on_hand
        Sum at each stock point, shape ``(P,)``.
    """

    point: Ints
    lot_id: Texts
    quantity: Floats
    on_hand: Floats


def usable_stock(data: PlanningData, keys: Keys, buckets: Buckets) -> pd.DataFrame:
    """
    Returns the stock that may be used, with ``pair`` and ``base`` (quantity).
    """
    rows = data.table("inventory")
    fresh = rows["expiry_date"].isna() | (
        days_from(rows["expiry_date"], buckets.as_of) > 0
    )
    available = data.column("inventory", "status") == "available"
    stock = rows.assign(
        pair=keys.pair(rows["item_id"], rows["location_id"]),
        base=in_base_units(data, "inventory", "quantity"),
        lot_id=rows["lot_id"].fillna(""),
    )
    stock = stock[(fresh & available).to_numpy(dtype=bool)]

    # Sorted, so that sums do not depend on the order of the rows.
    return stock.sort_values(["pair", "expiry_date", "lot_id"], ignore_index=True)


def lots_on_hand(stock: pd.DataFrame, points: PointKeys) -> Lots:
    """
    Returns lots and their sums; a negative sum counts as 0.

    Negative lots lessen the positive ones beside them, those that expire last first.
    """
    point = points.find(stock["pair"].to_numpy(dtype=np.int64))
    base = stock["base"].to_numpy(dtype=np.float64)
    on_hand = np.zeros(len(points))
    np.add.at(on_hand, point, base)
    on_hand = np.maximum(on_hand, 0.0)

    is_lot = base > 0
    point, base = point[is_lot], base[is_lot]
    so_far = pd.Series(base).groupby(point).cumsum().to_numpy() - base
    left = np.minimum(base, np.maximum(on_hand[point] - so_far, 0.0))
    some = left > 0

    return Lots(
        point=point[some],
        lot_id=stock["lot_id"].to_numpy(dtype=object)[is_lot][some],
        quantity=left[some],
        on_hand=on_hand,
    )
