"""
One table as rows in JSON: a list of objects, or an object that has them as ``rows``.
"""

from __future__ import annotations

import json
import re
from typing import Any

import pandas as pd

from lotwright.errors import Problem
from lotwright.io.csv_file import Parsed
from lotwright.model.problems import Origin

#: Lists and objects that may lie in each other.
MOST_DEPTH = 20

_TEXTS = re.compile(rb'"(?:[^"\\]|\\.)*"', re.DOTALL)
_BRACKETS = re.compile(rb"[\[{]|[\]}]")

_SHAPE = 'Send [{"item_id": "A", …}, …]: a list of rows, each an object of cells.'


def parse_json(table: str, file: str, content: bytes) -> Parsed:
    """
    Returns the cells of rows in JSON.

    Parameters
    ----------
    table, file
        Names of the table and of the file.
    content
        The rows, in UTF-8. They count as lines from 2, as they would below a header.
    """
    try:
        return Parsed(frame=_framed(_rows(content)), origin=Origin(file=file))
    except _MalformedError as error:
        problem = Problem(
            code="E-DATA-FILE",
            table=table,
            file=file,
            text=error.text,
            remedy=_SHAPE,
            row=error.row,
            column=error.column,
        )

        return Parsed(frame=None, origin=Origin(file=file), problems=(problem,))


def depth_of(content: bytes) -> int:
    """
    Returns how many lists and objects of a JSON text lie in each other at most.
    """
    depth = deepest = 0

    for bracket in _BRACKETS.findall(_TEXTS.sub(b"", content)):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)

    return deepest


class _MalformedError(Exception):
    def __init__(self, text: str, row: int = 0, column: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.row = row
        self.column = column


def _rows(content: bytes) -> list[Any]:
    if depth_of(content) > MOST_DEPTH:
        msg = f"More than {MOST_DEPTH} lists and objects lie in each other."
        raise _MalformedError(msg)

    try:
        found = json.loads(content, object_pairs_hook=_object, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        msg = f"This is not JSON: {str(error)[:200]}."
        raise _MalformedError(msg) from error

    if isinstance(found, dict) and "rows" in found:
        found = found["rows"]

    if not isinstance(found, list):
        msg = "There are no rows here."
        raise _MalformedError(msg)

    return found


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)

    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        msg = f"A row has the cell {twice!r} twice."
        raise _MalformedError(msg)

    return found


def _refused(word: str) -> float:
    msg = f"{word} is not a number of JSON"
    raise ValueError(msg)


def _framed(rows: list[Any]) -> pd.DataFrame:
    names: dict[str, None] = {}

    for number, row in enumerate(rows, start=2):
        if not isinstance(row, dict):
            msg = "A row is not an object."
            raise _MalformedError(msg, number)

        for name, cell in row.items():
            if isinstance(cell, dict | list):
                msg = "A cell is a list or an object."
                raise _MalformedError(msg, number, name)

        names |= dict.fromkeys(row)

    return pd.DataFrame(
        {name: _series([row.get(name) for row in rows]) for name in names}
    )


def _series(cells: list[Any]) -> pd.Series[Any]:
    """
    Returns a column: whole numbers, numbers or truth where all cells are, else text.
    """
    kinds = {type(cell) for cell in cells if cell is not None}

    if kinds == {bool}:
        return pd.Series(cells, dtype="boolean")

    if kinds == {int} and all(abs(x) < 2**63 for x in cells if x is not None):
        return pd.Series(cells, dtype="Int64")

    if kinds and kinds <= {int, float}:
        return pd.Series([None if x is None else _float(x) for x in cells], dtype=float)

    texts = [None if cell is None else _text(cell) for cell in cells]

    return pd.Series(texts, dtype="str")


def _float(number: float) -> float:
    try:
        return float(number)
    except OverflowError:
        return float("inf")


def _text(cell: object) -> str:
    if not isinstance(cell, str):
        return json.dumps(cell)

    try:
        return cell.encode().decode()
    except UnicodeEncodeError as error:
        msg = f"A text holds half of a character, in {cell[:60]!r}."
        raise _MalformedError(msg) from error
