"""
What operators see of the store.
"""

from __future__ import annotations

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """
    Creates the tables.
    """
