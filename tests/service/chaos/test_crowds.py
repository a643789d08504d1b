"""
Tests that many slow clients take nothing away from others.
"""

from __future__ import annotations

import resource
import socket
import threading
import time
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from lotwright.service.settings import Settings
from lotwright.service.store.tenants import create_key, create_tenant
from tests.service.api.server import Service, answering
from tests.service.chaos.volume import IS_FULL, volume

#: Connections that say nothing, and those that send a byte at a time.
SILENT = volume(40, 800)
SLOW = volume(20, 200)

#: Requests of somebody else, and seconds from one to the next.
ASKED = volume(40, 6_000)
PAUSE = volume(0, 50) / 1_000

#: Connections of which this process holds both ends, and some files.
FILES = 2 * (SILENT + SLOW) + 500

#: Seconds between two bytes of a slow connection.
BYTE = volume(50, 1_000) / 1_000


@pytest.fixture
def service(tmp_path: Path) -> Generator[Service]:
    """
    A service with its own patience.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, FILES), hard))
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'store.db'}")

    try:
        with answering(settings) as found:
            yield found
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


class _Crowd:
    """
    Connections that are slow; those that are closed come again.
    """

    def __init__(self, url: str, begin: Callable[[int], bytes]) -> None:
        self._url = httpx.URL(url)
        self._begin = begin
        self.lines = [self._opened(number) for number in range(SILENT + SLOW)]

    def _opened(self, number: int) -> socket.socket:
        line = socket.create_connection((self._url.host, self._url.port or 0), 60)
        line.sendall(self._begin(number))

        return line

    def go_on(self) -> None:
        """
        Sends a byte of those that are not silent, and opens anew what was closed.
        """
        for number, line in enumerate(self.lines):
            try:
                if number >= SILENT:
                    line.send(b"x")
                elif line.recv(1, socket.MSG_DONTWAIT) == b"":
                    raise ConnectionError
            except BlockingIOError:
                continue
            except OSError:
                line.close()

                with suppress(OSError):
                    self.lines[number] = self._opened(number)


@contextmanager
def _crowded(url: str, begin: Callable[[int], bytes]) -> Generator[None]:
    crowd, over = _Crowd(url, begin), threading.Event()

    def repeat() -> None:
        while not over.wait(BYTE):
            crowd.go_on()

    going_on = threading.Thread(target=repeat)
    going_on.start()

    try:
        yield
    finally:
        over.set()
        going_on.join()

        for line in crowd.lines:
            line.close()


@pytest.mark.slow
def test_slow_clients_take_nothing_from_others(service: Service) -> None:
    """
    Tests that silent connections, headers and bodies of a byte at a time keep nobody
    from being answered; at full volume, quickly.
    """
    with service.store.open() as connection:
        tenant = create_tenant(service.store, connection, "crowd")

    key = create_key(service.store, tenant, "all")
    headers = {"Authorization": f"Bearer {key}"}
    body = (
        f"POST /v1/datasets HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
        "Content-Type: application/json\r\nContent-Length: 10000\r\n\r\n"
    ).encode()
    head = b"GET /v1/datasets HTTP/1.1\r\nHost: x\r\nX-A: "

    def begin(number: int) -> bytes:
        return b"" if number < SILENT else (head, body)[number % 2]

    statuses, seconds = set[int](), list[float]()

    with (
        _crowded(service.url, begin),
        closing(
            httpx.Client(base_url=service.url, headers=headers, timeout=60)
        ) as client,
    ):
        for _ in range(ASKED):
            begun = time.perf_counter()
            statuses.add(client.get("/v1/datasets").status_code)
            seconds.append(time.perf_counter() - begun)
            time.sleep(PAUSE)

    assert {200} == statuses
    assert not IS_FULL or sorted(seconds)[int(0.99 * ASKED)] < 0.5
