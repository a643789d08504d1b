"""
Tests that a notebook moves to a service by one line.
"""

from __future__ import annotations

import queue
import re
import threading
from collections.abc import Generator
from types import ModuleType
from typing import Any

import httpx
import pandas as pd
import pytest

import lotwright as lw
from lotwright.scenarios.wire import table_as_bytes
from lotwright.service.store.tenants import create_key
from tests.service.api.server import EXAMPLE, Service

#: Requests that the client sent, as ``PUT /v1/…``.
Sent = list[str]


@pytest.fixture(scope="module")
def client(service: Service) -> Generator[lw.Client]:
    """
    A client of a tenant of its own.
    """
    key = create_key(service.store, service.tenant("notebook"), "test")

    with lw.Client(service.url, key, timeout=300) as found:
        yield found


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Sent:
    """
    What goes over the line.
    """
    seen: Sent = []
    send = httpx.Client.send

    def note(self: httpx.Client, request: httpx.Request, **more: object) -> object:
        seen.append(f"{request.method} {request.url.path}")
        return send(self, request, **more)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr(httpx.Client, "send", note)

    return seen


@pytest.fixture(scope="module")
def data() -> lw.PlanningData:
    """
    The small example.
    """
    return lw.read(EXAMPLE)


def _assert_equal(expected: lw.Plan, found: lw.Plan) -> None:
    assert list(expected.frames) == list(found.frames)

    for name in expected.frames:
        one, other = expected.frames[name], found.frames[name]
        assert table_as_bytes(name, one) == table_as_bytes(name, other), name

    assert expected.run.objective == found.run.objective
    assert expected.run.engine_used == found.run.engine_used
    assert expected.run.data_fingerprint == found.run.data_fingerprint


@pytest.mark.parametrize("engine", ["mrp", "mip"])
def test_the_same_line_gives_the_same_plan(
    client: lw.Client, data: lw.PlanningData, engine: str
) -> None:
    """
    Tests that ``plan`` means the same here and there, and so do its answers.
    """

    def planned(place: lw.Client | ModuleType) -> lw.Plan:
        plan: lw.Plan = place.plan(data, engine=engine, work_limit=500)

        return plan

    here, there = planned(lw), planned(client)

    _assert_equal(here, there)
    demand = str(here.fulfilment["demand_id"].iloc[0])
    assert str(here.why(demand)) == str(there.why(demand))
    assert here.summary() == there.summary()
    assert not len(lw.compare(here, there).orders.query("change != 'same'"))


def test_no_table_is_sent_twice(
    service: Service, data: lw.PlanningData, sent: Sent
) -> None:
    """
    Tests that the same data are not sent again, and of changed data only what changed.
    """
    key = create_key(service.store, service.tenant("sender"), "test")
    client = lw.Client(service.url, key, timeout=300)
    held = client.dataset("sent once")
    first = held.put(data)
    uploads = [line for line in sent if line.startswith("PUT")]
    assert len(data.given) == len(uploads)
    sent.clear()

    again = client.dataset("another").put(data)
    assert not [line for line in sent if line.startswith("PUT")]
    assert first == again

    demands = data.tables["demands"]
    more = data.replace(demands=demands.assign(quantity=demands["quantity"] * 2))
    second = held.put(more)
    assert [f"PUT /{held.path}/tables/demands"] == [
        line for line in sent if line.startswith("PUT")
    ]
    assert more.fingerprint() == held.read(second).fingerprint()
    assert data.fingerprint() == held.read(first).fingerprint()
    assert [second, first] == held.versions()["version"].tolist()
    client.close()


