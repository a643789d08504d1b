"""
Dressing: what every request gets, and what every answer carries.
"""

from __future__ import annotations

import logging
import secrets
import time
from typing import Any

import structlog
from starlette.datastructures import MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from lotwright.service.api import problems
from lotwright.service.api.metrics import Counts
from lotwright.service.api.problems import Refusal
from lotwright.service.store.store import OUTAGES

logger = logging.getLogger(__name__)

_POLICY = "default-src 'none'"


class Dressed:
    """
    Gives each request an identifier, keeps browsers careful with each answer, turns
    what nobody expected into a problem document, and says in one line what happened.

    Parameters
    ----------
    app
        What answers.
    counts
        Where requests are counted.
    """

    def __init__(self, app: ASGIApp, counts: Counts) -> None:
        self._app = app
        self._counts = counts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Answers a request.
        """
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        request_id = secrets.token_hex(8)
        scope.setdefault("state", {})["request_id"] = request_id
        answer = _Answer(send, request_id)
        begun = time.perf_counter()

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            try:
                await self._answered(scope, receive, answer)
            finally:
                self._note(scope, answer.status, time.perf_counter() - begun)

    async def _answered(self, scope: Scope, receive: Receive, answer: _Answer) -> None:
        try:
            await self._app(scope, receive, answer.send)
        except OUTAGES as error:
            self._counts.db_busy.inc()
            logger.warning("The store does not answer: %s", getattr(error, "orig", ""))

            if answer.status:
                raise

            document = _shown(scope, problems.answer(problems.outage(error)))
            await document(scope, receive, answer.send)
        except Exception:
            logger.exception("A request failed")

            if answer.status:
                raise

            text = "Something went wrong here; the log says more."
            document = _shown(scope, problems.answer(Refusal(500, "internal", text)))
            await document(scope, receive, answer.send)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = _template(scope)
        self._counts.http_seconds.labels(route, f"{status // 100}xx").observe(seconds)
        client = scope.get("client")
        told: dict[str, Any] = {
            "method": scope["method"],
            "route": route,
            "status": status,
            "ms": round(seconds * 1000, 1),
            "client": client[0] if client else "",
            "tenant": scope["state"].get("tenant", ""),
        }
        logger.info("request", extra=told)


class _Answer:
    """
    An answer on its way.
    """

    def __init__(self, send: Send, request_id: str) -> None:
        self._send = send
        self._request_id = request_id
        self.status = 0

    async def send(self, message: Message) -> None:
        """
        Passes a part on; the first one gets its headers.
        """
        if message["type"] == "http.response.start":
            self.status = int(message["status"])
            headers = MutableHeaders(scope=message)
            headers["X-Request-ID"] = self._request_id
            headers["X-Content-Type-Options"] = "nosniff"
            headers.setdefault("Content-Security-Policy", _POLICY)
            headers.setdefault("Cache-Control", "no-store")

        await self._send(message)


def _shown(scope: Scope, document: Response) -> Response:
    """
    Returns a problem document as whoever asked reads it: pages say how for theirs.
    """
    as_page = getattr(scope["app"].state, "as_page", None)

    if as_page is None:
        return document

    found: Response = as_page(Request(scope), document)

    return found


def _template(scope: Scope) -> str:
    """
    Returns the path of a request's route, not of the request: there are few of them.
    """
    return str(getattr(scope.get("route"), "path", "") or "other")
