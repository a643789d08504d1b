"""
The elastic model: work beyond capacity is possible at a price that no plan pays.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.sparse import csr_array, hstack

from lotwright.model.arrays import Floats, Ints
from lotwright.solver.lotsizing.compiled import Compiled

#: The price is so many times the largest cost of anything else.
_TIMES = 2.0

#: Work beyond capacity below this is a solver's rounding.
_NONE = 1e-6


class Elastic:
    """
    A model in which every choice of lots has a solution, however full resources are.

    Attributes
    ----------
    compiled
        The model with its further columns, which come last.
    num_columns
        Number of columns of the model without them.
    """

    def __init__(self, compiled: Compiled) -> None:
        self.num_columns = compiled.num_columns
        rows = _capacity_rows(compiled)
        size = len(rows)
        shape = (compiled.num_rows, compiled.num_columns)
        matrix = csr_array((compiled.value, compiled.index, compiled.start), shape)
        beyond = csr_array(
            (np.full(size, -1.0), (rows, np.arange(size))), (compiled.num_rows, size)
        )
        joined = hstack([matrix, beyond], format="csr")
        price = _TIMES * max(float(np.abs(compiled.cost).max(initial=0.0)), 1.0)
        self.compiled = replace(
            compiled,
            lower=np.concatenate([compiled.lower, np.zeros(size)]),
            upper=np.concatenate([compiled.upper, np.full(size, np.inf)]),
            cost=np.concatenate([compiled.cost, np.full(size, price)]),
            integer=np.concatenate([compiled.integer, np.zeros(size, dtype=bool)]),
            start=joined.indptr.astype(np.int32),
            index=joined.indices.astype(np.int32),
            value=joined.data,
        )

    def solves(self, solution: Floats) -> bool:
        """
        Returns whether a solution does not work beyond capacity.

        Parameters
        ----------
        solution
            Shape ``(num_columns,)`` of the elastic model.
        """
        return bool((solution[self.num_columns :] <= _NONE).all())

    def natural(self, solution: Floats) -> Floats:
        """
        Returns a solution on the columns of the model itself.
        """
        return solution[: self.num_columns]

    def extended(self, solution: Floats) -> Floats:
        """
        Returns a solution of the model on the columns of the elastic one.
        """
        extra = self.compiled.num_columns - self.num_columns

        return np.concatenate([solution, np.zeros(extra)])


def _capacity_rows(compiled: Compiled) -> Ints:
    rows = [
        np.arange(block.first, block.first + len(block))
        for block in compiled.rows
        if block.name == "capacity"
    ]

    return np.concatenate([np.zeros(0, dtype=np.int64), *rows])
