"""
Tests of what a job finds that seeks fixes.
"""

from __future__ import annotations

import pytest

import lotwright as lw
from lotwright.scenarios.scenario_file import scenario_of
from lotwright.service.settings import Settings
from lotwright.service.store import jobs
from lotwright.service.store.jobs import Job, JobRefusedError
from lotwright.service.store.store import Store
from lotwright.service.work.fixing import KIND, find_fixes
from tests.scenarios.delays import DELAYS
from tests.service.fixtures import order
from tests.service.work.stored import put_data, put_result


def _job(store: Store, tenant: str, run: str) -> Job:
    with store.of(tenant) as connection:
        jobs.enqueue(store, connection, tenant, KIND, {"run": run, "demand": "D"})

    job = jobs.claim(store, "test")
    assert job is not None

    return job


@pytest.mark.slow
def test_what_takes_the_cause_away_is_found(file_store: Store, maker: str) -> None:
    """
    Tests that a demand which is late because its supplier takes long is in time where
    that takes less, and that the answer has a scenario that says so and can be planned.
    """
    data = DELAYS["lead time"].data()
    plan = lw.plan(data, engine="mrp", level=True)
    names = put_data(file_store, maker, data)
    run = put_result(file_store, maker, order(*names), plan)

    found = find_fixes(file_store, Settings(), _job(file_store, maker, run))

    in_time = {fix["text"]: fix for fix in found["fixes"] if fix["help"] == "in time"}
    assert not plan.why("D").is_in_time
    assert "BUY takes 3 days instead of 9" in in_time
    content = in_time["BUY takes 3 days instead of 9"]["scenario"]
    mended = scenario_of(content, "scenario").on(data)
    assert lw.plan(lw.apply(mended), engine="mrp", level=True).why("D").is_in_time


def test_a_plan_that_is_gone_has_no_fixes(file_store: Store, maker: str) -> None:
    """
    Tests that a job of a run that was removed meanwhile is refused.
    """
    with pytest.raises(JobRefusedError) as refused:
        find_fixes(file_store, Settings(), _job(file_store, maker, "r_none"))

    assert "gone" == refused.value.code
