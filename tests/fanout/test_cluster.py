"""
Tests of tasks on a cluster: a scheduler and two workers over TCP on this machine.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

import lotwright as lw
from lotwright.errors import Cancelled, ClusterError, TaskError
from lotwright.fanout.fanout import Fanout
from lotwright.fanout.task import VERSION, Wish
from lotwright.scenarios.wire import plan_as_bytes
from tests.fanout import tasks
from tests.fanout.clusters import running, workers
from tests.solver.plans import data_of, demands

#: Makes a worker say that it is of another release.
OTHER_RELEASE = "from lotwright.fanout import task\ntask.VERSION = '0.0.9'\n"


@pytest.fixture(scope="module")
def cluster() -> Iterator[str]:
    """
    Returns the address of a cluster of two workers.
    """
    with running(2) as address:
        yield address


def test_results_are_those_of_this_machine(cluster: str) -> None:
    """Tests that a cluster answers the same bytes in the same order, news and all."""
    payloads = [bytes([number]) * number * 1000 for number in range(1, 12)]
    heard: dict[int, bytes] = {}
    here = Fanout().run(tasks.refuse, [*payloads, b"x1"])

    there = Fanout(cluster=cluster).run(
        tasks.refuse, [*payloads, b"x1"], hear=heard.__setitem__
    )

    assert [outcome.result for outcome in here] == [o.result for o in there]
    assert {n: str(len(payloads[n])).encode() for n in heard} == heard
    with pytest.raises(TaskError, match=r"^ValueError: Cannot do x1\.$"):
        there[-1].get()


def test_wishes_reach_tasks_on_a_cluster(cluster: str) -> None:
    """Tests that stopping lets tasks answer, and that cancelling ends the run."""
    heard: list[int] = []
    fanout = Fanout(cluster=cluster)

    def run(wish: Wish) -> list[bytes]:
        heard.clear()
        outcomes = fanout.run(
            tasks.wait_for_wish,
            [wish.value.encode()],
            hear=lambda number, _: heard.append(number),
            wish=lambda: wish if heard else Wish.NONE,
        )

        return [outcome.get() for outcome in outcomes]

    assert [b"stop"] == run(Wish.STOP)
    with pytest.raises(Cancelled):
        run(Wish.CANCEL)


def test_a_worker_of_another_release_is_refused(cluster: str, tmp_path: Path) -> None:
    """Tests that results never come from other code than that which asks."""
    file = tmp_path / "other_release.py"
    file.write_text(OTHER_RELEASE)
    expected = rf"Expected Lotwright {VERSION} on the worker tcp://.*, which has 0.0.9"

    with (
        workers(cluster, 1, "--preload", str(file)),
        pytest.raises(ClusterError, match=expected),
    ):
        Fanout(cluster=cluster).run(tasks.doubled, [b"a"])


def test_a_cluster_that_is_not_there_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests that a wrong address is told, and not taken for an empty cluster."""
    monkeypatch.setattr("lotwright.fanout.contact.PATIENCE", 1)

    with pytest.raises(ClusterError, match="Expected a scheduler at 'tcp://127"):
        Fanout(cluster="tcp://127.0.0.1:9").run(tasks.doubled, [b"a"])


def test_a_killed_worker_changes_nothing(cluster: str, tmp_path: Path) -> None:
    """Tests that tasks of a worker that is killed are done by the other one."""
    files = [tmp_path / name for name in "abcd"]

    for file in files:
        file.touch()

    seen: list[int] = []

    def hear(_: int, text: bytes) -> None:
        seen.append(int(text))

        if len(set(seen)) == 2 and files[0].exists():
            os.kill(seen[0], signal.SIGKILL)

            for file in files:
                file.unlink()

    outcomes = Fanout(cluster=cluster).run(
        tasks.pid_while_file_stands, [str(file).encode() for file in files], hear=hear
    )

    expected = [f"worked on {name}".encode() for name in "abcd"]
    assert expected == [outcome.get() for outcome in outcomes]


def test_scenarios_are_planned_alike_on_a_cluster(cluster: str) -> None:
    """Tests plans of a cluster byte for byte against those of this process."""
    data = data_of(demands=demands((10.0, 1), (20.0, 6)))
    scenarios = [
        data.scenario("base"),
        data.scenario("rush").scale("demands.quantity", 1.5),
        data.scenario("late").add("sources.lead_time_days", 3),
    ]

    for engine in ("mip", "mrp"):
        here = lw.run(scenarios, workers=1, engine=engine, work_limit=50)
        there = lw.run(scenarios, cluster=cluster, engine=engine, work_limit=50)

        assert ["base", "rush", "late"] == list(there.plans)
        for name, plan in here.plans.items():
            assert plan_as_bytes(plan) == plan_as_bytes(there[name])


def test_sweeps_and_simulations_are_alike_on_a_cluster(cluster: str) -> None:
    """Tests the tables of a sweep, of a tornado, and of a plan that is carried out."""
    data = data_of(demands=demands((10.0, 1), (20.0, 6)))
    axis = lw.Axis(target="demands.quantity", values=[1, 2], name="demand")
    plan = lw.plan(data, engine="mrp")

    here = lw.sweep(data, axis, workers=1, engine="mrp", work_limit=50)
    there = lw.sweep(data, axis, cluster=cluster, engine="mrp", work_limit=50)
    assert here.equals(there)

    here = lw.tornado(data, axis, workers=1, engine="mrp", work_limit=50)
    there = lw.tornado(data, axis, cluster=cluster, engine="mrp", work_limit=50)
    assert here.equals(there)

    one = lw.simulate(plan, data, demand=0.3, lead_time=0.3, samples=60)
    other = lw.simulate(
        plan, data, demand=0.3, lead_time=0.3, samples=60, cluster=cluster
    )
    for name, table in one.tables.items():
        assert table.equals(other.tables[name]), name
