"""
Tests of the progress of a solve.
"""

from __future__ import annotations

import io

from rich.console import Console

from lotwright.cli.progress import headline, progress
from lotwright.solver.result import Progress

SEARCHING = Progress(phase="search", seconds=3.0, incumbent=1250.0, bound=1000.0)


def test_headline_says_what_is_known() -> None:
    """Tests that only finite figures are shown."""
    assert "" == headline(Progress(phase="presolve", seconds=0.1))
    assert "best 1,250" == headline(Progress(phase="x", seconds=1, incumbent=1250.0))
    assert "best 1,250   bound 1,000   gap 20 %" == headline(SEARCHING)


def test_a_log_file_gets_a_line_per_phase() -> None:
    """Tests that repeated events of a phase do not fill a log."""
    console = Console(file=io.StringIO(), force_terminal=False)

    with progress(console, 60.0) as listener, console.capture() as capture:
        listener(Progress(phase="presolve", seconds=0.1))
        listener(SEARCHING)
        listener(SEARCHING)

    lines = [line.split(" s  ")[1] for line in capture.get().splitlines()]
    assert [
        "simplifies the planning problem",
        "searches for cheaper plans   best 1,250   bound 1,000   gap 20 %",
    ] == lines


def test_a_terminal_shows_the_latest_event() -> None:
    """Tests that the live line holds phase, limit, best plan and bound."""
    stream = io.StringIO()
    console = Console(file=stream, force_terminal=True, width=120)

    with progress(console, 60.0) as listener:
        listener(SEARCHING)

    shown = stream.getvalue()
    assert "searches for cheaper plans" in shown
    assert "of 60 s" in shown
    assert "bound 1,000" in shown
