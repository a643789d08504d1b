"""
What a request may bring: so many bytes, at a decent pace, and no deeper than need be.
"""

from __future__ import annotations

import asyncio
import re
import time

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lotwright.io.json_rows import MOST_DEPTH, depth_of
from lotwright.service.api.problems import Refusal, answer

#: Bytes of a document; tables come as files, which may be larger.
_MOST_DOCUMENT = 8 * 1024 * 1024

#: Bytes within each of which a body may be silent for once.
_PACE = 64 * 1024

_FILES = re.compile(r"/v1/datasets/[^/]+/(package|tables/[^/]+)")


class Intake:
    """
    An application whose requests are limited.

    Parameters
    ----------
    app
        The application.
    most_bytes
        Bytes of a body.
    idle_seconds
        How long a body may be silent; one that trickles gets no more time in all than
        that, and the same again for every 64 KiB that have come.
    """

    def __init__(self, app: ASGIApp, *, most_bytes: int, idle_seconds: float) -> None:
        self.app = app
        self.most_bytes = most_bytes
        self.idle_seconds = idle_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Answers a request.
        """
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        headers = Headers(scope=scope)
        length = headers.get("content-length", "0")
        is_file = _FILES.fullmatch(scope["path"]) is not None
        most = self.most_bytes if is_file else min(_MOST_DOCUMENT, self.most_bytes)

        if length.isdigit() and int(length) > most:
            refused = answer(_too_large(most))
            refused.headers["Connection"] = "close"
            await self._drained(receive, int(length), most)
            await refused(scope, receive, send)
            return

        is_json = "json" in headers.get("content-type", "json")
        body = _Body(
            receive=receive,
            most=most,
            idle_seconds=self.idle_seconds,
            is_document=is_json and not is_file,
        )
        await self.app(scope, body.next, send)

    async def _drained(self, receive: Receive, length: int, most: int) -> None:
        """
        Takes the rest of a body that is a little too large, so that whoever sends it
        hears why; what is far too large is not listened to.
        """
        if length > 2 * most:
            return

        body = _Body(
            receive=receive,
            most=2 * most,
            idle_seconds=self.idle_seconds,
            is_document=False,
        )

        try:
            while (await body.next()).get("more_body", False):
                pass
        except HTTPException:
            return


class _Body:
    """
    The body of a request, part by part.
    """

    def __init__(
        self, *, receive: Receive, most: int, idle_seconds: float, is_document: bool
    ) -> None:
        self._receive = receive
        self._most = most
        self._idle = idle_seconds
        self._parts: list[bytes] | None = [] if is_document else None
        self._size = 0
        self._began = time.monotonic()
        self._is_over = False

    async def next(self) -> Message:
        """
        Returns what comes next.

        Raises
        ------
        HTTPException
            When it is too much, too slow or too deep.
        """
        if self._is_over:
            return await self._receive()

        message = await self._in_time()

        if message["type"] != "http.request":
            return message

        self._take(message.get("body", b""))
        self._is_over = not message.get("more_body", False)

        if self._is_over and self._parts is not None:
            _refuse_deep(b"".join(self._parts))

        return message

    async def _in_time(self) -> Message:
        allowed = self._idle * (1 + self._size // _PACE)
        left = self._began + allowed - time.monotonic()

        try:
            return await asyncio.wait_for(
                self._receive(), min(max(left, 0.0), self._idle)
            )
        except TimeoutError:
            self._is_over = True
            text = "The request comes too slowly."
            raise HTTPException(408, text, {"Connection": "close"}) from None

    def _take(self, part: bytes) -> None:
        self._size += len(part)

        if self._size > self._most:
            self._is_over = True
            raise HTTPException(413, _too_large(self._most).text)

        if self._parts is not None:
            self._parts.append(part)


def _too_large(most: int) -> Refusal:
    return Refusal(413, "too_large", f"Send at most {most / 2**20:g} MiB at a time.")


def _refuse_deep(content: bytes) -> None:
    if depth_of(content) > MOST_DEPTH:
        text = f"More than {MOST_DEPTH} lists and objects lie in each other."
        raise HTTPException(422, text)
