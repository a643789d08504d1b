"""
Planning that goes wrong, each in its own way.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from lotwright.fanout.task import Line, Wish
from lotwright.scenarios.planning import news_of
from lotwright.scenarios.wire import joined
from lotwright.service.work.replanning import replan_task
from lotwright.service.work.tasks import plan_task
from lotwright.solver.result import Progress
from lotwright.solver.search import optimise

#: Variable that names the folder by which a test says how far planning may go.
FOLDER = "LOTWRIGHT_TEST_FOLDER"


def segfault(_payload: bytes, _line: Line) -> bytes:
    """
    Dies as a broken library would.
    """
    os.kill(os.getpid(), signal.SIGSEGV)

    return b""


def fall(payload: bytes, _line: Line) -> bytes:
    """
    Is killed by somebody as often as its payload, a folder, has too few files.
    """
    folder, times = Path(payload.decode().rpartition(" ")[0]), int(payload.split()[-1])
    count = len(list(folder.iterdir()))

    if count < times:
        (folder / str(count)).touch()
        os.kill(os.getpid(), signal.SIGKILL)

    return joined({"count": count}, {})


def leave(_payload: bytes, _line: Line) -> bytes:
    """
    Ends its process without a word.
    """
    os._exit(0)


def raise_error(_payload: bytes, _line: Line) -> bytes:
    """
    Raises what nobody expects.
    """
    msg = "unexpected"
    raise RuntimeError(msg)


def hang(_payload: bytes, line: Line) -> bytes:
    """
    Searches for ever and does not listen.
    """
    line.say(news_of(Progress(phase="improve", seconds=0.0, incumbent=5.0)))

    while True:
        time.sleep(0.05)


def prepare(_payload: bytes, line: Line) -> bytes:
    """
    Goes from one step before the search to the next, and never begins it.
    """
    while True:
        for phase in ("read", "check", "network"):
            line.say(news_of(Progress(phase=phase, seconds=0.0)))
            time.sleep(0.05)


def obey(_payload: bytes, line: Line) -> bytes:
    """
    Searches until it is asked to end, then gives a plan.
    """
    line.say(news_of(Progress(phase="improve", seconds=0.0, incumbent=5.0)))

    while line.wish() is Wish.NONE:
        time.sleep(0.02)

    return joined({"run": {}, "summary": {"objective": 5.0}}, {"orders": b"x"})


def prepare_at_length(_payload: bytes, line: Line) -> bytes:
    """
    Hears a wish before it searches, and searches and ends when the test lets it.
    """
    line.say(news_of(Progress(phase="network", seconds=0.0)))

    while line.wish() is Wish.NONE:
        time.sleep(0.02)

    line.say(news_of(Progress(phase="check", seconds=0.0)))
    _wait_for("search")
    line.say(news_of(Progress(phase="improve", seconds=0.0, incumbent=5.0)))
    _wait_for("end")

    return joined({"run": {}, "summary": {"objective": 5.0}}, {"orders": b"x"})


def plan_and_hang(payload: bytes, line: Line) -> bytes:
    """
    Plans in earnest, and hangs when nearly all is done.
    """
    _hang_at_the_end()

    return plan_task(payload, line)


def replan_and_hang(payload: bytes, line: Line) -> bytes:
    """
    Plans anew in earnest, and hangs when nearly all is done.
    """
    _hang_at_the_end()

    return replan_task(payload, line)


def hand_over_rubbish(_payload: bytes, line: Line) -> bytes:
    """
    Hands over what is no plan, and searches for ever.
    """
    line.say(b"plan " + joined({"shapes": {"receipt": [1, 1]}}, {"receipt": b"x"}))

    return hang(b"", line)


def _wait_for(name: str) -> None:
    """
    Waits until a test has made a file.
    """
    file = Path(os.environ[FOLDER]) / name

    while not file.exists():
        time.sleep(0.02)


def _hang_at_the_end() -> None:
    def hang_instead(*_given: object) -> None:
        while True:
            time.sleep(0.05)

    vars(optimise)["settled"] = hang_instead
