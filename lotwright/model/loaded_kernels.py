"""
Kernels that other processes have compiled, loaded at once, and word of those that none
has.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path
from typing import Any

from numba.core import event
from numba.core.dispatcher import Dispatcher

#: What a call needs of a compiled function.
_CALLED = attrgetter("entry_point", "fndesc", "library")

#: When the files that say what is kept were written, as far as they were read.
_read: dict[str, int] = {}


def load_kernels() -> int:
    """
    Loads all that other processes have compiled for this machine, of kernels whose
    modules are imported, and returns how many functions are new.
    """
    return sum(_loaded(kernel) for kernel in _kernels())


def _kernels() -> Generator[Any]:
    """
    Yields the kernels that Python calls; others are parts of them.
    """
    for name, module in list(sys.modules.items()):
        if not name.startswith("lotwright."):
            continue

        for value in list(vars(module).values()):
            if isinstance(value, Dispatcher) and value.__module__ == name:
                kernel: Any = value

                if not kernel.targetoptions.get("no_cpython_wrapper"):
                    yield kernel


def _loaded(kernel: Any) -> int:
    """
    Returns of how many types of arguments a kernel is loaded now.
    """
    store = kernel._cache
    kept = getattr(store, "_cache_file", None)

    if kept is None or not _is_new(kept._index_path):
        return 0

    context = kernel.targetctx
    context.refresh()
    num_loaded = 0

    for key in kept._load_index():
        signature = key[0]

        # Another processor, or another way to compile, has a key of its own.
        if key != store._index_key(signature, context.codegen()):
            continue

        if tuple(signature) in kernel.overloads:
            continue

        found = store.load_overload(signature, context)

        if found is not None:
            # As a call does that finds a function which is kept.
            entry, described, code = _CALLED(found)
            context.insert_user_function(entry, described, [code])
            kernel.add_overload(found)
            num_loaded += 1

    return num_loaded


def _is_new(file: str) -> bool:
    """
    Returns whether a file was written since it was asked for, if ever.
    """
    try:
        written = Path(file).stat().st_mtime_ns
    except FileNotFoundError:
        return False

    before = _read.get(file)
    _read[file] = written

    return written != before


@contextmanager
def telling_of_compiling(tell: Callable[[], None]) -> Generator[None]:
    """
    Tells once if anything is compiled inside that no process has compiled before.

    Parameters
    ----------
    tell
        Called when that begins; it takes up to two minutes in all.
    """
    with event.install_listener("numba:compile", _Teller(tell)):
        yield


class _Teller(event.Listener):
    """
    Calls a function when something begins for the first time.
    """

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._has_told = False

    def on_start(self, event: event.Event) -> None:
        """
        Tells, unless it has.
        """
        del event

        if not self._has_told:
            self._has_told = True
            self._tell()

    def on_end(self, event: event.Event) -> None:
        """
        Says nothing.
        """
