"""
Relations: rows grouped by what they belong to, in one pass.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Ints
from lotwright.model.kernel import kernel


@kernel
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
    begin = np.zeros(size + 1, dtype=np.int64)

    for row in range(len(owner)):
        if owner[row] >= 0:
            begin[owner[row] + 1] += 1

    for idx in range(size):
        begin[idx + 1] += begin[idx]

    at = begin[:-1].copy()
    rows = np.zeros(begin[size], dtype=np.int64)

    for row in range(len(owner)):
        if owner[row] >= 0:
            rows[at[owner[row]]] = row
            at[owner[row]] += 1

    return begin, rows
