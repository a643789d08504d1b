"""
Tests of what is kept of a running solve.
"""

from __future__ import annotations

import time

import numpy as np

from lotwright.solver.highs.ledger import LOG_LINES, Ledger
from lotwright.solver.result import Progress, SolveResult, Termination


def test_only_better_solutions_and_bounds_count() -> None:
    """
    Tests that neither a worse solution nor a weaker bound is kept.
    """
    ledger = Ledger(time.monotonic())
    good, bad = np.array([1.0]), np.array([2.0])

    ledger.progress(bound=3.0, nodes=5, iterations=7)
    ledger.incumbent(10.0, good)
    ledger.progress(bound=2.0, nodes=4, iterations=6)
    ledger.incumbent(11.0, bad)
    result = ledger.close(SolveResult(termination=Termination.TIME_LIMIT), 0.5)

    assert result.values is good
    assert (10.0, 3.0, 5, 7) == (
        result.objective,
        result.bound,
        result.nodes,
        result.iterations,
    )
    assert [(10.0, 3.0)] == [entry[1:] for entry in result.incumbents]
    assert 0.5 == result.cpu_seconds


def test_end_that_is_worse_than_an_earlier_solution() -> None:
    """
    Tests that a better solution outlives an end that forgot it.
    """
    ledger = Ledger(time.monotonic())
    ledger.incumbent(10.0, np.array([1.0]))
    end = SolveResult(
        termination=Termination.WORK_LIMIT, values=np.array([2.0]), objective=12.0
    )

    assert 10.0 == ledger.close(end, 0.0).objective


def test_end_polishes_the_last_solution() -> None:
    """
    Tests that the values of the end are taken where they cost the same.
    """
    ledger = Ledger(time.monotonic())
    ledger.incumbent(10.0, np.array([1.0 + 1e-9]))
    end = SolveResult(
        termination=Termination.OPTIMAL, values=np.array([1.0]), objective=10.0 + 1e-9
    )

    result = ledger.close(end, 0.0)

    assert result.values is end.values
    assert end.objective == result.objective


def test_log_keeps_its_end() -> None:
    """
    Tests that the log keeps its last lines, without blank ones at the edges.
    """
    ledger = Ledger(time.monotonic())

    for number in range(LOG_LINES + 10):
        ledger.log(f"\nline {number}\n")

    lines = ledger.close(SolveResult(termination=Termination.OPTIMAL), 0.0).log
    assert [f"line {n}" for n in range(10, LOG_LINES + 10)] == lines.splitlines()


def test_heartbeat_only_after_silence() -> None:
    """
    Tests that the listener hears a heartbeat when it has heard nothing for long.
    """
    events: list[Progress] = []
    now = time.monotonic()

    Ledger(now, events.append).beat()
    assert [] == events

    Ledger(now - 3600.0, events.append).beat()
    assert ["load"] == [event.phase for event in events]
