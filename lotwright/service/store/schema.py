"""
The tables of the store, the same in SQLite and PostgreSQL.

Times are seconds since 1970 in UTC. The tenant is the first column of every primary key
but those of ``OPEN_TABLES``, which hold no data of tenants beyond identifiers.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

#: Names of constraints, so that migrations can find them.
_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

METADATA = MetaData(naming_convention=_NAMES)


class RunStatus(StrEnum):
    """
    Where a run is on its way.
    """

    QUEUED = "queued"  #: waits for a worker
    RUNNING = "running"  #: a worker holds its lease
    SUCCEEDED = "succeeded"  #: it has a plan
    FAILED = "failed"  #: it has none, and an error that says why
    CANCELLED = "cancelled"  #: somebody asked for it; there is no result

    @property
    def is_final(self) -> bool:
        """
        Whether nothing more happens.
        """
        return self not in (RunStatus.QUEUED, RunStatus.RUNNING)


def _tenant() -> Column[str]:
    return Column("tenant_id", Text, primary_key=True)


def _key(name: str) -> Column[str]:
    return Column(name, Text, primary_key=True)


def _of(table: str, *columns: str) -> ForeignKeyConstraint:
    return ForeignKeyConstraint(
        columns, [f"{table}.{name}" for name in columns], ondelete="CASCADE"
    )


tenant = Table(
    "tenant",
    METADATA,
    _key("tenant_id"),
    Column("name", Text, nullable=False, unique=True),
    Column("time_zone", Text, nullable=False, default="UTC"),
    Column("created_at", Double, nullable=False),
    Column("claimed_at", Double, nullable=False, default=0.0),
    Column("quotas", JSON, nullable=False, default=dict),
)

key_index = Table(
    "key_index",
    METADATA,
    _key("key_id"),
    Column("tenant_id", Text, nullable=False),
    _of("tenant", "tenant_id"),
)

open_run = Table(
    "open_run",
    METADATA,
    _key("tenant_id"),
    _key("run_id"),
    _of("tenant", "tenant_id"),
)

worker = Table(
    "worker",
    METADATA,
    _key("worker_id"),
    Column("host", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("seen_at", Double, nullable=False),
)

api_key = Table(
    "api_key",
    METADATA,
    _tenant(),
    _key("key_id"),
    Column("name", Text, nullable=False),
    Column("secret_hash", Text, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double),
    Column("revoked_at", Double),
    _of("tenant", "tenant_id"),
)

blob = Table(
    "blob",
    METADATA,
    _tenant(),
    _key("digest"),
    Column("part", Integer, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
    _of("tenant", "tenant_id"),
)

dataset = Table(
    "dataset",
    METADATA,
    _tenant(),
    _key("dataset_id"),
    Column("name", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("revision", Integer, nullable=False, default=1),
    UniqueConstraint("tenant_id", "name"),
    _of("tenant", "tenant_id"),
)

dataset_table = Table(
    "dataset_table",
    METADATA,
    _tenant(),
    _key("dataset_id"),
    _key("table_name"),
    Column("digest", Text, nullable=False),
    Column("num_rows", BigInteger, nullable=False),
    Column("changed_at", Double, nullable=False),
    _of("dataset", "tenant_id", "dataset_id"),
)

version = Table(
    "version",
    METADATA,
    _tenant(),
    _key("dataset_id"),
    _key("version_id"),
    Column("number", Integer, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("findings", JSON, nullable=False),
    _of("dataset", "tenant_id", "dataset_id"),
)

version_table = Table(
    "version_table",
    METADATA,
    _tenant(),
    _key("dataset_id"),
    _key("version_id"),
    _key("table_name"),
    Column("digest", Text, nullable=False),
    Column("num_rows", BigInteger, nullable=False),
    _of("version", "tenant_id", "dataset_id", "version_id"),
)

run = Table(
    "run",
    METADATA,
    _tenant(),
    _key("run_id"),
    Column("dataset_id", Text, nullable=False),
    Column("version_id", Text, nullable=False),
    Column("options", JSON, nullable=False),
    Column("scenario", JSON, nullable=False),
    Column("label", Text, nullable=False, default=""),
    Column("created_by", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("phase", Text, nullable=False, default=""),
    Column("wish", Text, nullable=False, default=""),
    Column("attempt", Integer, nullable=False, default=0),
    Column("worker_id", Text, nullable=False, default=""),
    Column("lease_until", Double, nullable=False, default=0.0),
    Column("created_at", Double, nullable=False),
    Column("started_at", Double),
    Column("ended_at", Double),
    Column("incumbent", Double),
    Column("bound", Double),
    Column("summary", JSON, nullable=False, default=dict),
    Column("error_code", Text, nullable=False, default=""),
    Column("error_text", Text, nullable=False, default=""),
    Column("has_result", Boolean, nullable=False, default=False),
    Column("next_event", Integer, nullable=False, default=1),
    _of("version", "tenant_id", "dataset_id", "version_id"),
)

Index("ix_run_open", run.c.tenant_id, run.c.status, run.c.created_at)

run_event = Table(
    "run_event",
    METADATA,
    _tenant(),
    _key("run_id"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Double, nullable=False),
    Column("kind", Text, nullable=False),
    Column("data", JSON, nullable=False),
    _of("run", "tenant_id", "run_id"),
)

run_table = Table(
    "run_table",
    METADATA,
    _tenant(),
    _key("run_id"),
    _key("table_name"),
    Column("digest", Text, nullable=False),
    Column("position", Integer, nullable=False),
    _of("run", "tenant_id", "run_id"),
)

idempotency = Table(
    "idempotency",
    METADATA,
    _tenant(),
    _key("idempotency_key"),
    Column("request_digest", Text, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    _of("run", "tenant_id", "run_id"),
)

audit = Table(
    "audit",
    METADATA,
    _tenant(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Double, nullable=False),
    Column("actor", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False),
    _of("tenant", "tenant_id"),
)

#: Tables that any transaction may read: they say who and where, never what.
OPEN_TABLES = ("tenant", "key_index", "open_run", "worker")

#: Tables whose rows belong to a tenant, parents first.
TENANT_TABLES = tuple(
    table.name for table in METADATA.sorted_tables if table.name not in OPEN_TABLES
)
