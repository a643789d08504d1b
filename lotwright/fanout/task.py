"""
Tasks: functions of bytes to bytes, known by name, so that any process can run them.
"""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from importlib import import_module
from importlib.metadata import version
from typing import Protocol, cast

from lotwright.errors import TaskError

#: Version of the package here; workers of another one are refused.
VERSION = version("lotwright")

#: A task whose process, or the way to it, is lost is begun again so often.
RETRIES = 3


class Wish(StrEnum):
    """
    What running tasks are asked.
    """

    NONE = ""  #: go on
    STOP = "stop"  #: end soon, with the best known
    CANCEL = "cancel"  #: end soon, with anything: nobody waits for it


class Line(Protocol):
    """
    The line between a task and who waits for it; a task may leave it alone.
    """

    def say(self, news: bytes) -> None:
        """
        Tells how far the task is. News may be lost.
        """
        ...

    def wish(self) -> Wish:
        """
        Returns what the task is asked by now.
        """
        ...


#: A task: the same bytes out for the same bytes in, wherever and however often it runs.
Function = Callable[[bytes, Line], bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """
    How one task ended.

    Parameters
    ----------
    result
        What it returned; empty where it failed.
    error
        Why it failed; None where it did not.
    """

    result: bytes = b""
    error: TaskError | None = None

    def get(self) -> bytes:
        """
        Returns the result.

        Raises
        ------
        TaskError
            Where the task failed.
        """
        if self.error is not None:
            raise self.error

        return self.result


def name_of(function: Function) -> str:
    """
    Returns the name under which another process finds a function.

    Raises
    ------
    ValueError
        When it stands inside another function, or is none of a module.
    """
    module = getattr(function, "__module__", None)
    name = getattr(function, "__qualname__", "")

    if not module or module == "__main__" or not name.isidentifier():
        msg = f"Expected a function of a module that can be imported, got {function!r}."
        raise ValueError(msg)

    return f"{module}:{name}"


def named(name: str) -> Function:
    """
    Returns the function of a name.
    """
    module, function = name.split(":")

    return cast("Function", getattr(import_module(module), function))


def done(function: Function, payload: bytes, line: Line) -> Outcome:
    """
    Returns how a task ends that is done right here.
    """
    try:
        return Outcome(result=function(payload, line))
    except Exception as error:
        return Outcome(error=failure(error))


def failure(error: Exception) -> TaskError:
    """
    Returns an exception of a task as it goes from process to process.
    """
    if isinstance(error, TaskError):
        return error

    trace = "".join(traceback.format_exception(error))

    return TaskError(type(error).__name__, str(error), trace)


def digest_of(name: str, payload: bytes) -> str:
    """
    Returns the fingerprint of a task: what it does, with which version, to what.
    """
    head = f"{VERSION} {name} ".encode()

    return hashlib.blake2b(head + payload, digest_size=16).hexdigest()
