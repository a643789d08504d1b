"""
Tests of solving in this process: what HiGHS is told and what it answers.
"""

from __future__ import annotations

import signal
from dataclasses import replace

import numpy as np
import pytest

from lotwright.solver.highs.control import Control
from lotwright.solver.highs.problem import row_activity
from lotwright.solver.highs.solve import solve_here
from lotwright.solver.params import OptionValue, SolverParams
from lotwright.solver.result import Progress, Termination
from tests.solver.highs.models import (
    cheapest,
    dense,
    endless,
    full_matrix,
    knapsacks,
)

NAN = float("nan")


@pytest.mark.parametrize("seed", range(5))
def test_whole_numbers_against_brute_force(seed: int) -> None:
    """
    Tests that the optimum is that of trying all whole numbers.
    """
    rng = np.random.default_rng(seed)
    problem = dense(
        list(rng.integers(-5, 6, 5)),
        [list(row) for row in rng.integers(-3, 7, (3, 5))],
        row_lower=[-4, -np.inf, 2],
        row_upper=[9, 8, np.inf],
        upper=3,
        integer=True,
        offset=11.0,
    )

    result = solve_here(problem, SolverParams(gap=0.0))

    assert Termination.OPTIMAL is result.termination
    assert cheapest(problem, 3) == pytest.approx(result.objective)
    assert result.objective == pytest.approx(result.bound)
    assert result.row_duals is None


def test_linear_programme_with_duals() -> None:
    """
    Tests that a linear programme has duals that prove its optimum.
    """
    problem = dense([3, 5, 4], [[1, 2, 1], [2, 1, 3]], row_lower=[8, 11], offset=1.0)

    result = solve_here(problem, SolverParams())

    assert Termination.OPTIMAL is result.termination
    assert result.row_duals is not None
    assert result.row_duals @ [8, 11] + 1.0 == pytest.approx(result.objective)
    assert np.all(result.row_duals @ full_matrix(problem) <= problem.cost + 1e-9)
    assert result.objective == result.bound
    assert result.iterations > 0


@pytest.mark.parametrize("integer", [False, True])
@pytest.mark.parametrize(
    ("termination", "row_lower", "cost"),
    [
        (Termination.INFEASIBLE, 3.0, 1.0),
        (Termination.INFEASIBLE, 3.0, -1.0),
        (Termination.UNBOUNDED, 1.0, -1.0),
    ],
)
def test_no_optimum(
    termination: Termination, row_lower: float, cost: float, *, integer: bool
) -> None:
    """
    Tests that no solution and no limit are told apart, also where HiGHS does not.
    """
    problem = replace(
        dense([0, cost], [[1, 0]], row_lower=[row_lower], integer=integer),
        upper=np.array([2.0, np.inf]),
    )

    result = solve_here(problem, SolverParams())

    assert termination is result.termination
    assert result.values is None
    assert np.inf == result.objective


def test_crossing_bounds_are_infeasible() -> None:
    """
    Tests that a lower bound above its upper bound leaves no solution.
    """
    result = solve_here(dense([1], lower=2, upper=1), SolverParams())

    assert Termination.INFEASIBLE is result.termination


def test_nothing_to_decide() -> None:
    """
    Tests that a problem without columns costs its constant part.
    """
    result = solve_here(dense([], offset=7.0), SolverParams())

    assert Termination.OPTIMAL is result.termination
    assert 7.0 == result.objective == result.bound
    assert result.values is not None
    assert (0,) == result.values.shape


def test_nothing_to_decide_and_still_impossible() -> None:
    """
    Tests that a row without columns must contain zero.
    """
    result = solve_here(dense([], [[]], row_lower=[1.0]), SolverParams())

    assert Termination.INFEASIBLE is result.termination


def test_no_rows() -> None:
    """
    Tests that columns alone go to their cheaper bound.
    """
    result = solve_here(dense([1, -1], upper=3, integer=True), SolverParams())

    assert result.values is not None
    assert [0.0, 3.0] == result.values.tolist()


def test_free_columns() -> None:
    """
    Tests that a column without bounds may be negative.
    """
    problem = dense([1], [[1]], row_lower=[-4], lower=-np.inf)

    assert -4.0 == solve_here(problem, SolverParams()).objective


def test_full_start_needs_no_search() -> None:
    """
    Tests that a solution to begin with is returned when no node may be searched.
    """
    problem = knapsacks(num_items=30, num_rows=4, seed=1)
    start = np.zeros(30)
    start[0] = 1.0

    result = solve_here(problem, SolverParams(work_limit=0), start=start)

    assert Termination.WORK_LIMIT is result.termination
    assert result.values is not None
    assert result.objective <= problem.cost[0] + problem.offset


def test_partial_start_is_completed() -> None:
    """
    Tests that the rest is found where a start leaves columns open.
    """
    problem = knapsacks(num_items=30, num_rows=4, seed=1)
    best = solve_here(problem, SolverParams(gap=0.0))
    assert best.values is not None
    start = np.where(np.arange(30) < 15, np.rint(best.values), NAN)

    result = solve_here(problem, SolverParams(work_limit=0), start=start)

    assert result.values is not None
    assert result.objective <= 0.98 * best.objective
    assert result.bound <= best.objective + 1e-6


def test_bound_while_a_start_is_completed() -> None:
    """
    Tests that the bound of the completed start is never taken for the problem's.
    """
    problem = knapsacks(num_items=30, num_rows=4, seed=2)
    best = solve_here(problem, SolverParams(gap=0.0)).objective
    start = np.where(np.arange(30) < 15, 0.0, NAN)
    events: list[Progress] = []

    result = solve_here(
        problem, SolverParams(gap=0.0), start=start, listener=events.append
    )

    assert "start" in {event.phase for event in events}
    assert best == pytest.approx(result.objective)
    assert max(event.bound for event in events) <= best + 1e-6


