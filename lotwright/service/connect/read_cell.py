"""
Columns of a feed as a mapping states them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal, cast

from lotwright.model.schema import Column, ColumnType
from lotwright.service.connect.mapping import Cell, Ref
from lotwright.service.connect.names import Names
from lotwright.service.connect.spot import Spot

_KNOWN = (
    "column", "first", "columns", "value", "separator", "skip_blank", "blank", "map",
    "otherwise", "duration", "minus", "divide_by", "factor", "at_least", "format",
    "days", "prefix", "if_blank", "numbered_by",
)  # fmt: skip

_ARITHMETIC = (
    "duration", "minus", "divide_by", "factor", "at_least", "numbered_by",
)  # fmt: skip
_WAYS = ("column", "columns", "first", "value", "numbered_by")
_DAYS = ("format", "days")
_NUMBERS = (ColumnType.NUMBER, ColumnType.INTEGER)

_EXAMPLE = (
    'Write the name of a column in quotes, or { column = "…", map = { R = "released" } '
    '}, { columns = ["…", "…"], separator = "-" }, { first = ["…", "…"] } or '
    '{ value = "…" }.'
)


def read_cell(given: object, column: Column, names: Names, spot: Spot) -> Cell | None:
    """
    Returns how a column comes about, or notes what is wrong with it.

    Parameters
    ----------
    given
        What stands behind its name: a column of the source, a number, or a table.
    column
        The column of the planning table.
    names
        Tables of the feed.
    spot
        Where it stands.
    """
    if isinstance(given, str):
        ref = names.ref(given, column.name, spot)
        return None if ref is None else Cell(columns=(ref,))

    if (word := _word(given)) is not None:
        return Cell(value=word)

    if not isinstance(given, Mapping):
        spot.add(f"{column.name} cannot be read.", _EXAMPLE, column.name, given)
        return None

    cells = cast("Mapping[str, object]", given)
    before = len(spot.problems)
    spot.refuse_strange(cells, _KNOWN, f"The column {column.name}")
    _refuse_unfit(cells, column, spot)
    found = _cell(cells, column, names, spot)

    return found if len(spot.problems) == before else None


def _cell(
    cells: Mapping[str, object], column: Column, names: Names, spot: Spot
) -> Cell | None:
    ways = [way for way in _WAYS if way in cells]

    if len(ways) != 1:
        text = f"{column.name} needs one of {', '.join(_WAYS)}."
        spot.add(text, _EXAMPLE, column.name, ", ".join(ways))
        return None

    way = ways[0]

    if way in ("value", "numbered_by"):
        if len(cells) > 1:
            text = f"{column.name} has {way}, so that nothing else can be said of it."
            spot.add(text, "Remove the rest.", column.name)

        if way == "numbered_by":
            return Cell(numbered_by=_refs(cells, way, column, names, spot))

        return Cell(value=_constant(cells, "value", spot) or "")

    divide_by, divisor = _divided(cells, column, names, spot)
    take: dict[str, Literal["one", "first", "joined"]] = {
        "column": "one",
        "first": "first",
        "columns": "joined",
    }

    return Cell(
        columns=_refs(cells, way, column, names, spot),
        take=take[way],
        separator=spot.text(cells, "separator"),
        skips_blank=spot.flag(cells, "skip_blank"),
        blank=spot.texts(cells, "blank"),
        words=_words(cells, spot),
        otherwise=_constant(cells, "otherwise", spot),
        is_duration=spot.flag(cells, "duration"),
        minus=_refs(cells, "minus", column, names, spot),
        divide_by=divide_by,
        divisor=divisor,
        factor=spot.number(cells, "factor", 1.0),
        at_least=spot.number(cells, "at_least", 0.0) if "at_least" in cells else None,
        day_format=spot.text(cells, "format"),
        days=_whole(cells, "days", spot),
        prefix=spot.text(cells, "prefix"),
        if_blank=_constant(cells, "if_blank", spot),
    )


def _refuse_unfit(cells: Mapping[str, object], column: Column, spot: Spot) -> None:
    """
    Notes what can be said of numbers or days only, and stands at another column.
    """
    for names, kinds, word in (
        (_ARITHMETIC, _NUMBERS, "numbers"),
        (_DAYS, (ColumnType.DATE,), "days"),
    ):
        given = [name for name in names if name in cells]

        if given and column.type not in kinds:
            text = f"{column.name} holds no {word}, so that {given[0]} means nothing."
            spot.add(text, "Remove it.", column.name, cells[given[0]])

    for name, needs in (
        ("separator", "columns"),
        ("skip_blank", "columns"),
        ("otherwise", "map"),
    ):
        if name in cells and needs not in cells:
            text = f"{column.name} has {name} without {needs}."
            spot.add(text, f"Add {needs}, or remove {name}.", column.name, cells[name])


def _refs(
    cells: Mapping[str, object], name: str, column: Column, names: Names, spot: Spot
) -> tuple[Ref, ...]:
    words = spot.texts(cells, name)
    found = [names.ref(word, column.name, spot) for word in words]

    return tuple(ref for ref in found if ref is not None)


def _words(cells: Mapping[str, object], spot: Spot) -> dict[str, str] | None:
    if "map" not in cells:
        return None

    given = cells["map"]
    table = cast("Mapping[str, object]", given if isinstance(given, Mapping) else {})
    found = {name: word for name, each in table.items() if (word := _word(each))}

    if not found or len(found) < len(table):
        text = "map says what each word becomes, and never nothing."
        spot.add(text, 'Write it like { R = "released" }.', "map", given)

    return found


def _constant(cells: Mapping[str, object], name: str, spot: Spot) -> str | None:
    if name not in cells:
        return None

    word = _word(cells[name])

    if word is None:
        text = f"{name} is a text, a number, a date, true or false."
        spot.add(text, "Write one.", name, cells[name])

    return word


def _word(value: object) -> str | None:
    """
    Returns a value as a cell of text, None where it is none.
    """
    if isinstance(value, bool):
        return str(value).lower()

    if isinstance(value, float):
        return repr(value) if math.isfinite(value) else None

    if isinstance(value, datetime):
        return None

    return str(value) if isinstance(value, str | int | date) else None


def _divided(
    cells: Mapping[str, object], column: Column, names: Names, spot: Spot
) -> tuple[tuple[Ref, ...], float]:
    """
    Returns columns and the number by which something is divided.
    """
    given = cells.get("divide_by", [])
    every = cast("list[object]", given if isinstance(given, list) else [given])
    words = {"columns": [each for each in every if isinstance(each, str)]}
    numbers = [
        spot.number({"divide_by": each}, "divide_by", 1.0)
        for each in every
        if not isinstance(each, str)
    ]

    if 0.0 in numbers:
        spot.add("Nothing can be divided by 0.", "Write another number.", "divide_by")

    return _refs(words, "columns", column, names, spot), math.prod(numbers)


def _whole(cells: Mapping[str, object], name: str, spot: Spot) -> int:
    found = spot.number(cells, name, 0.0)

    if found != int(found) or abs(found) > 36_500:
        spot.add(f"{name} is a whole number of days.", "Correct it.", name, found)
        return 0

    return int(found)
