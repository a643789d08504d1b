"""
Packing: tables of equal columns as one array of records, which compiles much faster.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from lotwright.model.arrays import Ints
from lotwright.model.kernel import UNCOMPILED

C = TypeVar("C")

#: Indices and days are kept in 32 bits: half the memory, and half the time to move it.
#: To those that check types they are whole numbers like all others. Compiled kernels
#: reckon with 64 bits all the same; those that are not compiled need them here.
NARROW = cast("type[np.int64]", np.int64 if UNCOMPILED else np.int32)


def packed(kind: type[C], columns: Mapping[str, NDArray[np.generic]]) -> C:
    """
    Returns columns as one array of records that is read like the table it stands for.

    Parameters
    ----------
    kind
        The table: a named tuple of columns.
    columns
        Columns of equal shape, by name.
    """
    shape = next(iter(columns.values())).shape
    types = {name: column.dtype for name, column in columns.items()}
    table = np.zeros(shape, dtype=_record(types)).view(np.recarray)

    for name, column in columns.items():
        table[name] = column

    return cast("C", table)


def room_for(size: int, types: Mapping[str, object]) -> NDArray[np.void]:
    """
    Returns records that hold nothing yet: they take no memory until they are written.

    Parameters
    ----------
    size
        Number of rows.
    types
        Type of each column.
    """
    return np.empty(size, dtype=_record(types)).view(np.recarray)


def part(table: C, first: int, last: int) -> C:
    """
    Returns some rows of a packed table, not copied.
    """
    return cast("C", cast("NDArray[np.void]", table)[first:last])


def narrow(column: NDArray[np.generic]) -> Ints:
    """
    Returns whole numbers in 32 bits, side by side; not copied if they are so already.
    """
    return np.ascontiguousarray(column, dtype=NARROW)


def narrow_room(size: int) -> Ints:
    """
    Returns room for whole numbers in 32 bits that hold nothing yet.
    """
    return np.empty(size, dtype=NARROW)


def _record(types: Mapping[str, object]) -> np.dtype[np.void]:
    return np.dtype(list(types.items()), align=True)