def test_contradictions_are_the_library_s(
    client: lw.Client, data: lw.PlanningData
) -> None:
    """
    Tests that data of which no plan can be made raise the same error with the same
    problems.
    """
    pair = data.tables["items"]["item_id"].iloc[:2].tolist()
    place = data.tables["locations"]["location_id"].iloc[0]
    source = {"location_id": place, "kind": "make", "lead_time_days": 1}
    cyclic = data.replace(
        sources=pd.DataFrame(
            [{"source_id": f"make {x}", "item_id": x, **source} for x in pair]
        ),
        boms=pd.DataFrame([{"bom_id": x, "item_id": x} for x in pair]),
        bom_lines=pd.DataFrame(
            [
                {"bom_id": x, "line": 1, "component_id": y, "quantity_per": 1.0}
                for x, y in (pair, pair[::-1])
            ]
        ),
    )

    with pytest.raises(lw.DataError) as here:
        lw.plan(cyclic, engine="mrp")

    with pytest.raises(lw.DataError) as there:
        client.plan(cyclic, engine="mrp")

    assert {each.code for each in here.value.problems} == {
        each.code for each in there.value.problems
    }


def test_scenarios_sweeps_and_results(client: lw.Client, data: lw.PlanningData) -> None:
    """
    Tests the verbs around a plan: more runs than may wait, their figures, and old ones.
    """
    scenarios = [
        data.scenario("base"),
        *(
            data.scenario(f"x{times}").scale("demands.quantity", times)
            for times in (2, 3)
        ),
    ]
    heard: set[str] = set()

    there = client.run(
        scenarios, engine="mrp", listener=lambda name, _: heard.add(name)
    )
    here = lw.run(scenarios, engine="mrp", workers=1)

    pd.testing.assert_frame_equal(here.kpis(), there.kpis())
    assert here.compare().kpis.equals(there.compare().kpis)
    assert {"base", "x2", "x3"} >= heard
    axis = lw.Axis(target="demands.quantity", values=(1.0, 2.0), op="multiply")
    swept = client.sweep(data, axis, engine="mrp")
    assert there.kpis()["cost"].tolist()[:2] == swept["cost"].tolist()
    listed = client.runs(status="succeeded")
    plan = client.result(listed["run"].iloc[0])
    assert plan.kpi("cost") in there.kpis()["cost"].tolist()
    assert set(client.compare(*listed["run"].iloc[:2]).names) == {"A", "B"}


def test_cancelling_is_cancelling(client: lw.Client, data: lw.PlanningData) -> None:
    """
    Tests that a cancelled run raises what it raises here, and stopping keeps a plan.
    """
    cancelled, stopped = lw.Control(), lw.Control()
    cancelled.cancel()
    stopped.stop()

    with pytest.raises(lw.Cancelled):
        client.plan(data, engine="mip", control=cancelled)

    assert client.plan(data, engine="mip", control=stopped).kpi("cost") > 0


