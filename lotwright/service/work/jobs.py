"""
Jobs of a worker: it takes them beside its runs, and does its share of the chores.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from lotwright.service.connect.pull import KIND as PULL
from lotwright.service.connect.pull import pull_job
from lotwright.service.publish.publish import publish
from lotwright.service.settings import Settings
from lotwright.service.store import jobs, publications, webhooks
from lotwright.service.store.chores import take_turn
from lotwright.service.store.jobs import (
    Job,
    JobRefusedError,
    LeaseLostError,
    TryAgainError,
)
from lotwright.service.store.store import OUTAGES, Store
from lotwright.service.work import fixing
from lotwright.service.work.deliver import deliver
from lotwright.service.work.housekeeping import EACH, keep_house
from lotwright.service.work.lost_ends import settle_ends
from lotwright.service.work.rounds import repeat
from lotwright.service.work.scheduling import keep_clock, keep_schedules

logger = logging.getLogger(__name__)

#: Does a job and returns its result; may come again after its worker died.
Function = Callable[[Store, Settings, Job], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """
    A kind of job.

    Parameters
    ----------
    function
        What does it.
    seconds
        How long it may take; after that somebody else tries.
    """

    function: Function
    seconds: float = 3_600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Chore:
    """
    Something that is done again and again, by one worker at a time.

    Parameters
    ----------
    function
        Does one round, for all tenants.
    seconds
        Time from the begin of a round to that of the next.
    """

    function: Callable[[Store, Settings], None]
    seconds: float


#: What jobs can be asked for, by name.
KINDS: dict[str, Kind] = {
    PULL: Kind(function=pull_job),
    fixing.KIND: Kind(function=fixing.find_fixes, seconds=2 * fixing.SECONDS),
    publications.KIND: Kind(function=publish),
    webhooks.KIND: Kind(function=deliver, seconds=60.0),
}

#: What is done every so many seconds, by name.
EVERY: dict[str, Chore] = {
    "housekeeping": Chore(function=keep_house, seconds=EACH),
    "lost ends": Chore(function=settle_ends, seconds=30.0),
    "schedules": Chore(function=keep_schedules, seconds=5.0),
    "clock": Chore(function=keep_clock, seconds=120.0),
}

#: Seconds between two looks for jobs, and between two renewals of a lease.
PAUSE = 0.5
PULSE = 5.0

#: Seconds that a job may still take when its worker is told to end.
PATIENCE = 10.0

#: Jobs that a worker does at a time, so that a slow one does not keep others waiting.
SLOTS = 2


class JobRunner:
    """
    Takes jobs until it is told to end.

    Parameters
    ----------
    store, settings
        Where jobs come from and results go, and how the service runs.
    worker_id
        The worker that it belongs to.
    kinds
        What can be asked for; all that the service knows, when left out.
    chores
        What is done every few seconds; all that the service knows, when left out.
    """

    def __init__(
        self,
        store: Store,
        settings: Settings,
        worker_id: str,
        *,
        kinds: Mapping[str, Kind] | None = None,
        chores: Mapping[str, Chore] | None = None,
    ) -> None:
        self._store = store
        self._settings = settings
        self._worker_id = worker_id
        self._kinds = KINDS if kinds is None else kinds
        self._chores = EVERY if chores is None else chores
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self) -> None:
        """
        Begins to take jobs and to do chores, in threads of its own.
        """
        loops = [self.step] * SLOTS + [self._do_chores]
        self._threads = [
            threading.Thread(target=self._repeat, args=(loop,), daemon=True)
            for loop in loops
        ]

        for thread in self._threads:
            thread.start()

    def end(self) -> None:
        """
        Takes no more jobs, and waits until those in hand are done or given back.
        """
        self._over.set()

        for thread in self._threads:
            thread.join()

    def step(self) -> bool:
        """
        Does the next job, and returns whether there was one.
        """
        job = jobs.claim(self._store, self._worker_id)

        if job is None:
            return False

        logger.info("Job %s, %s, attempt %d", job.job_id, job.kind, job.attempt)
        kind = self._kinds.get(job.kind)

        if kind is None:
            text = f"This version knows no job {job.kind!r}."
            jobs.put_off(self._store, job, "unknown_kind", text)
        else:
            self._do(job, kind)

        return True

    def _repeat(self, loop: Callable[[], bool]) -> None:
        repeat(loop, self._over, pause=PAUSE, failed="A job or chore failed")

    def _do_chores(self) -> bool:
        for name, chore in self._chores.items():
            if take_turn(self._store, name, chore.seconds):
                try:
                    chore.function(self._store, self._settings)
                except Exception:
                    logger.exception("A round of %s failed", name)

        return False

    def _do(self, job: Job, kind: Kind) -> None:
        """
        Does a job in a thread that is left alone should it never come back.
        """
        done = threading.Event()

        def work() -> None:
            try:
                self._settle(job, kind.function)
            except Exception:
                logger.exception("The end of job %s could not be kept", job.job_id)
            finally:
                done.set()

        threading.Thread(target=work, daemon=True).start()
        self._mind(job, done, time.monotonic() + kind.seconds)

    def _mind(self, job: Job, done: threading.Event, latest: float) -> None:
        """
        Keeps the lease of a job while it is done; returns when it is, or need not be.
        """
        leaves, pulse = math.inf, time.monotonic() + PULSE

        while not done.wait(PAUSE):
            now = time.monotonic()

            if self._over.is_set():
                leaves = min(leaves, now + PATIENCE)

            if now > min(leaves, latest):
                self._let_go(job, is_late=now > latest)
                return

            if now > pulse:
                pulse = now + PULSE

                if not self._keep(job):
                    return

    def _keep(self, job: Job) -> bool:
        try:
            return jobs.renew(self._store, job)
        except OUTAGES as error:
            logger.warning("The store does not answer: %s", error)
            return True

    def _let_go(self, job: Job, *, is_late: bool) -> None:
        if is_late:
            jobs.put_off(self._store, job, "too_long", "It took too long.")
        else:
            jobs.give_back(self._store, job)

    def _settle(self, job: Job, function: Function) -> None:
        """
        Does a job and keeps how it ends.
        """
        try:
            result = function(self._store, self._settings, job)
        except LeaseLostError:
            return
        except JobRefusedError as error:
            jobs.fail(self._store, job, error.code, error.text)
        except TryAgainError as error:
            jobs.put_off(self._store, job, error.code, error.text)
        except OUTAGES as error:
            logger.warning("The store does not answer: %s", error)
            text = "The store did not answer in time."
            jobs.put_off(self._store, job, "store", text)
        except Exception as error:
            logger.exception("Job %s failed", job.job_id)
            # What it says may be an address, or a statement with what it was given.
            text = f"Something went wrong there ({type(error).__name__})."
            jobs.fail(self._store, job, "internal", text)
        else:
            jobs.succeed(self._store, job, result)
