"""
Tasks that tests send out.
"""

from __future__ import annotations

import os
import signal
import threading
from pathlib import Path

from lotwright.fanout.task import Line, Wish


def doubled(payload: bytes, line: Line) -> bytes:
    """
    Returns its payload twice, and says its length.
    """
    line.say(str(len(payload)).encode())

    return payload + payload


def refuse(payload: bytes, line: Line) -> bytes:
    """
    Fails for payloads that begin with an x.
    """
    if payload.startswith(b"x"):
        msg = f"Cannot do {payload.decode()}."
        raise ValueError(msg)

    return doubled(payload, line)


def die_once(payload: bytes, line: Line) -> bytes:
    """
    Kills its process, unless it has already done so for this file.
    """
    name, _, rest = payload.partition(b" ")
    file = Path(name.decode())

    if rest == b"die" and not file.exists():
        file.write_text("died")
        os.kill(os.getpid(), signal.SIGKILL)

    return doubled(rest, line)


def die(payload: bytes, line: Line) -> bytes:
    """
    Notes that it was here and kills its process.
    """
    with Path(payload.decode()).open("a") as file:
        file.write("x")

    os.kill(os.getpid(), signal.SIGKILL)

    return b""


def wait_for_wish(payload: bytes, line: Line) -> bytes:
    """
    Says that it waits, and returns what it was asked.
    """
    line.say(payload)

    while line.wish() is Wish.NONE:
        threading.Event().wait(0.02)

    return line.wish().value.encode()


def pid_while_file_stands(payload: bytes, line: Line) -> bytes:
    """
    Tells its process and works until a file is gone.
    """
    file = Path(payload.decode())
    line.say(str(os.getpid()).encode())

    while file.exists():
        threading.Event().wait(0.02)

    return b"worked on " + file.name.encode()
