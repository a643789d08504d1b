"""
Tests of solving in a process of its own.
"""

from __future__ import annotations

import os
import select
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lotwright.solver.highs import boot
from lotwright.solver.highs.control import Control
from lotwright.solver.highs.process import command
from lotwright.solver.highs.solve import solve, solve_here
from lotwright.solver.params import SolverParams
from lotwright.solver.result import Progress, Termination
from tests.solver.highs.models import dense, endless, knapsacks, slow_root

#: Seconds within which a stop or a cancel must have ended a solve.
PROMISE = 2.0

ROOT = str(Path(__file__).parents[3])


class Button:
    """
    Presses a button at the first event that is waited for, and takes the time.
    """

    def __init__(self, kind: str, *, incumbent: bool, phase: str = "") -> None:
        self.control = Control()
        self.pressed = 0.0
        self._press = getattr(self.control, kind)
        self._incumbent = incumbent
        self._phase = phase

    def __call__(self, event: Progress) -> None:
        """
        Hears of an event.
        """
        due = not self._incumbent or np.isfinite(event.incumbent)

        if not self.pressed and due and self._phase in event.phase:
            self.pressed = time.monotonic()
            self._press()


def test_same_as_in_this_process() -> None:
    """
    Tests that values, bound and counts are those of a solve in this process.
    """
    problem = knapsacks(num_items=25, num_rows=4, seed=5)
    params = SolverParams(gap=0.0)

    there, here = solve(problem, params), solve_here(problem, params)

    assert Termination.OPTIMAL is there.termination
    assert there.values is not None
    assert here.values is not None
    assert here.values.tobytes() == there.values.tobytes()
    assert (here.objective, here.bound) == (there.objective, there.bound)
    assert (here.nodes, here.iterations) == (there.nodes, there.iterations)
    assert there.cpu_seconds > 0
    assert "Presolving model" in there.log


def test_linear_programme_with_duals() -> None:
    """
    Tests that duals come through the pipe.
    """
    problem = dense([3, 5, 4], [[1, 2, 1], [2, 1, 3]], row_lower=[8, 11])

    there, here = solve(problem, SolverParams()), solve_here(problem, SolverParams())

    assert here.row_duals is not None
    assert there.row_duals is not None
    assert here.row_duals.tolist() == there.row_duals.tolist()


def test_infeasible() -> None:
    """
    Tests that a proof of infeasibility comes through the pipe.
    """
    problem = dense([1], [[1]], row_lower=[2], upper=1, integer=True)

    result = solve(problem, SolverParams())

    assert Termination.INFEASIBLE is result.termination
    assert result.values is None


def test_options_and_start_reach_the_process() -> None:
    """
    Tests that a partial start is completed and options are set over there.
    """
    problem = knapsacks(num_items=30, num_rows=4, seed=1)
    start = np.where(np.arange(30) < 5, 0.0, np.nan)
    params = SolverParams(work_limit=0, seed=3, options={"presolve": "off"})

    result = solve(problem, params, start=start)

    assert Termination.WORK_LIMIT is result.termination
    assert result.values is not None
    assert "Presolving" not in result.log


def test_wrong_option_is_the_callers_mistake() -> None:
    """
    Tests that a wrong option is refused before a process is started.
    """
    with pytest.raises(ValueError, match="no_such_option"):
        solve(dense([1]), SolverParams(options={"no_such_option": 1}))


def test_work_limit_gives_the_same_bits() -> None:
    """
    Tests that the same work gives the same values in another process.
    """
    params = SolverParams(work_limit=3)

    first, second = (solve(endless(), params) for _ in range(2))

    assert Termination.WORK_LIMIT is first.termination
    assert first.values is not None
    assert second.values is not None
    assert first.values.tobytes() == second.values.tobytes()


def test_stop_in_the_search() -> None:
    """
    Tests that a stop ends a search within the promise and keeps the best.
    """
    button = Button("stop", incumbent=True)

    result = solve(endless(), SolverParams(), listener=button, control=button.control)

    assert time.monotonic() - button.pressed < PROMISE
    assert Termination.STOPPED is result.termination
    assert result.values is not None
    assert np.isfinite(result.bound)


def test_cancel_in_the_search() -> None:
    """
    Tests that a cancel from another thread ends a search and leaves nothing.
    """
    control = Control()
    begun = threading.Event()
    pressed: list[float] = []

    def press() -> None:
        begun.wait()
        pressed.append(time.monotonic())
        control.cancel()

    thread = threading.Thread(target=press)
    thread.start()
    result = solve(
        endless(), SolverParams(), listener=lambda _: begun.set(), control=control
    )
    thread.join()

    assert time.monotonic() - pressed[0] < PROMISE
    assert Termination.CANCELLED is result.termination
    assert result.values is None


@pytest.mark.slow
@pytest.mark.parametrize("incumbent", [False, True])
@pytest.mark.parametrize("kind", ["stop", "cancel"])
def test_buttons_where_the_solver_does_not_look(kind: str, *, incumbent: bool) -> None:
    """
    Tests that a solve ends within the promise in presolve and in a long root node.
    """
    button = Button(kind, incumbent=incumbent, phase="presolve" * (not incumbent))

    result = solve(slow_root(), SolverParams(), listener=button, control=button.control)

    assert time.monotonic() - button.pressed < PROMISE
    assert (kind == "stop" and incumbent) == (result.values is not None)
    assert result.termination in {Termination.STOPPED, Termination.CANCELLED}


