"""
Tests of keys that are remembered for a moment.
"""

from __future__ import annotations

import pytest
from sqlalchemy import event

from lotwright.service.api.keyring import LASTS, Keyring
from lotwright.service.store import tenants
from lotwright.service.store.store import Store
from tests.service.clock import Clock


@pytest.fixture
def key(file_store: Store, maker: str) -> str:
    """
    A key that is good.
    """
    return tenants.create_key(file_store, maker, "all")


@pytest.fixture
def keyring(file_store: Store, clock: Clock) -> Keyring:
    """
    Keys of that store.
    """
    return Keyring(file_store, clock)


def test_a_key_that_was_good_is_remembered_for_a_moment(
    keyring: Keyring, clock: Clock, key: str, maker: str
) -> None:
    """
    Tests that a key is known after it was looked up, and for a second at most.
    """
    assert keyring.recall(key) is None
    found = keyring.look_up(key)
    assert found is not None
    assert maker == found.tenant_id
    clock.move(0.9 * LASTS)
    assert found is keyring.recall(key)
    clock.move(0.1 * LASTS)
    assert keyring.recall(key) is None


def test_nobody_else_is_taken_for_it(keyring: Keyring, key: str) -> None:
    """
    Tests that neither another secret, nor its public part, nor another address is good
    because the key was.
    """
    keyring.look_up(key, address="10.0.0.1")
    wrong = key[:-1] + ("a" if key[-1] != "a" else "b")

    assert keyring.recall(key, address="10.0.0.1") is not None
    assert keyring.recall(key, address="10.0.0.2") is None
    assert keyring.recall(wrong, address="10.0.0.1") is None
    assert keyring.recall(key[:11], address="10.0.0.1") is None
    assert keyring.look_up(wrong, address="10.0.0.1") is None
    assert keyring.recall(wrong, address="10.0.0.1") is None


def test_a_key_that_is_revoked_here_is_good_for_nothing_at_once(
    keyring: Keyring, file_store: Store, key: str, maker: str
) -> None:
    """
    Tests that what this process writes ends what it remembers, whatever it was.
    """
    keyring.look_up(key)

    with file_store.of(maker) as connection:
        tenants.revoke_key(file_store, connection, maker, key[3:11])

    assert keyring.recall(key) is None
    assert keyring.look_up(key) is None
    assert keyring.recall(key) is None


def test_a_key_that_is_revoked_while_it_is_looked_up_is_not_remembered(
    keyring: Keyring, file_store: Store, key: str, maker: str
) -> None:
    """
    Tests that what is written between the look and the note counts: the look saw what
    was before.
    """
    revoked: list[bool] = []

    @event.listens_for(file_store.engine, "checkin")
    def revoke(_line: object, _record: object) -> None:
        if not revoked:
            revoked.append(True)

            with file_store.of(maker) as connection:
                tenants.revoke_key(file_store, connection, maker, key[3:11])

    keyring.look_up(key)

    assert [True] == revoked
    assert keyring.recall(key) is None


def test_memory_of_keys_is_bounded(
    keyring: Keyring, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that a key which comes from many addresses does not fill the memory.
    """
    monkeypatch.setattr("lotwright.service.api.keyring._MOST", 10)

    addresses = [f"10.0.0.{number}" for number in range(25)]

    for address in addresses:
        keyring.look_up(key, address=address)

    known = [each for each in addresses if keyring.recall(key, address=each)]
    assert addresses[-5:] == known


@pytest.mark.parametrize("change", ["unknown", "wrong", "revoked"])
def test_a_key_that_is_not_good_costs_the_same_whatever_is_wrong_with_it(
    keyring: Keyring, file_store: Store, key: str, maker: str, change: str
) -> None:
    """
    Tests that as many statements are run for a key that nobody has, a wrong secret and
    a key that was revoked, so that nobody learns by the clock which it is.
    """
    revoked = tenants.create_key(file_store, maker, "old")

    with file_store.of(maker) as connection:
        tenants.revoke_key(file_store, connection, maker, revoked[3:11])

    sent = {
        "unknown": f"lw_00000000_{key[12:]}",
        "wrong": f"{key[:12]}{revoked[12:]}",
        "revoked": revoked,
    }[change]
    keyring.look_up(key)
    statements: list[str] = []

    @event.listens_for(file_store.engine, "before_cursor_execute")
    def note(_line: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement.split()[0])

    assert keyring.recall(sent) is None
    assert keyring.look_up(sent) is None
    assert ["SELECT", "SELECT"] == statements
