"""
The bound of a plan's cost: the strengthened model's LP, and branching on that model.
"""

from __future__ import annotations

import logging
import math
import time
from dataclasses import dataclass, replace

import numpy as np
from scipy.sparse import csr_array

from lotwright.model.network import Floats, Ints, Network
from lotwright.solver.highs.control import Control
from lotwright.solver.highs.solve import solve
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.lotsizing.strengthened import (
    DEEPEST,
    StrengthenedModel,
    paired_name,
    patient_name,
    window_name,
)
from lotwright.solver.params import SolverParams
from lotwright.solver.result import Listener, SolveResult, Termination
from lotwright.solver.search.block_bound import Ascent, row_blocks
from lotwright.solver.search.dual_bound import largest_values
from lotwright.solver.search.relaxation import Proven, Relaxation, solved_here

logger = logging.getLogger(__name__)

#: Windows from a bucket on where lots are whole: more of them slow the nodes down.
_PROOF_DEPTH = 4

#: A model takes about so many seconds for the square of its rows, times what goes into
#: a point where that is more than one.
_SECONDS_A_PAIR = 4e-9

#: Windows from a bucket on, those of them to the end of which demand may wait, and
#: those in which it may until the end of every other bucket, as far as there is
#: time: what waits is what the first ones say least of.
_DEPTHS = (
    (8, 8, 8),
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

#: What takes less than this part of the time has none of the last at first: there is
#: time for those that its solution breaks, and they stay for cuts where the bound is
#: that part higher with them.
_UNPAIRED = (8, 8, 0)
_BRIEF = 0.4
_PAYS = 0.005

#: By so small a part of what it asks for no row is broken.
_BROKEN = 1e-3

#: What is expected to end in time may take this much longer.
_LENIENCE = 1.5

#: Windows of what is expected to take longer and is done in blocks. Demand waits in
#: none of them: more blocks are worth more than more rows.
_DEPTH_OF_BLOCKS = 4

#: The least that a block is given.
_LEAST_A_BLOCK = 1.0


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
        Rows of the LP that it rests on.
    tight
        That model with those of its rows alone that the bound rests on, which has about
        the same bound, to branch on; None where there is none.
    tight_seconds
        What solving the LP of these rows took.
    """

    bound: float
    values: Floats | None
    termination: Termination
    seconds: float
    cpu_seconds: float
    rows: int
    tight: Compiled | None = None
    tight_seconds: float = 0.0


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
    strong = StrengthenedModel(net, model).compiled
    depths = _fitting(net, strong, in_time)

    if depths is None:
        return _by_blocks(net, model, params, seconds, control)

    relaxation = Relaxation(
        strong=strong,
        upper=largest_values(net, model, strong),
        natural_rows=model.compiled.num_rows,
        params=params,
        control=control,
        ends=began + _LENIENCE * seconds,
    )
    cpu_seconds = time.process_time() - cpu_began
    found = relaxation.solved(_within(strong, depths))
    proven = [found]

    if depths == _UNPAIRED and len(added := _broken(strong, found)):
        proven.append(relaxation.solved(np.union1d(found.resting, added)))

    cpu_seconds += sum(each.cpu_seconds for each in proven)
    best = max(proven, key=lambda each: each.bound)
    # Rows that say little more only slow down what is branched on.
    pays = best.bound - found.bound > _PAYS * abs(best.bound)
    base = best if pays else found
    values = found.values if best.values is None else best.values
    result = BoundResult(
        bound=best.bound,
        values=None if values is None else values[: model.compiled.num_columns],
        termination=found.termination,
        seconds=time.monotonic() - began,
        cpu_seconds=cpu_seconds,
        rows=len(base.rows),
        tight=strong.with_rows(base.resting) if len(base.resting) else None,
        tight_seconds=base.seconds,
    )
    logger.info(
        "Bound %.6g by %d rows in %.2f s.", result.bound, result.rows, result.seconds
    )

    return result


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
        return solved_here(block, within, control).row_duals

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


def _fitting(
    net: Network, strong: Compiled, seconds: float
) -> tuple[int, int, int] | None:
    """
    Returns the windows of each kind that the LP may have to be solved in some seconds;
    None where even few take longer.
    """
    if _expected_seconds(net, strong, _UNPAIRED) <= _BRIEF * seconds:
        return _UNPAIRED

    for depths in _DEPTHS:
        if _expected_seconds(net, strong, depths) <= seconds:
            return depths

    return None


def _within(strong: Compiled, depths: tuple[int, int, int]) -> Ints:
    """
    Returns the rows of the strengthened model without windows beyond some depths.
    """
    kept = np.ones(strong.num_rows, dtype=bool)
    deeper = _deeper(depths)

    for block in strong.rows:
        if block.name in deeper:
            kept[block.first : block.first + len(block)] = False

    return np.flatnonzero(kept)


def _broken(strong: Compiled, found: Proven) -> Ints:
    """
    Returns the windows with several deadlines that a solution without them breaks.
    """
    if found.values is None or not len(found.resting):
        return np.zeros(0, dtype=np.int64)

    names = {paired_name(rank) for rank in range(1, DEEPEST + 1)}
    none = [np.zeros(0, dtype=np.int64)]
    paired = [
        block.first + np.arange(len(block), dtype=np.int64)
        for block in strong.rows
        if block.name in names
    ]
    rows = np.concatenate(paired or none)
    part = strong.with_rows(rows)
    shape = (part.num_rows, part.num_columns)
    matrix = csr_array((part.value, part.index, part.start), shape=shape)
    lacks = part.row_lower - matrix @ found.values
    there = lacks > _BROKEN * np.maximum(np.abs(part.row_lower), 1.0)

    return np.asarray(rows[there])


def _deeper(depths: tuple[int, int, int]) -> set[str]:
    """
    Returns the names of the windows of each kind beyond some depths.
    """
    kinds = (window_name, patient_name, paired_name)

    return {
        name(rank)
        for name, depth in zip(kinds, depths, strict=True)
        for rank in range(depth + 1, DEEPEST + 1)
    }


def _expected_seconds(
    net: Network, strong: Compiled, depths: tuple[int, int, int]
) -> float:
    """
    Returns about how long the interior point takes with windows of each kind up to some
    depths.
    """
    deeper = _deeper(depths)
    rows = sum(len(block) for block in strong.rows if block.name not in deeper)
    inputs = len(net.inputs.point) / max(len(net.points), 1)

    return _SECONDS_A_PAIR * rows**2 * max(inputs, 1.0)
