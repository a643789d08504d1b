"""
Tests that whoever is slow, silent or too deep is sent away, and others are served.
"""

from __future__ import annotations

import socket
from collections.abc import Generator
from contextlib import closing, suppress
from pathlib import Path

import httpx
import pytest

from lotwright.service.settings import Settings
from lotwright.service.store.tenants import create_key, create_tenant
from tests.service.api.server import Service, answering

#: Silent connections that stay open at the same time.
SILENT = 100

#: Seconds that a connection may be silent here.
PATIENCE = 1.0


@pytest.fixture(scope="module")
def brisk(tmp_path_factory: pytest.TempPathFactory) -> Generator[Service]:
    """
    A service without patience.
    """
    folder: Path = tmp_path_factory.mktemp("brisk")
    settings = Settings(
        database_url=f"sqlite:///{folder / 'store.db'}",
        most_upload_mb=1,
        header_seconds=PATIENCE,
        idle_seconds=PATIENCE,
    )

    with answering(settings) as found:
        yield found


@pytest.fixture(scope="module")
def key(brisk: Service) -> str:
    """
    A key of a tenant.
    """
    with brisk.store.open() as connection:
        tenant = create_tenant(brisk.store, connection, "brisk")

    return create_key(brisk.store, tenant, "all")


def _opened(service: Service) -> socket.socket:
    address = httpx.URL(service.url)

    return socket.create_connection((address.host, address.port or 0), timeout=60)


def _rest(line: socket.socket) -> bytes:
    """
    Returns what still comes, up to where the other side closes.
    """
    parts: list[bytes] = []

    while part := line.recv(4096):
        parts.append(part)

    return b"".join(parts)


@pytest.mark.parametrize(
    "begun", [b"", b"GET /v1/health/live HTTP/1.1\r\nHost: x\r\nX-A: "]
)
def test_who_does_not_say_what_it_wants_is_sent_away(
    brisk: Service, begun: bytes
) -> None:
    """
    Tests that silent connections, and headers that never end, are closed.
    """
    with closing(_opened(brisk)) as line:
        line.sendall(begun)

        assert b"" == _rest(line)


def test_a_second_request_has_no_more_time_than_the_first(brisk: Service) -> None:
    """
    Tests that a connection that was good once may not be slow later.
    """
    with closing(_opened(brisk)) as line:
        line.sendall(b"GET /v1/health/live HTTP/1.1\r\nHost: x\r\n\r\n")
        assert line.recv(4096).startswith(b"HTTP/1.1 200")
        line.sendall(b"GET /v1/health/live HTTP/1.1\r\nX-A: ")

        assert b"HTTP/1.1 200" not in _rest(line)


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/v1/datasets", "application/json"),
        ("/v1/datasets/d_x/package", "application/zip"),
    ],
)
def test_a_body_that_trickles_is_sent_away(
    brisk: Service, key: str, path: str, kind: str
) -> None:
    """
    Tests that a body which stops coming is answered, and said why.
    """
    method = "PUT" if path.endswith("package") else "POST"
    head = (
        f"{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
        f"Content-Type: {kind}\r\nContent-Length: 100\r\n\r\n{{"
    )

    with closing(_opened(brisk)) as line:
        line.sendall(head.encode())
        answer = _rest(line)

    assert answer.startswith(b"HTTP/1.1 408")
    assert b"too_slow" in answer


def test_others_are_served_while_many_are_silent(brisk: Service) -> None:
    """
    Tests that silent connections take nothing away from others.
    """
    lines = [_opened(brisk) for _ in range(SILENT)]

    try:
        with httpx.Client(base_url=brisk.url, timeout=60) as client:
            found = [client.get("/v1/health/live").status_code for _ in range(20)]
    finally:
        for line in lines:
            line.close()

    assert [200] * 20 == found


def test_what_is_too_large_or_too_deep_is_not_read(brisk: Service, key: str) -> None:
    """
    Tests that a length is believed where it is too large, and documents are shallow.
    """
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    deep = b'{"name": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"

    with httpx.Client(base_url=brisk.url, headers=headers, timeout=60) as client:
        found = client.post("/v1/datasets", content=deep)
        large = client.post("/v1/datasets", content=b" " * (1 << 20) + b"{}")

    assert (422, "application/problem+json") == (
        found.status_code,
        found.headers["Content-Type"],
    )
    assert (413, "too_large") == (large.status_code, large.json()["code"])

    with closing(_opened(brisk)) as line:
        line.sendall(
            f"PUT /v1/datasets/d_x/package HTTP/1.1\r\nHost: x\r\n"
            f"Authorization: Bearer {key}\r\nContent-Length: {1 << 31}\r\n\r\n".encode()
        )

        assert _rest(line).startswith(b"HTTP/1.1 413")


def test_headers_that_never_end_are_not_gathered(brisk: Service) -> None:
    """
    Tests that a header of many bytes is refused while it comes, and others are served.
    """
    with closing(_opened(brisk)) as line:
        line.sendall(b"GET /v1/health/live HTTP/1.1\r\nHost: x\r\nX-A: ")

        # The other side may close while this one still sends.
        with suppress(ConnectionError):
            for _ in range(64):
                line.sendall(b"a" * 65_536)

        with suppress(ConnectionError):
            assert b"HTTP/1.1 400" in _rest(line)[:12]

    assert 200 == httpx.get(f"{brisk.url}/v1/health/live", timeout=60).status_code


@pytest.mark.parametrize(
    "length", ["Content-Length: 1000000", "Transfer-Encoding: chunked"]
)
def test_strangers_are_refused_before_they_send_much(
    brisk: Service, key: str, length: str
) -> None:
    """
    Tests that a long body is not waited for where the key is wrong: nothing of it ever
    comes here.
    """
    wrong = f"{key[:12]}{'x' * 43}"
    head = (
        "POST /v1/datasets HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
        f"Authorization: Bearer {wrong}\r\n{length}\r\n\r\n"
    )

    with closing(_opened(brisk)) as line:
        line.sendall(head.encode())
        answer = _rest(line)

    assert answer.startswith(b"HTTP/1.1 401")
    assert b"unauthorized" in answer


def test_who_is_known_may_send_a_body_in_parts(brisk: Service, key: str) -> None:
    """
    Tests that a body whose length is not told is taken from who has a key.
    """
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    parts = iter([b'{"name": ', f'"{key[3:11]}"'.encode(), b"}"])
    made = httpx.post(
        f"{brisk.url}/v1/datasets", content=parts, headers=headers, timeout=60
    )

    assert 201 == made.status_code
