"""
Turns: who gives first when a sum is drawn from several lines.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.arrays import Bools, Floats, Ints

#: What is left of a line below this part of it is a rounding error.
_ROUNDING = 1e-9


def sums(cell: Ints, quantity: Floats, size: int) -> Floats:
    """
    Returns the sum of the quantities in each cell, shape ``(size,)``.
    """
    total = np.zeros(size)
    np.add.at(total, cell, quantity)

    return total


def drawn(cell: Ints, quantity: Floats, asked: Floats) -> Floats:
    """
    Returns what each line gives when its cell is asked for a sum, first lines first.

    Parameters
    ----------
    cell, quantity
        Cell and quantity of each line, in the order in which they give, ``(n,)``.
    asked
        What is asked of each cell.
    """
    through = pd.Series(quantity).groupby(cell).cumsum().to_numpy(dtype=np.float64)

    return np.clip(asked[cell] - (through - quantity), 0.0, quantity)


def less(quantity: Floats, taken: Floats) -> Floats:
    """
    Returns what is left of quantities, without rounding errors and never negative.
    """
    left = quantity - taken

    return np.where(left <= _ROUNDING * quantity, 0.0, left)


def places_in(cells: Ints, key: Ints) -> tuple[Ints, Bools]:
    """
    Returns where keys stand among ascending cells, and whether they do.
    """
    place = np.minimum(np.searchsorted(cells, key), max(len(cells) - 1, 0))
    found = cells[place] == key if len(cells) else np.zeros(len(key), dtype=np.bool_)

    return place.astype(np.int64), np.asarray(found, dtype=np.bool_)
