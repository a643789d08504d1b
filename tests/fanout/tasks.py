"""
Tasks that tests send out.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path

from lotwright.fanout.fanout import Fanout
from lotwright.fanout.process import WorkingProcess
from lotwright.fanout.task import Line, Wish, name_of

#: Bytes of a large answer.
LARGE = 8 << 20


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


def note_wish(payload: bytes, line: Line) -> bytes:
    """
    Waits for a wish and notes it in a file, for nobody may hear the answer.
    """
    Path(payload.decode()).write_bytes(wait_for_wish(payload, line))

    return b""


def pid_while_file_stands(payload: bytes, line: Line) -> bytes:
    """
    Tells its process and works until a file is gone.
    """
    file = Path(payload.decode())
    line.say(str(os.getpid()).encode())

    while file.exists():
        threading.Event().wait(0.02)

    return b"worked on " + file.name.encode()


def tell(_payload: bytes, line: Line) -> bytes:
    """
    Returns where it is and what it has: parent, session, folder, a variable and the
    names of all, and how many descriptors.
    """
    del line
    found = {
        "parent": os.getppid(),
        "is_alone": os.getsid(0) == os.getpid(),
        "folder": str(Path.cwd()),
        "variable": os.environ.get("LOTWRIGHT_TEST_NURSERY", ""),
        "names": list(os.environ),
        "descriptors": len(list(Path("/proc/self/fd").iterdir())),
    }

    return json.dumps(found).encode()


def take(payload: bytes, _line: Line) -> bytes:
    """
    Takes so many bytes.
    """
    return str(len(bytearray(int(payload)))).encode()


def segfault(_payload: bytes, _line: Line) -> bytes:
    """
    Dies as a broken library would.
    """
    os.kill(os.getpid(), signal.SIGSEGV)

    return b""


def leave(payload: bytes, _line: Line) -> bytes:
    """
    Writes some words and ends its process with an exit code.
    """
    sys.stderr.write("These were the last words.")
    sys.stderr.flush()
    os._exit(int(payload))


def hand_on(payload: bytes, line: Line) -> bytes:
    """
    Lets two other processes do what it was asked.
    """
    del line
    parts = Fanout(workers=2).run(doubled, [payload, payload + b"!"])

    return b" ".join(part.get() for part in parts)


def count_descriptors(payload: bytes, line: Line) -> bytes:
    """
    Returns how many descriptors it has after each of some processes of its own.
    """
    del line
    counts: list[int] = []

    for _ in range(3):
        process = WorkingProcess(name_of(doubled))
        process.do(payload, lambda _: None)
        process.bury()
        counts.append(len(list(Path("/proc/self/fd").iterdir())))

    return json.dumps(counts).encode()


def hold(payload: bytes, line: Line) -> bytes:
    """
    Says who it and its parent are, and does nothing for ever.
    """
    line.say(f"{os.getpid()} {os.getppid()} {payload.decode()}".encode())

    while True:
        threading.Event().wait(1.0)


def chatter(_payload: bytes, line: Line) -> bytes:
    """
    Answers at length while a thread that it has left behind goes on to tell things.
    """
    begun = threading.Event()

    def tell() -> None:
        while True:
            line.say(b"x" * 100_000)
            begun.set()

    threading.Thread(target=tell, daemon=True).start()
    begun.wait()

    return bytes(LARGE)
