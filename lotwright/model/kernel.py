"""
Kernels: functions over arrays that are compiled once and kept on disk.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar, cast

import numba

P = ParamSpec("P")
R = TypeVar("R")


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """
    Returns a function compiled to machine code when it is first called.

    The code is kept beside the package, or in the user's cache where that folder cannot
    be written, so that later processes load it. Callers see the types of the Python
    function.
    """
    return cast("Callable[P, R]", numba.njit(cache=True, error_model="numpy")(function))
