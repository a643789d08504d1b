"""
Tests of processes that a mother bears, and of those that are started anew in their
place.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Generator
from contextlib import contextmanager
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from lotwright.fanout.process import WorkerLost, WorkingProcess
from lotwright.fanout.task import Function, Wish, name_of
from tests.fanout import tasks

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="there are mothers on Linux alone"
)

#: What a parent does that dies while its child holds.
_PARENT = """
import os
from lotwright.fanout.process import WorkingProcess

def hear(text):
    print(text.decode(), flush=True)
    os.kill(os.getpid(), 9)

WorkingProcess("tests.fanout.tasks:hold").do(b"on", hear)
"""

#: What an owner does who has no room for the words of a child.
_STARVED = """
import os
import tempfile
from lotwright.fanout.process import WorkingProcess

def refuse():
    raise OSError("There is no room.")

tempfile.TemporaryFile = refuse
before = os.listdir("/proc/self/fd")

try:
    WorkingProcess("tests.fanout.tasks:hold")
except OSError as error:
    print(error, before == os.listdir("/proc/self/fd"))
"""


@contextmanager
def _process(task: Function, memory_mb: int = 0) -> Generator[WorkingProcess]:
    """
    Yields a process that does a task.
    """
    process = WorkingProcess(name_of(task), memory_mb=memory_mb)

    try:
        yield process
    finally:
        process.bury()


def _answer(task: Function, payload: bytes = b"") -> bytes:
    with _process(task) as process:
        return process.do(payload, lambda _: None).get()


def _told() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(_answer(tasks.tell))

    return found


def _words(task: Function, payload: bytes = b"") -> str:
    """
    Returns what is told of a process that dies.
    """
    with _process(task) as process, pytest.raises(WorkerLost) as lost:
        process.do(payload, lambda _: None)

    return str(lost.value)


@pytest.fixture(params=["forked", "anew"])
def way(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> str:
    """
    Returns how processes start. Where each process has a thread of its own from the
    beginning on, none can be a mother.
    """
    if request.param == "anew":
        (tmp_path / "sitecustomize.py").write_text(
            "import threading\n"
            "threading.Thread(target=threading.Event().wait, daemon=True).start()\n"
        )
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))

    return str(request.param)


def test_a_process_is_like_one_that_is_started_anew(
    way: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that it has a session of its own, and the folder and the variables of this
    moment, without secrets; and that it is started anew where it cannot be forked.
    """
    monkeypatch.setenv("LOTWRIGHT_TEST_NURSERY", "now")
    monkeypatch.setenv("LOTWRIGHT_DATABASE_URL", "postgresql://store")
    monkeypatch.setenv("LOTWRIGHT_SECRET_KEY", "sealed")
    monkeypatch.chdir(tmp_path)

    found = _told()

    assert (way == "anew") is (found["parent"] == os.getpid())
    assert found["is_alone"]
    assert str(tmp_path) == found["folder"]
    assert "now" == found["variable"]
    assert not {"LOTWRIGHT_DATABASE_URL", "LOTWRIGHT_SECRET_KEY"} & {*found["names"]}


def test_how_a_process_ended_is_told(way: str) -> None:
    """
    Tests that exit code, signal and last words are those of the process.
    """
    del way

    assert "It ended with exit code 86. These were the last words." == _words(
        tasks.leave, b"86"
    )
    assert "It ended with exit code 0. These were the last words." == _words(
        tasks.leave, b"0"
    )
    assert _words(tasks.segfault).startswith("It was ended by SIGSEGV. Fatal Python")


def test_memory_is_limited(way: str) -> None:
    """
    Tests that a process takes what it may, and fails by name beyond.
    """
    del way

    with _process(tasks.take, memory_mb=100) as process:
        few = process.do(b"50000000", lambda _: None)
        many = process.do(b"9000000000", lambda _: None)

    assert b"50000000" == few.get()
    assert many.error is not None
    assert "MemoryError" == many.error.kind


def test_a_process_is_killed_in_the_middle(way: str) -> None:
    """
    Tests that whoever waits for it hears at once, and that its memory was known.
    """
    del way

    with _process(tasks.hold) as process:

        def end(_news: bytes) -> None:
            assert process.memory_bytes() > 1 << 20
            process.kill()

        with pytest.raises(WorkerLost, match="ended by SIGKILL"):
            process.do(b"", end)


