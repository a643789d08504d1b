"""
Later starts: orders that are known to wait, from one round of planning to the next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.arrays import Ints
from lotwright.model.rules import FAR

#: Days are shifted by this to be no negative part of a key.
_SHIFT = 2 * FAR


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LaterStarts:
    """
    Orders that will wait, so that some components are needed later than they think.

    Parameters
    ----------
    key
        Activity, day wanted and ordinal, in ascending order, shape ``(n,)``.
    flow
        Row of the network's inputs that is needed later, in ascending order for each
        order; -1 for all that the order takes; shape ``(n,)``.
    start
        Day on which the order can start, shape ``(n,)``.
    """

    key: Ints
    flow: Ints
    start: Ints

    def rows_of(self, activity: Ints, wanted: Ints) -> Ints:
        """
        Returns the rows of each order as a range, shape ``(2, K)``.
        """
        if not len(self.key):
            return np.zeros((2, len(activity)), dtype=np.int64)

        key = order_keys(activity, wanted)
        first = np.searchsorted(self.key, key, side="left")

        return np.stack([first, np.searchsorted(self.key, key, side="right")])

    def joined(self, other: LaterStarts) -> LaterStarts:
        """
        Returns the components of both, the later start where both know one.
        """
        key = np.concatenate([self.key, other.key])
        flow = np.concatenate([self.flow, other.flow])
        start = np.concatenate([self.start, other.start])
        turn = np.lexsort((-start, flow, key))
        key, flow, start = key[turn], flow[turn], start[turn]
        new = (key[1:] != key[:-1]) | (flow[1:] != flow[:-1])
        first = np.append(True, new)[: len(key)]

        return LaterStarts(key=key[first], flow=flow[first], start=start[first])


def no_later_starts() -> LaterStarts:
    """
    Returns what is known before anything is planned.
    """
    none = np.zeros(0, dtype=np.int64)

    return LaterStarts(key=none, flow=none, start=none)


def order_keys(activity: Ints, wanted: Ints) -> Ints:
    """
    Returns activity, day wanted and place among equals of each order as one number.
    """
    pair = activity.astype(np.int64) * (2 * _SHIFT) + wanted + _SHIFT
    ordinal = pd.Series(pair).groupby(pair).cumcount().to_numpy(dtype=np.int64)

    return pair * 1000 + np.minimum(ordinal, 999)
