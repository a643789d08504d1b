"""
Tests of clusters that die during a run: their scheduler, their workers, or who asks.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import lotwright as lw
from lotwright.fanout import contact
from lotwright.fanout.fanout import Fanout
from lotwright.fanout.task import Outcome
from lotwright.scenarios.wire import plan_as_bytes
from tests.fanout import tasks
from tests.fanout.clusters import ROOT, running, said, scheduler, workers
from tests.service.chaos.volume import volume
from tests.solver.plans import data_of, demands

#: What a run says of a cluster that is gone.
_GONE = r"^ClusterError: The cluster at tcp://\S+ does not answer any more\.$"

#: A program that asks for two tasks which end only when nobody waits for them.
_ASKS = """
import sys
from lotwright.fanout import contact
from lotwright.fanout.fanout import Fanout
from tests.fanout import tasks

contact.PATIENCE = 300
Fanout(cluster=sys.argv[1]).run(
    tasks.note_wish,
    [name.encode() for name in sys.argv[2:]],
    hear=lambda *_: print("waits", file=sys.stderr, flush=True),
)
"""


#: What is waited for comes, however much else the machine has to do; what is waited for
#: in vain does not.
_LONG, _SHORT = 300, 3


@pytest.fixture(autouse=True)
def _patience(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(contact, "PATIENCE", _LONG)
    monkeypatch.setattr(contact, "SILENT", _LONG)
    monkeypatch.setattr(contact, "EMPTY", _SHORT)
    monkeypatch.setattr("lotwright.fanout.cluster._SILENCE", 0.5)


def _while_file_stands(
    address: str, folder: Path, happens: Callable[[Path], None]
) -> list[Outcome]:
    """
    Returns how a task that ends at once has ended on a cluster of one worker, and four
    that end with a file; once the first is done, something happens.
    """
    file = folder / "file"
    file.touch()

    def payloads() -> Iterator[bytes]:
        yield str(folder / "done").encode()
        yield str(file).encode()
        # The third is drawn when the first has ended.
        happens(file)
        yield from (f"{folder}{'/.' * times}/file".encode() for times in (1, 2, 3))

    return Fanout(cluster=address).run(tasks.pid_while_file_stands, payloads())


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_a_scheduler_that_is_gone_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: signal.Signals
) -> None:
    """
    Tests that a run ends soon whose scheduler dies or falls silent, that it keeps what
    was done before, and says of the rest what has happened.
    """
    with scheduler() as (process, address), workers(address, 1):

        def hit(_: Path) -> None:
            os.kill(process.pid, how)
            monkeypatch.setattr(contact, "PATIENCE", _SHORT)
            monkeypatch.setattr(contact, "SILENT", _SHORT)

        first, *rest = _while_file_stands(address, tmp_path, hit)

    assert b"worked on done" == first.get()
    for outcome in rest:
        with pytest.raises(lw.TaskError, match=_GONE):
            outcome.get()


def test_a_cluster_without_workers_is_named(tmp_path: Path) -> None:
    """Tests that nobody waits for ever for workers that are dead and not replaced."""
    with scheduler() as (_, address), workers(address, 1) as (worker,):
        first, *rest = _while_file_stands(address, tmp_path, lambda _: worker.kill())

    assert b"worked on done" == first.get()
    for outcome in rest:
        with pytest.raises(lw.TaskError, match="has lost all its workers"):
            outcome.get()


def test_a_scheduler_that_comes_back_gets_the_work_again(tmp_path: Path) -> None:
    """Tests that tasks go out again once another scheduler is in the place of one."""
    with contextlib.ExitStack() as stack:
        process, address = stack.enter_context(scheduler())
        stack.enter_context(workers(address, 1))

        def replace(file: Path) -> None:
            process.kill()
            process.wait()
            port = int(address.rpartition(":")[2])
            stack.enter_context(scheduler(port))
            stack.enter_context(workers(address, 1))
            file.unlink()

        outcomes = _while_file_stands(address, tmp_path, replace)

    expected = [b"worked on done", *[b"worked on file"] * 4]
    assert expected == [outcome.get() for outcome in outcomes]


def test_workers_are_free_again_when_who_asked_is_dead(tmp_path: Path) -> None:
    """Tests that tasks hear that nobody waits for them, and make room for others."""
    notes = [tmp_path / name for name in "ab"]

    with running(2) as address:
        program = [sys.executable, "-c", _ASKS, address, *map(str, notes)]
        asking = subprocess.Popen(
            program,
            stderr=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        said(asking, "waits")
        asking.kill()
        asking.communicate()

        payloads = [b"a", b"b", b"c"]
        outcomes = Fanout(cluster=address).run(tasks.doubled, payloads)

    assert [b"aa", b"bb", b"cc"] == [outcome.get() for outcome in outcomes]
    assert {"cancel"} == {note.read_text() for note in notes if note.exists()}


@pytest.mark.slow
@pytest.mark.parametrize("_turn", range(volume(1, 5)))
def test_plans_are_the_same_though_workers_die(_turn: int) -> None:
    """
    Tests that 24 scenarios are planned as here, byte for byte, on a cluster that loses
    a worker while it plans.
    """
    data = data_of(demands=demands((10.0, 1), (20.0, 6)))
    scenarios = [
        data.scenario(f"times {factor}").scale("demands.quantity", factor)
        for factor in range(1, 25)
    ]
    here = lw.run(scenarios, workers=1, engine="mip", work_limit=50)

    with running(1) as address, workers(address, 1) as (worker,):
        there = lw.run(
            scenarios,
            cluster=address,
            engine="mip",
            work_limit=50,
            listener=lambda *_: worker.kill(),
        )

    assert not there.failures
    for name, plan in here.plans.items():
        assert plan_as_bytes(plan) == plan_as_bytes(there[name])
