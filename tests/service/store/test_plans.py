"""
Tests of plans: their runs in series or merged, signals, and conditions.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest

from lotwright.service.store import datasets, leases, plans, runs, scenarios
from lotwright.service.store.plans import NoDataError, Start, WhenBusy
from lotwright.service.store.schema import RunStatus
from lotwright.service.store.store import Store
from tests.service.clock import Clock
from tests.service.fixtures import put_plan, put_version, status_of

_ASKED = Start(actor="test")


def _start(store: Store, tenant: str, plan: str, asked: Start = _ASKED) -> str:
    with store.of(tenant) as connection:
        return plans.start(store, connection, tenant, plan, asked).run_id


def test_runs_of_a_plan_come_one_after_the_other(
    store: Store, tenant: str, clock: Clock
) -> None:
    """
    Tests that two workers never have two runs of one plan, and that the order stays.
    """
    plan = put_plan(store, tenant)
    first = _start(store, tenant, plan)
    clock.move(1)
    second = _start(store, tenant, plan)

    begun = leases.claim(store, "w1")
    assert begun is not None
    assert leases.claim(store, "w2") is None
    assert leases.succeed(store, begun, {"orders": b"x"}, {})
    after = leases.claim(store, "w2")

    assert after is not None
    assert (first, second) == (begun.run_id, after.run_id)


def test_plans_run_beside_one_another(store: Store, tenant: str, clock: Clock) -> None:
    """
    Tests that a plan under way does not keep another one waiting.
    """
    one, other = (put_plan(store, tenant, name) for name in ("one", "other"))
    expected = {_start(store, tenant, one), _start(store, tenant, other)}
    clock.move(1)
    _start(store, tenant, one)

    found = [leases.claim(store, f"w{number}") for number in range(2)]

    assert expected == {lease.run_id for lease in found if lease is not None}


def test_claims_at_the_same_time_keep_to_it(store: Store, tenant: str) -> None:
    """
    Tests that of workers that look at the same moment one gets a run of a plan.
    """
    plan = put_plan(store, tenant)

    for _ in range(4):
        _start(store, tenant, plan)

    together = Barrier(4)

    def claim(number: int) -> leases.Lease | None:
        together.wait()
        return leases.claim(store, f"w{number}")

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(claim, range(4)))

    assert 1 == sum(lease is not None for lease in found)


def test_the_same_request_is_merged(store: Store, tenant: str) -> None:
    """
    Tests that a run that waits serves who asks for the same, and nobody else.
    """
    plan = put_plan(store, tenant, when_busy=WhenBusy.MERGE)
    waiting = _start(store, tenant, plan)

    with store.of(tenant) as connection:
        start = partial(plans.start, store, connection, tenant, plan)
        same = start(Start(actor="another", label="mine"))
        narrower = start(Start(actor="test", only="item_id == 'A'"))

    assert (waiting, True) == (same.run_id, same.is_merged)
    assert not narrower.is_merged
    assert waiting != narrower.run_id


def test_what_is_under_way_takes_nobody_in(store: Store, tenant: str) -> None:
    """
    Tests that a run that has begun does not serve a request that came later.
    """
    plan = put_plan(store, tenant, when_busy=WhenBusy.MERGE)
    begun = _start(store, tenant, plan)
    assert leases.claim(store, "w1") is not None

    assert begun != _start(store, tenant, plan)


def test_new_data_are_another_request(store: Store, tenant: str) -> None:
    """
    Tests that a plan of the newest version is not merged over a commit.
    """
    plan = put_plan(store, tenant, when_busy=WhenBusy.MERGE)
    before = _start(store, tenant, plan)

    with store.of(tenant) as connection:
        found = plans.find(connection, tenant, plan)
        assert found is not None
        dataset = found.dataset_id
        datasets.put_table(store, connection, tenant, dataset, "items", b"new", 1)
        states = datasets.tables(connection, tenant, dataset)
        version = datasets.commit(
            store, connection, tenant, dataset, states, findings=[], actor="test"
        )

    after = _start(store, tenant, plan)

    assert before != after
    with store.look(tenant) as connection:
        made = runs.find(connection, tenant, after)
        assert made is not None
        assert (version, plan) == (made.version_id, made.plan_id)


@pytest.mark.parametrize("when_busy", list(WhenBusy))
def test_starts_at_the_same_time_are_one_or_all(
    store: Store, tenant: str, when_busy: WhenBusy
) -> None:
    """
    Tests four requests at the same moment: merged they are one run, in series four.
    """
    plan = put_plan(store, tenant, when_busy=when_busy)
    together = Barrier(4)

    def start(_: int) -> str:
        together.wait()
        return _start(store, tenant, plan)

    with ThreadPoolExecutor(4) as pool:
        found = set(pool.map(start, range(4)))

    assert (1 if when_busy is WhenBusy.MERGE else 4) == len(found)


def test_a_signal_counts_once(store: Store, tenant: str) -> None:
    """
    Tests that a signal that comes again starts nothing, and that another one does.
    """
    plan = put_plan(store, tenant)

    with store.of(tenant) as connection:
        send = partial(plans.signalled, store, connection, tenant, plan)
        first, is_new = send("pull-1", _ASKED)
        again, is_new_again = send("pull-1", _ASKED)
        other, _ = send("pull-2", _ASKED)

    assert (True, False) == (is_new, is_new_again)
    assert first.run_id == again.run_id
    assert first.run_id != other.run_id


def test_both_conditions_are_to_be_met(store: Store, tenant: str) -> None:
    """
    Tests that the filter of a run narrows that of its plan, whatever they hold.
    """
    of_plan = "item_id == 'A' or item_id == 'B' # mine"
    plan = put_plan(store, tenant, options={"only": of_plan})
    made = _start(store, tenant, plan, Start(actor="test", only="kind == 'or'"))

    with store.look(tenant) as connection:
        found = runs.find(connection, tenant, made)

    assert found is not None
    expected = "(item_id == 'A' or item_id == 'B') and kind == 'or'"
    assert expected == found.options["only"]


def test_a_plan_without_data_is_refused(store: Store, tenant: str) -> None:
    """
    Tests that a plan of a data set without versions says what is missing.
    """
    with store.of(tenant) as connection:
        dataset = datasets.create(store, connection, tenant, "empty")

    plan = put_plan(store, tenant, dataset_id=dataset)

    with pytest.raises(NoDataError, match="commit one first"):
        _start(store, tenant, plan)


def test_a_plan_of_a_scenario_has_all_that_is_below(store: Store, tenant: str) -> None:
    """
    Tests that overrides of a base come before those of what builds on it.
    """
    dataset, version = put_version(store, tenant, "data")

    with store.of(tenant) as connection:
        create = partial(scenarios.create, store, connection, tenant, actor="test")
        of_data = {"dataset_id": dataset, "version_id": version}
        base = create({"name": "base", "overrides": [{"n": 1}], **of_data})
        top = create(
            {"name": "top", "overrides": [{"n": 2}], "base_id": base, **of_data}
        )

    plan = put_plan(store, tenant, dataset_id=dataset, scenario_id=top)
    made = _start(store, tenant, plan)

    with store.look(tenant) as connection:
        found = runs.find(connection, tenant, made)
        assert ["top"] == scenarios.users(connection, tenant, base)
        assert ["plan"] == scenarios.users(connection, tenant, top)

    assert found is not None
    assert {"name": "top", "override": [{"n": 1}, {"n": 2}]} == found.scenario


def test_runs_outlive_their_plan(store: Store, tenant: str) -> None:
    """
    Tests that the history stays when a plan goes.
    """
    plan = put_plan(store, tenant, cron="0 6 * * *", is_scheduled=True)
    made = _start(store, tenant, plan)

    with store.of(tenant) as connection:
        plans.remove(connection, tenant, plan)
        assert plans.find(connection, tenant, plan) is None

    assert RunStatus.QUEUED == status_of(store, tenant, made)
