"""
Housekeeping: what a worker tidies up from time to time.
"""

from __future__ import annotations

import logging

from lotwright.service.settings import Settings
from lotwright.service.store import garbage
from lotwright.service.store.erase import erase, unfinished
from lotwright.service.store.retention import drop_runs
from lotwright.service.store.space import give_back
from lotwright.service.store.store import OUTAGES, Store

logger = logging.getLogger(__name__)

#: Seconds between two rounds.
EACH = 600.0


def keep_house(store: Store, settings: Settings) -> None:
    """
    Ends erasures that were interrupted, and removes runs that are too old and what
    nothing refers to.
    """
    for tenant_id in unfinished(store):
        receipt = erase(store, tenant_id)
        logger.info("An erasure was ended; its receipt is %s", receipt.receipt_id)

    garbage.drop_open_notes(store)
    dropped = 0

    for tenant_id in garbage.every_tenant(store):
        try:
            garbage.drop_notes(store, tenant_id)
            drop_runs(store, tenant_id, settings.keep_runs_days)
            dropped += garbage.drop_contents(store, tenant_id)
        except OUTAGES:
            raise
        except Exception:
            # What is wrong with one tenant keeps no other untidy.
            logger.exception("Tidying up after one tenant failed")

    if dropped:
        logger.info("%d contents that nothing names were removed", dropped)

    if store.is_sqlite:
        give_back(store)
