"""
Kernels: functions over arrays that are compiled once and kept on disk.
"""

from __future__ import annotations

import hashlib
import pickle
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

import numba
import numpy as np
from numba import types
from numba.core import config, event

from lotwright.model import rules

P = ParamSpec("P")
R = TypeVar("R")

#: Whether all kernels stay Python functions, as numba was told by a variable.
UNCOMPILED = bool(vars(config)["DISABLE_JIT"])

#: What reading an index of compiled functions may raise when a release changed a type.
_STALE = (AttributeError, ImportError, EOFError, pickle.UnpicklingError, ValueError)

#: Files that each kernel is made of, by the kernel's own module.
_sources: dict[str, set[Path]] = {}


def kernel(function: Callable[P, R]) -> Callable[P, R]:
    """
    Returns a function compiled to machine code when it is first called.

    The code is kept beside the package, or in the user's cache where that folder cannot
    be written, so that later processes load it. Callers see the types of the Python
    function. With the variable ``NUMBA_DISABLE_JIT=1`` of numba all kernels stay Python
    functions, slow, but open to a debugger.
    """
    # Said explicitly, for kernels take it over from those that call them.
    return _compiled(function, _nrt=True)


def nested_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """
    Returns a function that kernels call, and that may make arrays; it cannot be called
    from Python, which spares compiling that.
    """
    return _compiled(function, _nrt=True, no_cpython_wrapper=True)


def inner_kernel(function: Callable[P, R]) -> Callable[P, R]:
    """
    Returns a function that kernels call, and that makes and keeps no array of its own.

    References to arrays are not counted in it, which otherwise takes more time than the
    work itself; and it cannot be called from Python, which spares compiling that.
    """
    return _compiled(function, _nrt=False, no_cpython_wrapper=True)


def is_compiled(function: Callable[..., Any]) -> bool:
    """
    Returns whether a kernel need not be compiled, for some types of arguments at least:
    it was, from the files as they are now, or stays a Python function.
    """
    if UNCOMPILED:
        return True

    if getattr(function, "signatures", ()):
        return True

    cache = getattr(function, "_cache", None)
    kept = getattr(cache, "_cache_file", None)

    return kept is not None and bool(kept._load_index())


@contextmanager
def compiling() -> Generator[list[float]]:
    """
    Measures how many seconds kernels take to be compiled, or loaded, inside.

    Yields
    ------
    list[float]
        Holds the seconds afterwards, where there were any.
    """
    seconds: list[float] = []

    with event.install_timer("numba:compiler_lock", seconds.append):
        yield seconds


def _compiled(function: Callable[P, R], **options: bool) -> Callable[P, R]:
    if UNCOMPILED:
        # Numbers that wrap and divisions by nothing are quiet in machine code.
        return np.errstate(all="ignore")(function)

    # Its type hints know only some of the options.
    njit = cast("Callable[..., Any]", numba.njit)
    # Kernels leave the interpreter to other threads, as those that write tables.
    options |= {"cache": True, "no_cfunc_wrapper": True, "nogil": True}
    compiled = njit(error_model="numpy", **options)(function)
    _guard(compiled, _files(function))
    _widen(compiled)

    return cast("Callable[P, R]", compiled)


def _widen(compiled: Any) -> None:
    """
    Lets other kernels call one with whole numbers of 64 bits, and with flags, alone.

    It would be compiled anew for numbers of 32 bits and for constants like 0 and True,
    each time with all that it calls.
    """
    template_of = compiled.get_call_template

    def template_of_wide(args: Any, kws: Any) -> Any:
        wide = [_wide(kind) for kind in args]

        return template_of(wide, {name: _wide(kind) for name, kind in kws.items()})

    compiled.get_call_template = template_of_wide


def _wide(kind: Any) -> Any:
    if isinstance(kind, types.Integer):
        return types.int64

    return types.boolean if isinstance(kind, types.BooleanLiteral) else kind


def _files(function: Callable[..., Any]) -> set[Path]:
    """
    Returns the files whose functions, types and constants a kernel may use.
    """
    own = _sources.setdefault(
        function.__module__,
        {Path(function.__code__.co_filename), Path(str(rules.__file__))},
    )

    for value in list(function.__globals__.values()):
        module = getattr(value, "__module__", None)

        if isinstance(module, str) and module.startswith("lotwright."):
            own.update(_sources.get(module, ()))
            own.add(Path(str(sys.modules[module].__file__)))

    return own


@cache
def _digest(file: Path) -> bytes:
    return hashlib.blake2b(file.read_bytes(), digest_size=16).digest()


def _guard(compiled: Any, files: set[Path]) -> None:
    """
    Compiles again whenever any file that a kernel is made of has changed.

    Machine code contains the functions that it calls, yet numba looks only at the file
    of the function itself, and at its date, so that a copy of the package would compile
    anew; and it fails on an index whose types no longer exist.
    """
    kept = getattr(compiled._cache, "_cache_file", None)

    if kept is None:
        return

    kept._source_stamp = tuple((file.name, _digest(file)) for file in sorted(files))
    load_index = kept._load_index

    def index_or_nothing() -> dict[Any, Any]:
        try:
            return cast("dict[Any, Any]", load_index())
        except _STALE:
            return {}

    kept._load_index = index_or_nothing
