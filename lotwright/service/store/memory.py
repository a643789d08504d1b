"""
Memory: what this process has decoded and may need again, within bounds.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

_Value = TypeVar("_Value")

#: Bytes that are remembered at most.
MOST = 512 * 1024 * 1024

#: Seconds without use after which something is forgotten, so that nothing of an erased
#: tenant stays for long.
IDLE = 600.0


@dataclass(slots=True)
class _Kept:
    value: object
    size: int
    used_at: float


class Memory:
    """
    Values by tenant and key, those that were used last; only for what never changes.

    Parameters
    ----------
    most
        Bytes that all of them take at most.
    idle
        Seconds without use after which one is forgotten.
    clock
        Seconds, for tests.
    """

    def __init__(
        self,
        most: int = MOST,
        idle: float = IDLE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._most = most
        self._idle = idle
        self._clock = clock
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, ...], _Kept] = OrderedDict()

    @property
    def size(self) -> int:
        """
        Bytes of all that is remembered.
        """
        with self._lock:
            return sum(kept.size for kept in self._kept.values())

    def get(
        self,
        tenant_id: str,
        *key: str,
        make: Callable[[], _Value],
        size: Callable[[_Value], int],
    ) -> _Value:
        """
        Returns what is remembered of a tenant under a key, made if it is not there.

        Two that ask at once may both make it; what is larger than the bounds is made
        anew each time.

        Parameters
        ----------
        tenant_id, key
            Whose, and what.
        make
            Makes it.
        size
            Returns its bytes.
        """
        place = (tenant_id, *key)

        with self._lock:
            self._drop_idle()
            found = self._kept.get(place)

            if found is not None:
                found.used_at = self._clock()
                self._kept.move_to_end(place)

                return found.value  # type: ignore[return-value]  # as it was made

        made = make()
        kept = _Kept(made, size(made), self._clock())

        with self._lock:
            self._kept[place] = kept
            self._kept.move_to_end(place)
            self._drop_most()

        return made

    def tenants(self) -> set[str]:
        """
        Returns of whom anything is remembered that was used of late; the rest is
        forgotten.
        """
        with self._lock:
            self._drop_idle()

            return {place[0] for place in self._kept}

    def forget(self, tenant_id: str) -> None:
        """
        Forgets all that is of a tenant.
        """
        with self._lock:
            for place in [place for place in self._kept if place[0] == tenant_id]:
                del self._kept[place]

    def _drop_idle(self) -> None:
        since = self._clock() - self._idle

        while self._kept and next(iter(self._kept.values())).used_at < since:
            self._kept.popitem(last=False)

    def _drop_most(self) -> None:
        size = sum(kept.size for kept in self._kept.values())

        while size > self._most:
            size -= self._kept.popitem(last=False)[1].size
