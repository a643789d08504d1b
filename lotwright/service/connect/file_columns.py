"""
Columns of files, which say nothing of their kinds: what a mapping does with them does.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import pandas as pd

from lotwright.service.connect.catalogue import Family, is_day, plain
from lotwright.service.connect.mapping import Comparison, Feed, SourceMapping

#: What stands for true and false in files.
TRUE = ("true", "t", "yes", "y", "1")
FALSE = ("false", "f", "no", "n", "0")

_ORDERS = ("<", "<=", ">", ">=")


@dataclass(frozen=True, slots=True, kw_only=True)
class FileColumn:
    """
    A column that a mapping looks for in a file.

    Parameters
    ----------
    name
        What the mapping calls it.
    family
        What it is compared with; None, where it is not compared with a value.
    is_measured
        Whether it is compared with another column by size.
    is_needed
        Whether no row could be chosen without it.
    is_unread
        Whether it is only looked at to tell that it is not read.
    """

    name: str
    family: Family | None = None
    is_measured: bool = False
    is_needed: bool = False
    is_unread: bool = False

    def family_of(self, cells: Sequence[str | None]) -> Family:
        """
        Returns what its cells can be compared with.
        """
        if self.family is not None or not self.is_measured:
            return self.family or Family.TEXT

        if not any(cells):
            return Family.ANY

        return Family.TEXT if list(_no_numbers(cells)) else Family.NUMBER

    def unfit(self, cells: Sequence[str | None]) -> list[int]:
        """
        Returns the places of cells that cannot be compared with what the mapping says.
        """
        if self.family is Family.NUMBER:
            return list(_no_numbers(cells))

        if self.family is Family.BOOLEAN:
            known = {*TRUE, *FALSE}
            return [
                place
                for place, cell in enumerate(cells)
                if cell and cell.lower() not in known
            ]

        if self.family is Family.DAY:
            return [
                place
                for place, cell in enumerate(cells)
                if cell and not is_day(cell[:10])
            ]

        return []


@dataclass(slots=True)
class _Columns:
    """
    Columns of a table so far, by their names in small letters.
    """

    found: dict[str, FileColumn] = field(default_factory=dict[str, FileColumn])

    def add(self, name: str, **changes: object) -> None:
        before = self.found.get(name.lower(), FileColumn(name=name))
        self.found[name.lower()] = replace(before, **changes)  # type: ignore[arg-type]

    def add_unread(self, name: str) -> None:
        self.found.setdefault(name.lower(), FileColumn(name=name, is_unread=True))


def columns_of(table: str, mapping: SourceMapping) -> list[FileColumn]:
    """
    Returns the columns that a mapping looks for in the files of a table.
    """
    columns = _Columns()

    for feed in mapping.feeds:
        aliases = _aliases(table, feed)

        for _, ref in feed.refs():
            if ref.alias in aliases:
                columns.add(ref.column)

        for comparison in _comparisons(feed):
            _compare(comparison, aliases, columns)

    for each in mapping.unread:
        if plain(each.table.name) == plain(table):
            for name in each.columns:
                columns.add_unread(name)

    return list(columns.found.values())


def _aliases(table: str, feed: Feed) -> set[str]:
    every = [(feed.alias, feed.source), *((j.alias, j.table) for j in feed.joins)]

    return {alias for alias, name in every if plain(name.name) == plain(table)}


def _comparisons(feed: Feed) -> Iterator[Comparison]:
    yield from feed.where

    for join in feed.joins:
        yield from join.where


def _compare(given: Comparison, aliases: set[str], columns: _Columns) -> None:
    is_blank = given.how in ("blank", "not blank")

    for ref in (given.column, given.other):
        if ref is None or ref.alias not in aliases:
            continue

        if not is_blank:
            columns.add(ref.column, is_needed=True)

        if given.other is not None and given.how in _ORDERS:
            columns.add(ref.column, is_measured=True)

    if given.values and given.column.alias in aliases:
        columns.add(given.column.column, family=_family(given))


def _family(given: Comparison) -> Family:
    if any(isinstance(value, bool) for value in given.values):
        return Family.BOOLEAN

    if not any(isinstance(value, str) for value in given.values):
        return Family.NUMBER

    are_days = all(isinstance(value, str) and is_day(value) for value in given.values)

    return Family.DAY if are_days else Family.TEXT


def _no_numbers(cells: Sequence[str | None]) -> Iterator[int]:
    series = pd.Series(list(cells), dtype="str")
    numbers = pd.to_numeric(series, errors="coerce").abs()
    is_bad = series.notna() & ~(numbers < float("inf"))

    yield from is_bad.to_numpy().nonzero()[0].tolist()
