"""
Tables that nobody would write by hand.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd
from hypothesis import strategies as st

from lotwright.model.schema import Column, ColumnType
from lotwright.model.tables import INPUT_TABLES

#: Cells that have broken programs before.
_ODD = (
    "",
    " ",
    "nan",
    "inf",
    "-inf",
    "-0",
    "1e300",
    "1e-300",
    "1,5",
    "0x10",
    "2026-02-30",
    "2026-13-01",
    "0000-00-00",
    "9999-12-31",
    "true",
    "NULL",
    "=1+1",
    "\u202eA",
    "\u0000",
    "\ufeffA",
    "é",
    "e\u0301",
    "🏭",
    "A" * 5000,
    "A\nB",
    '"',
)


@st.composite
def odd_tables(draw: st.DrawFn) -> tuple[str, pd.DataFrame]:
    """
    Draws the name of a table and rows for it that may be anything: none, one, the same
    twice, cells of a wrong kind.
    """
    table = draw(st.sampled_from(sorted(INPUT_TABLES)))
    names = [column.name for column in INPUT_TABLES[table].columns]
    chosen = draw(st.lists(st.sampled_from(names), min_size=1, max_size=8))
    columns = list(dict.fromkeys(chosen))
    cell = st.sampled_from(_ODD) | st.text(max_size=6) | st.integers().map(str)
    count = draw(st.integers(0, 4))
    rows = draw(
        st.lists(st.tuples(*[cell] * len(columns)), min_size=count, max_size=count)
    )
    rows += rows[: draw(st.integers(0, 1))]

    return table, pd.DataFrame(rows, columns=columns, dtype="str")


@st.composite
def good_tables(draw: st.DrawFn) -> tuple[str, pd.DataFrame]:
    """
    Draws the name of a table and rows that fit its columns; their keys differ.
    """
    table = draw(st.sampled_from(("items", "locations", "demands", "inventory")))
    columns = INPUT_TABLES[table].columns
    count = draw(st.integers(1, 5))
    taken = [
        column
        for column in columns
        if column.required or column.key or draw(st.booleans())
    ]
    cells = {
        column.name: draw(
            st.lists(
                _cells(column), min_size=count, max_size=count, unique=_is_name(column)
            )
        )
        for column in taken
    }

    return table, pd.DataFrame(cells)


def _is_name(column: Column) -> bool:
    return column.key and column.type is ColumnType.TEXT


def _cells(column: Column) -> st.SearchStrategy[object]:
    if column.type is ColumnType.CHOICE:
        return st.sampled_from(column.choices)

    if column.type is ColumnType.NUMBER:
        # Workbooks keep 16 digits, one less than numbers may need.
        return st.floats(0.001, 1.0).map(lambda number: round(number, 12))

    if column.type is ColumnType.INTEGER:
        return st.integers(1, 5)

    if column.type is ColumnType.BOOLEAN:
        return st.booleans()

    if column.type is ColumnType.DATE:
        return st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)).map(pd.Timestamp)

    # What spreadsheets take for a formula is marked in CSV, and no more the same.
    letters = st.characters(
        whitelist_categories=("Lu", "Ll", "Nd"), blacklist_characters="\u0130"
    )

    return st.text(letters, min_size=1, max_size=8)
