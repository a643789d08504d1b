"""
Tests of solving processes that break down, hang or talk nonsense.
"""

from __future__ import annotations

import sys

import numpy as np
import pytest

from lotwright.solver.highs.problem import Problem
from lotwright.solver.highs.process import command
from lotwright.solver.highs.solve import _solve
from lotwright.solver.highs.wire import Message, pack
from lotwright.solver.params import SolverParams
from lotwright.solver.result import SolveResult, Termination
from tests.solver.highs.models import dense, slow_root

#: What every broken process does first: it reads its arguments and says something.
OPENING = """
import os, signal, sys, time
job, inbox, outbox, memory = map(int, sys.argv[1:])
os.write(outbox, bytes.fromhex({said!r}))
"""

HANG = "signal.signal(signal.SIGTERM, signal.SIG_IGN)\ntime.sleep(600)"

INCUMBENT = pack(
    Message(kind="incumbent", fields={"objective": 5.0}, numbers=np.array([5.0]))
)
LOG = pack(Message(kind="log", fields={"text": "Presolving model\n"}))
PROGRESS = pack(
    Message(kind="progress", fields={"bound": 2.0, "nodes": 3, "iterations": 4})
)
SAID = LOG + PROGRESS + INCUMBENT


def solve_with(
    body: str, said: bytes = SAID, *, params: SolverParams | None = None
) -> SolveResult:
    """
    Solves a small problem with a broken process.
    """
    script = OPENING.format(said=said.hex()) + body
    arguments = [sys.executable, "-c", script]
    params = params or SolverParams(time_limit=30.0)

    return _solve(small(), params, arguments, None, None, None)


def small() -> Problem:
    """
    Returns a problem of one column.
    """
    return dense([1], [[1]], row_lower=[2], integer=True)


def done(*, termination: str, has_values: bool) -> Message:
    """
    Returns the last message of a solve.
    """
    fields = {
        "termination": termination,
        "objective": 2.0,
        "bound": 2.0,
        "nodes": 1,
        "iterations": 1,
        "has_values": has_values,
        "has_duals": False,
    }

    return Message(
        kind="done", fields=fields, numbers=np.full(1 if has_values else 0, 2.0)
    )


@pytest.mark.parametrize(
    ("termination", "body", "cause"),
    [
        (Termination.CRASHED, "os.kill(os.getpid(), signal.SIGSEGV)", "SIGSEGV"),
        (Termination.CRASHED, "os.abort()", "SIGABRT"),
        (Termination.CRASHED, "os._exit(0)", "exit code 0"),
        (Termination.CRASHED, "os._exit(3)", "exit code 3"),
        (Termination.CRASHED, "raise RuntimeError('the cause')", "the cause"),
        (Termination.CRASHED, f"os.write(outbox, b'rubbish' * 9)\n{HANG}", "message"),
        (Termination.CRASHED, f"os.write(outbox, {LOG[:-3]!r})", "exit code 0"),
        (Termination.MEMORY, "os.kill(os.getpid(), signal.SIGKILL)", "SIGKILL"),
        (Termination.MEMORY, "raise MemoryError", "MemoryError"),
        (
            Termination.MEMORY,
            "os.write(2, b'what():  std::bad_alloc'); os.abort()",
            "bad_alloc",
        ),
    ],
)
def test_death_is_a_result(termination: Termination, body: str, cause: str) -> None:
    """
    Tests that a dead process leaves its cause, its log and its best solution.
    """
    result = solve_with(body)

    assert termination is result.termination
    assert cause in result.log
    assert "Presolving model" in result.log
    assert result.values is not None
    assert [5.0] == result.values.tolist()
    assert (5.0, 2.0, 3, 4) == (
        result.objective,
        result.bound,
        result.nodes,
        result.iterations,
    )


def test_death_before_the_first_word() -> None:
    """
    Tests that a process that dies at once leaves a result without a solution.
    """
    result = solve_with("os._exit(1)", b"")

    assert Termination.CRASHED is result.termination
    assert result.values is None
    assert np.inf == result.objective


def test_process_that_says_it_has_no_memory() -> None:
    """
    Tests that the last message of a starved process is believed.
    """
    result = solve_with("", SAID + pack(Message(kind="memory")))

    assert Termination.MEMORY is result.termination
    assert 5.0 == result.objective


def test_solver_that_catches_its_lack_of_memory() -> None:
    """
    Tests that a breakdown is told by what the solver wrote about memory.
    """
    said = SAID + pack(done(termination="crashed", has_values=False))

    result = solve_with("os.write(2, b'fails with std::bad_alloc')", said)

    assert Termination.MEMORY is result.termination
    assert 5.0 == result.objective


@pytest.mark.slow
def test_process_that_hangs_is_killed_at_the_limit() -> None:
    """
    Tests that the limit holds for a process that does not listen.
    """
    result = solve_with(HANG, params=SolverParams(time_limit=1.0))

    assert result.seconds < 3.0
    assert Termination.TIME_LIMIT is result.termination
    assert 5.0 == result.objective


def test_process_that_does_not_leave() -> None:
    """
    Tests that a process that lingers after its last word is killed, its word kept.
    """
    said = SAID + pack(done(termination="optimal", has_values=True))

    result = solve_with(HANG, said)

    assert Termination.OPTIMAL is result.termination
    assert 2.0 == result.objective


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_process_that_grows_is_killed() -> None:
    """
    Tests that the parent sees a process above its memory limit.
    """
    result = solve_with(
        f"hoard = bytearray(os.urandom(1)) * (300 << 20)\n{HANG}",
        params=SolverParams(memory_mb=200),
    )

    assert Termination.MEMORY is result.termination
    assert 5.0 == result.objective


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="limits the address space")
def test_solver_short_of_memory() -> None:
    """
    Tests that HiGHS without memory becomes a result.
    """
    result = _solve(
        slow_root(), SolverParams(memory_mb=80), command(), None, None, None
    )

    assert Termination.MEMORY is result.termination


def test_command_that_does_not_exist() -> None:
    """
    Tests that nothing is left open when no process can be started.
    """
    with pytest.raises(FileNotFoundError):
        _solve(small(), SolverParams(), ["/no/such/program"], None, None, None)
