"""
Queries of feeds: names are checked against the catalogue and quoted, values are bound.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql.elements import quoted_name

from lotwright.model.nearest import nearest
from lotwright.service.connect.catalogue import (
    FILES,
    Family,
    FoundTable,
    Tables,
    is_day,
)
from lotwright.service.connect.file_columns import TRUE
from lotwright.service.connect.mapping import Comparison, Feed, Join, Ref, Value
from lotwright.service.connect.spot import Spot

_COMPARE: Mapping[str, Callable[[Any, Any], sa.ColumnElement[bool]]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}

_SHOULD = {
    Family.TEXT: "a text in single quotes",
    Family.NUMBER: "a number",
    Family.BOOLEAN: "true or false",
    Family.DAY: "a day, such as '2026-03-31'",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """
    What a feed asks.

    Parameters
    ----------
    feed
        The feed.
    select
        The query; its columns stand in the order of ``refs``.
    refs
        The columns that it returns.
    headings
        What they are called in the other system; nothing, where a file has none.
    file
        The file that is read; empty where a database is. The line of each row is then
        returned after all columns.
    """

    feed: Feed
    select: sa.Select[Any]
    refs: tuple[Ref, ...]
    headings: Mapping[Ref, str]
    file: str = ""


def query_of(feed: Feed, catalogue: Tables, spot: Spot) -> Query | None:
    """
    Returns what a feed asks, or notes what the other system does not have.

    Parameters
    ----------
    feed
        The feed.
    catalogue
        What there is.
    spot
        Where the feed stands.
    """
    before = len(spot.problems)
    tables = _Tables(feed, catalogue, spot)
    tables.check()
    wanted = [ref for cell in feed.cells.values() for ref in cell.refs]
    refs = tuple(dict.fromkeys(wanted))

    if len(spot.problems) > before:
        return None

    conditions = [tables.condition(each, "where") for each in feed.where]
    source: sa.FromClause = tables.clause(feed.alias)

    for join in feed.joins:
        source = source.outerjoin(tables.clause(join.alias), tables.on(join))

    columns = [tables.text(ref).label(f"c{place}") for place, ref in enumerate(refs)]
    # A feed of constants alone still has a row for each row of its table.
    columns = columns or [sa.literal(1).label("c0")]
    select = sa.select(*columns, *tables.line()).select_from(source)

    if len(spot.problems) > before:
        return None

    return Query(
        feed=feed,
        select=select.where(*conditions),
        refs=refs,
        headings={ref: tables.heading(ref) for ref in refs},
        file=tables.file,
    )


class _Tables:
    """
    The tables of a feed as the other system knows them.
    """

    def __init__(self, feed: Feed, catalogue: Tables, spot: Spot) -> None:
        self._feed = feed
        self._spot = spot
        self._found: dict[str, FoundTable] = {}
        self._dialect = catalogue.dialect
        self._clauses: dict[str, sa.Alias] = {}

        for alias, name in (
            (feed.alias, feed.source),
            *((join.alias, join.table) for join in feed.joins),
        ):
            found = catalogue.table(name)

            if found is None:
                near = nearest(name.name, catalogue.names(name.schema))
                text = f"There is no {self._noun} {name} in the other system."
                hint = f"Did you mean {near}?" if near else "Check its name and schema."
                spot.add(text, hint, "from", str(name))
            else:
                self._found[alias] = found
                self._clauses[alias] = _clause(found, alias)

    @property
    def file(self) -> str:
        """
        The file of the first table; empty, where it is none.
        """
        return self._found[self._feed.alias].file

    @property
    def _noun(self) -> str:
        return "file of the table" if self._dialect == FILES else "table or view"

    def heading(self, ref: Ref) -> str:
        """
        Returns what a column is called in the other system; nothing, where a file does
        not have it.
        """
        found, spelt = self._found[ref.alias], self._spelt(ref)

        return found.headings.get(spelt, "") if found.line else spelt

    def line(self) -> list[sa.ColumnElement[Any]]:
        """
        Returns the column of lines of the first table, where it is a file.
        """
        alias = self._feed.alias
        name = self._found[alias].line

        return [self._clauses[alias].c[name].label("line")] if name else []

    def check(self) -> None:
        """
        Notes every column that is not there.
        """
        told: set[tuple[str, Ref]] = set()

        for place, ref in self._feed.refs():
            found = self._found.get(ref.alias)

            if found is None or found.column(ref.column) or (place, ref) in told:
                continue

            told.add((place, ref))
            near = nearest(ref.column, found.columns)
            self._spot.add(
                f"{place} names the column {ref.column}, which {found.name} does not "
                "have.",
                f"Did you mean {near}?" if near else "Check its name.",
                ref.column,
                str(ref),
            )

    def clause(self, alias: str) -> sa.Alias:
        """
        Returns a table by what the feed calls it.
        """
        return self._clauses[alias]

    def text(self, ref: Ref) -> sa.ColumnElement[Any]:
        """
        Returns a column as it is fetched: days of PostgreSQL as text, for it knows some
        that no other program does.
        """
        is_written = self._family(ref) is Family.DAY and self._dialect == "postgresql"
        column = self._column(ref)

        return sa.cast(column, sa.Text) if is_written else column

    def on(self, join: Join) -> sa.ColumnElement[bool]:
        """
        Returns when a row of a joined table fits.
        """
        equal: list[sa.ColumnElement[bool]] = []

        for left, right in join.on:
            # Keys in files are what is written, whatever else they are compared with.
            if self._dialect != FILES:
                self._refuse_unlike(left, right, "on")

            equal.append(self._column(left) == self._column(right))

        place = f"join {join.alias}, where"

        return sa.and_(*equal, *(self.condition(each, place) for each in join.where))

    def condition(self, given: Comparison, place: str) -> sa.ColumnElement[bool]:
        """
        Returns a comparison, its values bound.
        """
        column = self._column(given.column)
        family = self._family(given.column)

        if given.how in ("blank", "not blank"):
            also = [sa.func.trim(column) == ""] if family is Family.TEXT else []
            blank = sa.or_(column.is_(None), *also)

            return blank if given.how == "blank" else sa.not_(blank)

        if given.other is not None:
            self._refuse_unlike(given.column, given.other, place)
            return _COMPARE[given.how](
                self._measured(given.column), self._measured(given.other)
            )

        values = [self._bound(family, each, given, place) for each in given.values]
        column = self._measured(given.column)

        if family is Family.ANY and any(isinstance(each, str) for each in given.values):
            column = sa.cast(column, sa.Text)

        if given.how == "in":
            return column.in_(values)

        if given.how == "not in":
            return column.not_in(values)

        return _COMPARE[given.how](column, values[0])

    def _bound(
        self, family: Family, value: Value, given: Comparison, place: str
    ) -> sa.BindParameter[Any]:
        """
        Returns a value as a parameter, or notes that the column cannot hold it.
        """
        if not _fits(family, value):
            self._spot.add(
                f"{place} compares {given.column}, a column of the kind {family}, "
                f"with {value!r}.",
                f"Write {_SHOULD[family]}.",
                given.column.column,
                value,
            )

        # SQLite and files keep days as the text that they are written in.
        is_kept = family is Family.DAY and self._dialect not in ("sqlite", FILES)

        if is_kept and isinstance(value, str) and is_day(value):
            return sa.literal(date.fromisoformat(value))

        return sa.literal(value)

    def _refuse_unlike(self, left: Ref, right: Ref, place: str) -> None:
        kinds = {self._family(left), self._family(right)} - {Family.ANY}

        if len(kinds) > 1:
            self._spot.add(
                f"{place} compares {left} with {right}, which are of different kinds: "
                f"{' and '.join(sorted(kinds))}.",
                "Compare columns of one kind.",
                left.column,
                str(right),
            )

    def _column(self, ref: Ref) -> sa.ColumnElement[Any]:
        return self._clauses[ref.alias].c[self._spelt(ref)]

    def _measured(self, ref: Ref) -> sa.ColumnElement[Any]:
        """
        Returns a column as it is compared: that of a file, where all is text, as what
        it stands for.
        """
        column, family = self._column(ref), self._family(ref)

        if self._dialect != FILES:
            return column

        if family is Family.NUMBER:
            return sa.cast(column, sa.Float)

        if family is Family.BOOLEAN:
            return sa.func.lower(column).in_(TRUE)

        return sa.func.substr(column, 1, 10) if family is Family.DAY else column

    def _family(self, ref: Ref) -> Family:
        return self._found[ref.alias].columns[self._spelt(ref)]

    def _spelt(self, ref: Ref) -> str:
        name = self._found[ref.alias].column(ref.column)
        assert name is not None  # it was checked

        return name


def _clause(found: FoundTable, alias: str) -> sa.Alias:
    """
    Returns a table without types, so that values come as the driver gives them.
    """
    schema = quoted_name(found.name.schema, quote=True) if found.name.schema else None
    columns = [
        sa.column(quoted_name(name, quote=True), sa.types.NullType())
        for name in (*found.columns, *([found.line] if found.line else []))
    ]
    name = quoted_name(found.name.name, quote=True)
    table: Any = sa.table(name, *columns, schema=schema)
    aliased: sa.Alias = table.alias(quoted_name(alias, quote=True))

    return aliased


def _fits(family: Family, value: Value) -> bool:
    if family is Family.ANY:
        return True

    if family is Family.BOOLEAN:
        return isinstance(value, bool)

    if family is Family.NUMBER:
        return not isinstance(value, str | bool)

    if family is Family.DAY:
        return isinstance(value, str) and is_day(value)

    return isinstance(value, str)
