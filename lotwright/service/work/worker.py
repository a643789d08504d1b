"""
A worker: takes runs one after the other, and jobs beside them, on any machine that
reaches the store.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading

from sqlalchemy import delete, insert, update
from sqlalchemy.exc import OperationalError

from lotwright.fanout.task import VERSION
from lotwright.service.settings import Settings
from lotwright.service.store.leases import claim
from lotwright.service.store.schema import worker
from lotwright.service.store.store import Store
from lotwright.service.work.attempt import Attempt
from lotwright.service.work.jobs import JobRunner

logger = logging.getLogger(__name__)

#: Seconds between two looks for work, and between two signs of life.
PAUSE = 0.5
SIGN = 10.0

#: Seconds after which a worker that shows none is forgotten.
_FORGOTTEN = 86_400.0


class Worker:
    """
    Plans runs until it is told to end.

    Parameters
    ----------
    store
        Where runs come from and results go.
    settings
        How the service runs.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings
        self._over = threading.Event()
        self.worker_id = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"

    def run(self) -> None:
        """
        Works until :meth:`end` is called.
        """
        self._sign_on()
        signs = threading.Thread(target=self._show_signs, daemon=True)
        signs.start()
        jobs = JobRunner(self._store, self._settings, self.worker_id)
        jobs.start()

        while not self._over.is_set():
            try:
                busy = self.step()
            except OperationalError as error:
                logger.warning("The store does not answer: %s", error.orig)
                busy = False

            if not busy:
                self._over.wait(PAUSE)

        jobs.end()
        signs.join()

    def step(self) -> bool:
        """
        Plans the next run, and returns whether there was one.
        """
        lease = claim(self._store, self.worker_id)

        if lease is None:
            return False

        logger.info("Run %s, attempt %d", lease.run_id, lease.attempt)
        Attempt(self._store, lease, memory_mb=self._settings.memory_mb).run()

        return True

    def end(self) -> None:
        """
        Ends the worker after the run that it works on.
        """
        self._over.set()

    def _sign_on(self) -> None:
        with self._store.open() as connection:
            silent = worker.c.seen_at < self._store.now() - _FORGOTTEN
            connection.execute(delete(worker).where(silent))
            connection.execute(
                insert(worker).values(
                    worker_id=self.worker_id,
                    host=socket.gethostname(),
                    version=VERSION,
                    seen_at=self._store.now(),
                )
            )

    def _show_signs(self) -> None:
        mine = worker.c.worker_id == self.worker_id

        while not self._over.wait(SIGN):
            try:
                with self._store.open() as connection:
                    connection.execute(
                        update(worker).where(mine).values(seen_at=self._store.now())
                    )
            except OperationalError as error:
                logger.warning("The store does not answer: %s", error.orig)

        with self._store.open() as connection:
            connection.execute(delete(worker).where(mine))