@pytest.mark.parametrize("known", [1.0, 0.0, NAN])
def test_bad_start_does_not_hurt(known: float) -> None:
    """
    Tests that a start without a solution, or without a number, changes no optimum.
    """
    problem = knapsacks(num_items=20, num_rows=3, seed=3)
    problem = replace(problem, row_lower=np.full(3, 60.0))
    start = np.full(20, NAN)
    start[:12] = known

    result = solve_here(problem, SolverParams(gap=0.0), start=start)
    without = solve_here(problem, SolverParams(gap=0.0))

    assert Termination.OPTIMAL is result.termination
    assert without.objective == pytest.approx(result.objective)


def test_solution_keeps_to_the_rows() -> None:
    """
    Tests that the values found keep to rows and are whole.
    """
    problem = knapsacks(num_items=30, num_rows=4, seed=4)

    result = solve_here(problem, SolverParams(work_limit=5))

    assert result.values is not None
    assert np.all(row_activity(problem, result.values) <= problem.row_upper + 1e-6)
    assert np.allclose(result.values, np.rint(result.values), atol=1e-6)


def test_work_limit_gives_the_same_bits() -> None:
    """
    Tests that the same work gives the same values, bit by bit.
    """
    params = SolverParams(work_limit=10)

    first, second = (solve_here(endless(), params) for _ in range(2))

    assert Termination.WORK_LIMIT is first.termination
    assert first.values is not None
    assert second.values is not None
    assert first.values.tobytes() == second.values.tobytes()
    assert (first.bound, first.nodes) == (second.bound, second.nodes)


def test_events_are_monotone() -> None:
    """
    Tests that the incumbent only falls while bound, nodes and time only rise.
    """
    events: list[Progress] = []

    result = solve_here(endless(), SolverParams(work_limit=60), listener=events.append)

    for name in ("seconds", "bound", "nodes"):
        series = [getattr(event, name) for event in events]
        assert sorted(series) == series

    incumbents = [event.incumbent for event in events]
    assert sorted(incumbents, reverse=True) == incumbents
    assert result.objective <= incumbents[-1]
    assert {"presolve", "root", "search"} <= {event.phase for event in events}
    assert len(result.incumbents) > 1


def test_stop_keeps_the_best() -> None:
    """
    Tests that a stop ends the search with what was found.
    """
    control = Control()

    def stop_at_incumbent(event: Progress) -> None:
        if np.isfinite(event.incumbent):
            control.stop()

    result = solve_here(
        endless(), SolverParams(), listener=stop_at_incumbent, control=control
    )

    assert Termination.STOPPED is result.termination
    assert result.values is not None


def test_cancel_discards() -> None:
    """
    Tests that a cancel outweighs a stop and leaves no solution.
    """
    control = Control()

    def cancel(event: Progress) -> None:
        if np.isfinite(event.incumbent):
            control.cancel()
            control.stop()

    result = solve_here(endless(), SolverParams(), listener=cancel, control=control)

    assert Termination.CANCELLED is result.termination
    assert result.values is None
    assert np.inf == result.objective


def test_time_limit() -> None:
    """
    Tests that the clock ends a search and is named as the cause.
    """
    result = solve_here(endless(), SolverParams(time_limit=0.3))

    assert Termination.TIME_LIMIT is result.termination


def test_listener_that_fails() -> None:
    """
    Tests that the listener's exception reaches the caller and HiGHS still works.
    """

    def fail(event: Progress) -> None:
        raise KeyError(event.phase)

    with pytest.raises(KeyError):
        solve_here(endless(), SolverParams(), listener=fail)

    result = solve_here(dense([1], [[1]], row_lower=[2]), SolverParams())
    assert 2.0 == result.objective


@pytest.mark.usefixtures("interrupt_key")
def test_interrupt_key_within_a_callback() -> None:
    """
    Tests that the interrupt key ends the search as it ends other code.
    """

    def press(event: Progress) -> None:
        if np.isfinite(event.incumbent):
            signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        solve_here(endless(), SolverParams(), listener=press)


def test_threads_may_change_between_runs() -> None:
    """
    Tests that runs with other numbers of threads follow each other in one thread.
    """
    problem = dense([1], [[1]], row_lower=[2], integer=True)

    objectives = [
        solve_here(problem, SolverParams(threads=threads)).objective
        for threads in (1, 2, 1)
    ]

    assert [2.0, 2.0, 2.0] == objectives


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("no_such_option", 1, "name of an option of HiGHS, got 'no_such_option'"),
        ("solver", "magic", "accepts for 'solver', got 'magic'"),
        ("presolve", True, "accepts for 'presolve', got True"),
        ("threads", 2, "parameter 'threads'"),
        ("mip_max_nodes", 2, "parameter 'work_limit'"),
    ],
)
def test_options_that_are_refused(name: str, value: OptionValue, text: str) -> None:
    """
    Tests that a wrong option is named, with its value or the parameter to use.
    """
    with pytest.raises(ValueError, match=text):
        solve_here(dense([1]), SolverParams(options={name: value}))


def test_options_reach_the_solver() -> None:
    """
    Tests that an option has its effect.
    """
    problem = knapsacks(num_items=10, num_rows=2, seed=1)
    silent = SolverParams(options={"output_flag": False})

    assert "Presolving" in solve_here(problem, SolverParams()).log
    assert "Presolving" not in solve_here(problem, silent).log


def test_refused_model_is_a_crash() -> None:
    """
    Tests that a model that HiGHS does not take says so in its log.
    """
    result = solve_here(dense([1], [[1e30]], row_lower=[1]), SolverParams())

    assert Termination.CRASHED is result.termination
    assert "refused its model" in result.log
