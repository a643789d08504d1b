"""
Scheduling: what a worker does so that plans start when they are due.
"""

from __future__ import annotations

import logging

from lotwright.service.settings import Settings
from lotwright.service.store.schedules import follow_clock, start_due
from lotwright.service.store.store import Store

logger = logging.getLogger(__name__)


def keep_schedules(store: Store, _settings: Settings) -> None:
    """
    Starts the plans that are due.
    """
    if count := start_due(store):
        logger.info("%d runs were due and are queued", count)


def keep_clock(store: Store, _settings: Settings) -> None:
    """
    Sees to plans that wait for a time of a clock that has been put back.
    """
    if count := follow_clock(store):
        logger.warning("%d plans waited too long: the clock was put back", count)
