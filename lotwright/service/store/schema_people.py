"""
Tables of the store: people, their sessions, and what they remark.
"""

from __future__ import annotations

from sqlalchemy import JSON, Column, Double, Integer, Table, Text, UniqueConstraint

from lotwright.service.store.columns import METADATA, belongs_to, key, of_tenant

person = Table(
    "person",
    METADATA,
    of_tenant(),
    key("person_id"),
    Column("name", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("scopes", JSON, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("signed_in_at", Double),
    Column("ended_at", Double),
    UniqueConstraint("tenant_id", "name"),
    belongs_to("tenant", "tenant_id"),
)

#: A session stands for a person or a key; the other column is empty.
session = Table(
    "session",
    METADATA,
    of_tenant(),
    key("session_hash"),
    Column("person_id", Text, nullable=False),
    Column("key_id", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("seen_at", Double, nullable=False),
    belongs_to("tenant", "tenant_id"),
)

sign_in_link = Table(
    "sign_in_link",
    METADATA,
    of_tenant(),
    key("link_hash"),
    Column("person_id", Text, nullable=False),
    Column("expires_at", Double, nullable=False),
    belongs_to("person", "tenant_id", "person_id"),
)

#: Failures to sign in by the fingerprint of the name that was given, known or not.
sign_in_failure = Table(
    "sign_in_failure",
    METADATA,
    key("name_hash"),
    Column("failures", Integer, nullable=False),
    Column("failed_at", Double, nullable=False),
)

#: What people remark on exceptions, each row for ever: acknowledged, open again, or a
#: comment. An exception is known by what it is about, so that it outlives its run.
remark = Table(
    "remark",
    METADATA,
    of_tenant(),
    key("dataset_id"),
    key("exception_id"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Double, nullable=False),
    Column("actor", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("run_id", Text, nullable=False),
    Column("days_late", Double, nullable=False),
    Column("value", Double, nullable=False),
    belongs_to("dataset", "tenant_id", "dataset_id"),
)
