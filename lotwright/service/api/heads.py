"""
Heads of answers: HEAD is answered as GET is, without the body.
"""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class Heads:
    """
    An application that answers HEAD wherever it answers GET.

    Parameters
    ----------
    app
        The application.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Answers a request.
        """
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        inner = {**scope, "method": "GET"}
        head = _Head(receive, send)

        try:
            await self._app(inner, head.receive, head.send)
        finally:
            # The line in the log names the route.
            if "route" in inner:
                scope["route"] = inner["route"]


class _Head:
    """
    The head of an answer; once it is sent, nobody listens any more.
    """

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive = receive
        self._send = send
        self._is_sent = False

    async def receive(self) -> Message:
        """
        Returns what comes next.
        """
        if self._is_sent:
            return {"type": "http.disconnect"}

        return await self._receive()

    async def send(self, message: Message) -> None:
        """
        Passes the head on.
        """
        if self._is_sent:
            return

        await self._send(message)

        if message["type"] == "http.response.start":
            self._is_sent = True
            await self._send({"type": "http.response.body", "body": b""})
