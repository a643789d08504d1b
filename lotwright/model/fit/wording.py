"""
How findings name the rows that they speak of.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from lotwright.model.findings import Finding, Severity
from lotwright.model.tables import INPUT_TABLES

#: How many rows a finding names before it only counts.
EXAMPLES = 3


def row_keys(table: str, rows: pd.DataFrame) -> list[str]:
    """
    Returns the key of each row, its parts joined by slashes and blanks left out.

    Rows of a table without key and required columns go by the name of the table.
    """
    names = _key_names(table)

    if not names:
        return [table] * len(rows)

    parts = [[_text(value) for value in rows[name]] for name in names]

    return ["/".join(filter(None, key)) for key in zip(*parts, strict=True)]


def examples(keys: Sequence[str]) -> str:
    """
    Returns the first keys in words, such as ``A, B, C and 4 more``.
    """
    shown = ", ".join(keys[:EXAMPLES])
    left = len(keys) - EXAMPLES

    return f"{shown} and {left:,} more" if left > 0 else shown


def counted(number: int, noun: str) -> str:
    """
    Returns a number with its noun, such as ``1 demand`` or ``3 demands``.
    """
    if number == 1:
        return f"1 {noun}"

    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"

    return f"{number:,} {plural}"


def point_label(item: object, location: object) -> str:
    """
    Returns the name of a stock point, ``item@location``.
    """
    return f"{item}@{location}"


def grouped(
    code: str,
    severity: Severity,
    table: str,
    rows: pd.DataFrame,
    *,
    noun: str,
    text: str,
    column: str = "",
    value: float = 0.0,
) -> Iterator[Finding]:
    """
    Yields one finding for all rows of a table, and none where there are no rows.

    Parameters
    ----------
    code, severity, table, column, value
        As in the finding.
    rows
        The rows of the table that it is about.
    noun
        What one row is.
    text
        What is said of them after the counted noun and the examples; ``{be}`` and
        ``{have}`` become the verb in singular or plural.
    """
    if not len(rows):
        return

    one = len(rows) == 1
    said = text.format(be="is" if one else "are", have="has" if one else "have")
    named = row_keys(table, _first_by_key(table, rows))
    more = f" and {len(rows) - EXAMPLES:,} more" if len(rows) > EXAMPLES else ""

    yield Finding(
        code=code,
        severity=severity,
        table=table,
        key=named[0] if one else "",
        column=column,
        value=value,
        count=len(rows),
        text=f"{counted(len(rows), noun)} ({', '.join(named)}{more}) {said}",
    )


def _key_names(table: str) -> list[str]:
    columns = INPUT_TABLES[table].keys or INPUT_TABLES[table].required

    return [column.name for column in columns]


def _first_by_key(table: str, rows: pd.DataFrame) -> pd.DataFrame:
    """
    Returns the first rows by their key, wherever they stand in the table.

    Only rows with the least values of the first column are sorted: there may be many.
    """
    names = _key_names(table)

    if not names:
        return rows.iloc[:EXAMPLES]

    found, left = rows.iloc[:0], rows

    while len(found) < EXAMPLES and len(left):
        values = left[names[0]]
        blank = values.isna()
        hit = blank if blank.all() else (values == values.min()) & ~blank
        found = pd.concat([found, left[hit].sort_values(names)])
        left = left[~hit]

    return found.iloc[:EXAMPLES]


def _text(value: object) -> str:
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()

    return "" if pd.isna(value) else str(value)  # type: ignore[call-overload]
