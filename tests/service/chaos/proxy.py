"""
A line to the database that a test delays, cuts and lets go dead.
"""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from enum import Enum, auto

from tests.service.chaos.volume import volume

#: Seconds of a slow line, each way.
_DELAY = volume(1, 10) / 10

_CHUNK = 1 << 16


class Line(Enum):
    """
    How the line is.
    """

    GOOD = auto()
    SLOW = auto()  #: what is sent arrives late
    DEAD = auto()  #: what is sent never arrives, and nobody says so


class Proxy:
    """
    Passes on what comes to a port of this machine to a socket of the database.

    Parameters
    ----------
    folder
        Folder of the database's socket.
    """

    def __init__(self, folder: str) -> None:
        self._target = f"{folder}/.s.PGSQL.5432"
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: set[socket.socket] = set()
        self.line = Line.GOOD

    @property
    def address(self) -> str:
        """
        Address of the database through the proxy.
        """
        port = self._listening.getsockname()[1]

        return f"postgresql://service@127.0.0.1:{port}/lotwright"

    def cut(self) -> None:
        """
        Resets all connections.
        """
        for each in list(self._open):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)

    def accept(self) -> None:
        """
        Takes connections until the proxy is closed.
        """
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                server = socket.socket(socket.AF_UNIX)

                try:
                    server.connect(self._target)
                except OSError:
                    # It is as good as the line to a database that is away.
                    client.close()
                    server.close()
                    continue

                self._open |= {client, server}

                for ends in ((client, server), (server, client)):
                    threading.Thread(target=self._pass, args=ends, daemon=True).start()

    def close(self) -> None:
        """
        Takes no more connections, and cuts those that are open.
        """
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)

        self._listening.close()
        self.cut()

        for each in self._open:
            each.close()

    def _pass(self, source: socket.socket, target: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while content := source.recv(_CHUNK):
                if self.line is Line.SLOW:
                    time.sleep(_DELAY)

                while self.line is Line.DEAD:
                    time.sleep(0.05)

                target.sendall(content)

        for each in (source, target):
            with contextlib.suppress(OSError):
                each.shutdown(socket.SHUT_RDWR)


@contextmanager
def proxy(folder: str) -> Generator[Proxy]:
    """
    Yields a proxy in front of the database of a folder.
    """
    found = Proxy(folder)
    accepting = threading.Thread(target=found.accept)
    accepting.start()

    try:
        yield found
    finally:
        found.line = Line.GOOD
        found.close()
        accepting.join()
