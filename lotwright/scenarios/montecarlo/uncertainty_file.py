"""
Reads what is uncertain from a TOML file.
"""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import TypeVar

from lotwright.errors import InputError, Problem
from lotwright.model.nearest import what_to_write
from lotwright.scenarios.montecarlo.uncertainty import DemandError, LeadTimeError

_E = TypeVar("_E", DemandError, LeadTimeError)

#: What a file has tables of.
_TABLES = ("demand", "lead_time")


def read_uncertainty(
    path: str | os.PathLike[str],
) -> tuple[tuple[DemandError, ...], tuple[LeadTimeError, ...]]:
    """
    Returns the errors of demand and those of lead times that a TOML file lists.

    It has tables ``[[demand]]`` and ``[[lead_time]]``, each with the parameters of
    ``DemandError`` or ``LeadTimeError`` by name.

    Parameters
    ----------
    path
        The file.

    Raises
    ------
    InputError
        When the file is malformed; lists every problem.
    """
    file = Path(path)
    problems: list[Problem] = []
    content = _content(file)

    for name in content:
        if name not in _TABLES:
            problems.append(_unknown(file, name, "table", _TABLES))

    demand = _errors(file, content, "demand", DemandError, problems)
    lead_time = _errors(file, content, "lead_time", LeadTimeError, problems)

    if problems:
        raise InputError(problems)

    return demand, lead_time


def _content(file: Path) -> dict[str, object]:
    try:
        return tomllib.loads(file.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(
            [_problem(file, str(error), "Write tables [[demand]] and [[lead_time]].")]
        ) from error


def _errors(
    file: Path,
    content: Mapping[str, object],
    name: str,
    kind: type[_E],
    problems: list[Problem],
) -> tuple[_E, ...]:
    """
    Returns the errors of one kind, and notes what is wrong with others.
    """
    given = content.get(name, [])
    found: list[_E] = []
    known = [field.name for field in fields(kind)]

    for cells in given if isinstance(given, list) else [given]:
        if not isinstance(cells, dict):
            text = f"{name} is no table."
            problems.append(_problem(file, text, f"Write [[{name}]] above it."))
            continue

        strange = [cell for cell in cells if cell not in known]
        problems += [_unknown(file, cell, f"part of {name}", known) for cell in strange]

        if not strange:
            try:
                found.append(kind(**cells))
            except (TypeError, ValueError) as error:
                problems.append(_problem(file, f"{name}: {error}", "Correct it."))

    return tuple(found)


def _unknown(
    file: Path, word: str, what: str, known: tuple[str, ...] | list[str]
) -> Problem:
    remedy = what_to_write(word, known)

    return _problem(file, f'"{word}" is no {what}.', remedy, value=word)


def _problem(file: Path, text: str, remedy: str, value: str = "") -> Problem:
    return Problem(
        code="E-SCENARIO",
        table="",
        file=str(file),
        value=value,
        text=text,
        remedy=remedy,
    )
