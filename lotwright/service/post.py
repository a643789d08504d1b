"""
Posts: a small request to somebody else's server, which gets little time and less trust.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress

from lotwright.errors import LotwrightError
from lotwright.service.addresses import Destination

#: Seconds until a connection stands, and until all is over.
_CONNECTS_WITHIN = 5.0
ANSWERS_WITHIN = 10.0

#: Bytes of an answer that are read; the rest is nobody's business.
_MOST_BYTES = 4_096


class PostError(LotwrightError):
    """
    A server was not reached, or has not answered as it should.
    """


class _Pinned(http.client.HTTPConnection):
    """
    A connection to the address that was judged, whatever the name means by now.
    """

    def __init__(self, destination: Destination, context: ssl.SSLContext) -> None:
        super().__init__(destination.host, destination.port, timeout=_CONNECTS_WITHIN)
        self._destination = destination
        self._context = context

    def connect(self) -> None:
        """
        Connects, and speaks TLS to whoever has a certificate for the name.
        """
        where = self._destination
        self.sock = socket.create_connection(
            (where.address, where.port), timeout=_CONNECTS_WITHIN
        )

        if where.scheme == "https":
            # Whoever hangs up must find the socket while hands are still shaken.
            sealed = self._context.wrap_socket(
                self.sock, server_hostname=where.host, do_handshake_on_connect=False
            )
            self.sock = sealed
            sealed.do_handshake()


def post(
    destination: Destination,
    body: bytes,
    headers: Mapping[str, str],
    *,
    seconds: float = ANSWERS_WITHIN,
    context: ssl.SSLContext | None = None,
) -> int:
    """
    Sends a body to a server and returns the status of its answer.

    Redirects are not followed: they are statuses like any other.

    Parameters
    ----------
    destination
        Where, as it was judged.
    body, headers
        What.
    seconds
        How long all of it may take.
    context
        Whose certificates are trusted; those that the system trusts, when left out.

    Raises
    ------
    PostError
        When the server is not reached or does not answer in time.
    """
    line = _Pinned(destination, context or ssl.create_default_context())
    overdue = threading.Event()

    def hang_up() -> None:
        overdue.set()

        # Whoever waits for the next byte sees the end of the connection.
        with suppress(OSError, TypeError):
            socket.socket.shutdown(line.sock, socket.SHUT_RDWR)

    timer = threading.Timer(seconds, hang_up)
    timer.start()

    try:
        line.request("POST", destination.target, body, dict(headers))
        answer = line.getresponse()
        answer.read(_MOST_BYTES)
    except (OSError, http.client.HTTPException) as error:
        late = overdue.is_set() or isinstance(error, TimeoutError)
        words = "not answer in time" if late else f"not answer: {_told(error)}"
        msg = f"{destination.host} does {words}."
        raise PostError(msg) from error
    finally:
        timer.cancel()
        line.close()

    return answer.status


def _told(error: Exception) -> str:
    text = str(error) if isinstance(error, OSError) else type(error).__name__

    return text.rstrip(".")[:200]
