"""
What another system has that would change the plan and is not read: told by name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.sql.elements import quoted_name

from lotwright.model.findings import Finding, Severity
from lotwright.service.connect.catalogue import FILES, Family, FoundTable, Tables
from lotwright.service.connect.mapping import SourceMapping, Unread

#: What says no more than a blank cell does.
_NOTHING = ("", "0", "0.0", "0.00", "0:00:00", "00:00:00", "0 00:00:00")


def unread_findings(mapping: SourceMapping, tables: Tables) -> Iterator[Finding]:
    """
    Yields what a mapping says that it does not read, where there is any of it.

    Parameters
    ----------
    mapping
        The mapping.
    tables
        What there is.
    """
    for each in mapping.unread:
        before = len(tables.problems)

        try:
            with _apart(tables):
                found = list(_told(each, tables))
        except SQLAlchemyError:
            found = [_finding(each, f"{each.table} cannot be looked at")]

        if len(tables.problems) > before:
            found = [_finding(each, f"{each.table} cannot be looked at")]

        yield from found


def _apart(tables: Tables) -> AbstractContextManager[object]:
    """
    Returns a part of the transaction, so that a table which nobody may look at does not
    end it for all others; files have no such tables.
    """
    is_file = tables.dialect == FILES

    return nullcontext() if is_file else tables.connection.begin_nested()


def _told(each: Unread, tables: Tables) -> Iterator[Finding]:
    found = tables.table(each.table)

    if found is None:
        return

    place = found.file or str(each.table)
    names = [found.column(name) for name in each.columns] or [""]

    for name in names:
        # A column that is not there holds nothing.
        if name is None:
            continue

        num_rows = _num_rows(found, name, tables)
        rows = "1 row" if num_rows == 1 else f"{num_rows:,} rows"

        if num_rows and name:
            heading = found.headings.get(name, name)
            text = f"{heading} is filled in {rows} of {place}"
            yield _finding(each, text, heading, num_rows)
        elif num_rows:
            yield _finding(each, f"{place} has {rows}", count=num_rows)


def _finding(each: Unread, text: str, column: str = "", count: int = 1) -> Finding:
    return Finding(
        code="W-FEATURE-IGNORED",
        severity=Severity.IGNORED,
        text=f"{text}, and is not read. {each.note}",
        column=column,
        count=count,
    )


def _num_rows(found: FoundTable, column: str, tables: Tables) -> int:
    """
    Returns how many rows a table has, with something in a column where one is named.
    """
    table = sa.table(
        quoted_name(found.name.name, quote=True), schema=found.name.schema or None
    )
    query = sa.select(sa.func.count()).select_from(table)

    if column:
        cell: sa.ColumnClause[object] = sa.column(quoted_name(column, quote=True))
        query = query.where(cell.is_not(None), *_more_than_nothing(cell, found, column))

    return int(tables.connection.execute(query).scalar_one())


def _more_than_nothing(
    cell: sa.ColumnClause[object], found: FoundTable, column: str
) -> Iterable[sa.ColumnElement[bool]]:
    family = found.columns[column]

    if family is Family.TEXT:
        return [cell.not_in(_NOTHING)]

    return [cell != 0] if family is Family.NUMBER else []
