"""
Checks of what an override has changed, and of nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import numpy as np
import pandas as pd

from lotwright.errors import Problem
from lotwright.model.arrays import Bools
from lotwright.model.problems import MOST_LISTED, Origin
from lotwright.model.schema import Column, Table
from lotwright.model.tables import INPUT_TABLES
from lotwright.model.validate import checked
from lotwright.scenarios.refusals import Place

#: A column beside the checked ones, so that rows with blank cells are looked at, too.
_FILLED = "\0"


def cell_problems(
    place: Place, table: Table, column: Column, frame: pd.DataFrame, changed: Bools
) -> list[Problem]:
    """
    Returns what is wrong with changed cells, in themselves and beside their row's.

    Parameters
    ----------
    place
        The override that changed them.
    table, column
        Where they are.
    frame
        The table after the change.
    changed
        Rows that have changed.
    """
    part = _part(table.name, column.name)
    rows = frame.loc[changed, list(part.names)].assign(**{_FILLED: True})
    _, problems = checked(part, rows, Origin())
    where = np.flatnonzero(changed)

    return [
        place.put(problem, key_of(table, frame, int(where[problem.row - 2])))
        for problem in problems
    ]


@cache
def _part(table: str, column: str) -> Table:
    """
    Returns a table of one column and of those with which its cells must agree.
    """
    whole = INPUT_TABLES[table]
    groups = [group for group in whole.one_of if column in group]
    pairs = [pair for pair in whole.ordered if column in pair]
    names = {column}.union(*groups, *pairs)
    columns = tuple(
        replace(each, key=False) for each in whole.columns if each.name in names
    )

    return replace(
        whole,
        columns=columns,
        one_of=tuple(groups),
        ordered=tuple(pairs),
        single_row=False,
    )


def key_of(table: Table, frame: pd.DataFrame, row: int) -> str:
    """
    Returns the key of a row as text; its number where rows have no key.
    """
    names = [column.name for column in table.keys]
    cells = frame.iloc[row][names] if names else pd.Series([f"row {row + 1}"])

    return " ".join(
        f"{cell:%Y-%m-%d}" if isinstance(cell, pd.Timestamp) else str(cell)
        for cell in cells
        if not pd.isna(cell)
    )


def doubled_keys(table: Table, frame: pd.DataFrame) -> Iterator[Problem]:
    """
    Yields the rows of a table whose key stands in another row already.
    """
    names = [column.name for column in table.keys]

    if table.single_row and len(frame) > 1:
        yield Problem(
            code="E-DATA-KEY",
            table=table.name,
            text=f"The table {table.name} has one row only.",
            remedy="Set the cells of the row that there is.",
        )

    if not names:
        return

    doubled = np.flatnonzero(frame[names].duplicated().to_numpy(dtype=np.bool_))

    for row in doubled[:MOST_LISTED].tolist():
        key = key_of(table, frame, row)
        yield Problem(
            code="E-DATA-KEY",
            table=table.name,
            column=", ".join(names),
            value=key,
            text=f'The key "{key}" stands in another row of {table.name} already.',
            remedy="Set the cells of that row, or give the new one a key of its own.",
        )


@cache
def referrers_of(table: str, column: str = "") -> frozenset[str]:
    """
    Returns the tables that refer to a table, or to one column of it.
    """
    return frozenset(
        name
        for name, each in INPUT_TABLES.items()
        for _, targets in each.references()
        if any(there == table and column in ("", target) for there, target in targets)
    )
