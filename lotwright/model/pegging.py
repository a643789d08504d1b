"""
Walks over the pegging of a plan: what a supply is for, and what a need depends on.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.arrays import Bools, Floats, Ints

_COLUMNS = [
    "step",
    "supply_kind",
    "supply_id",
    "lot_id",
    "demand_kind",
    "demand_id",
    "top_demand_id",
    "level",
    "item_id",
    "location_id",
    "quantity",
    "supply_date",
    "need_date",
    "slack_days",
]


def walk_up(
    pegging: pd.DataFrame, orders: pd.DataFrame, supply_id: str
) -> pd.DataFrame:
    """
    Returns everything that an order is for, step by step up to the demand.

    Parameters
    ----------
    pegging, orders
        Tables of a plan.
    supply_id
        A planned or open order.

    Returns
    -------
    pd.DataFrame
        Rows of the pegging table. ``step`` counts from 1, for what the order serves
        itself; quantities are in the unit of each row's item, scaled to what depends on
        the order. On every step they are conserved: a part of a parent order is for
        what that parent serves.

    Raises
    ------
    KeyError
        When nothing is pegged to that order.
    """
    chains = _chains(pegging, orders)
    rows = np.flatnonzero((pegging["supply_id"] == supply_id).to_numpy())
    _expect_some(rows, supply_id)
    above = _index(np.where(chains.is_main, chains.portion, -1))
    factor = np.ones(len(rows))
    steps = []

    while len(rows):
        steps.append((rows, factor))
        part = chains.is_component[rows]
        rows, factor = rows[part], factor[part] * chains.share[rows[part]]
        portion, factor = _of_portions(chains, rows, factor)
        rows, factor = _followed(above, portion, factor)

    return _numbered(pegging, steps)


def walk_down(pegging: pd.DataFrame, orders: pd.DataFrame, key: str) -> pd.DataFrame:
    """
    Returns everything that a demand or an order depends on, step by step down.

    Parameters
    ----------
    pegging, orders
        Tables of a plan.
    key
        A demand, or a planned or open order that needs components.

    Returns
    -------
    pd.DataFrame
        Rows of the pegging table. ``step`` counts from 1, for what serves the demand or
        is issued to the order; quantities are scaled to what goes into it. The
        components of an order count for its main product: a by-product comes without.

    Raises
    ------
    KeyError
        When nothing is pegged to that demand or order.
    """
    chains = _chains(pegging, orders)
    rows = np.flatnonzero((pegging["demand_id"] == key).to_numpy())
    _expect_some(rows, key)
    below = _index(np.where(chains.is_component, chains.parent, -1))
    served = np.bincount(
        chains.portion[chains.is_main],
        weights=chains.quantity[chains.is_main],
        minlength=chains.num_portions,
    )
    factor = np.ones(len(rows))
    steps = []

    while len(rows):
        steps.append((rows, factor))
        part = chains.is_main[rows]
        rows, factor = rows[part], factor[part] * chains.quantity[rows[part]]
        portion, group = np.unique(chains.portion[rows], return_inverse=True)
        share = np.bincount(group, weights=factor, minlength=len(portion))
        rows, factor = _followed(below, portion, share / served[portion])

    return _numbered(pegging, steps)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Chains:
    """
    Pegs as codes; a portion is what an order brings for one top on one level, or all
    that it brings where pegs stand without a top.

    Parameters
    ----------
    quantity
        Of each peg, shape ``(n,)``.
    is_main, is_component
        Whether it is of the main product of a planned order, and whether it is for a
        component of one, shape ``(n,)``.
    portion, parent
        Portion that brings the peg, and that takes it, shape ``(n,)``.
    need, share
        Component of a portion that it is for, and its part of that, shape ``(n,)``.
    num_portions
        Number of portions.
    """

    quantity: Floats
    is_main: Bools
    is_component: Bools
    portion: Ints
    parent: Ints
    need: Ints
    share: Floats
    num_portions: int


def _chains(pegging: pd.DataFrame, orders: pd.DataFrame) -> _Chains:
    size = len(pegging)
    made = _codes(orders["order_id"], pegging["supply_id"], pegging["demand_id"])
    item = _codes(orders["item_id"], pegging["item_id"])
    location = _codes(orders["location_id"], pegging["location_id"])
    point = item * (location.max(initial=0) + 1) + location
    point_of, point = point[: len(orders)], point[len(orders) :]
    main_point = np.full(made.max(initial=0) + 1, -1, dtype=np.int64)
    main_point[made[: len(orders)]] = point_of
    supply, demand = made[len(orders) :][:size], made[len(orders) + size :]

    top = _codes(pegging["top_demand_id"])
    level = pegging["level"].fillna(-1).to_numpy(dtype=np.int64)
    above = np.where(level < 0, -1, level - 1)
    portion, num_portions = _merged(
        np.append(supply, demand), np.append(top, top), np.append(level, above)
    )
    portion, parent = portion[:size], portion[size:]
    is_component = (pegging["demand_kind"] == "planned").to_numpy()
    need, num_needs = _merged(parent, point, is_component.astype(np.int64))
    quantity = pegging["quantity"].to_numpy()
    needed = np.bincount(need, weights=quantity, minlength=num_needs)[need]

    return _Chains(
        quantity=quantity,
        is_main=main_point[supply] == point,
        is_component=is_component,
        portion=portion,
        parent=parent,
        need=need,
        share=quantity / np.where(needed > 0, needed, 1.0),
        num_portions=num_portions,
    )


def _codes(*columns: pd.Series) -> Ints:
    """
    Returns a code for each cell of some columns, one after the other.
    """
    cells = pd.concat(columns, ignore_index=True)

    return np.asarray(pd.factorize(cells)[0], dtype=np.int64)


def _merged(*keys: Ints) -> tuple[Ints, int]:
    """
    Returns a code for each combination of keys, and how many there are.
    """
    code = np.zeros(len(keys[0]), dtype=np.int64)

    for key in keys:
        span = int(key.max(initial=0)) + 2
        code = pd.factorize(code * span + key + 1)[0].astype(np.int64)

    return code, int(code.max(initial=-1)) + 1


def _index(key: Ints) -> tuple[Ints, Ints]:
    """
    Returns the keys in ascending order, and their rows.
    """
    rows = np.argsort(key, kind="stable")

    return key[rows], rows


def _of_portions(chains: _Chains, rows: Ints, share: Floats) -> tuple[Ints, Floats]:
    """
    Returns the portions that take some pegs, and which part of each.

    Where several items lead to one order, the largest share counts: all of them go into
    the same part of it.
    """
    need, first, group = np.unique(
        chains.need[rows], return_index=True, return_inverse=True
    )
    sums = np.bincount(group, weights=share, minlength=len(need))
    portion, group = np.unique(chains.parent[rows[first]], return_inverse=True)
    largest = np.zeros(len(portion))
    np.maximum.at(largest, group, sums)

    return portion, largest


def _followed(
    index: tuple[Ints, Ints], portion: Ints, factor: Floats
) -> tuple[Ints, Floats]:
    """
    Returns the pegs of some portions in the order of the table, each with the factor of
    its portion.
    """
    keys, by_key = index
    first = np.searchsorted(keys, portion, side="left")
    count = np.searchsorted(keys, portion, side="right") - first
    ends = np.cumsum(count)
    place = np.arange(count.sum()) - np.repeat(ends - count, count)
    rows = by_key[np.repeat(first, count) + place]
    turn = np.argsort(rows)

    return rows[turn], np.repeat(factor, count)[turn]


def _numbered(pegging: pd.DataFrame, steps: list[tuple[Ints, Floats]]) -> pd.DataFrame:
    rows = np.concatenate([rows for rows, _ in steps])
    factor = np.concatenate([factor for _, factor in steps])
    number = np.repeat(np.arange(1, len(steps) + 1), [len(rows) for rows, _ in steps])
    found = pegging.iloc[rows].reset_index(drop=True)
    quantity = (found["quantity"] * factor).round(9)

    return found.assign(step=number, quantity=quantity)[_COLUMNS]


def _expect_some(rows: Ints, key: str) -> None:
    if not len(rows):
        msg = f"Expected a key of the pegging table, got {key!r}: nothing is pegged."
        raise KeyError(msg)
