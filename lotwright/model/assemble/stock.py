"""
Stock on hand: which of it may be used, and the lots it consists of.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.assemble.keys import Keys, PointKeys
from lotwright.model.assemble.time import days_from
from lotwright.model.assemble.turns import drawn
from lotwright.model.assemble.units import in_base_units
from lotwright.model.buckets import Buckets
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.network import Bools, Floats, Ints, Texts
from lotwright.model.rules import FAR
from lotwright.model.why_words import amount_text


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Lots:
    """
    Usable lots, sorted by stock point, expiry and lot, none of them negative.

    Parameters
    ----------
    point, lot_id, quantity
        One per lot, shape ``(S,)``.
    expiry
        First day on which it may not be used, ``FAR`` where it keeps, shape ``(S,)``.
    owner
        Demand that it belongs to, empty where there is none, shape ``(S,)``.
    on_hand
        Sum at each stock point, shape ``(P,)``.
    """

    point: Ints
    lot_id: Texts
    quantity: Floats
    expiry: Ints
    owner: Texts
    on_hand: Floats


def may_be_used(data: PlanningData) -> Bools:
    """
    Returns which stock may be used by its status, whatever its age.

    That is what is available, and what is reserved for a demand that is named.
    """
    status = data.column("inventory", "status")
    has_owner = data.table("inventory")["owner_demand_id"].notna()
    usable = (status == "available") | ((status == "reserved") & has_owner)

    return usable.to_numpy(dtype=bool)


def usable_stock(
    data: PlanningData, keys: Keys, buckets: Buckets, lines: pd.DataFrame
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    """
    Returns the stock that may be used, and a finding on what is kept for its owner.

    A lot with an owner counts as far as the owner needs it, at its own item and place;
    nobody else may use the rest. Rows have ``pair``, ``base`` (quantity), ``lot_id``,
    ``expiry`` (first day on which it may not be used) and ``owner``.

    Parameters
    ----------
    data, keys, buckets
        Tables, codes and time.
    lines
        Demand that is planned.
    """
    rows = data.table("inventory")
    has_date = rows["expiry_date"].notna().to_numpy(dtype=bool)
    expiry = np.where(has_date, days_from(rows["expiry_date"], buckets.as_of), FAR)
    stock = rows.assign(
        pair=keys.pair(rows["item_id"], rows["location_id"]),
        base=in_base_units(data, "inventory", "quantity"),
        lot_id=rows["lot_id"].fillna(""),
        expiry=expiry,
        owner=rows["owner_demand_id"].fillna(""),
    )
    stock = stock[(expiry > 0) & may_be_used(data)]
    # Sorted, so that sums do not depend on the order of the rows.
    stock = stock.sort_values(["pair", "expiry", "lot_id", "status"], ignore_index=True)

    return _for_owners(stock, lines)


def _for_owners(
    stock: pd.DataFrame, lines: pd.DataFrame
) -> tuple[pd.DataFrame, tuple[Finding, ...]]:
    owned = np.flatnonzero((stock["owner"] != "") & (stock["base"] > 0))

    if not len(owned):
        return stock, ()

    rows = stock.iloc[owned]
    place = pd.Index(lines["demand_id"]).get_indexer(pd.Index(rows["owner"]))
    pair, need = np.append(lines["pair"], -1), np.append(lines["base"], 0.0)
    is_here = pair[place] == rows["pair"].to_numpy()
    is_here &= rows["expiry"].to_numpy() >= np.append(must_keep_until(lines), 0)[place]
    base = np.where(is_here, rows["base"].to_numpy(dtype=np.float64), 0.0)
    used = drawn(np.where(place < 0, len(lines), place), base, need)
    idle = float((rows["base"].to_numpy(dtype=np.float64) - used).sum())
    left = stock["base"].to_numpy(dtype=np.float64).copy()
    left[owned] = used
    counts = int((used < rows["base"].to_numpy(dtype=np.float64)).sum())
    finding = Finding(
        code="I-STOCK-HELD",
        severity=Severity.INFO,
        table="inventory",
        column="owner_demand_id",
        count=counts,
        text=f"{amount_text(idle)} in {counts:,} stock row{'' if counts == 1 else 's'} "
        "belong to demand that does not need them there, for which they do not keep, "
        "or which is not in the plan, and are not counted as usable; clear "
        "owner_demand_id when they are free.",
    )

    return stock.assign(base=left), (finding,) if counts else ()


def must_keep_until(lines: pd.DataFrame) -> Ints:
    """
    Returns the first day on which goods for each demand line may have expired.

    Parameters
    ----------
    lines
        Demand with ``required_day`` and ``sellable`` (days).
    """
    sellable = np.ceil(lines["sellable"].to_numpy(dtype=np.float64)).astype(np.int64)
    day = lines["required_day"].to_numpy(dtype=np.int64)

    return np.asarray(day + np.maximum(sellable, 1), dtype=np.int64)


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
        expiry=stock["expiry"].to_numpy(dtype=np.int64)[is_lot][some],
        owner=stock["owner"].to_numpy(dtype=object)[is_lot][some],
        on_hand=on_hand,
    )
