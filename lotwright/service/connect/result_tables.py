"""
Result tables: where other systems read what was published to them.

Every publication brings rows of its own. The views show those of the current one, so
that a reader sees all of a publication or nothing of it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
    Date,
    Dialect,
    Double,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    inspect,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.schema import CreateIndex, CreateTable, CreateView
from sqlalchemy.sql import ClauseElement
from sqlalchemy.types import TypeEngine

from lotwright.model import schema
from lotwright.model.schema import ColumnType
from lotwright.model.tables_output import PEGGING, PLANNED_ORDERS

RESULTS = MetaData()

_TYPES: dict[ColumnType, type[TypeEngine[Any]]] = {
    ColumnType.TEXT: Text,
    ColumnType.CHOICE: Text,
    ColumnType.NUMBER: Double,
    ColumnType.INTEGER: BigInteger,
    ColumnType.BOOLEAN: Boolean,
    ColumnType.DATE: Date,
}

#: Columns of messages: what to change about open orders, and what was found.
MESSAGE_COLUMNS = {
    "kind": ColumnType.TEXT,
    "code": ColumnType.TEXT,
    "severity": ColumnType.TEXT,
    "item_id": ColumnType.TEXT,
    "location_id": ColumnType.TEXT,
    "supply_id": ColumnType.TEXT,
    "from_date": ColumnType.DATE,
    "to_date": ColumnType.DATE,
    "from_qty": ColumnType.NUMBER,
    "to_qty": ColumnType.NUMBER,
    "benefit": ColumnType.NUMBER,
    "about_table": ColumnType.TEXT,
    "about_key": ColumnType.TEXT,
    "about_column": ColumnType.TEXT,
    "occurrences": ColumnType.INTEGER,
    "text": ColumnType.TEXT,
    "hint": ColumnType.TEXT,
}

#: One row for each publication; its key makes sure that it comes once.
publication = Table(
    "lotwright_publication",
    RESULTS,
    Column("publication_id", Text, primary_key=True),
    Column("publisher", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("condition", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("published_at", Double, nullable=False),
    Column("num_orders", BigInteger, nullable=False),
    Column("num_pegging", BigInteger, nullable=False),
    Column("num_messages", BigInteger, nullable=False),
    Column("is_current", Boolean(create_constraint=False), nullable=False),
)


def _rows_of(name: str, columns: dict[str, ColumnType]) -> Table:
    """
    Returns a table of rows that belong to publications.
    """
    return Table(
        name,
        RESULTS,
        Column("publication_id", Text, primary_key=True),
        Column("line", Integer, primary_key=True, autoincrement=False),
        *(Column(each, _TYPES[kind]) for each, kind in columns.items()),
    )


def _declared(table: schema.Table) -> dict[str, ColumnType]:
    return {column.name: column.type for column in table.columns}


planned_orders = _rows_of("lotwright_planned_orders", _declared(PLANNED_ORDERS))
pegging = _rows_of("lotwright_pegging", _declared(PEGGING))
messages = _rows_of("lotwright_messages", MESSAGE_COLUMNS)

Index(
    "lotwright_planned_orders_by_id",
    planned_orders.c.publication_id,
    planned_orders.c.order_id,
)

#: Tables of rows by the name of what they hold.
ROW_TABLES = {
    "planned_orders": planned_orders,
    "pegging": pegging,
    "messages": messages,
}


def _view_of(table: Table, name: str) -> CreateView:
    """
    Returns the view of those rows that belong to current publications.
    """
    shown = (
        select(*(column for column in table.c if column.name != "line"))
        .join(publication, publication.c.publication_id == table.c.publication_id)
        .where(publication.c.is_current)
    )

    return CreateView(shown, name)


#: What readers of the other system should look at.
VIEWS = (
    _view_of(planned_orders, "lotwright_current_orders"),
    _view_of(pegging, "lotwright_current_pegging"),
    _view_of(messages, "lotwright_current_messages"),
)

_DIALECTS = {"postgresql": postgresql.dialect, "sqlite": sqlite.dialect}


def statements(
    dialect_name: str, absent: Collection[str] | None = None
) -> tuple[str, ...]:
    """
    Returns what creates the result tables, their indexes and views.

    Parameters
    ----------
    dialect_name
        ``postgresql`` or ``sqlite``.
    absent
        Names of those tables and views that are to be created; all, when left out.

    Raises
    ------
    ValueError
        When it is another one.
    """
    if dialect_name not in _DIALECTS:
        known = " and ".join(_DIALECTS)
        msg = f"Results are published to {known}, not to {dialect_name!r}."
        raise ValueError(msg)

    dialect: Dialect = _DIALECTS[dialect_name]()
    tables = [
        table
        for table in RESULTS.sorted_tables
        if absent is None or table.name in absent
    ]
    made: list[ClauseElement] = [
        *(CreateTable(table) for table in tables),
        *(
            CreateIndex(index)
            for table in tables
            for index in sorted(table.indexes, key=lambda each: str(each.name))
        ),
        *(view for view in VIEWS if absent is None or view.table.name in absent),
    ]

    return tuple(str(each.compile(dialect=dialect)).strip() for each in made)


def missing(connection: Connection) -> Sequence[str]:
    """
    Returns the names of result tables and views that a database does not have.
    """
    found = inspect(connection)
    known = {*found.get_table_names(), *found.get_view_names()}
    wanted = [table.name for table in RESULTS.sorted_tables]
    wanted += [view.table.name for view in VIEWS]

    return [name for name in wanted if name not in known]


def create(connection: Connection) -> Sequence[str]:
    """
    Creates the result tables and views that a database does not have, in the
    transaction of a connection; returns their names.
    """
    absent = set(missing(connection))
    made = []

    for table in RESULTS.sorted_tables:
        if table.name in absent:
            table.create(connection)
            made.append(table.name)

    for view in VIEWS:
        name = view.table.name

        if name in absent:
            connection.execute(view)
            made.append(name)

    return made
