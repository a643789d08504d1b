"""
Tests of workers beside the service: how many there are, whatever kills them.
"""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from lotwright.service.crew import Crew
from tests.service.chaos.harness import until

#: Stands in for a worker: says who it is, and ends with its input.
_WORKER = 'echo "$$" >> "$1"; exec cat'


def _pids(file: Path) -> list[int]:
    return [int(line) for line in file.read_text().split()] if file.exists() else []


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False

    return True


def _crew(file: Path, number: int, script: str = _WORKER) -> Crew:
    command = ["sh", "-c", script, "sh", str(file)]

    return Crew(command, dict(os.environ), number, pause=0.0)


def test_a_worker_that_dies_has_another_in_its_place(tmp_path: Path) -> None:
    """
    Tests that there are as many workers as before when one is killed, and none when the
    service ends.
    """
    file = tmp_path / "pids"

    with _crew(file, 2):
        until(lambda: len(_pids(file)) == 2, "the first workers")
        first, second = _pids(file)
        os.kill(first, signal.SIGKILL)
        until(lambda: len(_pids(file)) == 3, "another worker")
        third = _pids(file)[2]

        assert [False, True, True] == [_lives(pid) for pid in (first, second, third)]

    assert [False] * 3 == [_lives(pid) for pid in _pids(file)]


def test_a_worker_that_cannot_live_is_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """
    Tests that workers which end at once are told and replaced, and that the end of the
    service waits for none of them.
    """
    file = tmp_path / "pids"

    with _crew(file, 1, 'echo "$$" >> "$1"; exit 5'):
        until(lambda: len(_pids(file)) > 2, "another worker")

    assert "A worker has ended (5); another one begins" in caplog.messages


def test_a_worker_that_cannot_be_started_is_told(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """
    Tests that a service whose workers cannot start goes on and says so.
    """
    with Crew([str(tmp_path / "nothing")], {}, 1, pause=0.0):
        until(lambda: bool(caplog.messages), "what is wrong")

    assert "No worker can be started" in caplog.messages[0]
