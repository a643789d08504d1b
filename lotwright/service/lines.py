"""
Lines: where the service listens, taken before it says so.
"""

from __future__ import annotations

import errno
import socket
from collections.abc import Generator
from contextlib import contextmanager

from lotwright.errors import LotwrightError
from lotwright.service.settings import Settings

#: Calls that may wait for an answer while the service starts.
_BACKLOG = 2048


class Lines:
    """
    Sockets for requests where settings say, which nobody else can have meanwhile.

    Parameters
    ----------
    settings
        How the service runs.

    Raises
    ------
    LotwrightError
        When something else listens there, or nobody may.
    """

    def __init__(self, settings: Settings) -> None:
        self._place = f"{settings.host}, port {settings.port}"
        self.sockets: list[socket.socket] = []

        with self._plainly():
            found = socket.getaddrinfo(
                settings.host,
                settings.port,
                type=socket.SOCK_STREAM,
                flags=socket.AI_PASSIVE,
            )

            for family, kind, protocol, _, address in dict.fromkeys(found):
                line = socket.socket(family, kind, protocol)
                self.sockets.append(line)
                # Who was there a moment ago is no reason to wait.
                line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)

                if family == socket.AF_INET6:
                    line.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)

                line.bind(address)

    def listen(self) -> None:
        """
        Takes calls from now on; they are answered once the server runs.

        Raises
        ------
        LotwrightError
            When something else listens there by now.
        """
        with self._plainly():
            for line in self.sockets:
                line.listen(_BACKLOG)

    def close(self) -> None:
        """
        Takes no calls any more.
        """
        for line in self.sockets:
            line.close()

    @contextmanager
    def _plainly(self) -> Generator[None]:
        """
        Tells of failures with what to do about them.
        """
        try:
            yield
        except OSError as error:
            self.close()
            what = (
                "Something else listens at"
                if error.errno == errno.EADDRINUSE
                else f"The service cannot listen ({error.strerror}) at"
            )
            msg = (
                f"{what} {self._place}. End what is there, or choose another place by "
                "the variables LOTWRIGHT_PORT and LOTWRIGHT_HOST."
            )
            raise LotwrightError(msg) from error
