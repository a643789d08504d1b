"""
What all tables of the store share: one collection, and the columns that each begins
with.
"""

from __future__ import annotations

from sqlalchemy import Column, ForeignKeyConstraint, MetaData, Text

#: Names of constraints, so that migrations can find them.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

METADATA = MetaData(naming_convention=_NAMES)


def of_tenant() -> Column[str]:
    """
    Returns the first column of every primary key: whose row it is.
    """
    return Column("tenant_id", Text, primary_key=True)


def key(name: str) -> Column[str]:
    """
    Returns a further column of a primary key.
    """
    return Column(name, Text, primary_key=True)


def belongs_to(table: str, *columns: str) -> ForeignKeyConstraint:
    """
    Returns the reference to a table by columns of the same names; rows go with the one
    that they belong to.
    """
    return ForeignKeyConstraint(
        columns, [f"{table}.{name}" for name in columns], ondelete="CASCADE"
    )
