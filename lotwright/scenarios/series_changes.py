"""
Load and stock, bucket by bucket, where two plans differ.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from lotwright.scenarios.matching import DECIMALS, plain_text

_LOAD_KEY = ("resource_id", "period_id")
_STOCK_KEY = ("item_id", "location_id", "period_id")


def load_changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """
    Returns the resources and buckets of which load or capacity differ.

    Load is that of open and planned orders with their set-ups. Each figure has columns
    ``_before``, ``_after`` and ``_change``.

    Parameters
    ----------
    before, after
        Capacity load.
    """
    one, other = (
        loads[[*_LOAD_KEY, "capacity", "overtime", "overload"]].assign(
            load=loads[["load_open", "load_planned", "setup"]].sum(axis=1)
        )
        for loads in (before, after)
    )
    figures = ("load", "capacity", "overtime", "overload")

    return _differing(one, other, _LOAD_KEY, figures)


def stock_changes(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """
    Returns the stock points and buckets at whose end stock differs.

    Each figure has columns ``_before``, ``_after`` and ``_change``.

    Parameters
    ----------
    before, after
        Inventory projection.
    """
    return _differing(before, after, _STOCK_KEY, ("end", "value"))


def same_buckets(before: pd.DataFrame, after: pd.DataFrame) -> bool:
    """
    Returns whether two projections have the same buckets.
    """
    one, other = (set(frame["period_id"].unique()) for frame in (before, after))

    return one == other


def _differing(
    before: pd.DataFrame,
    after: pd.DataFrame,
    key: Sequence[str],
    figures: Sequence[str],
) -> pd.DataFrame:
    """
    Returns the rows of which a figure differs; what one plan lacks counts as nothing.
    """
    names = [*key, *figures]
    one, other = (plain_text(frame[names], key) for frame in (before, after))
    rows = _joined(one, other, key)
    differs = np.zeros(len(rows), dtype=np.bool_)

    for name in figures:
        sides = [rows[f"{name}_{side}"].fillna(0.0) for side in ("before", "after")]
        change = (sides[1] - sides[0]).round(DECIMALS) + 0.0
        rows[f"{name}_before"], rows[f"{name}_after"] = sides
        rows[f"{name}_change"] = change
        differs |= (change != 0).to_numpy(dtype=np.bool_)

    ordered = [
        f"{name}_{of}" for name in figures for of in ("before", "after", "change")
    ]

    return rows[[*key, *ordered]][differs].reset_index(drop=True)


def _joined(
    before: pd.DataFrame, after: pd.DataFrame, key: Sequence[str]
) -> pd.DataFrame:
    """
    Returns two tables side by side by their key; tables of the same rows as they stand.
    """
    one, other = before.reset_index(drop=True), after.reset_index(drop=True)
    names = list(key)

    if len(one) == len(other) and one[names].equals(other[names]):
        figures = [name for name in one.columns if name not in names]
        cells = {name: one[name] for name in names}
        cells |= {f"{name}_before": one[name] for name in figures}
        cells |= {f"{name}_after": other[name] for name in figures}

        return pd.DataFrame(cells)

    return one.merge(other, on=names, how="outer", suffixes=("_before", "_after"))
