"""
Optimisation of a network: build, start, search, and settle the quantities.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass, replace


from lotwright.model.network import Floats, Network
from lotwright.solver.highs.control import Control
from lotwright.solver.highs.solve import solve, solve_here
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.model import LotSizingModel
from lotwright.solver.params import SolverParams
from lotwright.solver.quantities import Quantities
from lotwright.solver.result import Listener, Progress, SolveResult, Termination

logger = logging.getLogger(__name__)

#: LPs up to this many columns are solved in this process: they take less time than
#: starting another one.
_SMALL = 20_000

#: The least that a solve is given, so that a late start still answers.
_LEAST_SECONDS = 0.5

#: Part of the remaining time that making a start may take.
_START_SHARE = 0.3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Optimised:
    """
    Outcome of an optimisation.

    Parameters
    ----------
    result
        Outcome of the search.
    quantities
        The best plan found; None when there is none.
    size
        Rows, columns, whole-number columns and nonzeros of the model, and nodes and
        iterations of the search.
    seconds
        Wall-clock seconds of building, starting and searching.
    """

    result: SolveResult
    quantities: Quantities | None
    size: dict[str, int]
    seconds: dict[str, float]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Task:
    params: SolverParams
    deadline: float
    listener: Listener | None
    control: Control | None

    def within(self, share: float = 1.0) -> SolverParams:
        left = (self.deadline - time.monotonic()) * share

        return replace(self.params, time_limit=max(left, _LEAST_SECONDS))

    def say(self, phase: str) -> None:
        if self.listener is not None:
            spent = self.params.time_limit - (self.deadline - time.monotonic())
            self.listener(Progress(phase=phase, seconds=max(spent, 0.0)))


def optimise(
    net: Network,
    params: SolverParams,
    *,
    start: Quantities | None = None,
    relax: bool = False,
    listener: Listener | None = None,
    control: Control | None = None,
) -> Optimised:
    """
    Returns the best plan that is found within the limits.

    Parameters
    ----------
    net
        The network.
    params
        Limits and settings; the time limit holds for everything here.
    start
        A plan to start from.
    relax
        Whether lots and set-ups may be broken: the LP.
    listener, control
        Watch and end the search.
    """
    began = time.monotonic()
    task = _Task(
        params=params,
        deadline=began + params.time_limit,
        listener=listener,
        control=control,
    )
    task.say("build")
    model = LotSizingModel(net)
    compiled = model.compiled.relaxed() if relax else model.compiled
    built = time.monotonic()
    logger.info(
        "Built %d rows, %d columns, %d nonzeros in %.2f s.",
        compiled.num_rows,
        compiled.num_columns,
        compiled.num_nonzeros,
        built - began,
    )
    whole = bool(compiled.integer.any())
    begin = _start(model, start, task) if whole and start is not None else None
    started = time.monotonic()
    task.say("search")
    result = solve(
        compiled, task.within(), start=begin, listener=listener, control=control
    )
    values = _settled(model, result, task) if whole else result.values
    ended = time.monotonic()

    return Optimised(
        result=result,
        quantities=None if values is None else model.quantities(values),
        size={
            "rows": compiled.num_rows,
            "columns": compiled.num_columns,
            "whole_numbers": int(compiled.integer.sum()),
            "nonzeros": compiled.num_nonzeros,
            "nodes": result.nodes,
            "iterations": result.iterations,
        },
        seconds={
            "build": built - began,
            "start": started - built,
            "search": ended - started,
        },
    )


def _start(model: LotSizingModel, start: Quantities, task: _Task) -> Floats:
    """
    Returns a start: the plan's lots, with quantities as good as they can be.
    """
    task.say("start")
    lots = model.start(start)
    result = _solve_lp(model.fixed(lots), task.within(_START_SHARE), task)

    return lots if result.values is None else result.values


def _settled(model: LotSizingModel, result: SolveResult, task: _Task) -> Floats | None:
    """
    Returns the solution with its whole numbers exactly whole.

    A search accepts whole numbers that are off by a hair, which lets a trickle through
    a closed set-up; with them fixed, the rest is settled once more.
    """
    if result.values is None or result.termination is Termination.CANCELLED:
        return result.values

    params = replace(task.params, time_limit=max(2.0, task.params.time_limit * 0.1))
    settled = _solve_lp(model.fixed(result.values), params, replace(task, control=None))
    usable = settled.values is not None and settled.objective <= result.objective + (
        1e-6 * max(abs(result.objective), 1.0)
    )

    return settled.values if usable else result.values


def _solve_lp(lp: Compiled, params: SolverParams, task: _Task) -> SolveResult:
    plain = replace(params, work_limit=None)

    if lp.num_columns <= _SMALL:
        return solve_here(lp, plain, control=task.control)

    return solve(lp, plain, control=task.control)
