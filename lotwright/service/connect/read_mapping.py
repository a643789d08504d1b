"""
Mappings as TOML files: feeds, each with its tables, conditions and columns.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import cast

from lotwright.errors import InputError
from lotwright.model.nearest import what_to_write
from lotwright.model.schema import ColumnType, Table
from lotwright.model.tables import INPUT_TABLES
from lotwright.service.connect.mapping import (
    Cell,
    Comparison,
    Feed,
    Join,
    Ref,
    SourceMapping,
    Unread,
)
from lotwright.service.connect.names import Names, parts_of, table_name
from lotwright.service.connect.read_cell import read_cell
from lotwright.service.connect.row_condition import (
    EXAMPLE,
    ConditionError,
    comparisons_of,
)
from lotwright.service.connect.spot import Spot

#: Characters that a mapping may have, and feeds.
LONGEST = 200_000
MOST_FEEDS = 200

_OF_MAPPING = ("name", "note", "files", "feed", "unread")
_OF_FEED = ("table", "from", "as", "join", "where", "columns", "distinct", "total")
_OF_UNREAD = ("from", "columns", "note")
_OF_JOIN = ("with", "as", "on", "where")


def read_mapping(content: str, name: str) -> SourceMapping:
    """
    Returns the mapping that a TOML file describes.

    Parameters
    ----------
    content
        What the file holds.
    name
        Name of the file, for messages.

    Raises
    ------
    InputError
        When it is malformed; lists every problem.
    """
    spot = Spot(file=name)
    cells = _parsed(content, spot)
    spot.refuse_strange(cells, _OF_MAPPING, "A mapping")
    found = SourceMapping(
        name=spot.text(cells, "name") or name,
        note=spot.text(cells, "note"),
        feeds=tuple(_feeds(cells.get("feed"), spot)),
        unread=tuple(_unread(cells, spot)),
        is_of_files=spot.flag(cells, "files"),
    )

    if spot.problems:
        raise InputError(spot.problems)

    return found


def _parsed(content: str, spot: Spot) -> Mapping[str, object]:
    if len(content) > LONGEST:
        text = f"The mapping has more than {LONGEST:,} characters."
        raise InputError([spot.problem(text, "Split it.")])

    try:
        return tomllib.loads(content)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        text = f"This is not a TOML file: {error}."
        raise InputError([spot.problem(text, "Mend it there.")]) from None


def _feeds(given: object, spot: Spot) -> list[Feed]:
    feeds = _rows(given)

    if not feeds or len(feeds) > MOST_FEEDS:
        text = f"The mapping has no feeds, or more than {MOST_FEEDS}."
        spot.add(text, "Write [[feed]] with table, from and columns.")
        return []

    found = [_feed(cells, number, spot) for number, cells in enumerate(feeds, start=1)]

    return [feed for feed in found if feed is not None]


def _unread(cells: Mapping[str, object], spot: Spot) -> Iterator[Unread]:
    """
    Yields what is not read, or notes what is wrong with it.
    """
    rows = _rows(cells.get("unread"))

    if ("unread" in cells and not rows) or len(rows) > MOST_FEEDS:
        text = f"unread is no list of tables, or has more than {MOST_FEEDS}."
        spot.add(text, "Write [[unread]] with from, columns and note.", "unread")
        return

    for each in rows:
        spot.refuse_strange(each, _OF_UNREAD, "What is unread")
        table = table_name(each, "from", spot)
        columns = spot.texts(each, "columns")

        for name in columns:
            if parts_of(name) != [name]:
                text = f'"{name[:80]}" is no name of a column.'
                spot.add(text, "Write letters, digits, _ and $.", "columns", name)

        if table is not None:
            yield Unread(table=table, columns=columns, note=spot.text(each, "note"))


def _feed(cells: Mapping[str, object], number: int, spot: Spot) -> Feed | None:
    """
    Returns a feed, or notes what is wrong with it.
    """
    here = spot.inside(f"Feed {number}", "")
    here.refuse_strange(cells, _OF_FEED, "A feed")
    table = _planning_table(cells, here)
    source = table_name(cells, "from", here)

    if table is None or source is None:
        return None

    here = spot.inside(f"Feed {number} ({table.name} from {source})", table.name)
    names = Names(here)
    alias = names.add(here.text(cells, "as") or source.name)
    joins = tuple(_joins(cells, names, here))
    columns = _cells(cells.get("columns"), table, names, here)

    return Feed(
        number=number,
        table=table.name,
        source=source,
        alias=alias,
        joins=joins,
        where=_where(cells, names, here),
        cells=columns,
        distinct=here.flag(cells, "distinct"),
        total=_total(cells, table, columns, here),
    )


def _planning_table(cells: Mapping[str, object], spot: Spot) -> Table | None:
    name = spot.text(cells, "table")

    if name not in INPUT_TABLES:
        text = f'"{name[:80]}" is no planning table.' if name else "table is missing."
        spot.add(text, what_to_write(name, INPUT_TABLES), "table", name)
        return None

    return INPUT_TABLES[name]


def _joins(cells: Mapping[str, object], names: Names, spot: Spot) -> list[Join]:
    if "join" in cells and not _rows(cells["join"]):
        spot.add("join is no list of tables.", "Write [[feed.join]].", "join")

    found: list[Join] = []

    for each in _rows(cells.get("join")):
        spot.refuse_strange(each, _OF_JOIN, "A join")
        table = table_name(each, "with", spot)

        if table is not None:
            pairs = _pairs(each.get("on"), names, spot)
            alias = names.add(spot.text(each, "as") or table.name)
            on = tuple(
                (left, right)
                for word, right in pairs
                if (left := names.ref(f"{alias}.{word}", "on", spot)) is not None
            )
            where = _where(each, names, spot, alias)
            found.append(Join(table=table, alias=alias, on=on, where=where))

    return found


def _pairs(given: object, names: Names, spot: Spot) -> list[tuple[str, Ref]]:
    """
    Returns columns of a joined table, each with the one before it that it is equal to.
    """
    pairs = cast("Mapping[str, object]", given) if isinstance(given, Mapping) else {}

    if not pairs:
        text = "A join says by on which columns are equal."
        spot.add(text, 'Write on = { order_no = "order_no" }.', "on", given)

    found: list[tuple[str, Ref]] = []

    for left in pairs:
        right = names.ref(spot.text(pairs, left), "on", spot)
        found += [] if right is None else [(left, right)]

    return found


def _where(
    cells: Mapping[str, object], names: Names, spot: Spot, alias: str = ""
) -> tuple[Comparison, ...]:
    condition = spot.text(cells, "where")

    if not condition:
        return ()

    try:
        return comparisons_of(condition, lambda name: names.find(name, alias))
    except ConditionError as error:
        text = f"The condition is not understood: {error}."
        spot.add(text, f"Write one such as {EXAMPLE}.", "where", condition)

    return ()


def _cells(given: object, table: Table, names: Names, spot: Spot) -> dict[str, Cell]:
    columns = cast("Mapping[str, object]", given) if isinstance(given, Mapping) else {}
    spot.refuse_strange(columns, table.names, f"The table {table.name}")
    found: dict[str, Cell] = {}

    for column in table.columns:
        if column.name in columns:
            cell = read_cell(columns[column.name], column, names, spot)
            found |= {} if cell is None else {column.name: cell}
        elif column.required:
            text = f"{column.name} is missing, which every row must fill."
            spot.add(text, f"Add it: {column.meaning}", column.name)

    return found


def _total(
    cells: Mapping[str, object], table: Table, columns: Mapping[str, Cell], spot: Spot
) -> tuple[str, ...]:
    found = spot.texts(cells, "total")

    for name in found:
        if name not in columns or table.column(name).type is not ColumnType.NUMBER:
            text = f'"{name[:80]}" is no column of numbers here that could be added up.'
            spot.add(text, what_to_write(name, list(columns)), "total", name)

    return found


def _rows(given: object) -> list[Mapping[str, object]]:
    """
    Returns a list of tables, empty where it is none.
    """
    rows = cast("list[object]", given) if isinstance(given, list) else []

    if not all(isinstance(row, Mapping) for row in rows):
        return []

    return [cast("Mapping[str, object]", row) for row in rows]
