"""
People, their sessions, and what they remark.
"""

from __future__ import annotations

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """
    Creates the tables.
    """
