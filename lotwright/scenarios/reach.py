"""
What a condition on a table may speak of: its columns, and a few of tables beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lotwright.model.schema import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """
    Columns of another table that rows find by one of their identifiers.

    Parameters
    ----------
    via
        Column that holds the identifier, here and there.
    table
        The other table.
    columns
        Its columns that may be spoken of.
    """

    via: str
    table: str
    columns: tuple[str, ...]


#: All reaches. A table's own columns come first, then these in order; an identifier may
#: itself be reached, so that operations find the group of the item that they make.
REACHES = (
    Reach(via="routing_id", table="routings", columns=("item_id", "location_id")),
    Reach(via="bom_id", table="boms", columns=("item_id", "location_id")),
    Reach(via="supply_id", table="supplies", columns=("item_id", "location_id")),
    Reach(
        via="demand_id",
        table="demands",
        columns=("item_id", "location_id", "customer_id"),
    ),
    Reach(via="resource_id", table="resources", columns=("location_id", "group_id")),
    Reach(
        via="item_id",
        table="items",
        columns=("item_group", "planner_id", "abc", "lifecycle"),
    ),
    Reach(via="location_id", table="locations", columns=("parent_id",)),
)


def reachable(table: Table, columns: frozenset[str]) -> dict[str, Reach]:
    """
    Returns, by name, the columns beside its own that a condition may speak of.

    Parameters
    ----------
    table
        The table whose rows are meant.
    columns
        Names of its columns.
    """
    found: dict[str, Reach] = {}

    for reach in REACHES:
        if reach.table != table.name and (reach.via in columns or reach.via in found):
            for name in reach.columns:
                if name not in columns:
                    found.setdefault(name, reach)

    return found


def with_reached(
    table: Table, frames: Mapping[str, pd.DataFrame], names: frozenset[str]
) -> pd.DataFrame:
    """
    Returns a table with the reached columns that somebody speaks of.

    Parameters
    ----------
    table
        The table whose rows are meant.
    frames
        All tables by name.
    names
        Columns that are spoken of; names that are not known are left out.
    """
    own = frames[table.name]
    reaches = reachable(table, frozenset(map(str, own.columns)))
    reached: dict[str, pd.Series[Any]] = {}
    is_known = names <= reaches.keys() | set(own.columns)

    # Whoever misspells a name is told all that would be right.
    for name in sorted(names & reaches.keys() if is_known else reaches):
        _reach(name, own, frames, reaches, reached)

    return own.assign(**reached) if reached else own


def _reach(
    name: str,
    own: pd.DataFrame,
    frames: Mapping[str, pd.DataFrame],
    reaches: Mapping[str, Reach],
    reached: dict[str, pd.Series[Any]],
) -> pd.Series[Any]:
    """
    Returns a column of the table or one that is reached, and keeps it.
    """
    if name in own.columns:
        return own[name]

    if name not in reached:
        reach = reaches[name]
        ids = _reach(reach.via, own, frames, reaches, reached)
        other = frames[reach.table]
        reached[name] = _looked_up(ids, other[reach.via], other[name])

    return reached[name]


def _looked_up(
    ids: pd.Series[Any], known: pd.Series[Any], values: pd.Series[Any]
) -> pd.Series[Any]:
    """
    Returns the value of each identifier, blank where it is not known.
    """
    place = pc.index_in(_cells(ids), value_set=_cells(known), skip_nulls=True)

    return pd.Series(_cells(values).take(place).to_pandas(), dtype="str")


def in_one_piece(series: pd.Series[Any]) -> pd.Series[Any]:
    """
    Returns a column of text whose cells lie in one array.
    """
    return pd.Series(_cells(series).to_pandas(), dtype="str")


def _cells(series: pd.Series[Any]) -> pa.Array:
    cells = pa.array(series, from_pandas=True)
    cells = cells.combine_chunks() if isinstance(cells, pa.ChunkedArray) else cells

    return cells.cast(pa.large_string())
