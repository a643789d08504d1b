"""
Tables of the store: plans with their schedules, and scenarios.
"""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Double,
    Integer,
    Table,
    Text,
    UniqueConstraint,
)

from lotwright.service.store.columns import METADATA, belongs_to, key, of_tenant

plan = Table(
    "plan",
    METADATA,
    of_tenant(),
    key("plan_id"),
    Column("name", Text, nullable=False),
    Column("dataset_id", Text, nullable=False),
    Column("version_id", Text, nullable=False, default=""),
    Column("scenario_id", Text, nullable=False, default=""),
    Column("options", JSON, nullable=False, default=dict),
    Column("parameters", JSON, nullable=False, default=dict),
    Column("when_busy", Text, nullable=False),
    Column("cron", Text, nullable=False, default=""),
    Column("windows", JSON, nullable=False, default=list),
    Column("is_scheduled", Boolean, nullable=False, default=False),
    Column("publish", JSON, nullable=False, default=dict),
    Column("created_at", Double, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("revision", Integer, nullable=False, default=1),
    UniqueConstraint("tenant_id", "name"),
    belongs_to("dataset", "tenant_id", "dataset_id"),
)

#: Open: it says whose turn it is and when, never what is planned.
due_plan = Table(
    "due_plan",
    METADATA,
    key("tenant_id"),
    key("plan_id"),
    Column("due_at", Double, nullable=False),
    Column("begin_at", Double, nullable=False),
    belongs_to("tenant", "tenant_id"),
)

plan_moment = Table(
    "plan_moment",
    METADATA,
    of_tenant(),
    key("plan_id"),
    Column("due_at", Double, primary_key=True),
    Column("run_id", Text, nullable=False),
    Column("begun_at", Double, nullable=False),
    Column("outcome", Text, nullable=False, default=""),
    belongs_to("plan", "tenant_id", "plan_id"),
)

plan_signal = Table(
    "plan_signal",
    METADATA,
    of_tenant(),
    key("plan_id"),
    key("signal_id"),
    Column("run_id", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    belongs_to("plan", "tenant_id", "plan_id"),
)

scenario = Table(
    "scenario",
    METADATA,
    of_tenant(),
    key("scenario_id"),
    Column("name", Text, nullable=False),
    Column("note", Text, nullable=False, default=""),
    Column("dataset_id", Text, nullable=False),
    Column("version_id", Text, nullable=False),
    Column("base_id", Text, nullable=False, default=""),
    Column("overrides", JSON, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("revision", Integer, nullable=False, default=1),
    UniqueConstraint("tenant_id", "name"),
    belongs_to("version", "tenant_id", "dataset_id", "version_id"),
)

sweep = Table(
    "sweep",
    METADATA,
    of_tenant(),
    key("sweep_id"),
    Column("label", Text, nullable=False, default=""),
    Column("run_ids", JSON, nullable=False, default=list),
    Column("created_at", Double, nullable=False),
    Column("created_by", Text, nullable=False),
    belongs_to("tenant", "tenant_id"),
)

draft = Table(
    "draft",
    METADATA,
    of_tenant(),
    key("run_id"),
    Column("edits", JSON, nullable=False),
    Column("revision", Integer, nullable=False, default=1),
    Column("changed_at", Double, nullable=False),
    Column("changed_by", Text, nullable=False),
    belongs_to("run", "tenant_id", "run_id"),
)

draft_token = Table(
    "draft_token",
    METADATA,
    of_tenant(),
    key("run_id"),
    key("token_hash"),
    Column("edit", JSON, nullable=False),
    Column("num_orders", Integer, nullable=False),
    Column("expires_at", Double, nullable=False),
    belongs_to("run", "tenant_id", "run_id"),
)
