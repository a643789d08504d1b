"""
One attempt at a run: a process of its own, watched, asked and ended if need be.
"""

from __future__ import annotations

import math
import queue
import threading
import time
from dataclasses import dataclass
from typing import Any

from lotwright.errors import TaskError
from lotwright.fanout.process import WorkerLost, WorkingProcess
from lotwright.fanout.task import Outcome, Wish, name_of
from lotwright.scenarios.planning import event_in
from lotwright.scenarios.wire import parted
from lotwright.service.store import datasets, leases
from lotwright.service.store.blobs import get
from lotwright.service.store.leases import Lease, News
from lotwright.service.store.store import Store
from lotwright.service.work.tasks import data_payload, plan_task

#: Seconds between two words with the store.
PULSE = 1.0

#: Seconds that a search may go on beyond its limit, and a run after a wish, before it
#: is killed.
GRACE = 15.0
PATIENCE = 10.0

#: Phases that the time limit of the search does not count, and the seconds that each of
#: them may take.
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
_MOST_STEADY = 900.0


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ended:
    """
    How the task of the process ended; no outcome where the process died or was killed
    for taking too long.
    """

    outcome: Outcome | None
    words: str = ""
    is_overdue: bool = False


class Attempt:
    """
    Plans one run in a process of its own.

    Parameters
    ----------
    store, lease
        The run.
    memory_mb
        Memory of the solving process, in MiB, where the run asks for none.
    """

    def __init__(self, store: Store, lease: Lease, *, memory_mb: int) -> None:
        self._store = store
        self._lease = lease
        self._options: dict[str, Any] = {"memory_mb": memory_mb, **lease.options}
        self._events: queue.SimpleQueue[bytes | _Ended] = queue.SimpleQueue()
        self._latest: News | None = None
        self._wish = Wish.NONE
        self._limit = float(self._options.get("time_limit", 60.0)) + GRACE
        self._is_searching = False
        self._ends = time.monotonic() + _MOST_STEADY

    def run(self) -> None:
        """
        Plans, and stores the result or why there is none.
        """
        process = WorkingProcess()

        try:
            threading.Thread(target=self._do, args=(process,), daemon=True).start()
            ended = self._watch(process)
        finally:
            process.bury()

        if ended is not None:
            self._settle(ended)

    def _do(self, process: WorkingProcess) -> None:
        try:
            payload = self._payload()
            outcome = process.do(name_of(plan_task), payload, self._events.put)
            self._events.put(_Ended(outcome=outcome))
        except WorkerLost as error:
            self._events.put(_Ended(outcome=None, words=str(error)))
        except Exception as error:
            failed = TaskError(type(error).__name__, str(error))
            self._events.put(_Ended(outcome=Outcome(error=failed)))

    def _payload(self) -> bytes:
        lease = self._lease

        with self._store.look(lease.tenant_id) as connection:
            states = datasets.version_tables(
                connection, lease.tenant_id, lease.dataset_id, lease.version_id
            )
            streams = {
                name: get(connection, lease.tenant_id, state.digest)
                for name, state in states.items()
            }

        return data_payload(streams, self._options, lease.scenario)

    def _watch(self, process: WorkingProcess) -> _Ended | None:
        """
        Returns how the task ends, None where the lease is lost before.
        """
        pulse = time.monotonic()

        while True:
            event = self._next(max(pulse - time.monotonic(), 0.0))

            if isinstance(event, _Ended):
                return event

            now = time.monotonic()

            if now > self._ends:
                process.kill()
                return _Ended(outcome=None, is_overdue=True)

            if now >= pulse:
                pulse = now + PULSE

                if not self._keep(process):
                    return None

    def _next(self, seconds: float) -> _Ended | None:
        """
        Returns the end of the task if it comes within some seconds; reads all news.
        """
        try:
            event = (
                self._events.get(timeout=seconds)
                if seconds
                else self._events.get(block=False)
            )
        except queue.Empty:
            return None

        if isinstance(event, _Ended):
            return event

        told = event_in(event)
        self._mind_time(told.phase)
        self._latest = News(
            phase=told.phase,
            incumbent=told.incumbent if math.isfinite(told.incumbent) else None,
            bound=told.bound if math.isfinite(told.bound) else None,
        )

        return None

    def _mind_time(self, phase: str) -> None:
        """
        Sets when this phase must be over: all of the search shares one limit.
        """
        if self._wish is not Wish.NONE:
            return

        if phase in _STEADY:
            self._ends = time.monotonic() + _MOST_STEADY
        elif not self._is_searching:
            self._ends = time.monotonic() + self._limit

        self._is_searching = phase not in _STEADY

    def _keep(self, process: WorkingProcess) -> bool:
        """
        Renews the lease, tells what is new, and passes on what is wished.
        """
        news, self._latest = self._latest, None
        wish = leases.renew(self._store, self._lease, news)

        if wish is None:
            process.kill()
            return False

        if wish is not Wish.NONE:
            if wish is not self._wish:
                self._wish = wish
                seconds = PATIENCE if wish is Wish.CANCEL else _MOST_STEADY
                self._ends = min(self._ends, time.monotonic() + seconds)

            process.ask(wish)

        return True

    def _settle(self, ended: _Ended) -> None:
        store, lease = self._store, self._lease

        if ended.outcome is None:
            self._settle_death(ended)
            return

        if ended.outcome.error is not None:
            error = ended.outcome.error
            leases.fail(store, lease, "internal", f"{error.kind}: {error.text}")
            return

        head, streams = parted(ended.outcome.result)
        refused = head.get("refused", "")

        if self._wish is Wish.CANCEL or refused == "cancelled":
            leases.fail(store, lease, "cancelled", "")
        elif refused:
            text = f"{len(head['problems'])} problems in the data."
            summary = {"problems": head["problems"]}
            leases.fail(store, lease, "data", text, summary=summary)
        else:
            summary = {**head["summary"], "run": head["run"]}
            leases.succeed(store, lease, streams, summary)

    def _settle_death(self, ended: _Ended) -> None:
        store, lease = self._store, self._lease

        if self._wish is Wish.CANCEL:
            leases.fail(store, lease, "cancelled", "")
        elif ended.is_overdue:
            text = "It was ended because it took too long."
            leases.fail(store, lease, "time_limit_no_solution", text)
        else:
            text = f"The planning process died. {ended.words}".strip()
            leases.give_back(store, lease, text)
