"""
Tables of the store: connections to other systems, the jobs that work on them, and what
is published to them.
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
    Table,
    Text,
    UniqueConstraint,
)

from lotwright.service.store.columns import METADATA, belongs_to, key, of_tenant


class ConnectionStatus(StrEnum):
    """
    Where a connection is.
    """

    ENABLING = "enabling"  #: it is tried for the first time, or anew
    CONNECTED = "connected"  #: the other system answered when it was asked last
    DISCONNECTED = "disconnected"  #: somebody ended it; what came through it is there
    DISABLING = "disabling"  #: what came through it is being erased
    GETTING_STATUS = "getting_status"  #: the other system is being asked
    ERROR = "error"  #: it did not answer as it should, for a cause that is told


#: A system that planning data come from. Its address is sealed.
connection = Table(
    "connection",
    METADATA,
    of_tenant(),
    key("connection_id"),
    Column("name", Text, nullable=False),
    Column("sealed_url", Text, nullable=False),
    Column("shown_url", Text, nullable=False),
    Column("by_operator", Boolean, nullable=False),
    Column("mapping_name", Text, nullable=False),
    Column("mapping", Text, nullable=False),
    Column("dataset_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("status_at", Double, nullable=False),
    Column("cause", Text, nullable=False, default=""),
    Column("in_use", Boolean, nullable=False, default=False),
    Column("created_at", Double, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("pulled_at", Double),
    Column("pulled_version", Text, nullable=False, default=""),
    Column("pull_problems", JSON, nullable=False, default=list),
    UniqueConstraint("tenant_id", "name"),
    UniqueConstraint("tenant_id", "dataset_id"),
    belongs_to("dataset", "tenant_id", "dataset_id"),
)

job = Table(
    "job",
    METADATA,
    of_tenant(),
    key("job_id"),
    Column("kind", Text, nullable=False),
    Column("body", JSON, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempt", Integer, nullable=False, default=0),
    Column("most_attempts", Integer, nullable=False),
    Column("worker_id", Text, nullable=False, default=""),
    Column("created_at", Double, nullable=False),
    Column("started_at", Double),
    Column("ended_at", Double),
    Column("result", JSON, nullable=False, default=dict),
    Column("error_code", Text, nullable=False, default=""),
    Column("error_text", Text, nullable=False, default=""),
    belongs_to("tenant", "tenant_id"),
)

Index("ix_job_newest", job.c.tenant_id, job.c.created_at)

#: Jobs that are not over, and when somebody is to look at each: when it may begin, or
#: when its worker is lost; and when that was set, which tells whether the clock was put
#: back since.
open_job = Table(
    "open_job",
    METADATA,
    key("tenant_id"),
    key("job_id"),
    Column("due_at", Double, nullable=False),
    Column("set_at", Double, nullable=False),
    belongs_to("tenant", "tenant_id"),
)

Index("ix_open_job_due", open_job.c.due_at)

chore = Table(
    "chore",
    METADATA,
    key("name"),
    Column("due_at", Double, nullable=False),
)


class PublicationStatus(StrEnum):
    """
    Where a publication is.
    """

    PENDING = "pending"  #: waits for a worker
    PUBLISHING = "publishing"  #: is being written
    PUBLISHED = "published"  #: the target has it, once
    FAILED = "failed"  #: the target does not have it, and an error says why


#: What is to be written to another system, and whether it has arrived.
publication = Table(
    "publication",
    METADATA,
    of_tenant(),
    key("publication_id"),
    Column("run_id", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("condition", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("content", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("in_doubt", Boolean, nullable=False, default=False),
    Column("counts", JSON, nullable=False, default=dict),
    Column("job_id", Text, nullable=False),
    Column("idempotency_key", Text),
    Column("request_digest", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("ended_at", Double),
    Column("error_code", Text, nullable=False, default=""),
    Column("error_text", Text, nullable=False, default=""),
    UniqueConstraint("tenant_id", "idempotency_key"),
    belongs_to("run", "tenant_id", "run_id"),
)

Index("ix_publication_newest", publication.c.tenant_id, publication.c.created_at)

#: What was previewed and may be published, once and for a while.
confirmation = Table(
    "confirmation",
    METADATA,
    of_tenant(),
    key("token_digest"),
    Column("run_id", Text, nullable=False),
    Column("target", Text, nullable=False),
    Column("condition", Text, nullable=False),
    Column("content", Text, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("publication_id", Text),
    belongs_to("run", "tenant_id", "run_id"),
)

#: Who is told of what happens. The secret that signs is sealed.
webhook = Table(
    "webhook",
    METADATA,
    of_tenant(),
    key("webhook_id"),
    Column("url", Text, nullable=False),
    Column("events", JSON, nullable=False),
    Column("sealed_secret", Text, nullable=False),
    Column("is_on", Boolean, nullable=False, default=True),
    Column("failures", Integer, nullable=False, default=0),
    Column("cause", Text, nullable=False, default=""),
    Column("created_at", Double, nullable=False),
    Column("created_by", Text, nullable=False),
    belongs_to("tenant", "tenant_id"),
)

#: What a webhook is told, and whether it has heard.
delivery = Table(
    "delivery",
    METADATA,
    of_tenant(),
    key("delivery_id"),
    Column("webhook_id", Text, nullable=False),
    Column("event", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("job_id", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("answer", Integer),
    Column("error_text", Text, nullable=False, default=""),
    Column("created_at", Double, nullable=False),
    Column("ended_at", Double),
    belongs_to("webhook", "tenant_id", "webhook_id"),
)

Index("ix_delivery_newest", delivery.c.tenant_id, delivery.c.webhook_id)
