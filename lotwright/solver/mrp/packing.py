"""
Packing: tables of equal columns as one array of records, which compiles much faster.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

C = TypeVar("C")


def packed(kind: type[C], columns: Mapping[str, NDArray[np.generic]]) -> C:
    """
    Returns columns as one array of records that is read like the table it stands for.

    Parameters
    ----------
    kind
        The table: a named tuple of columns.
    columns
        Columns of equal length, by name.
    """
    size = len(next(iter(columns.values())))
    table = blank(kind, size, {name: column.dtype for name, column in columns.items()})

    for name, column in columns.items():
        getattr(table, name)[:] = column

    return table


def blank(kind: type[C], size: int, types: Mapping[str, object]) -> C:
    """
    Returns a table of zeros.

    Parameters
    ----------
    kind
        The table: a named tuple of columns.
    size
        Number of rows.
    types
        Type of each column.
    """
    record = np.dtype(list(types.items()), align=True)

    return cast("C", np.zeros(size, dtype=record).view(np.recarray))


def part(table: C, first: int, last: int) -> C:
    """
    Returns some rows of a packed table, not copied.
    """
    return cast("C", cast("NDArray[np.void]", table)[first:last])


def enlarged(table: C, used: int, size: int) -> C:
    """
    Returns a packed table with more room and the same first rows.
    """
    old = cast("NDArray[np.void]", table)
    new = np.zeros(size, dtype=old.dtype).view(np.recarray)
    # As plain bytes: records with gaps are copied field by field, which is slow.
    raw = np.dtype((np.void, old.dtype.itemsize))
    new.view(raw)[:used] = old.view(raw)[:used]

    return cast("C", new)