def test_a_process_may_start_others() -> None:
    """
    Tests that a child has a mother of its own for its children.
    """
    assert b"aa a!a!" == _answer(tasks.hand_on, b"a")


def test_processes_share_a_mother_while_nothing_changes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Tests that what libraries may read when they are imported asks for another mother,
    and what only tasks read does not.
    """
    first = _told()
    monkeypatch.setenv("LOTWRIGHT_TEST_NURSERY", "1")
    second = _told()
    monkeypatch.setenv("NUMBA_TEST_NURSERY", "1")
    third = _told()

    assert first["parent"] == second["parent"] != third["parent"]
    # However many were borne, the next one has no more than it needs.
    assert first["descriptors"] == second["descriptors"]


def test_children_outlive_the_dismissal_of_their_mother(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Tests that a task which runs while the world changes comes to its end.
    """
    before = _told()["parent"]

    with _process(tasks.wait_for_wish) as process:
        others: list[int] = []

        def change(_news: bytes) -> None:
            monkeypatch.setenv("NUMBA_TEST_NURSERY", "2")
            others.append(_told()["parent"])
            asking.start()

        def ask() -> None:
            # Asked for again, as whoever waits for a task does.
            while not over.wait(0.02):
                process.ask(Wish.STOP)

        over, asking = threading.Event(), threading.Thread(target=ask)
        answer = process.do(b"", change)
        over.set()
        asking.join()

    assert b"stop" == answer.get()
    assert [before] != others


def test_another_mother_follows_one_who_dies() -> None:
    """
    Tests that her children die with her, by name, and that the next ones live.
    """
    mothers: list[int] = []

    with _process(tasks.hold) as process:

        def kill_her(news: bytes) -> None:
            mothers.append(int(news.split()[1]))
            os.kill(mothers[0], signal.SIGKILL)

        with pytest.raises(WorkerLost, match="ended by SIGKILL"):
            process.do(b"", kill_her)

    assert _told()["parent"] not in {mothers[0], os.getpid()}


def test_nobody_outlives_the_parent() -> None:
    """
    Tests that mother and child end when their owner is killed.
    """
    with subprocess.Popen(
        [sys.executable, "-c", _PARENT],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        stdout=subprocess.PIPE,
    ) as owner:
        assert owner.stdout is not None
        line = owner.stdout.readline().split()
        looks = [_pidfd(int(pid)) for pid in line[:2]]

    for look in looks:
        if look is not None:
            assert select.select([look], [], [], 60.0)[0]
            os.close(look)


def test_a_mother_has_nothing_left_of_those_who_are_gone() -> None:
    """
    Tests that no process is left behind, and no descriptor, neither with their owner
    nor with the mother, whose next child would have it as well.
    """
    first = _told()
    counts = json.loads(_answer(tasks.count_descriptors))
    last = _told()
    mother = last["parent"]

    assert 1 == len(set(counts))
    assert first == last
    assert "" == Path(f"/proc/{mother}/task/{mother}/children").read_text()


def test_a_process_that_cannot_start_leaves_nothing_open() -> None:
    """
    Tests that whoever has no room for a process has as many descriptors as before.
    """
    told = subprocess.check_output(
        [sys.executable, "-c", _STARVED],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        text=True,
    )

    assert "There is no room. True\n" == told


def test_a_wish_after_the_end_reaches_nobody() -> None:
    """
    Tests that nothing is written to those who have got the descriptors of a process
    that is buried.
    """
    with _process(tasks.hold) as process:
        pass

    pipes = [os.pipe() for _ in range(8)]
    process.ask(Wish.STOP)
    found = select.select([reading for reading, _ in pipes], [], [], 0.0)[0]

    for end in chain.from_iterable(pipes):
        os.close(end)

    assert [] == found


def test_an_answer_stays_whole_while_others_talk() -> None:
    """
    Tests that what a thread of a task tells does not get into its answer.
    """
    assert tasks.LARGE == len(_answer(tasks.chatter))


def _pidfd(pid: int) -> int | None:
    try:
        return os.pidfd_open(pid)
    except ProcessLookupError:
        return None
