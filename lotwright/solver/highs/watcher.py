"""
Who is told what happens during a solve.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

#: Asked again and again during a solve; True ends it.
Interrupted = Callable[[], bool]


class Watcher(Protocol):
    """
    Hears of each event of a solve, in order.
    """

    def phase(self, name: str) -> None:
        """
        A new part of the solve begins.
        """
        ...

    def progress(self, bound: float, nodes: int, iterations: int) -> None:
        """
        The solve goes on; ``bound`` is proven for the whole problem.
        """
        ...

    def incumbent(self, objective: float, values: NDArray[np.float64]) -> None:
        """
        A solution was found; ``values`` has shape ``(num_columns,)``.
        """
        ...

    def log(self, text: str) -> None:
        """
        The solver wrote something.
        """
        ...
