"""
The incumbent of an improvement, and what others have found meanwhile put into it.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Floats, Ints
from lotwright.solver.lotsizing.slice import Slicer
from lotwright.solver.search.elastic import Elastic
from lotwright.solver.search.progress import Story
from lotwright.solver.search.slopes import links_of

#: Improvements below this part of the cost do not count as one.
_LEAST_GAIN = 1e-7

#: A lot used by less than this part is not needed.
_NOTHING = 1e-6

#: A row may miss its bounds by this part of them.
_SLACK = 1e-6


class Incumbent:
    """
    The best solution of the elastic model so far.

    Parameters
    ----------
    elastic
        The model without limits of capacity.
    slicer
        Of this model.
    story
        Where progress is told.

    Attributes
    ----------
    solution
        Its whole numbers are exactly whole, shape ``(num_columns,)``.
    cost
        What it costs.
    """

    def __init__(self, elastic: Elastic, slicer: Slicer, story: Story) -> None:
        self.solution = np.zeros(0)
        self.cost = float("inf")
        self._elastic = elastic
        self._compiled = elastic.compiled
        self._slicer = slicer
        self._story = story
        self._links = links_of(elastic.compiled)

    def begin(self, solution: Floats) -> None:
        """
        Begins anew with a solution, shape ``(num_columns,)``.
        """
        self.solution = self._closed(self._whole(solution))
        self.cost = self.cost_of(self.solution)

        if self._elastic.solves(self.solution):
            self._story.keep(self.cost, self.solution)

    def take(self, solution: Floats, cost: float) -> None:
        """
        Takes a better solution.
        """
        whole = self._whole(solution)
        self.solution = self._closed(whole)
        self.cost = cost if self.solution is whole else self.cost_of(self.solution)

        if self._elastic.solves(self.solution):
            self._story.plan(self.cost, self.solution)

        self._story.say("improve")

    def cost_of(self, solution: Floats) -> float:
        """
        Returns what a solution costs, shape ``(num_columns,)``.
        """
        return self._compiled.cost_of(solution)

    def is_gain(self, gain: float) -> bool:
        """
        Returns whether an improvement counts as one.
        """
        return gain > _LEAST_GAIN * max(abs(self.cost), 1.0)

    def joined(self, before: Floats, found: Floats) -> tuple[Floats, Ints]:
        """
        Returns this solution with what another one has changed, which may fit or not.

        Parameters
        ----------
        before, found
            The solution that somebody began with, and what was made of it, shape
            ``(num_columns,)``.

        Returns
        -------
        tuple
            The solution, and the columns that are other than here, ascending.
        """
        found = self._whole(found)
        solution = np.where(found == before, self.solution, found)

        return solution, np.flatnonzero(solution != self.solution)

    def fits(self, solution: Floats, changed: Ints) -> bool:
        """
        Returns whether a solution keeps to the rows of some columns.

        Parameters
        ----------
        solution
            One that keeps to all other rows, shape ``(num_columns,)``.
        changed
            The columns, ascending.
        """
        compiled, matrix = self._compiled, self._slicer.matrix
        rows = np.unique(matrix.rows_of(changed))
        row, entry = matrix.entries(rows)
        taken = compiled.value[entry] * solution[compiled.index[entry]]
        sums = np.bincount(row, weights=taken, minlength=len(rows))
        sizes = np.bincount(row, weights=np.abs(taken), minlength=len(rows))
        slack = _SLACK * np.maximum(sizes, 1.0)
        low, high = compiled.row_lower[rows] - slack, compiled.row_upper[rows] + slack

        return bool(((sums >= low) & (sums <= high)).all())

    def _closed(self, solution: Floats) -> Floats:
        """
        Returns a solution without lots that hold nothing, where it stays one.

        Where quantities have followed others, lots that were not decided anew are left
        open, with their cost and their time.
        """
        links = self._links
        needed = np.ceil(solution[links.quantity] / links.most - _NOTHING)
        idle = solution[links.lot] > needed
        changed = np.unique(links.lot[idle])

        if not len(changed):
            return solution

        closed = solution.copy()
        closed[links.lot[idle]] = np.maximum(needed[idle], 0.0)

        return closed if self.fits(closed, changed) else solution

    def _whole(self, solution: Floats) -> Floats:
        integer = self._compiled.integer

        return np.where(integer, np.round(solution), solution)
