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
    _create_publications()
    _create_webhooks()
    keep_apart(
        ("connection", "job", "publication", "confirmation", "webhook", "delivery")
    )


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
        sa.Column("set_at", sa.Double(), nullable=False),
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


def _create_publications() -> None:
    op.create_table(
        "publication",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("publication_id", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("in_doubt", sa.Boolean(), nullable=False),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("idempotency_key", sa.Text(), nullable=True),
        sa.Column("request_digest", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("error_code", sa.Text(), nullable=False),
        sa.Column("error_text", sa.Text(), nullable=False),
        _of_run("publication"),
        sa.PrimaryKeyConstraint(
            "tenant_id", "publication_id", name=op.f("pk_publication")
        ),
        sa.UniqueConstraint(
            "tenant_id",
            "idempotency_key",
            name=op.f("uq_publication_tenant_id_idempotency_key"),
        ),
    )
    op.create_index("ix_publication_newest", "publication", ["tenant_id", "created_at"])
    op.create_table(
        "confirmation",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("token_digest", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("target", sa.Text(), nullable=False),
        sa.Column("condition", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("publication_id", sa.Text(), nullable=True),
        _of_run("confirmation"),
        sa.PrimaryKeyConstraint(
            "tenant_id", "token_digest", name=op.f("pk_confirmation")
        ),
    )


def _create_webhooks() -> None:
    op.create_table(
        "webhook",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("webhook_id", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("events", sa.JSON(), nullable=False),
        sa.Column("sealed_secret", sa.Text(), nullable=False),
        sa.Column("is_on", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        _of_tenant("webhook"),
        sa.PrimaryKeyConstraint("tenant_id", "webhook_id", name=op.f("pk_webhook")),
    )
    op.create_table(
        "delivery",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("delivery_id", sa.Text(), nullable=False),
        sa.Column("webhook_id", sa.Text(), nullable=False),
        sa.Column("event", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("job_id", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Integer(), nullable=True),
        sa.Column("error_text", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.ForeignKeyConstraint(
            ["tenant_id", "webhook_id"],
            ["webhook.tenant_id", "webhook.webhook_id"],
            name=op.f("fk_delivery_tenant_id_webhook_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "delivery_id", name=op.f("pk_delivery")),
    )
    op.create_index("ix_delivery_newest", "delivery", ["tenant_id", "webhook_id"])


def _of_run(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id", "run_id"],
        ["run.tenant_id", "run.run_id"],
        name=op.f(f"fk_{table}_tenant_id_run_id"),
        ondelete="CASCADE",
    )


def _of_tenant(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        ["tenant_id"],
        ["tenant.tenant_id"],
        name=op.f(f"fk_{table}_tenant_id"),
        ondelete="CASCADE",
    )
