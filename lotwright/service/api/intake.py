"""
What a request may bring: so many bytes, at a decent pace, and no deeper than need be.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lotwright.io.json_rows import MOST_DEPTH, depth_of
from lotwright.service.api.problems import Refusal, answer, too_much
from lotwright.service.store.quotas import QuotaError

#: Bytes of a document; tables come as files, which may be larger.
_MOST_DOCUMENT = 8 * 1024 * 1024

#: Bytes of a body that somebody may send before it is known who that is: a sign-in.
_MOST_OF_STRANGERS = 16 * 1024

#: Bytes that are dropped of what strangers send.
_MOST_DROPPED = 256 * 1024

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
    refuse_strangers
        Raises ``Refusal`` or ``QuotaError`` for a request of nobody who is known; such
        may send a few KiB, whose length they tell.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        most_bytes: int,
        idle_seconds: float,
        refuse_strangers: Callable[[Request], Awaitable[None]],
    ) -> None:
        self.app = app
        self.most_bytes = most_bytes
        self.idle_seconds = idle_seconds
        self.refuse_strangers = refuse_strangers

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

        size = int(length) if length.isdigit() else 0

        if size > most:
            await self._refuse(answer(_too_large(most)), scope, receive, send, most)
            return

        # Files are not read before it is known who sends them.
        refused = None if is_file else await self._stranger(scope, headers, size)

        if refused is not None:
            await self._refuse(refused, scope, receive, send, _MOST_DROPPED)
            return

        is_json = "json" in headers.get("content-type", "json")
        body = _Body(
            receive=receive,
            most=most,
            idle_seconds=self.idle_seconds,
            is_document=is_json and not is_file,
        )
        await self.app(scope, body.next, send)

    async def _stranger(
        self, scope: Scope, headers: Headers, size: int
    ) -> Response | None:
        """
        Returns the answer to somebody unknown who sends more than a few bytes.
        """
        # Nobody knows how long a body will be that comes in parts.
        if size <= _MOST_OF_STRANGERS and "transfer-encoding" not in headers:
            return None

        try:
            await self.refuse_strangers(Request(scope))
        except Refusal as error:
            return answer(error)
        except QuotaError as error:
            return too_much(error)

        return None

    async def _refuse(
        self, refused: Response, scope: Scope, receive: Receive, send: Send, most: int
    ) -> None:
        """
        Answers without a look at the body; one that is not much longer than it may be
        is dropped before, so that whoever sends it hears why.
        """
        refused.headers["Connection"] = "close"
        length = Headers(scope=scope).get("content-length", "0")

        if not length.isdigit() or int(length) <= 2 * most:
            await self._drop(receive, 2 * most)

        await refused(scope, receive, send)

    async def _drop(self, receive: Receive, most: int) -> None:
        body = _Body(
            receive=receive,
            most=most,
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
