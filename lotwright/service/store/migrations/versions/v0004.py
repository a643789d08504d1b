"""
People, their sessions, and what they remark.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lotwright.service.store.migrations.walls import keep_apart

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """
    Creates the tables.
    """
    _create_person()
    _create_session()
    _create_sign_in_link()
    op.create_table(
        "sign_in_failure",
        sa.Column("name_hash", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name_hash", name=op.f("pk_sign_in_failure")),
    )
    _create_remark()
    keep_apart(("person", "session", "sign_in_link", "remark"))


def _create_person() -> None:
    op.create_table(
        "person",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("signed_in_at", sa.Double(), nullable=True),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("tenant_id", "person_id", name=op.f("pk_person")),
        sa.UniqueConstraint("tenant_id", "name", name=op.f("uq_person_tenant_id_name")),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.tenant_id"],
            name=op.f("fk_person_tenant_id"),
            ondelete="CASCADE",
        ),
    )


def _create_session() -> None:
    op.create_table(
        "session",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("session_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("seen_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "session_hash", name=op.f("pk_session")),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.tenant_id"],
            name=op.f("fk_session_tenant_id"),
            ondelete="CASCADE",
        ),
    )


def _create_sign_in_link() -> None:
    op.create_table(
        "sign_in_link",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("link_hash", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "link_hash", name=op.f("pk_sign_in_link")),
        sa.ForeignKeyConstraint(
            ["tenant_id", "person_id"],
            ["person.tenant_id", "person.person_id"],
            name=op.f("fk_sign_in_link_tenant_id_person_id"),
            ondelete="CASCADE",
        ),
    )


def _create_remark() -> None:
    op.create_table(
        "remark",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("dataset_id", sa.Text(), nullable=False),
        sa.Column("exception_id", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("actor", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Text(), nullable=False),
        sa.Column("days_late", sa.Double(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint(
            "tenant_id",
            "dataset_id",
            "exception_id",
            "number",
            name=op.f("pk_remark"),
        ),
        sa.ForeignKeyConstraint(
            ["tenant_id", "dataset_id"],
            ["dataset.tenant_id", "dataset.dataset_id"],
            name=op.f("fk_remark_tenant_id_dataset_id"),
            ondelete="CASCADE",
        ),
    )
