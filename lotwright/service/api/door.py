"""
The door: where far more is asked than can be answered, some are asked to come again
soon, so that the others do not wait for ever.
"""

from __future__ import annotations

from anyio.to_thread import current_default_thread_limiter
from starlette.types import ASGIApp, Receive, Scope, Send

from lotwright.service.api.problems import Refusal, answer

#: Requests that may wait for a thread: they have it within a second, where none of
#: those at work takes long.
_MOST_WAITING = 100

#: Seconds after which it makes sense to come again.
_SOON = 2

#: What is always let in: whoever asks how the service is shall know.
_HEALTH = "/v1/health/"


class Door:
    """
    An application that lets nobody in while too many wait.

    Who is slow to send what it wants does not wait, and neither does who listens to a
    stream.

    Parameters
    ----------
    app
        The application.
    most_waiting
        Requests that may wait.
    """

    def __init__(self, app: ASGIApp, *, most_waiting: int = _MOST_WAITING) -> None:
        self._app = app
        self._most_waiting = most_waiting

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """
        Answers a request.
        """
        if self._is_full(scope):
            text = "Too many requests wait; send it again soon."
            headers = {"Retry-After": str(_SOON)}
            refused = answer(Refusal(503, "busy", text, headers=headers))
            await refused(scope, receive, send)
            return

        await self._app(scope, receive, send)

    def _is_full(self, scope: Scope) -> bool:
        if scope["type"] != "http" or scope["path"].startswith(_HEALTH):
            return False

        waiting = current_default_thread_limiter().statistics().tasks_waiting

        return waiting >= self._most_waiting
