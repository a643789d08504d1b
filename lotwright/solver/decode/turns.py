"""
Turns: sorting by small codes, and passes over cells, without temporary arrays.

Long arrays are made outside the kernels, where they stand in large pages of memory.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Whole
from lotwright.model.kernel import kernel
from lotwright.model.network import Floats, Ints


def by_code(code: Ints, size: int, rows: Ints) -> Ints:
    """
    Returns rows by the code of each, rows of one code in the order in which they come.

    Parameters
    ----------
    code
        Code of every row, 0 to ``size - 1``, shape ``(n,)``.
    size
        Number of codes.
    rows
        The rows to sort: several keys are sorted by the last key first.
    """
    found = np.empty(len(rows), dtype=np.int64)
    _by_code(found, code, size, rows)

    return found


@kernel
def _by_code(found: Ints, code: Ints, size: int, rows: Ints) -> None:
    place = np.zeros(size + 1, dtype=np.int64)

    for row in rows:
        place[code[row] + 1] += 1

    for group in range(size):
        place[group + 1] += place[group]

    for row in rows:
        group = code[row]
        found[place[group]] = row
        place[group] += 1


def by_group(group: Ints, size: int, first: Ints, second: Ints, rows: Ints) -> Ints:
    """
    Returns rows by group, then by two keys; meant for groups of a few rows.

    Parameters
    ----------
    group, first, second
        Of every row, shape ``(n,)``.
    size
        Number of groups.
    rows
        The rows to sort.
    """
    found = by_code(group, size, rows)
    _within_groups(found, group, first, second)

    return found


@kernel
def _within_groups(found: Ints, group: Ints, first: Ints, second: Ints) -> None:
    for n in range(1, len(found)):
        row, to = found[n], n

        while to > 0:
            other = found[to - 1]

            if group[other] != group[row] or first[other] < first[row]:
                break

            if first[other] == first[row] and second[other] <= second[row]:
                break

            found[to] = other
            to -= 1

        found[to] = row


@kernel
def add_at(total: Floats, row: Whole, column: Whole, quantity: Floats) -> None:
    """
    Adds quantities to the cells of a grid; what lies beside it is left out.

    Parameters
    ----------
    total
        The grid, shape ``(P, T)``.
    row, column, quantity
        Cells, and what is added to them; a negative row or column is left out.
    """
    for n in range(len(row)):
        if row[n] >= 0 and 0 <= column[n] < total.shape[1]:
            total[row[n], column[n]] += quantity[n]


def ordinals(group: Ints, day: Ints) -> Ints:
    """
    Returns how many rows before each have the same group and day, where rows of one
    group and day follow each other.
    """
    found = np.zeros(len(group), dtype=np.int64)
    _count(found, group, day)

    return found


@kernel
def _count(found: Ints, group: Ints, day: Ints) -> None:
    for n in range(1, len(group)):
        if group[n] == group[n - 1] and day[n] == day[n - 1]:
            found[n] = found[n - 1] + 1


@kernel
def round_to(found: Floats, values: Floats, scale: float) -> None:
    """
    Writes values to the nearest part of ``1 / scale``, never minus zero.

    Parameters
    ----------
    found
        Where to, shape ``(n,)``; it may be the values themselves.
    values
        Shape ``(n,)``.
    scale
        Parts of one unit.
    """
    for n in range(len(values)):
        found[n] = np.rint(values[n] * scale) / scale + 0.0


@kernel
def is_rounded(values: Floats, scale: float) -> bool:
    """
    Returns whether rounding to parts of ``1 / scale`` would change no value.
    """
    for n in range(len(values)):
        value = values[n]

        # Minus zero is told from zero by its sign bit alone.
        if np.rint(value * scale) / scale + 0.0 != value or (
            value == 0.0 and np.signbit(value)
        ):
            return False

    return True
