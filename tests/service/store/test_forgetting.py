"""
Tests that nothing of an erased tenant stays in the memory of any process.
"""

from __future__ import annotations

import threading

import pytest

from lotwright.service.store import erase
from lotwright.service.store.forgetting import Forgetting, forget_erased
from lotwright.service.store.store import Store, open_store


def _remember(store: Store, tenant: str) -> None:
    store.memory.get(tenant, "frame", make=lambda: "cells", size=len)


def _erased(store: Store, tenant: str) -> None:
    with store.of(tenant) as connection:
        erase.close(store, connection, tenant)

    erase.erase(store, tenant)


def test_others_forget_what_was_erased(
    address: str, store: Store, tenant: str, other: str
) -> None:
    """
    Tests that a process which had no part in it forgets the tenant, and no other one.
    """
    elsewhere = open_store(address)

    for each in (tenant, other):
        _remember(elsewhere, each)

    forget_erased(elsewhere)
    assert {tenant, other} == elsewhere.memory.tenants()
    _erased(store, tenant)
    forget_erased(elsewhere)

    assert {other} == elsewhere.memory.tenants()
    elsewhere.close()


def test_a_tenant_is_forgotten_while_it_is_being_erased(
    store: Store, tenant: str
) -> None:
    """
    Tests that it need not be gone: it is good for nothing from the first moment.
    """
    _remember(store, tenant)

    with store.of(tenant) as connection:
        erase.close(store, connection, tenant)

    forget_erased(store)

    assert set() == store.memory.tenants()


def test_what_comes_in_between_is_forgotten_too(
    store: Store, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that what a request that was under way has remembered goes with the rest.
    """
    monkeypatch.setattr(erase, "pass_point", lambda _: _remember(store, tenant))

    _erased(store, tenant)

    assert set() == store.memory.tenants()


def test_it_is_forgotten_by_itself(store: Store, tenant: str) -> None:
    """
    Tests that a process which nobody asks anything forgets, and ends when it is told.
    """
    _remember(store, tenant)
    forgetting = Forgetting(store, pause=0.01)
    forgetting.start()

    _erased(store, tenant)

    while store.memory.tenants():
        threading.Event().wait(0.01)

    forgetting.end()
