"""
Stand-ins for planning: quick to start, and wrong in as many ways as there are.

They import next to nothing, for each attempt is a process of its own.
"""

from __future__ import annotations

import ctypes
import json
import os
import secrets
import signal
import time

from lotwright.fanout.task import Line, Wish

#: Bytes of a large result.
LARGE = 1 << 20


def quick(_payload: bytes, line: Line) -> bytes:
    """
    Plans in a moment, and tells of it on the way.
    """
    for phase in ("read", "network", "improve", "decode"):
        line.say(_news(phase))
        time.sleep(0.05)

    return _answer(secrets.token_bytes(16))


def scheduled(_payload: bytes, line: Line) -> bytes:
    """
    Plans in a moment, as MRP does: without a search, which has no time any more.
    """
    for phase in ("read", "network", "mrp", "level", "decode"):
        line.say(_news(phase))
        time.sleep(0.05)

    return _answer(secrets.token_bytes(16))


def heed(_payload: bytes, line: Line) -> bytes:
    """
    Goes from phase to phase for as long as nobody asks it to end.
    """
    while line.wish() is Wish.NONE:
        line.say(_news("improve"))
        time.sleep(0.05)

    line.say(_news("decode"))

    if line.wish() is Wish.CANCEL:
        return _joined({"refused": "cancelled", "problems": []}, {})

    return _answer(secrets.token_bytes(16))


def rest(_payload: bytes, line: Line) -> bytes:
    """
    Takes some seconds.
    """
    line.say(_news("improve"))
    time.sleep(5.0)

    return _answer(secrets.token_bytes(16))


def large(_payload: bytes, line: Line) -> bytes:
    """
    Makes a large plan.
    """
    line.say(_news("decode"))

    return _answer(secrets.token_bytes(LARGE))


def hang(_payload: bytes, line: Line) -> bytes:
    """
    Searches for ever and heeds nothing.
    """
    line.say(_news("improve"))

    while True:
        time.sleep(60.0)


def devour(_payload: bytes, line: Line) -> bytes:
    """
    Takes memory until there is none.
    """
    line.say(_news("improve"))
    taken: list[bytearray] = []

    while True:
        taken.append(bytearray(os.urandom(1 << 10) * (16 << 10)))


def gorge(_payload: bytes, line: Line) -> bytes:
    """
    Takes more memory than it may, and then rests.
    """
    line.say(_news("improve"))
    taken = bytearray(os.urandom(1 << 10) * (600 << 10))

    while taken:
        time.sleep(60.0)

    return b""


def segfault(_payload: bytes, _line: Line) -> bytes:
    """
    Reads where nothing is.
    """
    ctypes.string_at(0)

    return b""


def abort(_payload: bytes, _line: Line) -> bytes:
    """
    Gives up, as libraries do that find themselves in a state that cannot be.
    """
    os.abort()


def leave(_payload: bytes, _line: Line) -> bytes:
    """
    Ends its process without a word.
    """
    os._exit(0)


def close(_payload: bytes, _line: Line) -> bytes:
    """
    Closes its line, and lives on.
    """
    os.closerange(3, 64)

    while True:
        time.sleep(60.0)


def babble(_payload: bytes, _line: Line) -> bytes:
    """
    Writes rubbish where its answer belongs.
    """
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b"Nothing of this is a frame. " * 100)
        except OSError:
            continue

    while True:
        time.sleep(60.0)


def boast(_payload: bytes, line: Line) -> bytes:
    """
    Tells news that are none.
    """
    line.say(b"{}")

    while True:
        time.sleep(60.0)


def garble(_payload: bytes, _line: Line) -> bytes:
    """
    Answers with rubbish.
    """
    return b"\x05\x00\x00\x00\x00\x00\x00\x00{...}"


def poison(payload: bytes, line: Line) -> bytes:
    """
    Kills its process where the data are poisoned, and plans elsewhere.
    """
    if b"poison" in payload:
        os.kill(os.getpid(), signal.SIGKILL)

    return quick(payload, line)


def _news(phase: str) -> bytes:
    return json.dumps({"phase": phase, "seconds": 0.0, "incumbent": 5.0}).encode()


def _answer(orders: bytes) -> bytes:
    return _joined({"run": {}, "summary": {"objective": 5.0}}, {"orders": orders})


def _joined(head: dict[str, object], streams: dict[str, bytes]) -> bytes:
    sizes = list(map(len, streams.values()))
    text = json.dumps({**head, "tables": list(streams), "sizes": sizes}).encode()

    return b"".join([len(text).to_bytes(8, "little"), text, *streams.values()])
