"""
Tables of the store: what operators see of it.

Open ones hold counts and receipts, nothing that a tenant wrote.
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, Double, Table, Text

from lotwright.service.store.columns import METADATA, belongs_to, key, of_tenant

#: Sums over all that ever happened, by name and label.
tally = Table(
    "tally",
    METADATA,
    key("name"),
    key("label"),
    Column("value", Double, nullable=False),
)

#: Receipts of tenants that were erased.
erasure = Table(
    "erasure",
    METADATA,
    key("receipt_id"),
    Column("tenant_hash", Text, nullable=False),
    Column("begun_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("num_rows", JSON, nullable=False),
    Column("chain_end", Text, nullable=False, default=""),
)

#: What a tenant used on a day in UTC, by kind.
usage = Table(
    "usage",
    METADATA,
    of_tenant(),
    key("day"),
    key("kind"),
    Column("amount", Double, nullable=False),
    belongs_to("tenant", "tenant_id"),
)
