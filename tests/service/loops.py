"""
Coroutines in a loop of their own.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

R = TypeVar("R")


def awaited(coroutine: Coroutine[Any, Any, R]) -> R:
    """
    Returns what a coroutine returns.

    It runs in a thread of its own: another test of this process may have a browser,
    whose loop is this thread's.
    """
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()
