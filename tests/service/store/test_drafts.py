"""
Tests of drafts: one change at a time, and mass changes by a token of their own.
"""

from __future__ import annotations

from functools import partial

import pytest

from lotwright.service.store import drafts
from lotwright.service.store.drafts import TokenError
from lotwright.service.store.store import Store
from tests.service.clock import Clock
from tests.service.fixtures import put_run

_FIRM = {"do": "firm", "where": "kind == 'buy'"}


def test_a_draft_is_changed_by_who_has_seen_it(store: Store, tenant: str) -> None:
    """
    Tests that a change of an older revision is not kept.
    """
    run = put_run(store, tenant)

    with store.of(tenant) as connection:
        put = partial(drafts.put, store, connection, tenant, run, actor="test")
        assert put([_FIRM], seen=0)
        assert put([], seen=1)
        assert not put([_FIRM], seen=1)
        found = drafts.find(connection, tenant, run)

    assert found is not None
    assert (2, []) == (found.revision, found.edits)


def test_a_token_is_good_once(store: Store, tenant: str) -> None:
    """
    Tests that a token makes the change that it was given for, of its run, and no more.
    """
    run, other = (put_run(store, tenant, name) for name in ("one", "other"))

    with store.of(tenant) as connection:
        token = drafts.confirm(store, connection, tenant, run, _FIRM, 7)

    for of_run, edit in (
        (other, _FIRM),
        (run, {**_FIRM, "do": "delete"}),
        (run, {**_FIRM, "where": "kind == 'make'"}),
    ):
        with store.of(tenant) as connection, pytest.raises(TokenError):
            drafts.redeem(store, connection, tenant, of_run, edit, token)

    with store.of(tenant) as connection:
        assert 7 == drafts.redeem(store, connection, tenant, run, _FIRM, token)

    with store.of(tenant) as connection, pytest.raises(TokenError):
        drafts.redeem(store, connection, tenant, run, _FIRM, token)


def test_a_token_ends(store: Store, tenant: str, clock: Clock) -> None:
    """
    Tests that nobody confirms what was previewed long ago.
    """
    run = put_run(store, tenant)

    with store.of(tenant) as connection:
        token = drafts.confirm(store, connection, tenant, run, _FIRM, 7)

    clock.move(drafts.CONFIRMED_FOR + 1)

    with store.of(tenant) as connection, pytest.raises(TokenError):
        drafts.redeem(store, connection, tenant, run, _FIRM, token)
