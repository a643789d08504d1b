"""
Tests of errands.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lotwright.service.work.errands import ErrandError, StarvedError, late, run_errand
from tests.service.work import hostile


@pytest.mark.parametrize(
    ("worked", "kind"), [(0.0, StarvedError), (29.0, StarvedError), (31.0, ErrandError)]
)
def test_who_is_late_is_told_why(worked: float, kind: type[ErrandError]) -> None:
    """
    Tests that a task that a processor hardly worked on is not called too hard.
    """
    found = late(60.0, worked)

    assert kind is type(found)
    assert ("60 seconds" in str(found)) == (kind is ErrandError)


def test_who_sent_it_hears_how_a_process_ended_and_no_more() -> None:
    """
    Tests that the last words of a process, which name files of this machine, are for
    the log.
    """
    with pytest.raises(ErrandError) as caught:
        run_errand(hostile.segfault, b"", seconds=300.0)

    expected = "The process that read it died. It was ended by SIGSEGV."
    assert expected == str(caught.value)


def test_a_task_whose_process_is_killed_is_tried_once_more(tmp_path: Path) -> None:
    """
    Tests that what somebody sent is not called unreadable because its first process
    was killed, and that a second one is the last.
    """
    once, always = tmp_path / "once", tmp_path / "always"
    once.mkdir()
    always.mkdir()

    head, _ = run_errand(hostile.fall, f"{once} 1".encode(), seconds=300.0)

    assert 1 == head["count"]

    with pytest.raises(ErrandError, match="SIGKILL"):
        run_errand(hostile.fall, f"{always} 9".encode(), seconds=300.0)

    assert 2 == len(list(always.iterdir()))


@pytest.mark.slow
def test_a_task_that_cannot_work_is_starved() -> None:
    """
    Tests that a process that hardly worked is ended in time, and that it was not the
    fault of what it was given.
    """
    with pytest.raises(StarvedError, match="too much to do"):
        run_errand(hostile.hang, b"", seconds=15.0)
