"""
All tables of the store by who may see them.
"""

from __future__ import annotations

from lotwright.service.store import (
    schema,
    schema_connections,
    schema_operations,
    schema_people,
    schema_plans,
)
from lotwright.service.store.columns import METADATA as METADATA

#: The modules that declare tables; importing them makes the collection whole.
DECLARED_IN = (
    schema,
    schema_connections,
    schema_plans,
    schema_people,
    schema_operations,
)

#: Tables that any transaction may read: they say who and where, never what.
OPEN_TABLES = (
    "tenant",
    "key_index",
    "open_run",
    "open_job",
    "chore",
    "worker",
    "sign_in_failure",
    "tally",
    "erasure",
    "due_plan",
)

#: Tables whose rows belong to a tenant, parents first.
TENANT_TABLES = tuple(
    table.name for table in METADATA.sorted_tables if table.name not in OPEN_TABLES
)
