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

#: No frame is longer.
_LONGEST = 1 << 36


class GarbledError(Exception):
    """
    What came over a pipe is not made of frames.
    """


class Kind(Enum):
    """
    What a frame is.
    """

    TASK = b"T"  #: what a task works on
    WISH = b"W"  #: what the running task is asked
    NEWS = b"S"  #: how far the task is
    RESULT = b"R"  #: what the task returned
    ERROR = b"E"  #: why it failed


_KINDS = frozenset(kind.value for kind in Kind)


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

    Raises
    ------
    GarbledError
        When it is none.
    """
    head = _exactly(descriptor, _HEAD.size)

    if head is None:
        return None

    kind, size = _HEAD.unpack(head)

    if kind not in _KINDS or size > _LONGEST:
        msg = f"Expected a frame, got {head!r}."
        raise GarbledError(msg)

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

    Raises
    ------
    GarbledError
        When it was not written so.
    """
    if kind is Kind.RESULT:
        return Outcome(result=body)

    try:
        return Outcome(error=TaskError(*json.loads(body)))
    except (TypeError, ValueError) as error:
        msg = f"Expected an error, got {kind}."
        raise GarbledError(msg) from error


def _exactly(descriptor: int, size: int) -> bytes | None:
    parts = bytearray()

    while len(parts) < size:
        part = os.read(descriptor, min(size - len(parts), _CHUNK))

        if not part:
            return None

        parts += part

    return bytes(parts)
