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
from collections.abc import Callable

import structlog
from sqlalchemy import delete, insert, update

from lotwright.fanout.task import VERSION
from lotwright.service.logs import tenant_hash
from lotwright.service.settings import Settings
from lotwright.service.store.leases import claim
from lotwright.service.store.schema import worker
from lotwright.service.store.store import OUTAGES, Store
from lotwright.service.work.attempt import Attempt
from lotwright.service.work.jobs import JobRunner
from lotwright.service.work.rounds import repeat

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
        Works until :meth:`end` is called, whatever fails meanwhile.
        """
        signs = threading.Thread(target=self._show_signs, daemon=True)
        signs.start()
        jobs = JobRunner(self._store, self._settings, self.worker_id)
        jobs.start()

        # A run that failed is begun again once its lease is over.
        repeat(self.step, self._over, pause=PAUSE, failed="A run failed")
        jobs.end()
        signs.join()

    def step(self) -> bool:
        """
        Plans the next run, and returns whether there was one.
        """
        seconds = self._settings.lease_seconds
        lease = claim(self._store, self.worker_id, seconds=seconds)

        if lease is None:
            return False

        of_run = {"run": lease.run_id, "tenant": tenant_hash(lease.tenant_id)}

        with structlog.contextvars.bound_contextvars(**of_run):
            logger.info("A run begins, attempt %d", lease.attempt)
            Attempt(self._store, lease, self._settings).run()
            logger.info("A run is over here, attempt %d", lease.attempt)

        return True

    def end(self) -> None:
        """
        Ends the worker after the run that it works on.
        """
        self._over.set()

    def _show_signs(self) -> None:
        self._try(self._sign)

        while not self._over.wait(SIGN):
            self._try(self._sign)

        self._try(self._sign_off)

    def _try(self, done: Callable[[], None]) -> None:
        try:
            done()
        except OUTAGES as error:
            logger.warning("The store does not answer: %s", error)
        except Exception:
            # Who works must be seen: the next sign may succeed.
            logger.exception("The worker gave no sign")

    def _sign(self) -> None:
        """
        Says that this worker is there; those that have long said nothing are forgotten.
        """
        with self._store.open() as connection:
            silent = worker.c.seen_at < self._store.now() - _FORGOTTEN
            connection.execute(delete(worker).where(silent))
            mine = worker.c.worker_id == self.worker_id
            seen = {"seen_at": self._store.now()}

            if connection.execute(update(worker).where(mine).values(**seen)).rowcount:
                return

            connection.execute(
                insert(worker).values(
                    worker_id=self.worker_id,
                    host=socket.gethostname(),
                    version=VERSION,
                    **seen,
                )
            )

    def _sign_off(self) -> None:
        with self._store.open() as connection:
            mine = worker.c.worker_id == self.worker_id
            connection.execute(delete(worker).where(mine))
