"""
Faulty data handed back as a workbook.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console

from lotwright.errors import DataError, InputError
from lotwright.io.marked import mark_problems


@contextmanager
def marking(path: Path, mark: Path | None) -> Generator[None]:
    """
    Writes the data with the faulty cells in red when something is wrong with them.

    Parameters
    ----------
    path
        The data.
    mark
        Workbook to write; none is written when missing.
    """
    try:
        yield
    except (InputError, DataError) as error:
        if mark is not None:
            mark_problems(path, error.problems, mark)
            Console(stderr=True).print(
                f"Wrote {mark}: all that is wrong is on its first sheet and marked "
                "in the others. It has the planning tables alone; formulas have become "
                "their values.",
                highlight=False,
                soft_wrap=True,
            )

        raise
