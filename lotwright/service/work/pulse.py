"""
The pulse of an attempt: it keeps the lease, tells what is new, and hears what is
wished.
"""

from __future__ import annotations

import logging
import threading
import time
from types import TracebackType

from lotwright.fanout.task import Wish
from lotwright.service.store import leases
from lotwright.service.store.leases import Lease, News
from lotwright.service.store.store import OUTAGES, Store

logger = logging.getLogger(__name__)


class Pulse:
    """
    Talks with the store in a thread of its own, so that a store which does not answer
    keeps nobody from ending a process in time.

    Parameters
    ----------
    store, lease
        The run.
    pause
        Seconds between two words.
    """

    def __init__(self, store: Store, lease: Lease, pause: float) -> None:
        self._store = store
        self._lease = lease
        self._pause = pause
        self._news: News | None = None
        self._over = threading.Event()
        self._refused = False
        self._renewed_at = time.monotonic()
        self._thread = threading.Thread(target=self._beat, daemon=True)
        self.wish = Wish.NONE

    def __enter__(self) -> Pulse:
        self._thread.start()

        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    @property
    def is_lost(self) -> bool:
        """
        Whether another worker has the run, or may have: the store has not confirmed
        the lease for as long as it lasts.
        """
        silent = time.monotonic() - self._renewed_at

        return self._refused or silent > self._lease.seconds

    def tell(self, news: News) -> None:
        """
        Takes what is to be told next; of several, the last one.
        """
        self._news = news

    def _beat(self) -> None:
        while not self._over.wait(self._pause):
            news = self._news
            began = time.monotonic()

            try:
                wish = leases.renew(self._store, self._lease, news)
            except OUTAGES as error:
                logger.warning("Run %s is not renewed: %s", self._lease.run_id, error)
                continue

            if wish is None:
                self._refused = True
                return

            if self._news is news:
                self._news = None

            self._renewed_at = began
            self.wish = wish
