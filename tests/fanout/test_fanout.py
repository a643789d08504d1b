"""
Tests of tasks in this process and in others of this machine.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lotwright.errors import Cancelled, TaskError
from lotwright.fanout.fanout import Fanout
from lotwright.fanout.task import Wish
from tests.fanout import tasks

PLACES = pytest.mark.parametrize("workers", [1, 2])


@PLACES
def test_results_come_in_order_and_the_same_everywhere(workers: int) -> None:
    """Tests that results stand where their payloads did, however many work."""
    payloads = [bytes([number]) * number * 1000 for number in range(7)]

    outcomes = Fanout(workers=workers).run(tasks.doubled, payloads)

    assert [payload + payload for payload in payloads] == [o.get() for o in outcomes]


@PLACES
def test_equal_tasks_are_done_once(workers: int) -> None:
    """Tests that a payload that comes again is answered without doing it again."""
    heard: list[tuple[int, bytes]] = []

    outcomes = Fanout(workers=workers).run(
        tasks.doubled, [b"a", b"bb", b"a"], hear=lambda n, t: heard.append((n, t))
    )

    assert [b"aa", b"bbbb", b"aa"] == [outcome.get() for outcome in outcomes]
    assert [(0, b"1"), (1, b"2")] == sorted(heard)


@PLACES
def test_an_exception_is_the_outcome_of_its_task_alone(workers: int) -> None:
    """Tests that a task fails by name, is not tried again, and others go on."""
    outcomes = Fanout(workers=workers).run(tasks.refuse, [b"a", b"x1", b"b"])

    assert [b"aa", b"bb"] == [outcomes[0].get(), outcomes[2].get()]
    with pytest.raises(TaskError, match=r"^ValueError: Cannot do x1\.$") as caught:
        outcomes[1].get()
    assert "tasks.py" in caught.value.trace


def test_a_task_whose_process_dies_is_done_by_another(tmp_path: Path) -> None:
    """Tests that a killed process changes nothing."""
    payloads = [
        f"{tmp_path / str(number)} {'die' if number % 2 else 'live'}".encode()
        for number in range(4)
    ]

    outcomes = Fanout(workers=2).run(tasks.die_once, payloads)

    assert [b"livelive", b"diedie"] * 2 == [outcome.get() for outcome in outcomes]
    assert ["1", "3"] == sorted(file.name for file in tmp_path.iterdir())


def test_a_task_that_always_kills_is_given_up(tmp_path: Path) -> None:
    """Tests that it is begun again three times, and fails by name then."""
    file = tmp_path / "log"

    outcomes = Fanout(workers=2).run(tasks.die, [str(file).encode()])

    with pytest.raises(TaskError, match="WorkerLost: Its process died 4 times"):
        outcomes[0].get()
    assert "xxxx" == file.read_text()


def test_a_wish_to_stop_reaches_running_tasks() -> None:
    """Tests that tasks hear of it, those that begin later too, and end with results."""
    heard: list[int] = []

    outcomes = Fanout(workers=2).run(
        tasks.wait_for_wish,
        [b"0", b"1", b"2"],
        hear=lambda number, _: heard.append(number),
        wish=lambda: Wish.STOP if len(heard) > 1 else Wish.NONE,
    )

    assert [b"stop"] * 3 == [outcome.get() for outcome in outcomes]


def test_a_wish_to_cancel_ends_the_run() -> None:
    """Tests that running tasks hear of it, and that no other one begins."""
    heard: list[int] = []

    with pytest.raises(Cancelled):
        Fanout(workers=2).run(
            tasks.wait_for_wish,
            [b"0", b"1", b"2"],
            hear=lambda number, _: heard.append(number),
            wish=lambda: Wish.CANCEL if len(heard) > 1 else Wish.NONE,
        )

    assert [0, 1] == sorted(heard)


def test_payloads_are_drawn_as_workers_become_free() -> None:
    """Tests that a payload may depend on what was there before."""
    heard: list[bytes] = []

    outcomes = Fanout().run(
        tasks.doubled,
        (str(len(heard)).encode() for _ in range(3)),
        hear=lambda _, text: heard.append(text),
    )

    assert [b"00", b"11", b"22"] == [outcome.get() for outcome in outcomes]


def test_a_function_that_nobody_finds_is_refused() -> None:
    """Tests that only functions of modules are taken."""
    with pytest.raises(ValueError, match="Expected a function of a module"):
        Fanout().run(lambda payload, line: payload, [b""])


def test_no_workers_are_refused() -> None:
    """Tests that there must be one at least."""
    with pytest.raises(ValueError, match="at least one worker, got 0"):
        Fanout(workers=0)
