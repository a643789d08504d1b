"""
Frames: bytes with a kind and a length, on a pipe between two processes.
"""

from __future__ import annotations

import json
import os
import struct
from enum import Enum

from lotwright.errors import TaskError
from lotwright.fanout.task import Outcome

_HEAD = struct.Struct("<cQ")

#: Pipes take no more than so many bytes at once.
_CHUNK = 1 << 20


class Kind(Enum):
    """
    What a frame is.
    """

    NAME = b"N"  #: the function of the task that follows
    TASK = b"T"  #: what it works on
    WISH = b"W"  #: what the running task is asked
    NEWS = b"S"  #: how far the task is
    RESULT = b"R"  #: what the task returned
    ERROR = b"E"  #: why it failed


def write(descriptor: int, kind: Kind, body: bytes) -> None:
    """
    Writes one frame, however long it takes.

    Raises
    ------
    OSError
        When nobody reads it.
    """
    rest = memoryview(_HEAD.pack(kind.value, len(body)) + body)

    while rest:
        rest = rest[os.write(descriptor, rest[:_CHUNK]) :]


def read(descriptor: int) -> tuple[Kind, bytes] | None:
    """
    Returns the next frame; None where the other end is closed.
    """
    head = _exactly(descriptor, _HEAD.size)

    if head is None:
        return None

    kind, size = _HEAD.unpack(head)
    body = _exactly(descriptor, size)

    return None if body is None else (Kind(kind), body)


def write_outcome(descriptor: int, outcome: Outcome) -> None:
    """
    Writes how a task ended.
    """
    error = outcome.error

    if error is None:
        write(descriptor, Kind.RESULT, outcome.result)
    else:
        parts = (error.kind, error.text, error.trace)
        write(descriptor, Kind.ERROR, json.dumps(parts).encode())


def outcome_in(kind: Kind, body: bytes) -> Outcome:
    """
    Returns how a task ended, as it was written.
    """
    if kind is Kind.RESULT:
        return Outcome(result=body)

    return Outcome(error=TaskError(*json.loads(body)))


def _exactly(descriptor: int, size: int) -> bytes | None:
    parts = bytearray()

    while len(parts) < size:
        part = os.read(descriptor, min(size - len(parts), _CHUNK))

        if not part:
            return None

        parts += part

    return bytes(parts)
