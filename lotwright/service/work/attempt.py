"""
One attempt at a run: a process of its own, watched, asked and ended if need be.
"""

from __future__ import annotations

import logging
import math
import queue
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from lotwright.errors import TaskError
from lotwright.fanout.frames import GarbledError
from lotwright.fanout.process import WorkerLost, WorkingProcess
from lotwright.fanout.task import Outcome, Wish, name_of
from lotwright.scenarios.planning import event_in
from lotwright.scenarios.wire import parted
from lotwright.service.settings import Settings
from lotwright.service.store import leases, tallies
from lotwright.service.store.leases import Lease, News
from lotwright.service.store.store import OUTAGES, Store
from lotwright.service.work.asked import payload_of, task_of
from lotwright.service.work.budget import Budget
from lotwright.service.work.fallback import Rescue
from lotwright.service.work.handover import handed_over
from lotwright.service.work.pulse import Pulse

logger = logging.getLogger(__name__)

#: Seconds between two words with the store, and between two looks at the process.
PULSE = 1.0
_LOOK = 0.5

#: Seconds that a search may go on beyond its limit, and a run after a wish, before it
#: is killed.
GRACE = 15.0
PATIENCE = 10.0

#: Seconds for which a store that does not answer is offered how a run has ended.
_MOST_UNSETTLED = 600.0

#: Phases that the time limit of the search does not count: what prepares a search, and
#: what follows it. All of them together share a limit of their own.
_STEADY = frozenset(
    {
        "read",
        "select",
        "check",
        "network",
        "mrp",
        "level",
        "levelled start",
        "compiling, once",
        "decode",
    }
)


class _Cause(StrEnum):
    """
    Why a process was killed.
    """

    NONE = ""  #: it was not
    OVERDUE = "overdue"  #: it took too long
    MEMORY = "memory"  #: it took too much memory


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    """
    How the task of the process ended; no outcome where the process died or was killed.
    """

    outcome: Outcome | None
    ending: str = ""
    cause: _Cause = _Cause.NONE


