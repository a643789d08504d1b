"""
Polled routes: what programs ask for again and again costs one change of threads.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from fastapi.routing import APIRoute
from starlette.concurrency import run_in_threadpool


class Polled(APIRoute):
    """
    A route whose function runs in a thread; its answer, which is small, is checked and
    written where it is sent.

    Parameters
    ----------
    path, endpoint
        Where it is, and what answers.
    given
        As of any route.
    """

    def __init__(
        self,
        path: str,
        endpoint: Callable[..., Any],
        **given: Any,  # noqa: ANN401  # as its base has it
    ) -> None:
        super().__init__(path, _in_thread(endpoint), **given)


def _in_thread(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    if inspect.iscoroutinefunction(endpoint):
        return endpoint

    @functools.wraps(endpoint)
    async def answered(**values: object) -> object:
        return await run_in_threadpool(endpoint, **values)

    return answered
