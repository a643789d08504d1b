"""
Headers of tables as people write them, and the names that tables declare.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from lotwright.model.tables import INPUT_TABLES, TABLES

#: Rows among which a header is looked for.
_MOST_ABOVE = 20

_GAPS = re.compile(r"[\s-]+")


def as_declared(table: str, names: Sequence[str]) -> list[str]:
    """
    Returns the names of a header, spelt as the table declares them.

    A name that differs in nothing but case, and spaces or hyphens for underscores, is
    meant; two that would then be the same stay as they are.

    Parameters
    ----------
    table
        Name of the table; one that nobody declares keeps its names.
    names
        The names as they stand, without surrounding space.
    """
    if table not in TABLES:
        return list(names)

    plain = [_GAPS.sub("_", name.lower()) for name in names]

    return [
        bare if bare in TABLES[table] and plain.count(bare) == 1 else name
        for name, bare in zip(names, plain, strict=True)
    ]


def header_among(table: str, rows: Sequence[Sequence[str]]) -> int:
    """
    Returns which of the first rows of a sheet is the header; titles may stand above it.

    It is the first row unless that has no name of the table, and a later one has all
    names that the table requires and at least two of it.

    Parameters
    ----------
    table
        Name of the table.
    rows
        The first rows as text, without surrounding space.
    """
    if table not in INPUT_TABLES or not rows or _known(table, rows[0]):
        return 0

    required = {column.name for column in INPUT_TABLES[table].required}

    for place, row in enumerate(rows[:_MOST_ABOVE]):
        known = _known(table, row)

        if len(known) > 1 and required <= known:
            return place

    return 0


def _known(table: str, names: Sequence[str]) -> set[str]:
    return {name for name in as_declared(table, names) if name in INPUT_TABLES[table]}
