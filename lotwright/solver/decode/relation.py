"""
Relations between arrays of codes: pairs of equal keys, sums and running sums by group.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.network import Bools, Floats, Ints


def places(counts: Ints) -> Ints:
    """
    Returns 0, 1, … up to each count less one, one run after the other.
    """
    ends = np.cumsum(counts)
    total = int(ends[-1]) if len(ends) else 0

    return np.arange(total, dtype=np.int64) - np.repeat(ends - counts, counts)


def pairs(left: Ints, right: Ints) -> tuple[Ints, Ints]:
    """
    Returns all positions (i, j) with ``left[i] == right[j]``, by i and then by j.
    """
    by_key = np.argsort(right, kind="stable")
    keys = right[by_key]
    first = np.searchsorted(keys, left, side="left")
    counts = np.searchsorted(keys, left, side="right") - first
    i = np.repeat(np.arange(len(left), dtype=np.int64), counts)
    j = by_key[np.repeat(first, counts) + places(counts)]

    return i, j


def running_sum(group: Ints, values: Floats) -> Floats:
    """
    Returns the sum of the values so far inside each group, without the rounding that
    one long sum over all groups would bring.
    """
    sums = pd.Series(values).groupby(group, sort=False).cumsum()

    return np.asarray(sums, dtype=np.float64)


def sum_by(group: Ints, values: Floats, size: int) -> Floats:
    """
    Returns the sum of the values of each group, shape ``(size,)``.
    """
    return np.asarray(
        np.bincount(group, weights=values, minlength=size), dtype=np.float64
    )


def sum_grid(
    rows: Ints, columns: Ints, values: Floats, shape: tuple[int, int]
) -> Floats:
    """
    Returns the values summed into the cells of a grid.
    """
    cells = rows * shape[1] + columns

    return sum_by(cells, values, shape[0] * shape[1]).reshape(shape)


def least_by(group: Ints, values: Ints, size: int, missing: int) -> Ints:
    """
    Returns the least value of each group, shape ``(size,)``.

    Parameters
    ----------
    group, values
        Shape ``(n,)``.
    size
        Number of groups.
    missing
        What a group without values gets.
    """
    least = np.full(size, missing, dtype=np.int64)
    np.minimum.at(least, group, values)

    return least


def most_by(group: Ints, values: Ints, size: int, missing: int) -> Ints:
    """
    Returns the greatest value of each group, shape ``(size,)``, as ``least_by`` does.
    """
    return -least_by(group, -values, size, -missing)


def run_starts(*keys: Ints) -> Bools:
    """
    Returns where a row differs from the one before it in any of the keys.
    """
    starts = np.zeros(len(keys[0]), dtype=np.bool_)
    starts[:1] = True

    for key in keys:
        starts[1:] |= key[1:] != key[:-1]

    return starts
