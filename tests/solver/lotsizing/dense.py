"""
Slow, obvious twins of the algebra: one dense vector of coefficients per row.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lotwright.solver.lotsizing.compiled import Compiled


@dataclass(frozen=True, slots=True, eq=False)
class Dense:
    """
    A block of linear expressions.

    Parameters
    ----------
    matrix
        Coefficients, shape ``(n, T, num_columns)``.
    constant
        Constants, shape ``(n, T)``.
    """

    matrix: NDArray[np.float64]
    constant: NDArray[np.float64]

    @staticmethod
    def of(columns: NDArray[np.int32], num_columns: int) -> Dense:
        """
        Returns the block of single columns.
        """
        matrix = np.zeros((*columns.shape, num_columns))

        for place in np.ndindex(*columns.shape):
            if columns[place] >= 0:
                matrix[place][columns[place]] = 1.0

        return Dense(matrix, np.zeros(columns.shape))

    def plus(self, other: Dense) -> Dense:
        """
        Returns the sum of two blocks.
        """
        return Dense(self.matrix + other.matrix, self.constant + other.constant)

    def shifted(self, amount: NDArray[np.float64]) -> Dense:
        """
        Returns the block with a number added to every row.
        """
        return Dense(self.matrix, self.constant + amount)

    def times(self, factor: NDArray[np.float64]) -> Dense:
        """
        Returns the block with every row multiplied by a number.
        """
        whole = np.broadcast_to(factor, self.constant.shape)
        return Dense(self.matrix * whole[:, :, None], self.constant * whole)

    def previous(self) -> Dense:
        """
        Returns the block one bucket earlier.
        """
        result = Dense(np.zeros_like(self.matrix), np.zeros_like(self.constant))

        for i in range(self.constant.shape[0]):
            for t in range(1, self.constant.shape[1]):
                result.matrix[i, t] = self.matrix[i, t - 1]
                result.constant[i, t] = self.constant[i, t - 1]

        return result

    def at(self, bucket: NDArray[np.int64]) -> Dense:
        """
        Returns the block with rows moved to other buckets.
        """
        result = Dense(np.zeros_like(self.matrix), np.zeros_like(self.constant))
        whole = np.broadcast_to(bucket, self.constant.shape)

        for i, t in np.ndindex(*self.constant.shape):
            if whole[i, t] >= 0:
                result.matrix[i, whole[i, t]] += self.matrix[i, t]
                result.constant[i, whole[i, t]] += self.constant[i, t]

        return result

    def rows(self, index: NDArray[np.int64]) -> Dense:
        """
        Returns the rows at ``index``.
        """
        return Dense(self.matrix[index], self.constant[index])

    def summed(self, group: NDArray[np.int64], num_groups: int) -> Dense:
        """
        Returns the rows added up by group.
        """
        _, num_buckets, num_columns = self.matrix.shape
        result = Dense(
            np.zeros((num_groups, num_buckets, num_columns)),
            np.zeros((num_groups, num_buckets)),
        )

        for line, g in enumerate(group):
            result.matrix[g] += self.matrix[line]
            result.constant[g] += self.constant[line]

        return result

    def evaluate(self, solution: NDArray[np.float64]) -> NDArray[np.float64]:
        """
        Returns the values of the rows at a solution.
        """
        return np.asarray(self.matrix @ solution + self.constant)


def dense_matrix(compiled: Compiled) -> NDArray[np.float64]:
    """
    Returns the compiled matrix, shape ``(num_rows, num_columns)``.
    """
    matrix = np.zeros((compiled.num_rows, compiled.num_columns))

    for row in range(compiled.num_rows):
        for entry in range(compiled.start[row], compiled.start[row + 1]):
            matrix[row, compiled.index[entry]] += compiled.value[entry]

    return matrix
