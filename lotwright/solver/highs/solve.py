"""
Solving: in a process that can be stopped and killed, or right here.
"""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from lotwright.solver.highs import job as jobs
from lotwright.solver.highs.control import Control
from lotwright.solver.highs.ledger import Ledger
from lotwright.solver.highs.problem import (
    Arrays,
    Problem,
    checked,
    contradicts_itself,
    cost_of,
    prepared_start,
)
from lotwright.solver.highs.process import SolvingProcess, command
from lotwright.solver.highs.run import run
from lotwright.solver.highs.session import check_options
from lotwright.solver.highs.settings import settings
from lotwright.solver.highs.watch import Watch, as_wished
from lotwright.solver.params import SolverParams
from lotwright.solver.result import Listener, SolveResult


def solve(
    problem: Arrays,
    params: SolverParams,
    *,
    start: NDArray[np.float64] | None = None,
    listener: Listener | None = None,
    control: Control | None = None,
) -> SolveResult:
    """
    Solves in a process of its own, and answers in time whatever the solver does.

    A stop, a cancel or the time limit is first a request; a solver that does not answer
    within a second is killed, and the best solution so far, which has been handed over
    when it was found, is kept. A dead process is a result too: ``CRASHED`` or
    ``MEMORY``.

    Parameters
    ----------
    problem
        What is to be solved.
    params
        Limits and settings.
    start
        Values to begin with, shape ``(num_columns,)``; NaN where none is known. One
        that solves the problem is kept from the first moment; otherwise its whole
        numbers are tried. It can help, but never hurt.
    listener
        Called with each event in the caller's thread, and at least once a second. It
        should be quick; its exceptions kill the process and go to the caller.
    control
        Buttons to stop or cancel from another thread.

    Returns
    -------
    SolveResult
        The end, and the best solution unless it was cancelled.

    Raises
    ------
    ValueError
        When arrays do not fit together, or HiGHS does not know an option or its value.
    """
    return _solve(problem, params, command(), start, listener, control)


def solve_here(
    problem: Arrays,
    params: SolverParams,
    *,
    start: NDArray[np.float64] | None = None,
    listener: Listener | None = None,
    control: Control | None = None,
) -> SolveResult:
    """
    Solves in this process: for small problems, where starting another one costs more.

    Takes, returns and raises the same as :func:`solve`, with less protection: stops
    and limits act only where HiGHS looks for them, the memory limit is not kept, and a
    crash is the caller's. CPU seconds are those of this thread when the solver has one
    thread, and of the whole process otherwise.
    """
    control = control or Control()
    began = time.monotonic()
    clock = time.thread_time if params.threads == 1 else time.process_time
    cpu_began = clock()
    ledger = Ledger(began, listener)
    ready, begin = _prepare(problem, params, start, ledger)

    if control.wish is not None:
        outcome = SolveResult(termination=control.wish)
    else:
        outcome = run(
            ready,
            params,
            deadline=began + params.time_limit,
            start=begin,
            watcher=ledger,
            interrupted=lambda: control.wish is not None,
        )

    return ledger.close(as_wished(outcome, control.wish), clock() - cpu_began)


def _solve(
    problem: Arrays,
    params: SolverParams,
    arguments: Sequence[str],
    start: NDArray[np.float64] | None,
    listener: Listener | None,
    control: Control | None,
) -> SolveResult:
    control = control or Control()
    began = time.monotonic()
    ledger = Ledger(began, listener)
    ready, begin = _prepare(problem, params, start, ledger)

    if control.wish is not None:
        return ledger.close(SolveResult(termination=control.wish), 0.0)

    deadline = began + params.time_limit
    task = jobs.Job(problem=ready, params=params, deadline=deadline, start=begin)
    largest = len(ready.lower) + len(ready.row_lower)

    with jobs.open_file() as file:
        jobs.write(task, file)

        with SolvingProcess(
            file, arguments, memory_mb=params.memory_mb, largest=largest
        ) as process:
            return Watch(process, ledger, task, control).result()


def _prepare(
    problem: Arrays,
    params: SolverParams,
    start: NDArray[np.float64] | None,
    ledger: Ledger,
) -> tuple[Problem, NDArray[np.float64] | None]:
    check_options(settings(params))
    ready = checked(problem)

    if start is None or contradicts_itself(ready):
        return ready, None

    begin = prepared_start(ready, np.asarray(start, np.float64))

    # Kept from now on, so that it survives whatever becomes of the solve.
    if begin is not None and not np.isnan(begin).any():
        ledger.incumbent(cost_of(ready, begin), begin)

    return ready, begin
