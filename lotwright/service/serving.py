"""
Serving: the web server with its time-outs.
"""

from __future__ import annotations

import asyncio
from typing import Any

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from lotwright.service.settings import Settings


def server_of(app: FastAPI, settings: Settings) -> uvicorn.Server:
    """
    Returns a web server of an application that waits for nobody for ever.
    """
    return uvicorn.Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            http=_patience(settings.header_seconds),
            # The application says itself what happens, and whom it believes.
            log_config=None,
            access_log=False,
            proxy_headers=False,
            # Names of software help nobody but those who look for its faults.
            server_header=False,
        )
    )


def _patience(seconds: float) -> type[asyncio.Protocol]:
    """
    Returns a protocol that closes connections which do not say within some seconds what
    they want, be they silent or slow.
    """

    class Patience(H11Protocol):
        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as its own base has it
            super().connection_made(transport)
            self._late: asyncio.TimerHandle | None = None
            self._expect()

        def data_received(self, data: bytes) -> None:
            super().data_received(data)
            self._expect()

        def connection_lost(self, exc: Exception | None) -> None:
            self._expect_no_more()
            super().connection_lost(exc)

        def _expect(self) -> None:
            """
            Sets a time by which the next request must be told, unless one is at work.
            """
            if self._is_at_work():
                self._expect_no_more()
            elif self._late is None:
                self._late = self.loop.call_later(seconds, self._give_up)

        def _expect_no_more(self) -> None:
            if self._late is not None:
                self._late.cancel()
                self._late = None

        def _give_up(self) -> None:
            self._late = None

            if not self._is_at_work() and not self.transport.is_closing():
                self.transport.close()

        def _is_at_work(self) -> bool:
            cycle: Any = self.cycle

            return cycle is not None and not cycle.response_complete

    return Patience