@pytest.mark.slow
def test_time_limit_where_the_solver_does_not_look() -> None:
    """
    Tests that the time limit ends a long root node and keeps the last solution.
    """
    problem = slow_root()
    start = np.ones(len(problem.cost))

    result = solve(problem, SolverParams(time_limit=3.0), start=start)

    assert result.seconds < 3.0 + PROMISE
    assert Termination.TIME_LIMIT is result.termination
    assert result.values is not None
    assert result.objective <= problem.cost.sum()


def test_buttons_pressed_before() -> None:
    """
    Tests that a pressed button starts no solve, and a stop keeps a good start.
    """
    problem = dense([1], [[1]], row_lower=[2])
    control = Control()
    control.stop()

    result = solve(problem, SolverParams(), start=np.array([3.0]), control=control)

    assert Termination.STOPPED is result.termination
    assert 3.0 == result.objective

    control.cancel()
    result = solve(problem, SolverParams(), start=np.array([3.0]), control=control)

    assert Termination.CANCELLED is result.termination
    assert result.values is None


def test_listener_that_fails() -> None:
    """
    Tests that the listener's exception reaches the caller, and no process is left.
    """

    def fail(event: Progress) -> None:
        raise ValueError(event.phase)

    with pytest.raises(ValueError, match="presolve"):
        solve(endless(), SolverParams(), listener=fail)


@pytest.mark.usefixtures("interrupt_key")
def test_interrupt_key() -> None:
    """
    Tests that the interrupt key ends the solve as it ends other code.
    """

    def press(event: Progress) -> None:
        del event
        signal.raise_signal(signal.SIGINT)

    with pytest.raises(KeyboardInterrupt):
        solve(endless(), SolverParams(), listener=press)


def test_events_are_monotone() -> None:
    """
    Tests that events that came through the pipe are in order.
    """
    events: list[Progress] = []

    solve(endless(), SolverParams(work_limit=3), listener=events.append)

    for name in ("seconds", "bound", "nodes"):
        series = [getattr(event, name) for event in events]
        assert sorted(series) == series

    assert {"presolve", "root"} <= {event.phase for event in events}


def test_two_at_once() -> None:
    """
    Tests that solves in two threads do not disturb each other.
    """
    problems = [knapsacks(num_items=20, num_rows=3, seed=seed) for seed in (1, 2)]
    found: dict[int, float] = {}

    def work(number: int) -> None:
        found[number] = solve(problems[number], SolverParams(gap=0.0)).objective

    threads = [threading.Thread(target=work, args=(n,)) for n in range(2)]

    for thread in threads:
        thread.start()

    for thread in threads:
        thread.join()

    best = [solve_here(p, SolverParams(gap=0.0)).objective for p in problems]
    assert best == [found[0], found[1]]


def test_empty_rows_and_odd_types() -> None:
    """
    Tests that a problem in other types and with empty rows is solved.
    """
    problem = dense([1, 1], [[0, 0], [1, 1], [0, 0]], row_lower=[0, 3, -1])
    odd = replace(problem, index=problem.index.astype(np.int64))

    assert 3.0 == solve(odd, SolverParams()).objective


def test_script_without_a_main_guard(tmp_path: Path) -> None:
    """
    Tests that the caller's script runs once, not again in the solving process.
    """
    script = tmp_path / "plan.py"
    script.write_text(
        "import numpy as np\n"
        "from lotwright.solver.highs.problem import Problem\n"
        "from lotwright.solver.highs.solve import solve\n"
        "from lotwright.solver.params import SolverParams\n"
        "one, none = np.ones(1), np.zeros(0)\n"
        "problem = Problem(lower=one, upper=one, cost=one, integer=one > 0,\n"
        "    start=np.zeros(1), index=none, value=none, row_lower=none,\n"
        "    row_upper=none)\n"
        "print('cost', solve(problem, SolverParams()).objective)\n"
    )
    environment = os.environ | {"PYTHONPATH": ROOT}

    done = subprocess.run(
        [sys.executable, str(script)],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )

    assert "cost 1.0\n" == done.stdout


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, uses pidfd_open")
def test_solving_process_dies_with_its_parent() -> None:
    """
    Tests that a killed parent leaves no solving process behind.
    """
    script = (
        "from tests.solver.highs.models import endless\n"
        "from lotwright.solver.highs.solve import solve\n"
        "from lotwright.solver.params import SolverParams\n"
        "say = lambda event: print(event.phase, flush=True)\n"
        "solve(endless(), SolverParams(), listener=say)\n"
    )

    with subprocess.Popen(
        [sys.executable, "-c", script], cwd=ROOT, stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        assert b"presolve\n" == parent.stdout.readline()
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
        child = os.pidfd_open(int(children.read_text()))
        parent.kill()

    ended, _, _ = select.select([child], [], [], 10.0)
    os.close(child)
    assert [child] == ended


def test_solving_process_imports_little() -> None:
    """
    Tests that the solving process starts without data frames and OR-Tools.
    """
    script = (
        "import runpy, sys\n"
        "boot = runpy.run_path(sys.argv[1])\n"
        "del sys.argv[1]\n"
        "boot['prepare'](*sys.argv[1:])\n"
        "import lotwright.solver.highs.worker\n"
        "print(*{'highspy', 'pandas', 'ortools', 'scipy'} & set(sys.modules))\n"
    )
    _, _, _, package_dir, sys_path = command()

    done = subprocess.run(
        [sys.executable, "-c", script, boot.__file__, package_dir, sys_path],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "highspy\n" == done.stdout
