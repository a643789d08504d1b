"""
Connections to other systems, jobs, publications and webhooks.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lotwright.service.store.migrations.walls import keep_apart

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """
    Creates the tables.
    """
    _create_connections()
    _create_jobs()
    keep_apart(("connection", "job"))


def _create_connections() -> None:
    op.create_table(
        "connection",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("connection_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sealed_url", sa.Text(), nullable=False),
        sa.Column("shown_url", sa.Text(), nullable=False),
        sa.Column("by_operator", sa.Boolean(), nullable=False),
        sa.Column("mapping_name", sa.Text(), nullable=False),
        sa.Column("mapping", sa.Text(), nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("status_at", sa.Double(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("in_use", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("pulled_at", sa.Double(), nullable=True),
        sa.Column("pulled_version", sa.Text(), nullable=False),
        sa.Column("pull_problems", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id", "dataset_id"],
            ["dataset.tenant_id", "dataset.dataset_id"],
            name=op.f("fk_connection_tenant_id_dataset_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "tenant_id", "connection_id", name=op.f("pk_connection")
        ),
        sa.UniqueConstraint(
            "tenant_id", "dataset_id", name=op.f("uq_connection_tenant_id_dataset_id")
        ),
        sa.UniqueConstraint(
            "tenant_id", "name", name=op.f("uq_connection_tenant_id_name")
        ),
    )


def _create_jobs() -> None:
    op.add_column(
        "tenant",
        sa.Column("served_at", sa.Double(), nullable=False, server_default="0"),
    )
    op.create_table(
        "job",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("body", sa.JSON(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("most_attempts", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("started_at", sa.Double(), nullable=True),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("error_code", sa.Text(), nullable=False),
        sa.Column("error_text", sa.Text(), nullable=False),
        _of_tenant("job"),
        sa.PrimaryKeyConstraint("tenant_id", "job_id", name=op.f("pk_job")),
    )
    op.create_index("ix_job_newest", "job", ["tenant_id", "created_at"])
    op.create_table(
        "open_job",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        _of_tenant("open_job"),
        sa.PrimaryKeyConstraint("tenant_id", "job_id", name=op.f("pk_open_job")),
    )
    op.create_index("ix_open_job_due", "open_job", ["due_at"])
    op.create_table(
        "chore",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_chore")),
    )


def _of_tenant(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id"],
        ["tenant.tenant_id"],
        name=op.f(f"fk_{table}_tenant_id"),
        ondelete="CASCADE",
    )
