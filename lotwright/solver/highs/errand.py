"""
Errands: small problems that a process solves for another one.
"""

from __future__ import annotations

import pickle
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lotwright.fanout.task import Line, Wish
from lotwright.solver.highs.problem import Arrays, Problem
from lotwright.solver.highs.settings import LARGEST
from lotwright.solver.highs.stepper import Step, Stepper
from lotwright.solver.params import OptionValue, SolverParams


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Errand:
    """
    One small problem, and how long it may take.

    Parameters
    ----------
    problem
        What is to be solved.
    params, options
        Settings, and options that hold unless the caller's say otherwise.
    seconds
        CPU seconds that it may take.
    deadline
        Reading of the monotonic clock at which it ends in any case; the clock is the
        machine's, so it reads the same in all processes.
    start
        A solution to begin with, shape ``(num_columns,)``.
    nodes, relax, gap
        As in `Stepper.solve`.
    """

    problem: Arrays
    params: SolverParams
    options: Mapping[str, OptionValue]
    seconds: float
    deadline: float
    start: NDArray[np.float64] | None = None
    nodes: int = LARGEST
    relax: bool = False
    gap: float | None = None

    def packed(self) -> bytes:
        """
        Returns the errand as bytes, which hold plain arrays and numbers alone.
        """
        given = self.problem
        plain = Problem(
            lower=given.lower,
            upper=given.upper,
            cost=given.cost,
            integer=given.integer,
            start=given.start,
            index=given.index,
            value=given.value,
            row_lower=given.row_lower,
            row_upper=given.row_upper,
            offset=given.offset,
        )
        params = replace(self.params, options=dict(self.params.options))

        return pickle.dumps(
            replace(self, problem=plain, params=params, options=dict(self.options))
        )


def run_errand(payload: bytes, line: Line) -> bytes:
    """
    Returns the outcome of an errand; a task for a working process.

    Parameters
    ----------
    payload
        An `Errand`, packed.
    line
        Where a wish to end comes from.
    """
    errand: Errand = pickle.loads(payload)
    step = _desk_for(errand).solve(errand, line)

    return pickle.dumps(step)


class _Desk:
    """
    The solver of this process, which is kept from errand to errand.
    """

    def __init__(
        self, params: SolverParams, options: Mapping[str, OptionValue]
    ) -> None:
        self._stepper = Stepper(params, options, self._is_over)
        self._line: Line | None = None
        self._until = 0.0
        self._deadline = 0.0

    def solve(self, errand: Errand, line: Line) -> Step:
        began = time.thread_time()
        self._line = line
        self._until = began + errand.seconds
        self._deadline = errand.deadline
        step = self._stepper.solve(
            errand.problem,
            start=errand.start,
            nodes=errand.nodes,
            relax=errand.relax,
            gap=errand.gap,
        )

        return replace(step, seconds=time.thread_time() - began)

    def _is_over(self) -> bool:
        asked = self._line is not None and self._line.wish() is not Wish.NONE

        return (
            asked
            or time.thread_time() > self._until
            or time.monotonic() > self._deadline
        )


#: The desk of this process by its settings; a process sees one search alone.
_DESKS: dict[str, _Desk] = {}


def _desk_for(errand: Errand) -> _Desk:
    params = errand.params
    settings = repr((params, sorted(errand.options.items())))

    if settings not in _DESKS:
        _DESKS.clear()
        _DESKS[settings] = _Desk(params, errand.options)

    return _DESKS[settings]
