"""
The catalogue of another system: which tables and columns there are.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any, Protocol

from sqlalchemy import Connection, inspect, types
from sqlalchemy.exc import NoSuchTableError, SAWarning

from lotwright.errors import Problem
from lotwright.model.findings import Finding
from lotwright.service.connect.mapping import TableName

#: What files are called where databases are called by their dialect.
FILES = "files"

_PUNCTUATION = re.compile(r"[\W_]+")

#: Schemas in which databases keep what is theirs.
_OF_SYSTEM = (
    "information_schema", "pg_catalog", "pg_toast", "sys", "mysql",
    "performance_schema", "guest", "db_owner",
)  # fmt: skip


class Family(StrEnum):
    """
    What can be compared with what.
    """

    TEXT = "text"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DAY = "day"  #: days and moments
    ANY = "any"  #: whatever is not known


_FAMILIES: tuple[tuple[type[types.TypeEngine[Any]], Family], ...] = (
    (types.Boolean, Family.BOOLEAN),
    (types.Integer, Family.NUMBER),
    (types.Numeric, Family.NUMBER),
    (types.Date, Family.DAY),
    (types.DateTime, Family.DAY),
    (types.Enum, Family.ANY),
    (types.String, Family.TEXT),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundTable:
    """
    A table or view as the system spells it.

    Parameters
    ----------
    name
        Its name.
    columns
        Its columns, with what can be compared with each.
    file, line
        The file that it is, and its column of lines; empty in a database.
    headings
        What columns are called in the file.
    """

    name: TableName
    columns: Mapping[str, Family]
    file: str = ""
    line: str = ""
    headings: Mapping[str, str] = field(default_factory=dict[str, str])

    def column(self, name: str) -> str | None:
        """
        Returns a column as the system spells it, None where there is none.
        """
        return spelt(name, self.columns)


class Tables(Protocol):
    """
    Tables that feeds can ask.
    """

    @property
    def dialect(self) -> str:
        """
        The kind of database, or ``files``.
        """
        ...

    @property
    def connection(self) -> Connection:
        """
        What is asked.
        """
        ...

    @property
    def problems(self) -> Sequence[Problem]:
        """
        What is wrong with what was looked up so far.
        """
        ...

    @property
    def findings(self) -> Sequence[Finding]:
        """
        What is worth knowing of it.
        """
        ...

    def names(self, schema: str = "") -> list[str]:
        """
        Returns the tables of a schema; of the usual one, where none is named.
        """
        ...

    def table(self, name: TableName) -> FoundTable | None:
        """
        Returns a table, None where there is none of that name.
        """
        ...


class Catalogue:
    """
    Tables, views and columns that a connection sees, looked up as they are asked for.

    Parameters
    ----------
    connection
        Where.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dialect = connection.dialect.name
        self.problems: Sequence[Problem] = ()
        self.findings: Sequence[Finding] = ()
        self._inspector = inspect(connection)
        self._names: dict[str, list[str]] = {}
        self._tables: dict[TableName, FoundTable | None] = {}

    def names(self, schema: str = "") -> list[str]:
        """
        Returns the tables and views of a schema; of the usual one, where none is named.
        """
        if schema not in self._names:
            self._names[schema] = self._read_names(schema)

        return self._names[schema]

    def table(self, name: TableName) -> FoundTable | None:
        """
        Returns a table or view, None where there is none of that name.
        """
        if name not in self._tables:
            self._tables[name] = self._read_table(name)

        return self._tables[name]

    def _read_names(self, schema: str) -> list[str]:
        if schema.lower() in _OF_SYSTEM or schema.lower().startswith("pg_"):
            return []

        place = schema or None
        inspector = self._inspector

        with _quietly():
            found = [
                *inspector.get_table_names(place),
                *inspector.get_view_names(place),
            ]

            with suppress(NotImplementedError):
                found += inspector.get_materialized_view_names(place)

        return sorted(set(found))

    def _read_table(self, name: TableName) -> FoundTable | None:
        actual = spelt(name.name, self.names(name.schema))

        if actual is None:
            return None

        try:
            with _quietly():
                columns = self._inspector.get_columns(actual, name.schema or None)
        except NoSuchTableError:
            return None

        return FoundTable(
            name=TableName(name=actual, schema=name.schema),
            columns={each["name"]: _family(each["type"]) for each in columns},
        )


def spelt(name: str, known: Iterable[str]) -> str | None:
    """
    Returns a name as it is known, None where it is not.

    Where no name is the same to the letter, one that differs in case only is meant.
    """
    every = list(known)

    if name in every:
        return name

    near = [each for each in every if each.casefold() == name.casefold()]

    return near[0] if len(near) == 1 else None


def plain(name: str) -> str:
    """
    Returns a name as it is compared where people write it as they like: without capital
    letters, spaces and punctuation.
    """
    return _PUNCTUATION.sub("", name.lower())


def is_day(word: str) -> bool:
    """
    Returns whether a word is a day, written like 2026-03-31.
    """
    try:
        return len(word) == 10 and bool(date.fromisoformat(word))
    except ValueError:
        return False


def _family(kind: types.TypeEngine[Any]) -> Family:
    return next((f for each, f in _FAMILIES if isinstance(kind, each)), Family.ANY)


def _quietly() -> warnings.catch_warnings[None]:
    """
    Returns a context in which nobody hears of types that are not known.
    """
    return warnings.catch_warnings(action="ignore", category=SAWarning)
