"""
Live progress of a solve on the terminal.
"""

from __future__ import annotations

import math
from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from lotwright.cli.numerals import amount, percent
from lotwright.solver.result import Listener, Progress


def headline(event: Progress) -> str:
    """
    Returns what is known of the plan so far: its cost, the bound and the gap.
    """
    if not math.isfinite(event.incumbent):
        return "no plan yet"

    parts = [f"best {amount(event.incumbent)}"]

    if math.isfinite(event.bound):
        parts.append(f"bound {amount(event.bound)}")
        parts.append(f"gap {percent(event.gap())}")

    return "   ".join(parts)


@contextmanager
def progress(console: Console, time_limit: float) -> Generator[Listener]:
    """
    Yields a listener that shows each event.

    On a terminal one line is kept up to date; elsewhere, such as in a log file, one
    line is printed for each phase.

    Parameters
    ----------
    console
        Where to show it.
    time_limit
        Seconds that the solve may take.
    """
    if console.is_terminal:
        with _bar(console, time_limit) as bar:
            task = bar.add_task("reading the data into a model", known="")

            def show(event: Progress) -> None:
                bar.update(task, description=event.phase, known=headline(event))

            yield show
    else:
        seen: set[str] = set()

        def tell(event: Progress) -> None:
            if event.phase not in seen:
                seen.add(event.phase)
                console.print(
                    f"{event.seconds:7.1f} s  {event.phase}: {headline(event)}",
                    soft_wrap=True,
                )

        yield tell


def _bar(console: Console, time_limit: float) -> Bar:
    """
    Returns the line that is kept up to date, with a clock of its own.
    """
    return Bar(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TimeElapsedColumn(),
        TextColumn(f"of {amount(time_limit)} s"),
        TextColumn("{task.fields[known]}"),
        console=console,
        transient=True,
    )
