"""
Edits as files: TOML with one table for each edit, or CSV with one line for each.
"""

from __future__ import annotations

import csv
import os
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import cast

from lotwright.errors import InputError, Problem
from lotwright.model.edits import Edit, EditKind
from lotwright.model.nearest import what_to_write
from lotwright.model.scenario import Cell

#: What an edit of a file says beside the cells that it changes.
_OF_EDIT = ("do", "order_id", "where")
_CELLS = (
    "quantity",
    "due_date",
    "start_date",
    "source_id",
    "location_id",
    "item_id",
)
_EXAMPLE = 'Write do = "lock" and order_id = "…", or where = "…", for each [[edit]].'


def read_edits(path: str | os.PathLike[str]) -> tuple[Edit, ...]:
    """
    Returns the edits of a file, to be added to those of a plan by ``and_also``.

    Parameters
    ----------
    path
        A CSV file with the columns ``do``, ``order_id``, ``where``, ``quantity``,
        ``due_date``, ``start_date``, ``source_id``, ``location_id`` and ``item_id``, of
        which those that no edit needs may be left out; any other file is TOML, with
        the same names under ``[[edit]]``.

    Raises
    ------
    InputError
        When the file is malformed; lists every problem.
    """
    file = Path(path)
    problems: list[Problem] = []

    try:
        rows = _csv_rows(file) if file.suffix.lower() == ".csv" else _toml_rows(file)
        found = [_edit(file, place, row, problems) for place, row in rows]
    except (OSError, UnicodeDecodeError, csv.Error, tomllib.TOMLDecodeError) as error:
        text = f"The edits cannot be read: {error}."
        raise InputError([_problem(file, 0, text, _EXAMPLE)]) from None

    if not found and not problems:
        problems.append(_problem(file, 0, "The file holds no edit.", _EXAMPLE))

    if problems:
        raise InputError(problems)

    return tuple(edit for edit in found if edit is not None)


def _csv_rows(file: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    """
    Yields the lines of a CSV file with their numbers; blank cells are left out.
    """
    with file.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)

        for row in reader:
            given = {str(name): cell for name, cell in row.items() if cell}

            if given:
                yield reader.line_num, {n: _number(n, c) for n, c in given.items()}


def _number(name: str, cell: object) -> object:
    """
    Returns a quantity as a number, if it is one.
    """
    try:
        return float(str(cell)) if name == "quantity" else cell
    except ValueError:
        return cell


def _toml_rows(file: Path) -> Iterator[tuple[int, Mapping[str, object]]]:
    """
    Yields the edits of a TOML file with their places.
    """
    content = tomllib.loads(file.read_text("utf-8"))
    strange = [name for name in content if name != "edit"]
    given = content.get("edit", [])

    if strange or not isinstance(given, list):
        text = f'A file of edits has no "{", ".join(strange) or "edit"}".'
        raise InputError([_problem(file, 0, text, _EXAMPLE)])

    for place, row in enumerate(cast("list[object]", given), start=1):
        cells = cast("Mapping[str, object]", row) if isinstance(row, Mapping) else {}
        yield place, cells


def _edit(
    file: Path, place: int, row: Mapping[str, object], problems: list[Problem]
) -> Edit | None:
    """
    Returns an edit, or notes what is wrong with it.
    """
    before = len(problems)
    kinds = [kind.value for kind in EditKind]
    word = row.get("do", "")

    if word not in kinds:
        said = f'"{word}" is no edit.' if word else "It does not say what to do."
        problems.append(
            _problem(file, place, said, what_to_write(str(word), kinds), "do")
        )

    for name in row:
        if name not in (*_OF_EDIT, *_CELLS):
            text = f'An edit has no "{name}".'
            remedy = what_to_write(name, (*_OF_EDIT, *_CELLS))
            problems.append(_problem(file, place, text, remedy, name))

    is_new = word == EditKind.ADD

    if not is_new and bool(row.get("order_id")) == bool(row.get("where")):
        text = "It names an order and a condition, or neither."
        problems.append(_problem(file, place, text, "Give one of the two."))

    if len(problems) > before:
        return None

    return Edit(
        kind=EditKind(str(word)),
        order_id=str(row.get("order_id", "")),
        where=str(row.get("where", "")),
        cells={name: _cell(row[name]) for name in _CELLS if name in row},
        place=f"{file}, edit {place}" if file.suffix != ".csv" else f"{file}:{place}",
    )


def _cell(value: object) -> Cell:
    return value if isinstance(value, str | float | bool | int | date) else str(value)


def _problem(
    file: Path, place: int, text: str, remedy: str, column: str = ""
) -> Problem:
    return Problem(
        code="E-EDIT",
        table="",
        file=f"{file}, edit {place}" if place else str(file),
        column=column,
        text=text,
        remedy=remedy,
    )
