"""
A server that listens to webhooks, and answers as a test wants it to.
"""

from __future__ import annotations

import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(kw_only=True)
class Receiver:
    """
    What it has heard, and what it answers.
    """

    port: int = 0
    status: int = 204
    headers: dict[str, str] = field(default_factory=dict[str, str])
    body: bytes = b""
    silent: threading.Event | None = None
    heard: list[tuple[str, dict[str, str], bytes]] = field(
        default_factory=list[tuple[str, dict[str, str], bytes]]
    )

    @property
    def url(self) -> str:
        """
        Where it listens.
        """
        return f"http://127.0.0.1:{self.port}/hook?of=test"

    @property
    def host(self) -> str:
        """
        What an operator allows to reach it.
        """
        return f"127.0.0.1:{self.port}"


@contextmanager
def listening(receiver: Receiver) -> Generator[Receiver]:
    """
    Yields a receiver while it listens on a free port of this machine.
    """

    class Handler(BaseHTTPRequestHandler):
        """
        Notes what it hears.
        """

        def do_POST(self) -> None:
            """
            Answers as the test wants it to.
            """
            body = self.rfile.read(int(self.headers["Content-Length"]))
            receiver.heard.append((self.path, dict(self.headers.items()), body))

            if receiver.silent is not None:
                receiver.silent.wait(30)

            self.send_response(receiver.status)

            for name, value in receiver.headers.items():
                self.send_header(name, value)

            self.send_header("Content-Length", str(len(receiver.body)))
            self.end_headers()
            self.wfile.write(receiver.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # named so there
            """
            Says nothing.
            """

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    receiver.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()

    try:
        yield receiver
    finally:
        if receiver.silent is not None:
            receiver.silent.set()

        server.shutdown()
        thread.join()
        server.server_close()