class Attempt:
    """
    Plans one run in a process of its own.

    Parameters
    ----------
    store, lease
        The run.
    settings
        How the service runs: how much memory a run has that asks for none, and how long
        it may prepare.
    """

    def __init__(self, store: Store, lease: Lease, settings: Settings) -> None:
        self._store = store
        self._lease = lease
        self._options: dict[str, Any] = {
            "memory_mb": settings.memory_mb,
            **lease.options,
        }
        self._memory_mb = int(self._options["memory_mb"])
        self._pulse = Pulse(store, lease, PULSE)
        limit = float(self._options.get("time_limit", 60.0))
        self._search = Budget(limit + GRACE)
        self._preparation = self._budget = Budget(settings.preparation_seconds)
        self._best = b""
        self._rescue: Rescue | None = None
        self._begin()

    def run(self) -> None:
        """
        Plans, and stores the result or why there is none.

        In place of a search that heeds no limit there is the best plan that it has
        handed over, and where it has none, or none that can be read, MRP plans.
        """
        with self._pulse:
            ended = self._tried()

            if self._is_stuck(ended):
                ended = self._rescued()

            if ended is not None:
                self._settle(ended)

    def _rescued(self) -> _Ended | None:
        """
        Returns how the run ends in place of its search.
        """
        with suppress(*OUTAGES):
            self._count_kill(_Cause.OVERDUE)

        if self._best:
            ended = self._instead(self._best)

            if ended is None or not self._is_in_vain(ended):
                return ended

        return self._instead(b"")

    def _instead(self, best: bytes) -> _Ended | None:
        engine = str(self._options.get("engine", "auto"))
        self._rescue = Rescue(engine=engine, handed_over=best)
        self._begin()

        return self._tried()

    def _is_in_vain(self, ended: _Ended) -> bool:
        """
        Returns whether there is no plan though somebody wants one.
        """
        failed = ended.outcome is None or ended.outcome.error is not None

        return failed and self._wish is not Wish.CANCEL

    def _begin(self) -> None:
        self._events: queue.SimpleQueue[_Ended] = queue.SimpleQueue()
        self._over = threading.Event()
        self._wish = Wish.NONE
        self._phase = ""
        self._is_searching = False
        self._spend(self._preparation)
        self._wish_ends = math.inf

    def _is_stuck(self, ended: _Ended | None) -> bool:
        return (
            ended is not None
            and ended.cause is _Cause.OVERDUE
            and self._is_searching
            and self._wish is not Wish.CANCEL
        )

    def _tried(self) -> _Ended | None:
        """
        Returns how a process ends, None where the lease is lost before.
        """
        task = name_of(task_of(self._lease, self._rescue))
        process = WorkingProcess(task, memory_mb=self._memory_mb)
        doing = threading.Thread(target=self._do, args=(process,), daemon=True)
        doing.start()

        try:
            return self._watch(process)
        finally:
            self._over.set()
            process.kill()
            # Nobody may hold a line whose number the next process gets.
            doing.join()
            process.bury()

    def _do(self, process: WorkingProcess) -> None:
        try:
            payload = self._patient_payload()
            outcome = process.do(payload, self._hear)
            self._events.put(_Ended(outcome=outcome))
        except WorkerLost as error:
            # What it has written names what is on this machine: it is for the log.
            logger.error("Run %s lost its process: %s", self._lease.run_id, error)
            self._events.put(_Ended(outcome=None, ending=error.ending))
        except Exception as error:
            failed = TaskError(type(error).__name__, str(error))
            self._events.put(_Ended(outcome=Outcome(error=failed)))

    def _patient_payload(self) -> bytes:
        while True:
            try:
                payload = payload_of(self._store, self._lease, self._options)
            except OUTAGES as error:
                logger.warning("Run %s cannot be read: %s", self._lease.run_id, error)

                if self._over.wait(PULSE):
                    raise
            else:
                rescue = self._rescue

                return payload if rescue is None else rescue.payload(payload)

    def _hear(self, news: bytes) -> None:
        """
        Takes what the process tells of itself.
        """
        if (best := handed_over(news)) is not None:
            self._best = best
            return

        try:
            told = event_in(news)
        except (KeyError, TypeError, ValueError) as error:
            msg = f"Expected news, got {news[:100]!r}."
            raise GarbledError(msg) from error

        self._mind_time(told.phase)
        self._pulse.tell(
            News(
                phase=told.phase,
                incumbent=told.incumbent if math.isfinite(told.incumbent) else None,
                bound=told.bound if math.isfinite(told.bound) else None,
            )
        )

    def _mind_time(self, phase: str) -> None:
        """
        Notes which limit this phase counts to: that of the search, or the one that all
        before and after it shares. A search that begins after somebody has asked it to
        stop has as long to heed that as any.
        """
        is_searching = phase not in _STEADY

        if is_searching is not self._is_searching:
            self._spend(self._search if is_searching else self._preparation)

            if self._wish is Wish.STOP:
                self._wish_ends = time.monotonic() + PATIENCE

        self._phase, self._is_searching = phase, is_searching

    def _spend(self, budget: Budget) -> None:
        self._budget.end()
        self._budget = budget
        self._budget.begin()

    def _watch(self, process: WorkingProcess) -> _Ended | None:
        """
        Returns how the task ends, None where the lease is lost before.
        """
        while True:
            with suppress(queue.Empty):
                return self._events.get(timeout=min(PULSE, _LOOK))

            if self._pulse.is_lost:
                return None

            if process.memory_bytes() > self._memory_mb << 20:
                return _Ended(outcome=None, cause=_Cause.MEMORY)

            if self._is_overdue():
                return _Ended(outcome=None, cause=_Cause.OVERDUE)

            self._pass_on(process)

    def _is_overdue(self) -> bool:
        now = time.monotonic()
        # Who was asked to stop may take its time to decode what it has.
        heeds = self._wish is Wish.STOP and not self._is_searching

        return self._budget.is_spent or (now > self._wish_ends and not heeds)

    def _pass_on(self, process: WorkingProcess) -> None:
        """
        Tells the process what is wished.
        """
        wish = self._pulse.wish

        if wish is not self._wish:
            self._wish = wish
            self._wish_ends = time.monotonic() + PATIENCE

        if wish is not Wish.NONE:
            process.ask(wish)

    def _settle(self, ended: _Ended) -> None:
        """
        Stores how the run ended, as soon as the store takes it.
        """
        until = time.monotonic() + _MOST_UNSETTLED

        while True:
            try:
                self._store_end(ended)
            except OUTAGES as error:
                logger.warning("Run %s cannot end: %s", self._lease.run_id, error)

                if time.monotonic() > until:
                    raise

                time.sleep(PULSE)
            else:
                return

    def _store_end(self, ended: _Ended) -> None:
        store, lease = self._store, self._lease

        if ended.outcome is None:
            self._store_death(ended)
            return

        if ended.outcome.error is not None:
            error = ended.outcome.error

            if error.kind.endswith("MemoryError"):
                leases.fail(store, lease, "memory", self._too_large())
            else:
                leases.fail(store, lease, "internal", f"{error.kind}: {error.text}")

            return

        try:
            head, streams = _answer_in(ended.outcome.result)
        except (AttributeError, KeyError, TypeError, ValueError):
            leases.give_back(store, lease, "What the planning process said is garbled.")
            return

        refused = head.get("refused", "")

        if refused == "cancelled":
            leases.fail(store, lease, "cancelled", "")
        elif refused == "memory":
            leases.fail(store, lease, "memory", self._too_large())
        elif refused:
            num = len(head["problems"])
            text = f"{num} {'problem' if num == 1 else 'problems'} in the data."
            summary = {"problems": head["problems"]}
            leases.fail(store, lease, "data", text, summary=summary)
        else:
            summary = {**head["summary"], "run": head["run"]}
            scenario = head.get("scenario")
            leases.succeed(store, lease, streams, summary, scenario=scenario)

    def _store_death(self, ended: _Ended) -> None:
        store, lease = self._store, self._lease

        if ended.cause is not _Cause.NONE:
            self._count_kill(ended.cause)

        if self._wish is Wish.CANCEL:
            leases.fail(store, lease, "cancelled", "")
        elif ended.cause is _Cause.OVERDUE:
            leases.fail(store, lease, "time_limit_no_solution", self._too_long())
        elif ended.cause is _Cause.MEMORY:
            leases.fail(store, lease, "memory", self._too_large())
        else:
            text = f"The planning process died. {ended.ending}".strip()
            leases.give_back(store, lease, text)

    def _count_kill(self, cause: _Cause) -> None:
        reason = "cancelled" if self._wish is Wish.CANCEL else cause.value
        logger.warning("The planning process was ended: %s", reason)

        with self._store.open() as connection:
            tallies.add(connection, "solve_killed", {reason: 1})

    def _too_long(self) -> str:
        if self._rescue is not None:
            return (
                "Its search heeded no limit and was ended, and no other plan was made "
                f"in time: that was at {self._phase or 'the beginning'!r}. Plan a part "
                "of the network."
            )

        if self._is_searching:
            return "Its search heeded no limit and was ended."

        return (
            f"It was ended at {self._phase or 'the beginning'!r}: all but the search "
            f"may take {self._preparation.seconds:g} seconds. Plan a part of the "
            "network, or have LOTWRIGHT_PREPARATION_SECONDS set higher."
        )

    def _too_large(self) -> str:
        return (
            f"It needs more than the {self._memory_mb:,} MiB that a run may use. Plan "
            "a part of the network, or allow more memory."
        )


def _answer_in(result: bytes) -> tuple[dict[str, Any], dict[str, bytes]]:
    """
    Returns head and tables of what the process answers.
    """
    head, streams = parted(result)

    if head.get("refused"):
        len(head["problems"])
    else:
        dict(head["summary"], run=head["run"])

    return head, streams
