"""
The second wall between tenants, where the database builds one.
"""

from __future__ import annotations

from collections.abc import Iterable

from alembic import op


def keep_apart(tables: Iterable[str]) -> None:
    """
    Lets PostgreSQL show each transaction the rows of its own tenant only.

    Parameters
    ----------
    tables
        Tables that have just been created, with a column ``tenant_id``.
    """
    if op.get_bind().dialect.name == "sqlite":
        return

    for table in tables:
        op.execute(f"alter table {table} enable row level security")
        op.execute(f"alter table {table} force row level security")
        op.execute(
            f"create policy own_tenant on {table} "
            "using (tenant_id = current_setting('app.tenant', true)) "
            "with check (tenant_id = current_setting('app.tenant', true))"
        )
