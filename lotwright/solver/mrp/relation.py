"""
Relations: rows grouped by what they belong to, and rows in the order of a key.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Ints
from lotwright.model.kernel import inner_kernel, kernel, nested_kernel
from lotwright.solver.mrp.packing import NARROW, narrow, narrow_room

#: So many rows are sorted by putting each in its place; more are merged.
_BLOCK = 16


def grouped(owner: Ints, size: int) -> tuple[Ints, Ints]:
    """
    Returns where the rows of each owner begin, and the rows by owner in their order.

    Parameters
    ----------
    owner
        Owner of each row; rows with an owner below 0 are left out.
    size
        Number of owners.
    """
    owner, begin = narrow(owner), np.zeros(size + 1, dtype=NARROW)
    _count(owner, begin)
    np.cumsum(begin, out=begin)
    # Made here, for long arrays that kernels make are dear to touch.
    rows = narrow_room(int(begin[-1]))
    _place(owner, rows, begin[:-1].copy())

    return begin, rows


@kernel
def _count(owner: Ints, begin: Ints) -> None:
    """
    Counts the rows of each owner, one place further on.
    """
    for row in range(len(owner)):
        if owner[row] >= 0:
            begin[owner[row] + 1] += 1


@kernel
def _place(owner: Ints, rows: Ints, at: Ints) -> None:
    """
    Writes each row to the next place of its owner.
    """
    for row in range(len(owner)):
        if owner[row] >= 0:
            rows[at[owner[row]]] = row
            at[owner[row]] += 1


@nested_kernel
def in_order(key: Ints) -> Ints:
    """
    Returns the rows in ascending order of their keys; equals keep their order.

    A sort of our own, for compiling that of the library takes longer than all the rest
    of a kernel.
    """
    size = len(key)
    turn, spare = np.empty(size, dtype=NARROW), np.empty(size, dtype=NARROW)

    for first in range(0, size, _BLOCK):
        for row in range(first, min(first + _BLOCK, size)):
            at = row

            while at > first and key[turn[at - 1]] > key[row]:
                turn[at] = turn[at - 1]
                at -= 1

            turn[at] = row

    width = _BLOCK

    while width < size:
        for first in range(0, size, 2 * width):
            middle, last = min(first + width, size), min(first + 2 * width, size)
            left, right = first, middle

            for at in range(first, last):
                if right == last or (
                    left < middle and key[turn[left]] <= key[turn[right]]
                ):
                    spare[at] = turn[left]
                    left += 1
                else:
                    spare[at] = turn[right]
                    right += 1

        turn, spare = spare, turn
        width *= 2

    return turn


@inner_kernel
def num_until(days: Ints, day: int) -> int:
    """
    Returns how many of some days in their order are not after a day.
    """
    low, high = 0, len(days)

    while low < high:
        middle = (low + high) // 2

        if days[middle] <= day:
            low = middle + 1
        else:
            high = middle

    return low
