"""
The keyring: keys that were found good a moment ago, so that a program which reads much
is not looked up each time.
"""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass

from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Principal, principal_of

#: Seconds after which a key is looked up again: so long may one still read that another
#: process has revoked.
LASTS = 1.0

#: Keys that are remembered; one more, and all are looked up again.
_MOST = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    principal: Principal
    fingerprint: bytes
    at: float
    writes: int


class Keyring:
    """
    Whom keys stand for that are good; never the keys themselves.

    What this process writes makes it forget: a key that is revoked here is good for
    nothing from then on.

    Parameters
    ----------
    store
        Where keys are looked up.
    clock
        Seconds, for tests.
    """

    def __init__(
        self, store: Store, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._store = store
        self._clock = clock
        self._found: dict[tuple[str, str], _Found] = {}

    def recall(self, key: str, *, address: str = "") -> Principal | None:
        """
        Returns whom a key stood for a moment ago, None where that has to be looked up.

        Parameters
        ----------
        key, address
            What was sent, and from where; empty where that is not known.
        """
        found = self._found.get((_public(key), address))

        if (
            found is None
            or found.writes != self._store.writes.count
            or self._clock() - found.at >= LASTS
            or not hmac.compare_digest(found.fingerprint, _fingerprint(key))
        ):
            return None

        return found.principal

    def look_up(self, key: str, *, address: str = "") -> Principal | None:
        """
        Returns whom a key stands for, None where it is not good.

        Parameters
        ----------
        key, address
            As for ``recall``.
        """
        # What is written or ends while it is looked up is news.
        at, writes = self._clock(), self._store.writes.count
        principal = principal_of(self._store, key, address=address)

        if principal is not None:
            if len(self._found) >= _MOST:
                self._found.clear()

            self._found[_public(key), address] = _Found(
                principal=principal,
                fingerprint=_fingerprint(key),
                at=at,
                writes=writes,
            )

        return principal


def _public(key: str) -> str:
    return key[:11]


def _fingerprint(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()
