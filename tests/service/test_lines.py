"""
Tests of where the service listens.
"""

from __future__ import annotations

import socket

import pytest

from lotwright.errors import LotwrightError
from lotwright.service.lines import Lines
from lotwright.service.settings import Settings


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]

    return port


def test_calls_are_taken_once_it_listens() -> None:
    """
    Tests that nobody is let wait before, and that who calls afterwards is connected.
    """
    port = _free_port()
    lines = Lines(Settings(port=port))

    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))

    lines.listen()

    with socket.create_connection(("127.0.0.1", port)) as caller:
        assert ("127.0.0.1", port) == caller.getpeername()

    lines.close()


def test_a_used_port_is_told_with_a_remedy() -> None:
    """
    Tests that the place, what is wrong and what to do are named.
    """
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(
            LotwrightError, match=f"port {port}.*LOTWRIGHT_PORT"
        ) as told:
            Lines(Settings(port=port))

    assert str(told.value).startswith("Something else listens at 127.0.0.1")


def test_a_port_that_is_taken_meanwhile_is_told() -> None:
    """
    Tests that of two that start at once, the second one says so.
    """
    port = _free_port()
    first, second = Lines(Settings(port=port)), Lines(Settings(port=port))
    first.listen()

    with pytest.raises(LotwrightError, match="Something else listens"):
        second.listen()

    first.close()


def test_a_place_that_is_none_is_told() -> None:
    """
    Tests that an address of another machine is refused by name.
    """
    with pytest.raises(LotwrightError, match=r"cannot listen \(.+\) at 192\.0\.2\.1"):
        Lines(Settings(host="192.0.2.1", port=_free_port(), behind_proxy=True))
