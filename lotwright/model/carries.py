"""
Set-up carry-over: work of machines that keep from one bucket to the next what they are
set up for.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.arrays import Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Carries:
    """
    Operations on machines that keep their set-up, W of them.

    Parameters
    ----------
    load
        Row of the network's loads, ascending, shape ``(W,)``.
    cost
        What one set-up costs that need not be made, shape ``(W,)``.
    """

    load: Ints
    cost: Floats

    def __len__(self) -> int:
        return len(self.load)


def no_carries() -> Carries:
    """
    Returns what there is where no machine keeps its set-up.
    """
    return Carries(load=np.zeros(0, dtype=np.int64), cost=np.zeros(0))
