"""
Live progress of several solves on one line of the terminal.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from lotwright.cli.progress import headline
from lotwright.plot.phase_words import phase_words
from lotwright.scenarios.run import RunListener
from lotwright.solver.result import Progress


@contextmanager
def runs_progress(console: Console, number: int) -> Generator[RunListener]:
    """
    Yields a listener that shows how many solves have begun, and the latest event.

    On a terminal one line is kept up to date; elsewhere, such as in a log file, one
    line is printed when each solve begins.

    Parameters
    ----------
    console
        Where to show it.
    number
        How many solves there are.
    """
    begun: set[str] = set()

    if console.is_terminal:
        columns = SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn()

        with Bar(*columns, console=console, transient=True) as bar:
            task = bar.add_task(f"planning {number} scenarios")

            def show(name: str, event: Progress) -> None:
                begun.add(name)
                known = headline(event)
                doing = phase_words(event.phase)
                words = f"{len(begun)} of {number} begun   {name}: {doing}  {known}"
                bar.update(task, description=words)

            yield show
    else:

        def tell(name: str, _event: Progress) -> None:
            if name not in begun:
                begun.add(name)
                words = f"{len(begun)} of {number}  {name}"
                console.print(words, soft_wrap=True, highlight=False)

        yield tell
