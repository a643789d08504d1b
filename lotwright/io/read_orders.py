"""
Reads the planned orders of a plan that was written.
"""

from __future__ import annotations

import os
from pathlib import Path

import pandas as pd

from lotwright.errors import InputError, Problem
from lotwright.io.read import sources_of
from lotwright.model.tables import OUTPUT_TABLES
from lotwright.model.validate import checked

_TABLE = "planned_orders"


def read_orders(path: str | os.PathLike[str]) -> pd.DataFrame:
    """
    Returns the planned orders of a plan in a folder, zip or workbook.

    Parameters
    ----------
    path
        What ``Plan.write`` wrote.

    Raises
    ------
    InputError
        When there is no such table, or when it is malformed; lists every problem.
    """
    path = Path(path)
    found = [source for source in sources_of(path) if source.table == _TABLE]

    if not found:
        raise InputError(
            [
                Problem(
                    code="E-DATA-FILE",
                    table=_TABLE,
                    file=str(path),
                    text="There are no planned orders here.",
                    remedy="Name the folder or workbook of a plan that was written.",
                )
            ]
        )

    parsed = found[0].parse()

    if parsed.frame is None:
        raise InputError(list(parsed.problems))

    frame, problems = checked(OUTPUT_TABLES[_TABLE], parsed.frame, parsed.origin)

    if parsed.problems or problems:
        raise InputError([*parsed.problems, *problems])

    return frame
