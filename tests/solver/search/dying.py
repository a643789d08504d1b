"""
Errands that go wrong, for tests.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

from lotwright.fanout.task import Line
from lotwright.solver.highs.errand import run_errand

#: Variable of the environment that names the file of those who died.
DEAD = "LOTWRIGHT_TEST_DEAD"


def dies_first(payload: bytes, line: Line) -> bytes:
    """
    Kills its process the first time.
    """
    dead = Path(os.environ[DEAD])

    if not dead.exists():
        dead.write_text("dead")
        os.kill(os.getpid(), signal.SIGKILL)

    return run_errand(payload, line)


def always_dies(payload: bytes, line: Line) -> bytes:
    """
    Kills its process.
    """
    del payload, line
    os.kill(os.getpid(), signal.SIGKILL)

    return b""


def never_ends(payload: bytes, line: Line) -> bytes:
    """
    Is deaf to all wishes.
    """
    del payload, line

    while True:
        signal.pause()
