"""
Connections to other systems, publications and webhooks.
"""

from __future__ import annotations

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """
    Creates the tables.
    """
