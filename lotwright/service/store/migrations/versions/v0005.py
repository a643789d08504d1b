"""
What operators see of the store.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from lotwright.service.store.migrations.walls import keep_apart

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """
    Creates tallies, receipts of erasure and usage; keys learn where they may be used.
    """
    with op.batch_alter_table("tenant") as tenant:
        tenant.add_column(sa.Column("erasing_at", sa.Double(), nullable=True))

    with op.batch_alter_table("api_key") as keys:
        networks = sa.Column("networks", sa.JSON(), nullable=False, server_default="[]")
        keys.add_column(networks)
        keys.add_column(sa.Column("used_on", sa.Text(), nullable=True))

    op.create_table(
        "tally",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("name", "label", name=op.f("pk_tally")),
    )
    op.create_table(
        "erasure",
        sa.Column("receipt_id", sa.Text(), nullable=False),
        sa.Column("tenant_hash", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.Double(), nullable=False),
        sa.Column("ended_at", sa.Double(), nullable=True),
        sa.Column("num_rows", sa.JSON(), nullable=False),
        sa.Column("chain_end", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("receipt_id", name=op.f("pk_erasure")),
    )
    op.create_table(
        "usage",
        sa.Column("tenant_id", sa.Text(), nullable=False),
        sa.Column("day", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("amount", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(
            ["tenant_id"],
            ["tenant.tenant_id"],
            name=op.f("fk_usage_tenant_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("tenant_id", "day", "kind", name=op.f("pk_usage")),
    )
    keep_apart(["usage"])
