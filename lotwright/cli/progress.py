"""
Live progress of a solve on the terminal.
"""

from __future__ import annotations

import math
import time
from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from lotwright.plot.numerals import amount, percent
from lotwright.plot.phase_words import phase_words
from lotwright.solver.result import Listener, Progress


def headline(event: Progress) -> str:
    """
    Returns what is known so far: cost of the best plan, bound and gap.
    """
    parts: list[str] = []

    if math.isfinite(event.incumbent):
        parts.append(f"best {amount(event.incumbent)}")

    if math.isfinite(event.bound):
        parts.append(f"bound {amount(event.bound)}")

    if math.isfinite(event.gap()):
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
            task = bar.add_task("reading the data", known="")

            def show(event: Progress) -> None:
                bar.update(
                    task, description=phase_words(event.phase), known=headline(event)
                )

            yield show
    else:
        began = time.monotonic()
        seen: set[str] = set()

        def tell(event: Progress) -> None:
            if event.phase not in seen:
                seen.add(event.phase)
                passed = time.monotonic() - began
                words = phase_words(event.phase)
                line = f"{passed:7.1f} s  {words}   {headline(event)}".rstrip()
                console.print(line, soft_wrap=True, highlight=False)

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
