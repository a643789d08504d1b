"""
Mappings: which tables and columns of another system feed which planning tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

#: A part of the name of a table or column.
IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_$]{0,62}")

#: What may stand in a condition, besides columns.
Value = str | float | bool

#: How two sides of a condition are compared.
How = Literal["==", "!=", "<", "<=", ">", ">=", "in", "not in", "blank", "not blank"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TableName:
    """
    Name of a table or view, perhaps in a schema.
    """

    name: str
    schema: str = ""

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """
    A column of one of the tables that a feed reads.

    Parameters
    ----------
    alias
        What the feed calls the table.
    column
        Name of the column.
    """

    alias: str
    column: str

    def __str__(self) -> str:
        return f"{self.alias}.{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """
    One comparison of a condition on rows.

    Parameters
    ----------
    column
        What stands on the left.
    how
        How it is compared.
    values
        What stands on the right: several with ``in``, none with ``blank``.
    other
        Column on the right, in place of a value.
    """

    column: Ref
    how: How
    values: tuple[Value, ...] = ()
    other: Ref | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Join:
    """
    A table whose columns stand beside those of the others where some of them are equal,
    and are blank where no row of it fits.

    Parameters
    ----------
    table, alias
        The table, and what the feed calls it.
    on
        Columns of it, each with the one that it is equal to.
    where
        Which of its rows count.
    """

    table: TableName
    alias: str
    on: tuple[tuple[Ref, Ref], ...]
    where: tuple[Comparison, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """
    How the cells of one column come about. Steps are taken in the order of the fields.

    Parameters
    ----------
    columns
        Columns that it is made of; none, where it is the same in all rows.
    take
        ``one`` column, the ``first`` that is not blank, or all of them ``joined``.
    separator
        What stands between those that are joined.
    skips_blank
        Whether those that are blank are left out where columns are joined.
    value
        What it is in all rows.
    blank
        What stands for a blank cell in the source.
    words, otherwise
        What each word becomes, and what all others become; without it, those are
        refused.
    is_duration
        Whether a text such as ``7 00:00:00`` stands for seconds.
    minus
        Columns that are subtracted; blank ones count as 0.
    divide_by, divisor
        Columns and number by which it is divided.
    factor
        By which it is multiplied.
    at_least
        What it is where less would come out.
    day_format
        How days are written, in the letters of ``strptime``.
    days
        Days that are added.
    prefix
        What is put in front.
    if_blank
        What it is where it would be blank.
    numbered_by
        Columns in whose order rows are numbered 10, 20, 30, among those that the rest
        of their key shares; in place of all others.
    """

    columns: tuple[Ref, ...] = ()
    take: Literal["one", "first", "joined"] = "one"
    separator: str = ""
    skips_blank: bool = False
    value: str = ""
    blank: tuple[str, ...] = ()
    words: Mapping[str, str] | None = None
    otherwise: str | None = None
    is_duration: bool = False
    minus: tuple[Ref, ...] = ()
    divide_by: tuple[Ref, ...] = ()
    divisor: float = 1.0
    factor: float = 1.0
    at_least: float | None = None
    day_format: str = ""
    days: int = 0
    prefix: str = ""
    if_blank: str | None = None
    numbered_by: tuple[Ref, ...] = ()

    @property
    def refs(self) -> tuple[Ref, ...]:
        """
        All columns that it needs.
        """
        return (*self.columns, *self.minus, *self.divide_by, *self.numbered_by)

    @property
    def is_computed(self) -> bool:
        """
        Whether numbers are computed.
        """
        plain = (self.divisor, self.factor, self.at_least) == (1.0, 1.0, None)

        return bool(self.minus or self.divide_by) or not plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """
    Rows of one planning table, and where they come from.

    Parameters
    ----------
    number
        Its place in the mapping, from 1.
    table
        The planning table.
    source, alias
        The table that it reads, and what conditions and columns call it.
    joins
        Tables beside it.
    where
        Which rows count: all comparisons must hold.
    cells
        How each column of the planning table comes about.
    distinct
        Whether rows that are the same throughout count once.
    total
        Columns that are added up where all others are the same.
    """

    number: int
    table: str
    source: TableName
    alias: str
    joins: tuple[Join, ...] = ()
    where: tuple[Comparison, ...] = ()
    cells: Mapping[str, Cell] = field(default_factory=dict[str, Cell])
    distinct: bool = False
    total: tuple[str, ...] = ()

    @property
    def place(self) -> str:
        """
        Where it stands in the mapping.
        """
        return f"Feed {self.number} ({self.table} from {self.source})"

    def refs(self) -> Iterator[tuple[str, Ref]]:
        """
        Yields every column that it names, with the place where it does.
        """
        for name, cell in self.cells.items():
            for ref in cell.refs:
                yield name, ref

        for comparison in self.where:
            yield from _compared(comparison, "where")

        for join in self.joins:
            for pair in join.on:
                for ref in pair:
                    yield f"join {join.alias}, on", ref

            for comparison in join.where:
                yield from _compared(comparison, f"join {join.alias}, where")


def _compared(comparison: Comparison, place: str) -> Iterator[tuple[str, Ref]]:
    yield place, comparison.column

    if comparison.other is not None:
        yield place, comparison.other


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """
    What would change the plan and is not read.

    Parameters
    ----------
    table
        The table that it is in.
    columns
        Columns of it; none for the whole table.
    note
        What that means for the plan.
    """

    table: TableName
    columns: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMapping:
    """
    How planning tables are read from another system.

    Parameters
    ----------
    name
        Its name, or that of its file.
    note
        What people should know of it.
    feeds
        What it reads.
    unread
        What it does not read, and tells where there is any of it.
    is_of_files
        Whether it reads files, where some may be missing, and some of their columns.
    """

    name: str
    note: str
    feeds: tuple[Feed, ...]
    unread: tuple[Unread, ...] = ()
    is_of_files: bool = False

    @property
    def tables(self) -> tuple[str, ...]:
        """
        The planning tables that it feeds, in the order of their first feeds.
        """
        return tuple(dict.fromkeys(feed.table for feed in self.feeds))
