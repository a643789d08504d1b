"""
Tables of the store: tenants, keys, data, runs, results and the audit.

They are the same in SQLite and PostgreSQL. Times are seconds since 1970 in UTC. The
tenant is the first column of every primary key, but for open tables.
"""

from __future__ import annotations

from enum import StrEnum

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Double,
    Index,
    Integer,
    LargeBinary,
    Table,
    Text,
    UniqueConstraint,
)

from lotwright.service.store.columns import METADATA, belongs_to, key, of_tenant


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


tenant = Table(
    "tenant",
    METADATA,
    key("tenant_id"),
    Column("name", Text, nullable=False, unique=True),
    Column("time_zone", Text, nullable=False, default="UTC"),
    Column("created_at", Double, nullable=False),
    Column("claimed_at", Double, nullable=False, default=0.0),
    Column("served_at", Double, nullable=False, default=0.0, server_default="0"),
    Column("quotas", JSON, nullable=False, default=dict),
    Column("erasing_at", Double),
)

key_index = Table(
    "key_index",
    METADATA,
    key("key_id"),
    Column("tenant_id", Text, nullable=False),
    belongs_to("tenant", "tenant_id"),
)

open_run = Table(
    "open_run",
    METADATA,
    key("tenant_id"),
    key("run_id"),
    belongs_to("tenant", "tenant_id"),
)

worker = Table(
    "worker",
    METADATA,
    key("worker_id"),
    Column("host", Text, nullable=False),
    Column("version", Text, nullable=False),
    Column("seen_at", Double, nullable=False),
)

api_key = Table(
    "api_key",
    METADATA,
    of_tenant(),
    key("key_id"),
    Column("name", Text, nullable=False),
    Column("secret_hash", Text, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("expires_at", Double),
    Column("revoked_at", Double),
    Column("networks", JSON, nullable=False, default=list),
    Column("used_on", Text),
    belongs_to("tenant", "tenant_id"),
)

blob = Table(
    "blob",
    METADATA,
    of_tenant(),
    key("digest"),
    Column("part", Integer, primary_key=True),
    Column("size", BigInteger, nullable=False),
    Column("content", LargeBinary, nullable=False),
    belongs_to("tenant", "tenant_id"),
)

dataset = Table(
    "dataset",
    METADATA,
    of_tenant(),
    key("dataset_id"),
    Column("name", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("revision", Integer, nullable=False, default=1),
    UniqueConstraint("tenant_id", "name"),
    belongs_to("tenant", "tenant_id"),
)

dataset_table = Table(
    "dataset_table",
    METADATA,
    of_tenant(),
    key("dataset_id"),
    key("table_name"),
    Column("digest", Text, nullable=False),
    Column("num_rows", BigInteger, nullable=False),
    Column("changed_at", Double, nullable=False),
    belongs_to("dataset", "tenant_id", "dataset_id"),
)

version = Table(
    "version",
    METADATA,
    of_tenant(),
    key("dataset_id"),
    key("version_id"),
    Column("number", Integer, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("findings", JSON, nullable=False),
    belongs_to("dataset", "tenant_id", "dataset_id"),
)

version_table = Table(
    "version_table",
    METADATA,
    of_tenant(),
    key("dataset_id"),
    key("version_id"),
    key("table_name"),
    Column("digest", Text, nullable=False),
    Column("num_rows", BigInteger, nullable=False),
    belongs_to("version", "tenant_id", "dataset_id", "version_id"),
)

run = Table(
    "run",
    METADATA,
    of_tenant(),
    key("run_id"),
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
    Column("plan_id", Text, nullable=False, default=""),
    Column("scenario_id", Text, nullable=False, default=""),
    Column("sweep_id", Text, nullable=False, default=""),
    Column("base_run_id", Text, nullable=False, default=""),
    Column("start_run_id", Text, nullable=False, default=""),
    Column("request_digest", Text, nullable=False, default=""),
    Column("parameters", JSON, nullable=False, default=dict),
    Column("edits", JSON, nullable=False, default=list),
    Column("publish", JSON, nullable=False, default=dict),
    Column("solving_at", Double),
    Column("decoding_at", Double),
    belongs_to("version", "tenant_id", "dataset_id", "version_id"),
)

Index("ix_run_open", run.c.tenant_id, run.c.status, run.c.created_at)
Index("ix_run_of_plan", run.c.tenant_id, run.c.plan_id, run.c.status)
Index("ix_run_of_sweep", run.c.tenant_id, run.c.sweep_id)

run_event = Table(
    "run_event",
    METADATA,
    of_tenant(),
    key("run_id"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Double, nullable=False),
    Column("kind", Text, nullable=False),
    Column("data", JSON, nullable=False),
    belongs_to("run", "tenant_id", "run_id"),
)

run_table = Table(
    "run_table",
    METADATA,
    of_tenant(),
    key("run_id"),
    key("table_name"),
    Column("digest", Text, nullable=False),
    Column("position", Integer, nullable=False),
    belongs_to("run", "tenant_id", "run_id"),
)

idempotency = Table(
    "idempotency",
    METADATA,
    of_tenant(),
    key("idempotency_key"),
    Column("request_digest", Text, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    belongs_to("run", "tenant_id", "run_id"),
)

audit = Table(
    "audit",
    METADATA,
    of_tenant(),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Double, nullable=False),
    Column("actor", Text, nullable=False),
    Column("verb", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("outcome", Text, nullable=False),
    Column("request_id", Text, nullable=False),
    Column("previous", Text, nullable=False),
    Column("digest", Text, nullable=False),
    belongs_to("tenant", "tenant_id"),
)
