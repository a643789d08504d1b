"""
Improvement while something else is found out: by all processes of a crew but one.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from lotwright.model.network import Floats
from lotwright.solver.search.improve import Improver

T = TypeVar("T")


def improved_beside(
    improver: Improver, begin: Floats, work: Callable[[], T], others: int
) -> tuple[Floats, T]:
    """
    Returns what improvement makes of a start until some work is done, and its outcome.

    Parameters
    ----------
    improver
        It has a crew.
    begin
        A solution of the elastic model, shape ``(num_columns,)``.
    work
        Done in a thread of its own, where it may not speak to anybody.
    others
        Processes that improve meanwhile.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="beside") as pool:
        future = pool.submit(work)
        best = improver.improved_until(begin, future.done, others)

        return best, future.result()
