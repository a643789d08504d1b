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
    Orders that will wait, so that their components are needed later than they think.

    Parameters
    ----------
    key
        Activity, day wanted and ordinal, in ascending order, shape ``(n,)``.
    start
        Day on which each can start, shape ``(n,)``.
    """

    key: Ints
    start: Ints

    def applied(self, activity: Ints, wanted: Ints, start: Ints) -> Ints:
        """
        Returns the starts of new orders, those that will wait as late as known.
        """
        if not len(self.key):
            return start

        key = order_keys(activity, wanted)
        at = np.minimum(np.searchsorted(self.key, key), len(self.key) - 1)
        known = self.key[at] == key

        return np.where(known, np.maximum(start, self.start[at]), start)

    def joined(self, other: LaterStarts) -> LaterStarts:
        """
        Returns the orders of both, the later start where both know one.
        """
        key = np.concatenate([self.key, other.key])
        start = np.concatenate([self.start, other.start])
        turn = np.lexsort((-start, key))
        key, start = key[turn], start[turn]
        first = np.append(True, key[1:] != key[:-1])[: len(key)]

        return LaterStarts(key=key[first], start=start[first])


def no_later_starts() -> LaterStarts:
    """
    Returns what is known before anything is planned.
    """
    none = np.zeros(0, dtype=np.int64)

    return LaterStarts(key=none, start=none)


def order_keys(activity: Ints, wanted: Ints) -> Ints:
    """
    Returns activity, day wanted and place among equals of each order as one number.
    """
    pair = activity.astype(np.int64) * (2 * _SHIFT) + wanted + _SHIFT
    ordinal = pd.Series(pair).groupby(pair).cumcount().to_numpy(dtype=np.int64)

    return pair * 1000 + np.minimum(ordinal, 999)
