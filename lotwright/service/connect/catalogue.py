"""
The catalogue of another system: which tables and columns there are.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Connection, inspect, types
from sqlalchemy.exc import NoSuchTableError, SAWarning

from lotwright.service.connect.mapping import TableName

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
    """

    name: TableName
    columns: Mapping[str, Family]

    def column(self, name: str) -> str | None:
        """
        Returns a column as the system spells it, None where there is none.
        """
        return spelt(name, self.columns)


class Catalogue:
    """
    Tables, views and columns that a connection sees, looked up as they are asked for.

    Parameters
    ----------
    connection
        Where.
    """

    def __init__(self, connection: Connection) -> None:
        self.dialect = connection.dialect.name
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


def _family(kind: types.TypeEngine[Any]) -> Family:
    return next((f for each, f in _FAMILIES if isinstance(kind, each)), Family.ANY)


def _quietly() -> warnings.catch_warnings[None]:
    """
    Returns a context in which nobody hears of types that are not known.
    """
    return warnings.catch_warnings(action="ignore", category=SAWarning)
