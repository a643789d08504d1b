"""
The bound of a plan's cost: the strengthened model's LP, and branching on that model.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

import numpy as np

from lotwright.model.network import Floats, Network
from lotwright.solver.highs.control import Control
from lotwright.solver.highs.solve import solve, solve_here
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.lotsizing.strengthened import (
    DEEPEST,
    StrengthenedModel,
    paired_name,
    patient_name,
    window_name,
)
from lotwright.solver.params import OptionValue, SolverParams
from lotwright.solver.result import Listener, SolveResult, Termination
from lotwright.solver.search.block_bound import Ascent, row_blocks
from lotwright.solver.search.dual_bound import dual_bound, largest_values

logger = logging.getLogger(__name__)

#: The interior point's answer is good enough for a bound; a vertex takes far longer.
_OPTIONS: Mapping[str, OptionValue] = MappingProxyType(
    {"solver": "ipm", "run_crossover": "off"}
)

#: What is presolved away now and then comes back with dual values that are far off.
_WITHOUT_PRESOLVE: Mapping[str, OptionValue] = MappingProxyType(
    {**_OPTIONS, "presolve": "off"}
)

#: Windows from a bucket on where lots are whole: more of them slow the nodes down.
_PROOF_DEPTH = 4

#: Part of the LP's cost that dual values may lack before others are asked for.
_LARGEST_LOSS = 1e-4

#: A row whose dual value adds less than this part of the bound has no part in it.
_NO_PART = 1e-6

#: LPs up to this many columns are solved in this process: they take less time than
#: starting another one.
_SMALL = 5_000

#: A model takes about so many seconds for the square of its rows, times what goes into
#: a point where that is more than one.
_SECONDS_A_PAIR = 4e-9

#: Windows from a bucket on, those of them to the end of which demand may wait, and
#: those in which it may until the end of every other bucket, where there is no time for
#: more: what waits is what the first ones say least of.
_SMALLER_DEPTHS = (
    (5, 8, 8),
    (3, 8, 8),
    (3, 5, 8),
    (3, 5, 5),
    (2, 5, 5),
    (1, 5, 5),
    (1, 5, 3),
    (1, 3, 3),
    (1, 3, 0),
    (1, 1, 0),
)

#: What is expected to end in time may take this much longer.
_LENIENCE = 1.5

#: Windows of what is expected to take longer and is done in blocks. Demand waits in
#: none of them: more blocks are worth more than more rows.
_DEPTH_OF_BLOCKS = 4

#: The least that a block is given.
_LEAST_A_BLOCK = 1.0

#: The least that a solve is given.
_LEAST_SECONDS = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class BoundResult:
    """
    A lower bound on the cost of all plans.

    Parameters
    ----------
    bound
        No plan costs less, in the unit of its cost; minus infinite when the solve ended
        before there was any, or was not begun for lack of time.
    values
        The broken lots that it comes from, on the columns of the natural model, to
        guide a search; shape ``(num_columns,)``; None when there are none.
    termination
        Why the solve ended.
    seconds, cpu_seconds
        What building and solving took.
    rows
        Rows of the strengthened model.
    tight
        That model with those of its rows alone that the bound rests on, which has the
        same bound, to branch on; None where there is none.
    """

    bound: float
    values: Floats | None
    termination: Termination
    seconds: float
    cpu_seconds: float
    rows: int
    tight: Compiled | None = None


def lower_bound(
    net: Network,
    model: LotSizingModel,
    params: SolverParams,
    seconds: float,
    control: Control | None = None,
) -> BoundResult:
    """
    Returns a bound that holds for every plan of the model.

    It is recomputed from the dual values of the LP, so that it holds even where these
    are not quite those of an optimum. With little time the LP has fewer rows; where
    work is limited instead, it does not depend on the clock but for its end.

    Parameters
    ----------
    net, model
        The network and its natural model.
    params
        Threads, memory and seed; limits of time and work are not taken from here.
    seconds
        Wall-clock seconds that it may take.
    control
        Ends it from another thread.
    """
    began, cpu_began = time.monotonic(), time.process_time()
    in_time = seconds if params.work_limit is None else math.inf
    strong = _fitting(net, model, in_time)

    if strong is None:
        return _by_blocks(net, model, params, seconds, control)

    problem = strong.relaxed()
    upper = largest_values(net, model, problem)
    cpu_seconds = time.process_time() - cpu_began
    bound, tight = -math.inf, None
    result = SolveResult(termination=Termination.TIME_LIMIT)

    for options in (_OPTIONS, _WITHOUT_PRESOLVE):
        left = max(_LENIENCE * seconds - (time.monotonic() - began), _LEAST_SECONDS)
        result = _solved(problem, replace(params, time_limit=left), options, control)
        cpu_seconds += result.cpu_seconds

        if result.row_duals is not None:
            proven = dual_bound(problem, upper, result.row_duals)

            if proven > bound:
                bound = proven
                tight = _resting_on(strong, model, result.row_duals, bound)

        if _ended(result) is not Termination.OPTIMAL or not _doubtful(result, bound):
            break

    values = result.values
    found = BoundResult(
        bound=bound,
        values=None if values is None else values[: model.compiled.num_columns],
        termination=_ended(result),
        seconds=time.monotonic() - began,
        cpu_seconds=cpu_seconds,
        rows=problem.num_rows,
        tight=tight,
    )
    logger.info("Bound %.6g by %d rows in %.2f s.", bound, found.rows, found.seconds)

    return found


def prove(
    net: Network,
    model: LotSizingModel,
    params: SolverParams,
    *,
    start: Floats | None = None,
    listener: Listener | None = None,
    control: Control | None = None,
) -> SolveResult:
    """
    Returns the outcome of branch and bound on the strengthened model.

    Its bound rises faster than that of the natural model, and its nodes take longer:
    it is for plans that are nearly proven, not for finding any.

    Parameters
    ----------
    net, model
        The network and its natural model.
    params
        Limits and settings.
    start
        A plan on the columns of the natural model, shape ``(num_columns,)``.
    listener, control
        Watch and end the search.

    Returns
    -------
    SolveResult
        With values on the columns of the natural model.
    """
    strong = StrengthenedModel(net, model, depth=_PROOF_DEPTH, paired=0)
    result = solve(
        strong.compiled,
        params,
        start=None if start is None else strong.extended(start),
        listener=listener,
        control=control,
    )
    values = result.values
    count = model.compiled.num_columns

    return replace(
        result,
        values=None if values is None else values[:count],
        row_duals=None,
    )


def _by_blocks(
    net: Network,
    model: LotSizingModel,
    params: SolverParams,
    seconds: float,
    control: Control | None,
) -> BoundResult:
    """
    Returns the bound of a model that is too large to be solved as a whole.
    """
    began, cpu_began = time.monotonic(), time.process_time()
    strong = StrengthenedModel(net, model, depth=_DEPTH_OF_BLOCKS, patience=0)
    problem = strong.compiled.relaxed()
    patience = max(seconds, _LEAST_A_BLOCK)
    within = replace(params, time_limit=patience, work_limit=None)

    def solve_block(block: Compiled) -> Floats | None:
        return _solved_here(block, within, control).row_duals

    ascent = Ascent(problem, largest_values(net, model, problem), solve_block)
    # The last look at all rows takes about as long as making them did.
    ends = began + seconds - (time.monotonic() - began)

    for rows in row_blocks(net, problem):
        if control is not None and control.wish is not None:
            break

        ascent.improve(rows)

        # A block is little work, and without any there is no bound.
        if time.monotonic() > ends:
            break

    found = BoundResult(
        bound=ascent.bound(),
        values=None,
        termination=Termination.TIME_LIMIT,
        seconds=time.monotonic() - began,
        cpu_seconds=time.process_time() - cpu_began,
        rows=problem.num_rows,
    )
    logger.info("Bound %.6g by blocks in %.2f s.", found.bound, found.seconds)

    return found


def _solved_here(
    problem: Compiled, params: SolverParams, control: Control | None
) -> SolveResult:
    chosen = replace(params, options={**_OPTIONS, **params.options})

    return solve_here(problem, chosen, control=control)


def _fitting(net: Network, model: LotSizingModel, seconds: float) -> Compiled | None:
    """
    Returns the model with as many rows as its LP may have to be solved in some seconds;
    None where even few rows take longer.
    """
    strong = StrengthenedModel(net, model).compiled

    if _expected_seconds(net, strong, (DEEPEST, DEEPEST, DEEPEST)) <= seconds:
        return strong

    for depths in _SMALLER_DEPTHS:
        if _expected_seconds(net, strong, depths) <= seconds:
            depth, patience, paired = depths
            fitting = StrengthenedModel(
                net, model, depth=depth, patience=patience, paired=paired
            )
            return fitting.compiled

    return None


def _resting_on(
    strong: Compiled, model: LotSizingModel, duals: Floats, bound: float
) -> Compiled:
    """
    Returns the strengthened model without new inequalities whose dual values are none.
    """
    limit = np.where(np.isfinite(strong.row_lower), strong.row_lower, 1.0)
    counts = np.abs(duals) * np.maximum(np.abs(limit), 1.0)
    used = counts > _NO_PART * max(abs(bound), 1.0)
    used |= strong.row_lower >= strong.row_upper
    used[: model.compiled.num_rows] = True

    return strong.with_rows(np.flatnonzero(used))


def _expected_seconds(
    net: Network, strong: Compiled, depths: tuple[int, int, int]
) -> float:
    """
    Returns about how long the interior point takes with windows of each kind up to some
    depths.
    """
    kinds = (window_name, patient_name, paired_name)
    deeper = {
        name(rank)
        for name, depth in zip(kinds, depths, strict=True)
        for rank in range(depth + 1, DEEPEST + 1)
    }
    rows = sum(len(block) for block in strong.rows if block.name not in deeper)
    inputs = len(net.inputs.point) / max(len(net.points), 1)

    return _SECONDS_A_PAIR * rows**2 * max(inputs, 1.0)


def _ended(result: SolveResult) -> Termination:
    """
    Returns why a solve ended: with duals, by itself, whatever HiGHS thinks of them.
    """
    return result.termination if result.row_duals is None else Termination.OPTIMAL


def _doubtful(result: SolveResult, bound: float) -> bool:
    """
    Returns whether duals prove less than the solution that they came with promises, or
    came without one: the interior point makes no progress now and then.
    """
    if not math.isfinite(result.objective):
        return True

    lacking = result.objective - bound

    return lacking > _LARGEST_LOSS * max(abs(result.objective), 1.0)


def _solved(
    problem: Compiled,
    params: SolverParams,
    options: Mapping[str, OptionValue],
    control: Control | None,
) -> SolveResult:
    chosen = replace(params, options={**options, **params.options}, work_limit=None)

    if problem.num_columns <= _SMALL:
        return solve_here(problem, chosen, control=control)

    return solve(problem, chosen, control=control)
