"""
Uses: on which day each key was used last, noted from time to time.
"""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime

from lotwright.service.store.keys import note_uses
from lotwright.service.store.store import OUTAGES, Store
from lotwright.service.store.tenants import Principal

#: Seconds between two notes.
PAUSE = 30.0


class Uses:
    """
    Remembers which keys came, so that a request that reads never writes.

    Parameters
    ----------
    store
        Where it is noted.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock = threading.Lock()
        self._new: dict[tuple[str, str], str] = {}
        self._known: dict[tuple[str, str], str] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._repeat, daemon=True)

    def start(self) -> None:
        """
        Begins to note uses, in a thread of its own.
        """
        self._thread.start()

    def end(self) -> None:
        """
        Notes what is left, and ends.
        """
        self._over.set()
        self._thread.join()

    def add(self, who: Principal) -> None:
        """
        Remembers that a key was used.
        """
        if not who.key_id:
            return

        name = (who.tenant_id, who.key_id)
        day = datetime.fromtimestamp(time.time(), UTC).date().isoformat()

        with self._lock:
            if self._known.get(name) != day:
                self._known[name] = self._new[name] = day

    def note(self) -> None:
        """
        Notes all uses that were not noted yet.
        """
        with self._lock:
            new, self._new = self._new, {}

        try:
            note_uses(self._store, new)
        except OUTAGES:
            with self._lock:
                self._new = new | self._new

    def _repeat(self) -> None:
        while not self._over.wait(PAUSE):
            self.note()

        self.note()
