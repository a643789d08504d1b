"""
The lossless model: all demand is served at some time, so that branching is quicker.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lotwright.model.arrays import Floats, Ints
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.model import LotSizingModel

#: What is lost below this is a solver's rounding.
_NONE = 1e-9


class Lossless:
    """
    What would be lost, and a model in which nothing may be.

    Losing demand costs far more than anything else, and is possible all the same: its
    columns make lots look less needed than they are, and solvers slow. A bound of the
    lossless model holds for plans that lose nothing, and for no others.

    Parameters
    ----------
    model
        The model in which demand may be lost.

    Attributes
    ----------
    columns
        The columns of lost demand, ascending.
    """

    def __init__(self, model: LotSizingModel) -> None:
        found = model.columns.lost.columns
        self.columns: Ints = found[found >= 0].astype(np.int64)
        self._compiled = model.compiled

    def holds(self, solution: Floats) -> bool:
        """
        Returns whether a solution loses nothing though it might.

        Parameters
        ----------
        solution
            Begins with the columns of the model.
        """
        lost = solution[self.columns]

        return bool(len(lost)) and bool((lost <= _NONE).all())

    def compiled(self) -> Compiled:
        """
        Returns the model in which nothing may be lost.
        """
        upper = self._compiled.upper.copy()
        upper[self.columns] = 0.0

        return replace(self._compiled, upper=upper)

    def rounded(self, solution: Floats) -> Floats:
        """
        Returns a solution without what is lost by rounding.
        """
        whole = solution.copy()
        whole[self.columns] = 0.0

        return whole
