"""
Scenarios as TOML files: a name, perhaps a base, and overrides in order.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import cast

from lotwright.errors import InputError, Problem
from lotwright.model.data import PlanningData
from lotwright.model.nearest import nearest
from lotwright.model.scenario import Cell, Operation, Override, Scenario

_OF_SCENARIO = ("name", "base", "note", "override")
_OF_OVERRIDE = ("table", "op", "column", "value", "where", "key", "rows", "note")
_EXAMPLE = 'Write [[override]] with table, op, column, value and where = "…".'


def read_scenario(
    path: str | os.PathLike[str], data: PlanningData | None = None
) -> Scenario:
    """
    Returns the scenario of a TOML file, on the scenarios that it names as its base.

    Parameters
    ----------
    path
        The file. Its ``base`` is another such file, seen from its folder.
    data
        Planning data to put below; they may also be named later, by ``on``.

    Raises
    ------
    InputError
        When a file is malformed; lists every problem.
    """
    scenario = _read(Path(path), ())

    return scenario if data is None else scenario.on(data)


def scenario_of(content: Mapping[str, object], name: str) -> Scenario:
    """
    Returns the scenario that the content of such a file describes, without a base.

    Parameters
    ----------
    content
        What the file would hold, in types that TOML or JSON know.
    name
        Where it comes from; its name, where the content gives none.

    Raises
    ------
    InputError
        When it is malformed; lists every problem.
    """
    path = Path(name)
    problems: list[Problem] = []
    overrides = _overrides(path, content, problems)
    given = _text(path, content, "name", problems) or name
    note = _text(path, content, "note", problems)
    known = [each for each in _OF_SCENARIO if each != "base"]
    problems += _strange(path, content, tuple(known), "A scenario")

    if problems:
        raise InputError(problems)

    return Scenario(name=given, note=note, overrides=overrides)


def write_scenario(scenario: Scenario, path: str | os.PathLike[str]) -> Path:
    """
    Writes a scenario as a TOML file and returns the file.

    A scenario on another one is written whole, its base's overrides before its own, so
    that one file says all.

    Parameters
    ----------
    scenario
        The scenario.
    path
        The file.
    """
    file = Path(path)
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(scenario_text(scenario), "utf-8")

    return file


def scenario_text(scenario: Scenario) -> str:
    """
    Returns a scenario as TOML.
    """
    lines = [f"name = {_toml(scenario.name)}"]
    lines += [f"note = {_toml(scenario.note)}"] if scenario.note else []

    for part in scenario.chain:
        for override in part.overrides:
            lines += ["", "[[override]]", *_override_lines(override)]

    return "\n".join([*lines, ""])


def _override_lines(override: Override) -> list[str]:
    cells: dict[str, object] = {
        "table": override.table,
        "op": override.op.value,
        "column": override.column or None,
        "value": _blank_as_text(override),
        "where": override.where or None,
        "key": override.key,
        "rows": list(override.rows) or None,
        "note": override.note or None,
    }

    return [
        f"{name} = {_toml(cell)}" for name, cell in cells.items() if cell is not None
    ]


def _blank_as_text(override: Override) -> Cell:
    """
    Returns the value of an override; what makes cells blank is no text.
    """
    is_blank = override.op is Operation.SET and override.value is None

    return "" if is_blank else override.value


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"

    if isinstance(value, datetime | date):
        return value.isoformat()

    if isinstance(value, str):
        # JSON's escapes are TOML's, but for one character that JSON leaves as it is.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")

    if isinstance(value, Mapping):
        cells = cast("Mapping[str, object]", value).items()
        inside = ", ".join(
            f"{_toml(name)} = {_toml(cell)}" for name, cell in cells if cell is not None
        )
        return f"{{ {inside} }}"

    if isinstance(value, list):
        rows = cast("list[object]", value)
        return f"[{', '.join(map(_toml, rows))}]"

    return repr(value)


def _read(path: Path, above: tuple[Path, ...]) -> Scenario:
    """
    Returns the scenario of a file that is the base of others.
    """
    if path.resolve() in above:
        raise InputError(
            [_problem(path, f"{path.name} is a base of itself.", "Name another base.")]
        )

    content = _content(path)
    problems: list[Problem] = []
    overrides = _overrides(path, content, problems)
    name = _text(path, content, "name", problems) or path.stem
    note = _text(path, content, "note", problems)
    base = _text(path, content, "base", problems)
    problems += _strange(path, content, _OF_SCENARIO, "A scenario")

    if problems:
        raise InputError(problems)

    below = None

    if base:
        below = _read(path.parent / base, (*above, path.resolve()))

    return Scenario(name=name, note=note, base=below, overrides=overrides)


def _content(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        text = f"This is not a TOML file: {error}."
        raise InputError([_problem(path, text, _EXAMPLE)]) from None
    except OSError as error:
        text = f"The scenario cannot be read: {error.strerror}."
        raise InputError([_problem(path, text, "Look at its name.")]) from None


def _overrides(
    path: Path, content: Mapping[str, object], problems: list[Problem]
) -> tuple[Override, ...]:
    given = content.get("override", [])
    found: list[Override] = []

    if not isinstance(given, list) or not given:
        problems.append(_problem(path, "The scenario changes nothing.", _EXAMPLE))
        return ()

    for number, cells in enumerate(cast("list[object]", given), start=1):
        place = f"Override {number}"

        if not isinstance(cells, Mapping):
            problems.append(_problem(path, f"{place} is no table.", _EXAMPLE))
            continue

        override = _override(path, place, cast("Mapping[str, object]", cells), problems)
        found += [] if override is None else [override]

    return tuple(found)


def _override(
    path: Path, place: str, cells: Mapping[str, object], problems: list[Problem]
) -> Override | None:
    """
    Returns an override, or notes what is wrong with it.
    """
    before = len(problems)
    problems += _strange(path, cells, _OF_OVERRIDE, place)
    table, column, where, note = (
        _text(path, cells, name, problems, place)
        for name in ("table", "column", "where", "note")
    )
    op = _operation(path, place, cells, problems)

    if not table:
        problems.append(_problem(path, f"{place} names no table.", _EXAMPLE))

    if op is Operation.SET and "value" not in cells:
        text = f"{place} has no value to set."
        problems.append(_problem(path, text, 'A value of "" makes cells blank.'))

    if len(problems) > before or op is None:
        return None

    try:
        return Override(
            table=table,
            op=op,
            column=column,
            where=where,
            note=note,
            value=_cell(cells.get("value")),
            key=_key(cells.get("key")),
            rows=_rows(cells.get("rows", [])),
        )
    except (ValueError, TypeError) as error:
        problems.append(_problem(path, f"{place}: {error}", _EXAMPLE))

    return None


def _operation(
    path: Path, place: str, cells: Mapping[str, object], problems: list[Problem]
) -> Operation | None:
    word = _text(path, cells, "op", problems, place)

    if word in set(Operation):
        return Operation(word)

    known = [op.value for op in Operation]
    near = nearest(word, known)
    remedy = f"Did you mean {near}?" if near else f"Write one of {', '.join(known)}."
    text = f'{place}: "{word}" is no operation.' if word else f"{place} has no op."
    problems.append(_problem(path, text, remedy, column="op", value=word))

    return None


def _key(value: object) -> Cell | Mapping[str, Cell]:
    if isinstance(value, Mapping):
        cells = cast("Mapping[str, object]", value)
        return {name: _cell(cell) for name, cell in cells.items()}

    return _cell(value)


def _rows(value: object) -> tuple[Mapping[str, Cell], ...]:
    rows = cast("list[object]", value) if isinstance(value, list) else [value]
    found: list[Mapping[str, Cell]] = []

    for row in rows:
        if not isinstance(row, Mapping):
            msg = f"Expected a row such as {{ item_id = 'A' }}, got {row!r}."
            raise TypeError(msg)

        cells = cast("Mapping[str, object]", row)
        found.append({name: _cell(cell) for name, cell in cells.items()})

    return tuple(found)


def _cell(value: object) -> Cell:
    """
    Returns what TOML gives as a cell; no text is a blank cell.
    """
    if value is None or value == "":
        return None

    if isinstance(value, str | float | int | bool | date):
        return value

    msg = f"Expected a text, a number, a date, true or false, got {value!r}."
    raise TypeError(msg)


def _text(
    path: Path,
    cells: Mapping[str, object],
    name: str,
    problems: list[Problem],
    place: str = "The scenario",
) -> str:
    value = cells.get(name, "")

    if isinstance(value, str):
        return value

    text = f"{place}: {name} is a text, not {value!r}."
    problems.append(_problem(path, text, "Put it in quotes.", column=name))

    return ""


def _strange(
    path: Path, cells: Mapping[str, object], known: tuple[str, ...], place: str
) -> list[Problem]:
    """
    Returns a problem for each name that means nothing.
    """
    found: list[Problem] = []

    for name in cells:
        if name not in known:
            near = nearest(name, known)
            remedy = f"Did you mean {near}?" if near else f"Known: {', '.join(known)}."
            text = f'{place} has no "{name}".'
            found.append(_problem(path, text, remedy, column=name))

    return found


def _problem(
    path: Path, text: str, remedy: str, column: str = "", value: str = ""
) -> Problem:
    return Problem(
        code="E-SCENARIO",
        table="",
        file=str(path),
        column=column,
        value=value,
        text=text,
        remedy=remedy,
    )
