"""
From faulty cells to problems that name file, line, column, value and remedy.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from lotwright.errors import Problem

#: So many problems of one kind are listed for a column; of more, only the number.
MOST_LISTED = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Origin:
    """
    Where a table was read from.

    Parameters
    ----------
    file
        Name of the file; empty for a table from memory.
    lines
        Returns the line of each row, as an array; rows follow the header line by line
        when it is missing.
    is_complete
        Whether every row of the file could be read.
    """

    file: str = ""
    lines: Callable[[], NDArray[np.int64]] | None = None
    is_complete: bool = True

    def take(self, rows: NDArray[np.intp]) -> Origin:
        """
        Returns the origin of some rows.
        """
        return replace(self, lines=lambda: np.array(self.line(rows), dtype=np.int64))

    def line(self, rows: NDArray[np.intp]) -> list[int]:
        """
        Returns the lines of some rows; the header is line 1.
        """
        if self.lines is None or not len(rows):
            return [row + 2 for row in rows.tolist()]

        found: list[int] = self.lines()[rows].tolist()

        return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flaw:
    """
    Rows of a table with the same thing wrong in the same column.

    Parameters
    ----------
    code
        Code of the problems.
    column
        Name of the column.
    rows
        Positions of the rows, ascending.
    values
        Returns the cells of some rows as they were written.
    text
        Sentence, with ``{value}`` where the cell belongs.
    remedy
        Returns what can be done about a cell.
    """

    code: str
    column: str
    rows: NDArray[np.intp]
    values: Callable[[NDArray[np.intp]], list[str]]
    text: str
    remedy: Callable[[str], str]

    def problems(self, table: str, origin: Origin) -> Iterator[Problem]:
        """
        Yields a problem for each row, and one more that counts those left out.
        """
        shown = self.rows[: MOST_LISTED + 1]
        cells = zip(origin.line(shown), self.values(shown), strict=True)

        for place, (line, value) in enumerate(cells):
            text = self.text.replace("{value}", f'"{value}"')
            remedy = self.remedy(value)

            if place == MOST_LISTED:
                more = len(self.rows) - MOST_LISTED
                text = f"and {more:,} more like these, from here on."

            yield Problem(
                code=self.code,
                table=table,
                text=text,
                remedy=remedy,
                file=origin.file,
                row=line,
                column=self.column,
                value=value,
            )
