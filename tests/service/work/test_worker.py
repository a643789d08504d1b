"""
Tests of the worker as such; what it does with runs is tested through the service.
"""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from lotwright.service.settings import Settings
from lotwright.service.store import store as stores
from lotwright.service.store.schema import worker as worker_table
from lotwright.service.store.store import Store
from lotwright.service.work import worker as workers
from lotwright.service.work.worker import Worker
from tests.service.chaos.harness import until


def test_a_sign_that_fails_is_not_the_last(
    file_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that a worker is seen although its first sign met a fault of any kind.
    """
    faults = ["A fault."]

    def fail_once(_: str) -> None:
        if threading.current_thread().name.endswith("(_show_signs)") and faults:
            raise ZeroDivisionError(faults.pop())

    monkeypatch.setattr(stores, "pass_point", fail_once)
    monkeypatch.setattr(workers, "SIGN", 0.05)
    worker = Worker(file_store, Settings())
    working = threading.Thread(target=worker.run)
    working.start()

    def is_seen() -> bool:
        with file_store.glance() as connection:
            found = connection.scalars(select(worker_table.c.worker_id)).all()

        return worker.worker_id in found

    try:
        until(is_seen, "the worker")
    finally:
        worker.end()
        working.join()

    assert not faults
