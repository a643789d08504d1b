"""
Runs migrations on the connection that :mod:`lotwright.service.store.migrate` opens.
"""

from __future__ import annotations

from alembic import context

from lotwright.service.store.every_table import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
)

with context.begin_transaction():
    context.run_migrations()
