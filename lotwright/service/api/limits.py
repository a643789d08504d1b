"""
Limits of one process: requests and streams of a key, heavy work of a tenant, and keys
that fail.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Callable

from fastapi.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from lotwright.service.api.problems import Refusal
from lotwright.service.store.quotas import QuotaError

#: Failures that one address may have at once, with one key and with any; afterwards one
#: each so many seconds.
_FAILURES_OF_KEY = 10
_PAUSE_OF_KEY = 10.0
_FAILURES = 100
_PAUSE = 1.0

#: Names that are remembered; the ones seen longest ago are forgotten first.
_MOST_NAMES = 20_000

#: Requests that hold much memory or wait long which are answered at a time, of one
#: tenant and in all: what they leave of a process is for others.
_PLACES_OF_TENANT = 4
_PLACES = 8

#: Seconds after which there may be a place.
_PLACE_WITHIN = 5


class Buckets:
    """
    Tokens by name: each name has some at first, and gets more with time.

    Parameters
    ----------
    clock
        Seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, name: str, *, rate: float, most: float) -> float:
        """
        Takes a token, and returns 0, or the seconds until there is one.

        Parameters
        ----------
        name
            Whose.
        rate, most
            Tokens that come each second, and how many there are at most.
        """
        with self._lock:
            wait = self._wait(name, rate, most)

            if wait == 0:
                level, at = self._levels[name]
                self._levels[name] = (level - 1, at)

        return wait

    def wait(self, name: str, *, rate: float, most: float) -> float:
        """
        Returns the seconds until there is a token, without taking it.
        """
        with self._lock:
            return self._wait(name, rate, most)

    def _wait(self, name: str, rate: float, most: float) -> float:
        now = self._clock()
        level, at = self._levels.get(name, (most, now))
        level = min(most, level + (now - at) * rate)
        self._levels[name] = (level, now)
        self._levels.move_to_end(name)

        if len(self._levels) > _MOST_NAMES:
            self._levels.popitem(last=False)

        if level >= 1:
            return 0.0

        return (1 - level) / rate if rate > 0 else 3600.0


class Limits:
    """
    What one process lets through.

    Parameters
    ----------
    clock
        Seconds, for tests.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._requests = Buckets(clock)
        self._failures = Buckets(clock)
        self._good: OrderedDict[bytes, None] = OrderedDict()
        self._lock = threading.Lock()
        self._streams: Counter[str] = Counter()
        self._places: Counter[str] = Counter()

    def take_request(self, who: str, per_second: int) -> None:
        """
        Counts a request.

        Raises
        ------
        QuotaError
            When it is one too many.
        """
        wait = self._requests.take(who, rate=per_second, most=2 * per_second)

        if wait:
            text = f"More than {per_second} requests came in a second."
            seconds = int(wait) + 1
            raise QuotaError(quota="requests_per_second", text=text, seconds=seconds)

    def stream(self, who: str, most: int) -> Callable[[], None]:
        """
        Takes a place among the open streams of a key, and returns what gives it back.

        Raises
        ------
        QuotaError
            When all are taken.
        """
        with self._lock:
            if self._streams[who] >= most:
                text = f"{most} streams of this key are open already."
                raise QuotaError(quota="streams", text=text, seconds=5)

            return self._taken(self._streams, who)

    def place(self, tenant_id: str) -> Callable[[], None]:
        """
        Takes a place among the requests that hold much memory or wait long, and returns
        what gives it back.

        Raises
        ------
        Refusal
            When those of the tenant, or all, are taken.
        """
        with self._lock:
            is_full = self._places.total() >= _PLACES

            if is_full or self._places[tenant_id] >= _PLACES_OF_TENANT:
                text = "Others are being served; send it again soon."
                headers = {"Retry-After": str(_PLACE_WITHIN)}
                raise Refusal(503, "busy", text, headers=headers)

            return self._taken(self._places, tenant_id)

    def _taken(self, places: Counter[str], who: str) -> Callable[[], None]:
        places[who] += 1

        def give_back() -> None:
            with self._lock:
                places[who] -= 1

                if places[who] == 0:
                    del places[who]

        return give_back

    def refuse_guessing(self, address: str, key: str) -> None:
        """
        Refuses a key before it is looked up, where too many have failed.

        A key that was good is looked up all the same: whoever guesses must not keep
        those out who come from the same address, as all do behind some proxies.

        Raises
        ------
        QuotaError
            When the address has failed too often, with this key or with any.
        """
        with self._lock:
            if _fingerprint(key) in self._good:
                return

        wait = max(
            self._failures.wait(
                _pair(address, key), rate=1 / _PAUSE_OF_KEY, most=_FAILURES_OF_KEY
            ),
            self._failures.wait(address, rate=1 / _PAUSE, most=_FAILURES),
        )

        if wait:
            text = "Too many keys or passwords from this address were wrong."
            seconds = int(wait) + 1
            raise QuotaError(quota="failed_keys", text=text, seconds=seconds)

    def note_success(self, key: str) -> None:
        """
        Remembers a key that was good, by a fingerprint.
        """
        name = _fingerprint(key)

        with self._lock:
            self._good[name] = None
            self._good.move_to_end(name)

            if len(self._good) > _MOST_NAMES:
                self._good.popitem(last=False)

    def note_failure(self, address: str, key: str) -> None:
        """
        Counts a key that was wrong.
        """
        with self._lock:
            self._good.pop(_fingerprint(key), None)

        self._failures.take(
            _pair(address, key), rate=1 / _PAUSE_OF_KEY, most=_FAILURES_OF_KEY
        )
        self._failures.take(address, rate=1 / _PAUSE, most=_FAILURES)


class Stream(StreamingResponse):
    """
    A stream that holds a place among those of its key, until it ends in any way.

    Parameters
    ----------
    content
        What it says.
    give_back
        Gives its place back.
    media_type, headers
        As of any answer.
    """

    def __init__(
        self,
        content: AsyncIterator[str],
        give_back: Callable[[], None],
        *,
        media_type: str,
        headers: dict[str, str],
    ) -> None:
        super().__init__(content, media_type=media_type, headers=headers)
        self._give_back = give_back

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Says it all.
        """
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._give_back()


def _fingerprint(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def _pair(address: str, key: str) -> str:
    # The public part alone: a secret is never remembered, however wrong.
    return f"{address} {key[:11]}"
