"""
One service for all that means harm.
"""

from __future__ import annotations

from tests.service.api.conftest import owner as owner
from tests.service.api.conftest import service as service
