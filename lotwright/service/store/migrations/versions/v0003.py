"""
Plans with their schedules, and scenarios.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lotwright.service.store.migrations.walls import keep_apart

revision = "0003"
down_revision = "0002"

_OF_TENANTS = (
    "plan",
    "plan_moment",
    "plan_signal",
    "scenario",
    "sweep",
    "draft",
    "draft_token",
)


def upgrade() -> None:
    """
    Creates the tables, and lets runs say where they come from.
    """
    _create_plans()
    _create_scenarios()
    _create_drafts()
    keep_apart(_OF_TENANTS)
    _extend_runs()


def _create_plans() -> None:
    op.create_table(
        "plan",
        _text("tenant_id"),
        _text("plan_id"),
        _text("name"),
        _text("dataset_id"),
        _text("version_id"),
        _text("scenario_id"),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        _text("when_busy"),
        _text("cron"),
        sa.Column("windows", sa.JSON(), nullable=False),
        sa.Column("is_scheduled", sa.Boolean(), nullable=False),
        sa.Column("publish", sa.JSON(), nullable=False),
        _time("created_at"),
        _text("created_by"),
        sa.Column("revision", sa.Integer(), nullable=False),
        _belongs("plan", "dataset", "tenant_id", "dataset_id"),
        sa.PrimaryKeyConstraint("tenant_id", "plan_id", name=op.f("pk_plan")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_plan_tenant_id_name")),
    )
    op.create_table(
        "due_plan",
        _text("tenant_id"),
        _text("plan_id"),
        _time("due_at"),
        _time("begin_at"),
        _belongs("due_plan", "tenant", "tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "plan_id", name=op.f("pk_due_plan")),
    )
    op.create_table(
        "plan_moment",
        _text("tenant_id"),
        _text("plan_id"),
        _time("due_at"),
        _text("run_id"),
        _time("begun_at"),
        _text("outcome"),
        _belongs("plan_moment", "plan", "tenant_id", "plan_id"),
        sa.PrimaryKeyConstraint(
            "tenant_id", "plan_id", "due_at", name=op.f("pk_plan_moment")
        ),
    )
    op.create_table(
        "plan_signal",
        _text("tenant_id"),
        _text("plan_id"),
        _text("signal_id"),
        _text("run_id"),
        _time("created_at"),
        _belongs("plan_signal", "plan", "tenant_id", "plan_id"),
        sa.PrimaryKeyConstraint(
            "tenant_id", "plan_id", "signal_id", name=op.f("pk_plan_signal")
        ),
    )


def _create_scenarios() -> None:
    op.create_table(
        "scenario",
        _text("tenant_id"),
        _text("scenario_id"),
        _text("name"),
        _text("note"),
        _text("dataset_id"),
        _text("version_id"),
        _text("base_id"),
        sa.Column("overrides", sa.JSON(), nullable=False),
        _time("created_at"),
        _text("created_by"),
        sa.Column("revision", sa.Integer(), nullable=False),
        _belongs("scenario", "version", "tenant_id", "dataset_id", "version_id"),
        sa.PrimaryKeyConstraint("tenant_id", "scenario_id", name=op.f("pk_scenario")),
        sa.UniqueConstraint(
            "tenant_id", "name", name=op.f("uq_scenario_tenant_id_name")
        ),
    )
    op.create_table(
        "sweep",
        _text("tenant_id"),
        _text("sweep_id"),
        _text("label"),
        sa.Column("run_ids", sa.JSON(), nullable=False),
        _time("created_at"),
        _text("created_by"),
        _belongs("sweep", "tenant", "tenant_id"),
        sa.PrimaryKeyConstraint("tenant_id", "sweep_id", name=op.f("pk_sweep")),
    )


def _create_drafts() -> None:
    op.create_table(
        "draft",
        _text("tenant_id"),
        _text("run_id"),
        sa.Column("edits", sa.JSON(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        _time("changed_at"),
        _text("changed_by"),
        _belongs("draft", "run", "tenant_id", "run_id"),
        sa.PrimaryKeyConstraint("tenant_id", "run_id", name=op.f("pk_draft")),
    )
    op.create_table(
        "draft_token",
        _text("tenant_id"),
        _text("run_id"),
        _text("token_hash"),
        sa.Column("edit", sa.JSON(), nullable=False),
        sa.Column("num_orders", sa.Integer(), nullable=False),
        _time("expires_at"),
        _belongs("draft_token", "run", "tenant_id", "run_id"),
        sa.PrimaryKeyConstraint(
            "tenant_id", "run_id", "token_hash", name=op.f("pk_draft_token")
        ),
    )


def _extend_runs() -> None:
    for name in (
        "plan_id",
        "scenario_id",
        "sweep_id",
        "base_run_id",
        "start_run_id",
        "request_digest",
    ):
        op.add_column("run", _text(name, server_default=""))

    for name, empty in (("parameters", "{}"), ("edits", "[]"), ("publish", "{}")):
        op.add_column(
            "run", sa.Column(name, sa.JSON(), nullable=False, server_default=empty)
        )

    for name in ("solving_at", "decoding_at"):
        op.add_column("run", sa.Column(name, sa.Double(), nullable=True))

    op.create_index("ix_run_of_plan", "run", ["tenant_id", "plan_id", "status"])
    op.create_index("ix_run_of_sweep", "run", ["tenant_id", "sweep_id"])


def _text(name: str, *, server_default: str | None = None) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=False, server_default=server_default)


def _time(name: str) -> sa.Column[float]:
    return sa.Column(name, sa.Double(), nullable=False)


def _belongs(table: str, parent: str, *columns: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        columns,
        [f"{parent}.{name}" for name in columns],
        name=op.f(f"fk_{table}_{'_'.join(columns)}"),
        ondelete="CASCADE",
    )
