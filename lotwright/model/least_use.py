"""
Least use: the part of its capacity that a resource is to work where it works at all.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.arrays import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LeastUse:
    """
    Resources that are to be used in part at least, or not at all, U of them.

    Parameters
    ----------
    resource
        The resource, ascending, shape ``(U,)``.
    share
        Part of the capacity of a bucket, shape ``(U,)``.
    penalty
        Cost of a unit of capacity that is used too little, shape ``(U,)``.
    """

    resource: Ints
    share: Floats
    penalty: Floats

    def __len__(self) -> int:
        return len(self.resource)

    def wanted(self, capacity: Floats, open_load: Floats) -> Floats:
        """
        Returns what planned orders are to take where there are any, shape ``(U, T)``.

        Parameters
        ----------
        capacity, open_load
            Of all resources, shape ``(R, T)``.
        """
        here = self.resource
        limited = np.where(np.isfinite(capacity[here]), capacity[here], 0.0)

        return np.maximum(self.share[:, None] * limited - open_load[here], 0.0)

    def missing(self, capacity: Floats, open_load: Floats, planned: Floats) -> Floats:
        """
        Returns what planned orders take too little, shape ``(U, T)``.

        Parameters
        ----------
        capacity, open_load, planned
            Of all resources, shape ``(R, T)``; ``planned`` is run time alone.
        """
        taken = planned[self.resource]
        lacks = np.maximum(self.wanted(capacity, open_load) - taken, 0.0)

        return np.where(taken > 0, lacks, 0.0)


def no_least_use() -> LeastUse:
    """
    Returns what there is where no resource has a least use.
    """
    none = np.zeros(0)

    return LeastUse(resource=none.astype(np.int64), share=none, penalty=none)
