"""
Which order of one plan is which of another, though each plan names its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.arrays import Bools, Ints

#: What two orders must have in common to be one that was moved or resized: the stable
#: key of an order.
ORDER_KEY = ("kind", "item_id", "location_id", "source_id", "bom_id", "routing_id")

#: Decimals to which quantities are compared.
DECIMALS = 6


def plain_text(frame: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """
    Returns a table with some columns as plain text, blank where they say nothing.

    A plan may hold its texts as categories, and blanks as no text; one from files has
    neither.
    """
    words = {name: frame[name].astype("str") for name in names}

    return frame.assign(
        **{name: cells.where(cells != "") for name, cells in words.items()}
    )


def matched_orders(before: pd.DataFrame, after: pd.DataFrame) -> tuple[Ints, Ints]:
    """
    Returns the rows of two tables of orders that belong together, both ``(pairs,)``.

    Within a key, orders of the same due date and quantity are the same order. Of the
    others, the two that are nearest in time to each other belong together, first those
    that are nearest; of equally near ones the earlier, and of those of one day the
    smaller. So it does not matter which of the plans comes first.

    Parameters
    ----------
    before, after
        Planned orders, of which ``plain_text`` has made the keys plain.
    """
    one, other = _placed(before, after)
    rows, twins = _twins(one, other)
    left, right = one.without(rows), other.without(twins)
    found = [(rows, twins)]

    while len(left.row) and len(right.row):
        pairs, mates = _mutual(left, right)

        if not len(pairs):
            break

        found.append((left.row[pairs], right.row[mates]))
        left, right = left.without(left.row[pairs]), right.without(right.row[mates])

    ours = np.concatenate([pair[0] for pair in found])
    theirs = np.concatenate([pair[1] for pair in found])
    order = np.argsort(ours, kind="stable")

    return ours[order], theirs[order]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Placed:
    """
    Orders in order of key, day and quantity.

    Parameters
    ----------
    row
        Row of each in its table.
    group
        Code of its key, shared by both tables.
    at
        Its key and its day as one number, ascending.
    twin
        Code of its key, day and quantity, shared by both tables.
    """

    row: Ints
    group: Ints
    at: Ints
    twin: Ints

    def without(self, rows: Ints) -> _Placed:
        """
        Returns the orders but for some rows of the table.
        """
        kept: Bools = ~np.isin(self.row, rows)

        return _Placed(
            row=self.row[kept],
            group=self.group[kept],
            at=self.at[kept],
            twin=self.twin[kept],
        )


def _placed(before: pd.DataFrame, after: pd.DataFrame) -> tuple[_Placed, _Placed]:
    names = [*ORDER_KEY, "due_date", "quantity", "order_id"]
    both = pd.concat([before[names], after[names]], ignore_index=True)
    group = _codes(both[list(ORDER_KEY)])
    day = both["due_date"].to_numpy().astype("datetime64[D]").astype(np.int64)
    quantity = both["quantity"].round(DECIMALS)
    days = pd.DataFrame({"group": group, "day": day})
    first = int(day.min(initial=0))
    span = int(day.max(initial=0)) - first + 1
    at = group * span + (day - first)
    twin = _codes(days.assign(quantity=quantity))
    number = both["order_id"].astype("str").rank(method="first").to_numpy()
    order = np.lexsort((number, quantity.to_numpy(), at))
    is_after = order >= len(before)

    return tuple(  # type: ignore[return-value]  # it has two parts
        _Placed(row=part - start, group=group[part], at=at[part], twin=twin[part])
        for part, start in ((order[~is_after], 0), (order[is_after], len(before)))
    )


def _codes(frame: pd.DataFrame) -> Ints:
    """
    Returns a code of each row that equal rows share.
    """
    groups = frame.groupby(list(frame.columns), dropna=False, sort=False)

    return np.asarray(groups.ngroup().to_numpy(), dtype=np.int64)


def _twins(one: _Placed, other: _Placed) -> tuple[Ints, Ints]:
    """
    Returns the rows of orders that are in both tables as they are.
    """
    ours, theirs = (
        pd.DataFrame({"row": placed.row, "twin": placed.twin})
        for placed in (one, other)
    )
    pairs = _numbered(ours).merge(_numbered(theirs), on=["twin", "number"])

    return (
        pairs["row_x"].to_numpy(dtype=np.int64),
        pairs["row_y"].to_numpy(dtype=np.int64),
    )


def _numbered(rows: pd.DataFrame) -> pd.DataFrame:
    return rows.assign(number=rows.groupby("twin", sort=False).cumcount())


def _mutual(left: _Placed, right: _Placed) -> tuple[Ints, Ints]:
    """
    Returns the places of orders each of which is the nearest of the other.

    There is at least one such pair where a key has orders on both sides: of the nearest
    pairs, the earliest.
    """
    ahead, back = _nearest(left, right), _nearest(right, left)
    places = np.arange(len(left.row), dtype=np.int64)
    mutual = (ahead >= 0) & (back[ahead] == places)

    return places[mutual], ahead[mutual]


def _nearest(own: _Placed, other: _Placed) -> Ints:
    """
    Returns the place of the order nearest in time under the same key, -1 without one.
    """
    size = len(other.at)
    far = np.iinfo(np.int64).max
    later = np.searchsorted(other.at, own.at, "left")
    earlier = later - 1
    is_later = (later < size) & (other.group[np.minimum(later, size - 1)] == own.group)
    is_earlier = (earlier >= 0) & (other.group[np.maximum(earlier, 0)] == own.group)
    # Of the orders of one day the first, so that small ones go with small ones.
    first = np.searchsorted(other.at, other.at[np.maximum(earlier, 0)], "left")
    after = np.where(is_later, other.at[np.minimum(later, size - 1)] - own.at, far)
    before = np.where(is_earlier, own.at - other.at[np.maximum(earlier, 0)], far)
    nearest = np.where(before <= after, first, later)

    return np.where(is_later | is_earlier, nearest, -1).astype(np.int64)