def test_ctrl_c_keeps_the_best_plan(
    client: lw.Client, data: lw.PlanningData, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that an interrupt from the keyboard stops the run and returns its plan.
    """
    pressed = threading.Event()
    here = threading.get_ident()

    class Pressed(queue.SimpleQueue):  # type: ignore[type-arg]  # of any kind
        def get(self, *asked: object, **more: object) -> object:
            if threading.get_ident() == here and not pressed.is_set():
                pressed.set()
                raise KeyboardInterrupt

            return super().get(*asked, **more)  # type: ignore[arg-type]  # as it came

    monkeypatch.setattr("lotwright.client.watching.queue.SimpleQueue", Pressed)

    plan = client.plan(data, engine="mip", work_limit=100_000)

    assert pressed.is_set()
    assert plan.kpi("cost") > 0


def test_a_key_that_is_not_good_is_told(
    service: Service, client: lw.Client, data: lw.PlanningData
) -> None:
    """
    Tests the words of the service, and options that are not the client's to set.
    """
    with (
        lw.Client(service.url, "lw_wrong") as nobody,
        pytest.raises(lw.ServiceError, match="A key is needed"),
    ):
        nobody.datasets()

    with pytest.raises(ValueError, match="time limit"):
        client.plan(data, time_limit=-1)

    with pytest.raises(ValueError, match="no memory_mb"):
        client.plan(data, memory_mb=100)

    with pytest.raises(TypeError, match="Expected one of"):
        client.plan(data, speed=3)  # type: ignore[call-arg]  # that is the point


def test_a_search_starts_from_a_plan_of_the_service(
    client: lw.Client, data: lw.PlanningData
) -> None:
    """
    Tests that the orders of an earlier plan come to the search, and that a plan which
    was made elsewhere is refused by name.
    """
    first = client.plan(data, engine="mip", work_limit=500)
    again = client.plan(data, engine="mip", work_limit=0, start=first)
    run = str(client.runs(limit=1)["run"].iloc[0])
    here = lw.plan(data, engine="mip", work_limit=0, start=first)

    assert len(first.orders) == again.run.parameters["start_orders"]
    assert here.run.objective == again.run.objective
    _assert_equal(again, client.result(run))

    with pytest.raises(ValueError, match="that this service has made"):
        client.plan(data, engine="mip", start=here)

    with pytest.raises(lw.ServiceError, match="no such run") as refused:
        client.plan(data, start="r_" + "0" * 20)

    assert "unknown_run" == refused.value.code


def test_scenarios_are_kept(client: lw.Client, data: lw.PlanningData) -> None:
    """
    Tests that a scenario comes back as it was kept, on its data, and that one of its
    name is changed.
    """
    base = data.scenario("more", "what if").scale("demands.quantity", 2)
    rush = base.scenario("rush").set("demands.priority", 1)
    client.keep(base)
    client.keep(rush)
    client.keep(base.scale("demands.quantity", 2))

    with pytest.raises(lw.ServiceError, match="no scenario named"):
        client.scenario("none")

    with pytest.raises(ValueError, match="on planning data"):
        client.keep(lw.Scenario(name="nowhere"))

    found = client.scenario("rush")
    assert ["more", "rush"] == client.scenarios()["name"].tolist()
    assert lw.apply(rush).fingerprint() == lw.apply(found).fingerprint()
    assert "what if" == client.scenario("more").note
    changed = lw.apply(client.scenario("more")).tables["demands"]["quantity"]
    assert (data.tables["demands"]["quantity"] * 4).tolist() == changed.tolist()


def test_edits_fixes_and_checks(client: lw.Client, data: lw.PlanningData) -> None:
    """
    Tests that planning anew, what would mend a delay, and what is found in data are
    the library's.
    """
    plan = client.plan(data, engine="mrp")
    order = str(plan.orders["order_id"].iloc[0])
    edits = plan.edit().lock(order)

    there = client.replan(data, plan, edits, engine="mrp")
    here = lw.replan(data, plan, edits, engine="mrp")

    assert here.summary() == there.summary()
    assert here.changes.equals(there.changes)
    assert lw.check(data) == client.check(data)
    demand = str(plan.fulfilment["demand_id"].iloc[0])
    expected = [each.text for each in lw.fixes(data, plan, demand)]
    assert expected == [each.text for each in client.fixes(plan, demand)]


def test_the_example_of_the_manual_runs(
    service: Service,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """
    Tests the line by which a notebook moves, as the manual has it.
    """
    root = EXAMPLE.parents[1]
    page = (root / "docs" / "service.md").read_text(encoding="utf-8")
    (code,) = re.findall(
        r"```python\n(import lotwright as lw\n.*?)```", page, re.DOTALL
    )
    code = code.replace("https://plan.example.com", service.url)
    key = create_key(service.store, service.tenant("manual"), "test")
    monkeypatch.chdir(root)

    names: dict[str, Any] = {"key": key}

    exec(compile(code, "docs/service.md", "exec"), names)

    names["client"].close()
    told = capsys.readouterr().out
    assert "SO-1" in told
    assert "cost" in told.lower()
