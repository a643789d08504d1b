"""
Forgetting: what a process remembers of tenants that others have erased meanwhile.
"""

from __future__ import annotations

import logging
import threading

from sqlalchemy import select

from lotwright.service.store.schema import tenant
from lotwright.service.store.store import OUTAGES, Store

logger = logging.getLogger(__name__)

#: Seconds between two looks.
PAUSE = 15.0


def forget_erased(store: Store) -> None:
    """
    Forgets all that is remembered of tenants that are not there any more, and what
    nobody has used for long.
    """
    known = store.memory.tenants()

    if not known:
        return

    there = tenant.c.tenant_id.in_(known) & tenant.c.erasing_at.is_(None)

    with store.glance() as connection:
        alive = set(connection.scalars(select(tenant.c.tenant_id).where(there)))

    for tenant_id in known - alive:
        store.memory.forget(tenant_id)


class Forgetting:
    """
    Forgets every few seconds, in a thread of its own.

    Parameters
    ----------
    store
        Whose memory it is.
    pause
        Seconds between two looks.
    """

    def __init__(self, store: Store, pause: float = PAUSE) -> None:
        self._store = store
        self._pause = pause
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._repeat, daemon=True)

    def start(self) -> None:
        """
        Begins to look.
        """
        self._thread.start()

    def end(self) -> None:
        """
        Ends.
        """
        self._over.set()
        self._thread.join()

    def _repeat(self) -> None:
        while not self._over.wait(self._pause):
            try:
                forget_erased(self._store)
            except OUTAGES as error:
                logger.warning("The store does not answer: %s", error)
