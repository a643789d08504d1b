"""
Lots that every better plan needs: without them the LP costs more than a known plan.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence

import numpy as np

from lotwright.errors import SolveError
from lotwright.model.network import Floats, Ints, Network
from lotwright.solver.highs.control import Control
from lotwright.solver.highs.warm import WarmLp
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.params import SolverParams
from lotwright.solver.search.dual_bound import dual_bound, largest_values

logger = logging.getLogger(__name__)

#: Windows in which the LP has almost a lot say hardly anything.
_ALMOST = 0.98

#: A window is needed where the LP without it costs more than the plan by this part.
_MARGIN = 1e-6

#: After so many windows, this part of all tried has to be needed to go on.
_TRIED = 30
_NEEDED = 0.1

#: Models with more rows than this are not tried.
_MOST_ROWS = 20_000

#: A lot of a plan is no less than this.
_SOME = 0.5

#: Windows that are tried where work is limited instead of time.
_MOST_TRIED = 300


def needed_lots(
    net: Network,
    model: LotSizingModel,
    plan: Floats,
    params: SolverParams,
    seconds: float,
    control: Control | None = None,
) -> list[Ints]:
    r"""
    Returns sets of lots of each of which every plan has one that is cheaper than given.

    Where capacity is short, an LP makes a little of everything everywhere, with broken
    lots, and closing one may cost more than the whole plan, as demand is lost. Such a
    lot is open in every plan that is cheaper. The same goes for several buckets in a
    row of which one at least is needed:

    .. math::
        \min \{ c x : x \in P,\ y_{at} = 0\ (t \in W) \} > c^*
        \;\Rightarrow\; \sum_{t \in W} y_{at} \ge 1

    for all plans that cost :math:`c^*` or less, where :math:`P` is the LP with all that
    is known to be needed already. What an LP costs at least is recomputed from its dual
    values. Windows in which the LP has less than a lot are tried in random order, and
    given up where few of them are needed.

    Parameters
    ----------
    net, model
        The network and its model.
    plan
        The best plan known, shape ``(num_columns,)``.
    params
        Seed, and whether time or work is limited.
    seconds
        Wall-clock seconds that it may take.
    control
        Ends it from another thread.

    Returns
    -------
    list
        Columns of lots, ascending; many sets have one alone.
    """
    problem, counted = model.compiled, params.work_limit is not None

    if problem.num_rows > _MOST_ROWS:
        return []

    began = time.monotonic()
    ends = np.inf if counted else began + seconds

    def is_over() -> bool:
        wished = control is not None and control.wish is not None

        return wished or time.monotonic() > ends

    closing = _Closing(
        problem,
        largest_values(net, model, problem),
        problem.cost_of(plan),
        params,
        is_over,
    )

    try:
        _find(closing, _lots_of(model), params)
    except SolveError as error:
        logger.warning("The search for needed lots ended early: %s", error)

    found = closing.sets
    logger.info(
        "Needed one of %d sets of lots in %.2f s.", len(found), time.monotonic() - began
    )

    # With a plan that lacks one of them, costs are off by more than they should be.
    return found if has_needed(plan, found) else []


def has_needed(solution: Floats, sets: Sequence[Ints]) -> bool:
    """
    Returns whether a solution has one of each set of lots.

    Parameters
    ----------
    solution
        Begins with the columns of the model.
    sets
        Columns of lots.
    """
    return all(solution[lots].sum() > _SOME for lots in sets)


class _Closing:
    """
    The LP without some lots: whether any plan without them may be cheaper.

    Attributes
    ----------
    problem
        The model with all that is known to be needed.
    sets
        Columns of which one at least is needed.
    is_over
        Whether there is no more time.
    """

    def __init__(
        self,
        problem: Compiled,
        upper: Floats,
        cost: float,
        params: SolverParams,
        is_over: Callable[[], bool],
    ) -> None:
        self.problem = problem
        self.sets: list[Ints] = []
        self.is_over = is_over
        self._upper = upper
        self._most = cost + _MARGIN * abs(cost)
        self._lp = WarmLp(problem, params, is_over)

    def solved(self) -> Floats | None:
        """
        Returns the optimum with all lots; None where it is not found.
        """
        return self._lp.solve()

    def costs_more(self, columns: Ints) -> bool:
        """
        Returns whether the LP without some lots is dearer than the plan.
        """
        duals = self._lp.duals_without(columns, self._most)

        if duals is None:
            return False

        upper = self._upper.copy()
        upper[columns] = 0.0

        return dual_bound(self.problem, upper, duals) > self._most

    def need(self, columns: Ints) -> None:
        """
        Has one of some lots open from now on.
        """
        self.sets.append(columns)
        self.problem = self.problem.with_one_of([columns])
        self._lp.need_one_of(columns)


def _find(closing: _Closing, lots: Sequence[Ints], params: SolverParams) -> None:
    """
    Finds windows that are needed, as long as there are enough of them.

    Parameters
    ----------
    closing
        The LP.
    lots
        The columns of each activity's lots, bucket by bucket.
    params
        Seed, and whether time or work is limited.
    """
    random = np.random.default_rng(params.seed)
    left = _MOST_TRIED if params.work_limit is not None else np.inf
    runs = [_Run(columns, closing.problem.lower) for columns in lots]
    starts = [(run, place) for run in runs for place in range(len(run.columns))]
    current = closing.solved() if starts else None

    while current is not None:
        tried = hits = 0

        for order in random.permutation(len(starts)):
            run, place = starts[order]
            size = run.window(place, current)

            if not size:
                continue

            if closing.is_over() or tried >= left or _is_vain(hits, tried):
                return

            tried += 1
            size = _needed_size(closing, run.columns[place:], size)

            if size:
                hits += 1
                run.need(place, size)
                closing.need(run.columns[place : place + size])

        if not hits or _is_vain(hits, tried):
            return

        left -= tried
        current = closing.solved()


def _is_vain(hits: int, tried: int) -> bool:
    return tried >= _TRIED and hits < _NEEDED * tried


def _needed_size(closing: _Closing, columns: Ints, size: int) -> int:
    """
    Returns of how many columns, from the first one on, one is needed; 0 for none.
    """
    found = 0

    while size and closing.costs_more(columns[:size]):
        found, size = size, size - 1

    return found


class _Run:
    """
    The lots of one activity, and where one is needed.

    Parameters
    ----------
    columns
        Bucket by bucket.
    lower
        Of all columns of the model.
    """

    def __init__(self, columns: Ints, lower: Floats) -> None:
        self.columns = columns
        #: The end of the shortest window from each place on in which one is needed.
        self._ends = np.where(lower[columns] > 0, np.arange(len(columns)), len(columns))

    def window(self, place: int, values: Floats) -> int:
        """
        Returns the length of the longest window from a place on in which an LP has less
        than one, and none is known to be needed.
        """
        open_until = int(self._ends[place:].min())
        parts = np.cumsum(values[self.columns[place:open_until]])

        return int(np.searchsorted(parts, _ALMOST))

    def need(self, place: int, size: int) -> None:
        """
        Notes that one of some lots is needed.
        """
        self._ends[place] = place + size - 1


def _lots_of(model: LotSizingModel) -> list[Ints]:
    """
    Returns the columns of the lots of each activity that has any, bucket by bucket.
    """
    columns = model.columns
    lots = np.maximum(columns.setup.columns, columns.lots.columns)

    return [row[row >= 0].astype(np.int64) for row in lots if (row >= 0).any()]
