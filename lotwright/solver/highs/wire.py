"""
Messages between the solving process and its parent: length, head, numbers.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

_MAGIC = b"LWH1"
_PREFIX = struct.Struct("<4sIQ")

#: A head holds a few numbers, or one message of the solver's log.
_LARGEST_HEAD = 1 << 20


class GarbledError(Exception):
    """
    What came through the pipe is no message.
    """


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Message:
    """
    One thing that the solving process says.

    Parameters
    ----------
    kind
        What is said, such as ``"incumbent"``.
    fields
        Few and small things, by name.
    numbers
        A long array; empty when there is none.
    """

    kind: str
    fields: dict[str, Any] = field(default_factory=dict)
    numbers: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))


def pack(message: Message) -> bytes:
    """
    Returns a message as it goes through the pipe.
    """
    head = json.dumps([message.kind, message.fields]).encode()
    numbers = np.ascontiguousarray(message.numbers, np.float64)
    prefix = _PREFIX.pack(_MAGIC, len(head), numbers.nbytes)

    return b"".join((prefix, head, numbers.tobytes()))


class Decoder:
    """
    Turns bytes, cut anywhere, into messages.

    Parameters
    ----------
    largest
        Longest array that a message may carry; a longer one is garbage.
    """

    def __init__(self, largest: int) -> None:
        self._largest = 8 * largest
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """
        Yields each message that the bytes complete.

        Raises
        ------
        GarbledError
            When the bytes cannot be the beginning of a message.
        """
        self._buffer += data

        while (message := self._take()) is not None:
            yield message

    def _take(self) -> Message | None:
        if len(self._buffer) < _PREFIX.size:
            return None

        magic, head_size, size = _PREFIX.unpack_from(self._buffer)

        if magic != _MAGIC or head_size > _LARGEST_HEAD or size > self._largest:
            msg = "Expected a message, got something else."
            raise GarbledError(msg)

        head_end = _PREFIX.size + head_size
        end = head_end + size

        if len(self._buffer) < end:
            return None

        frame = bytes(self._buffer[:end])
        del self._buffer[:end]

        return _read(frame[_PREFIX.size : head_end], frame[head_end:])


def _read(head: bytes, body: bytes) -> Message:
    try:
        kind, fields = json.loads(head)
        numbers = np.frombuffer(body, np.float64)
    except ValueError as error:
        msg = f"Expected a message, got {head[:80]!r}."
        raise GarbledError(msg) from error

    if not isinstance(kind, str) or not isinstance(fields, dict):
        msg = f"Expected a kind and its fields, got {head[:80]!r}."
        raise GarbledError(msg)

    return Message(kind=kind, fields=fields, numbers=numbers)
