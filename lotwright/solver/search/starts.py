"""
Starts: lots that plans, the LP and its slopes suggest, with quantities made to fit.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace

import numpy as np

from lotwright.model.network import Floats, Ints
from lotwright.solver.highs.control import Control
from lotwright.solver.highs.problem import Arrays, relaxed
from lotwright.solver.highs.solve import solve
from lotwright.solver.highs.stepper import Stepper
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.lotsizing.slice import Slicer
from lotwright.solver.params import SolverParams
from lotwright.solver.result import Termination
from lotwright.solver.search.elastic import Elastic
from lotwright.solver.search.progress import Story
from lotwright.solver.search.slopes import Slopes, links_of

logger = logging.getLogger(__name__)

#: LPs with up to this many columns take less time than starting a process.
_SMALL = 20_000

#: Rounds of slopes, and rounds without a better plan after which they end.
_MOST_ROUNDS = 40
_PATIENCE = 6

#: Parts of a lot's last size that count in the next round: one after the other.
_KEPT = (0.0, 0.5)

#: Lots are opened where an LP opens more than these parts of one.
_OPENED_ABOVE = (0.5, 0.4, 0.3, 0.2, 0.1, 0.05, 0.03, 1e-6)

#: The same where an LP opens lots beside those of a plan.
_WIDENED_ABOVE = (0.3, 0.1)

#: A lot used by less than this part is not needed.
_NOTHING = 1e-6

#: The least that an LP is given.
_LEAST_SECONDS = 0.5


class Starts:
    """
    Makes plans of lots, and remembers the best one.

    Parameters
    ----------
    model, elastic
        The model, and this without limits of capacity.
    params
        Limits and settings.
    seconds_left
        Tells how much time there is for starts.
    story
        Where progress is told.
    control
        Ends them from another thread.

    Attributes
    ----------
    best
        The cheapest solution of the elastic model, shape ``(num_columns,)``; None when
        there is none.
    kept
        The cheapest one that keeps to capacity, as ``best``.
    """

    def __init__(
        self,
        model: LotSizingModel,
        elastic: Elastic,
        params: SolverParams,
        seconds_left: Callable[[], float],
        story: Story,
        control: Control | None,
    ) -> None:
        self.best: Floats | None = None
        self.kept: Floats | None = None
        self._model = model
        self._elastic = elastic
        self._params = params
        self._seconds_left = seconds_left
        self._story = story
        self._control = control
        self._cost = float("inf")
        self._kept_cost = float("inf")
        self._slicer = Slicer(elastic.compiled)
        self._links = links_of(elastic.compiled)
        self._quantities = np.flatnonzero(~elastic.compiled.integer)
        self._multiples, self._levels = model.levels_of_multiples()
        self._stepper = Stepper(params, {}, self._may_end)

    def is_over(self) -> bool:
        """
        Returns whether it is time to end.
        """
        wished = self._control is not None and self._control.wish is not None

        return wished or self._seconds_left() <= 0

    def _may_end(self) -> bool:
        """
        Returns whether it is time to end, and there is a plan or nobody wants one.
        """
        wish = None if self._control is None else self._control.wish

        return wish is Termination.CANCELLED or (
            self.best is not None and self.is_over()
        )

    def try_all(self, suggestions: Iterable[Floats]) -> None:
        """
        Makes a plan of each suggestion as long as there is time; of one at least.

        Parameters
        ----------
        suggestions
            Whole numbers on the columns of the model, NaN elsewhere.
        """
        for lots in suggestions:
            if self.best is not None and self.is_over():
                return

            self.settle(lots)

    def take(self, plan: Floats) -> None:
        """
        Takes a plan as it is: its lots and its quantities.

        All that is left to find is what follows from them, which is quick however large
        the model is. A plan that breaks a rule of the model is not taken.

        Parameters
        ----------
        plan
            Whole numbers and quantities on the columns of the model, NaN elsewhere.
        """
        compiled = self._elastic.compiled
        values = np.full(compiled.num_columns, np.nan)
        values[: len(plan)] = plan
        values = np.where(compiled.integer, self._whole(plan), values)
        known = ~np.isnan(values)
        values = np.clip(values, compiled.lower, compiled.upper)
        solution = self.solve(
            replace(
                compiled,
                lower=np.where(known, values, compiled.lower),
                upper=np.where(known, values, compiled.upper),
            )
        )

        if solution is not None:
            self._note(self._closed(solution))

    def widen(self, suggestions: Iterable[Floats]) -> None:
        """
        Makes plans of suggestions and the lots that they lack, as long as there is
        time: those of which an LP opens a part beside theirs.

        Parameters
        ----------
        suggestions
            As in ``try_all``.
        """
        for lots in suggestions:
            relaxed = None if self.is_over() else self.solve(self._above(lots))

            for least in _WIDENED_ABOVE:
                if relaxed is None or self.is_over():
                    break

                opened = self._model.opened(self._elastic.natural(relaxed), least)
                self._trim(self.settle(opened))

    def _above(self, lots: Floats) -> Compiled:
        """
        Returns the LP with some lots at least.
        """
        compiled = self._elastic.compiled
        lower = compiled.lower.copy()
        size = len(lots)
        least = np.clip(np.round(lots), lower[:size], compiled.upper[:size])
        whole = compiled.integer[:size]
        lower[:size] = np.where(whole, np.nan_to_num(least), lower[:size])

        return replace(compiled, lower=lower).relaxed()

    def follow_slopes(self) -> None:
        """
        Seeks lots by slopes as long as that pays.
        """
        for keep in _KEPT:
            self._follow(Slopes(self._elastic.compiled, self.solve, keep))

    def follow(self, relaxed: Floats) -> None:
        """
        Makes plans of a tight LP: of what it opens most of, and of its slopes.

        Its lots are not as broken as those of the model's own LP. How many of them a
        plan needs depends on how full resources are, so that several parts of a lot
        are tried.

        Parameters
        ----------
        relaxed
            Solution of the LP, on the columns of the model, shape ``(num_columns,)``.
        """
        for least in _OPENED_ABOVE:
            if self.is_over():
                return

            self._trim(self.settle(self._model.opened(relaxed, least)))

        slopes = Slopes(self._elastic.compiled, self.solve, _KEPT[0])
        slopes.begin(relaxed)
        self._follow(slopes)

    def _follow(self, slopes: Slopes) -> None:
        idle = 0

        for _ in range(_MOST_ROUNDS if slopes else 0):
            if self.is_over() or idle >= _PATIENCE:
                break

            before = self._cost
            lots = slopes.lots()

            if lots is None:
                break

            slopes.learn(self.settle(lots))
            idle = 0 if self._cost < before else idle + 1

    def _trim(self, solution: Floats | None) -> None:
        """
        Settles a solution anew without the lots that it does not need.
        """
        if solution is None:
            return

        links = self._links
        needed = np.ceil(solution[links.quantity] / links.most - _NOTHING)
        idle = solution[links.lot] > needed

        if idle.any():
            lots = np.where(self._elastic.compiled.integer, solution, np.nan)
            lots[links.lot[idle]] = needed[idle]
            self.settle(self._elastic.natural(lots))

    def settle(self, lots: Floats) -> Floats | None:
        """
        Returns the best solution with some whole numbers; None when there is none.

        Parameters
        ----------
        lots
            Whole numbers on the columns of the model, NaN elsewhere.
        """
        whole = self._whole(lots)
        tried = (self._completed(whole), self._as_given(lots, whole))
        found = [solution for solution in tried if solution is not None]

        for solution in found:
            self._note(self._closed(solution))

        return found[0] if found else None

    def _whole(self, lots: Floats) -> Floats:
        """
        Returns whole numbers on all columns, 0 where they are not known.
        """
        compiled = self._elastic.compiled
        whole = np.zeros(compiled.num_columns)
        whole[: len(lots)] = np.nan_to_num(np.round(lots))
        whole = np.clip(whole, compiled.lower, compiled.upper)

        return self._model.completed(np.where(compiled.integer, whole, 0.0))

    def _as_given(self, lots: Floats, whole: Floats) -> Floats | None:
        """
        Returns the best solution with the multiples of a plan; None when it has none.

        A plan has made its multiples fit each other through all levels, which rounding
        does not always do.
        """
        multiples = self._multiples

        if not len(multiples) or np.isnan(lots[multiples]).any():
            return None

        return self._solved(self._quantities, whole)

    def _completed(self, whole: Floats) -> Floats | None:
        """
        Returns the best solution with some lots; None when there is none.

        Multiples follow from the lots, rounded up. Where a product then needs more of a
        component than its lots bring, they are rounded down.
        """
        if not len(self._multiples):
            return self._solved(self._quantities, whole)

        for rounded in (self._rounded_up, self._rounded_down):
            multiples = rounded(whole)

            if multiples is None:
                return None

            found = self._solved(self._quantities, multiples)

            if found is not None:
                return found

        return None

    def _rounded_up(self, whole: Floats) -> Floats | None:
        """
        Returns whole numbers with as many multiples as the lots ask for; None when the
        lots have no solution.
        """
        columns = self._multiples
        solution = self._solved(np.union1d(self._quantities, columns), whole)

        if solution is None:
            return None

        upper = self._elastic.compiled.upper[columns]
        rounded = whole.copy()
        rounded[columns] = np.minimum(np.ceil(solution[columns] - _NOTHING), upper)

        return rounded

    def _rounded_down(self, whole: Floats) -> Floats | None:
        """
        Returns whole numbers with fewer multiples than the lots ask for; None when the
        lots have no solution.

        Components are rounded first, so that what is made of them follows.
        """
        rounded = whole.copy()

        for level in np.unique(self._levels)[::-1]:
            open_still = self._multiples[self._levels <= level]
            free = np.union1d(self._quantities, open_still)
            solution = self._solved(free, rounded)

            if solution is None:
                return None

            here = self._multiples[self._levels == level]
            rounded[here] = np.floor(solution[here] + _NOTHING)

        return rounded

    def _solved(self, free: Ints, whole: Floats) -> Floats | None:
        """
        Returns the best solution in which all but some columns are as they are.
        """
        part = self._slicer.cut(free, whole)
        values = self.solve(part) if part.possible else None

        return None if values is None else part.put_back(values)

    def _closed(self, solution: Floats) -> Floats:
        """
        Returns a solution without the lots that it does not need, where it stays one.
        """
        links, compiled = self._links, self._elastic.compiled
        needed = np.ceil(solution[links.quantity] / links.most - _NOTHING)
        closed = solution.copy()
        closed[links.lot] = np.minimum(solution[links.lot], needed)

        return closed if compiled.allows(closed) else solution

    def solve(self, lp: Arrays) -> Floats | None:
        """
        Returns the solution of an LP, however its whole numbers are broken, or None.
        """
        if len(lp.lower) <= _SMALL:
            return self._stepper.solve(lp, relax=True).values

        seconds = max(self._seconds_left(), _LEAST_SECONDS)

        # The first plan of all may take whatever it takes.
        if self.best is None:
            seconds = max(seconds, self._params.time_limit)

        params = replace(self._params, time_limit=seconds, work_limit=None)
        result = solve(relaxed(lp), params, control=self._control)
        self._story.account(result)

        return result.values if result.termination is Termination.OPTIMAL else None

    def _note(self, solution: Floats) -> None:
        cost = self._elastic.compiled.cost_of(solution)

        if cost < self._cost:
            self._cost, self.best = cost, solution

        if cost < self._kept_cost and self._elastic.solves(solution):
            self._kept_cost, self.kept = cost, solution
            self._story.plan(cost, solution)
            self._story.say("start")
