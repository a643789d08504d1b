"""
Tests of posts: little time, no redirects, and to the address that was judged.
"""

from __future__ import annotations

import threading
from collections.abc import Generator

import pytest

from lotwright.service.addresses import AllowedHosts, Destination, judged
from lotwright.service.post import PostError, post
from tests.service.receiver import Receiver, listening


@pytest.fixture
def receiver() -> Generator[Receiver]:
    """
    A server that listens.
    """
    with listening(Receiver()) as found:
        yield found


def _destination(receiver: Receiver) -> Destination:
    return judged(receiver.url, AllowedHosts.of(receiver.host))


def test_a_body_arrives(receiver: Receiver) -> None:
    """
    Tests that path, headers and body arrive as they are.
    """
    assert 204 == post(_destination(receiver), b"{}", {"Lotwright-Event": "test"})

    path, headers, body = receiver.heard[0]
    assert ("/hook?of=test", "test", b"{}") == (path, headers["Lotwright-Event"], body)


def test_the_connection_goes_to_the_judged_address(receiver: Receiver) -> None:
    """
    Tests that the name is told to the server, but not asked for again.
    """
    destination = Destination(
        scheme="http",
        host="name.invalid",
        port=receiver.port,
        target="/",
        address="127.0.0.1",
    )

    assert 204 == post(destination, b"", {})

    assert f"name.invalid:{receiver.port}" == receiver.heard[0][1]["Host"]


def test_redirects_are_not_followed(receiver: Receiver) -> None:
    """
    Tests that a server cannot send the service elsewhere.
    """
    with listening(Receiver()) as inside:
        receiver.status, receiver.headers = 307, {"Location": inside.url}

        assert 307 == post(_destination(receiver), b"{}", {})

        assert [] == inside.heard


def test_a_long_answer_is_not_read(receiver: Receiver) -> None:
    """
    Tests that only the status of an answer counts.
    """
    receiver.status, receiver.body = 200, b"x" * 100_000

    assert 200 == post(_destination(receiver), b"{}", {})


def test_a_silent_server_is_left(receiver: Receiver) -> None:
    """
    Tests that a server that does not answer costs its time and no more.
    """
    receiver.silent = threading.Event()

    with pytest.raises(PostError, match="not answer in time"):
        post(_destination(receiver), b"{}", {}, seconds=0.2)


def test_nobody_there_is_told(receiver: Receiver) -> None:
    """
    Tests that a port where nobody listens is told as that.
    """
    free = Destination(scheme="http", host="x", port=1, target="/", address="127.0.0.1")

    with pytest.raises(PostError, match="x does not answer"):
        post(free, b"{}", {})


def test_a_certificate_is_asked_for(receiver: Receiver) -> None:
    """
    Tests that https to a server that does not speak TLS fails.
    """
    destination = Destination(
        scheme="https",
        host="localhost",
        port=receiver.port,
        target="/",
        address="127.0.0.1",
    )

    with pytest.raises(PostError):
        post(destination, b"{}", {}, seconds=2.0)

    assert [] == receiver.heard
