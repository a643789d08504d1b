"""
Tests of people and sessions: who comes in, and for how long.
"""

from __future__ import annotations

import pytest
from sqlalchemy import text

from lotwright.service.store import audit, people, sessions, tenants
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Scope
from tests.service.clock import Clock

_PASSWORD = "a password of some length"


@pytest.fixture
def anna(store: Store, tenant: str) -> str:
    """
    A person of the tenant ``maker``.
    """
    with store.of(tenant) as connection:
        return people.create(
            store, connection, tenant, "anna", _PASSWORD, [Scope.READ, Scope.RUN]
        )


def test_a_password_lets_one_person_in(store: Store, tenant: str, anna: str) -> None:
    """
    Tests that tenant, name and password go together, and that the store keeps none.
    """
    found = people.person_with(store, "maker", "anna", _PASSWORD)

    assert found is not None
    assert (tenant, anna) == (found[0], found[1].person_id)
    assert people.person_with(store, "maker", "anna", f"{_PASSWORD}!") is None
    assert people.person_with(store, "maker", "bert", _PASSWORD) is None
    assert people.person_with(store, "rival", "anna", _PASSWORD) is None
    with store.look(tenant) as connection:
        kept = connection.execute(text("select * from person")).one()
    assert _PASSWORD not in str(kept)


def test_a_short_password_is_refused(store: Store, tenant: str) -> None:
    """
    Tests that nobody has a password that is guessed at once.
    """
    with (
        pytest.raises(ValueError, match="at least 10 characters"),
        store.of(tenant) as connection,
    ):
        people.create(store, connection, tenant, "anna", "short")


@pytest.mark.parametrize("name", ["anna", "nobody"])
def test_guessing_has_to_wait(store: Store, clock: Clock, anna: str, name: str) -> None:
    """
    Tests that a name that was tried too often waits, longer each time, whether there
    is such a person or not.
    """
    for _ in range(5):
        assert people.person_with(store, "maker", name, "wrong") is None

    with pytest.raises(people.TooManyFailuresError) as first:
        people.person_with(store, "maker", name, _PASSWORD)

    clock.move(first.value.seconds)
    assert people.person_with(store, "maker", name, "wrong") is None

    with pytest.raises(people.TooManyFailuresError) as second:
        people.person_with(store, "maker", name, "wrong")

    assert second.value.seconds > first.value.seconds
    clock.move(second.value.seconds)
    found = people.person_with(store, "maker", name, _PASSWORD)
    assert (name == "anna") == (found is not None)


def test_a_session_stands_for_its_person(store: Store, tenant: str, anna: str) -> None:
    """
    Tests that a session has the scopes of its person, and says so in the audit.
    """
    token = sessions.begin_for_person(store, tenant, anna)

    found = sessions.session_of(store, token)

    assert found is not None
    assert (tenant, anna, "person:anna", frozenset({Scope.READ, Scope.RUN})) == (
        found.principal.tenant_id,
        found.principal.person_id,
        found.principal.actor,
        found.principal.scopes,
    )
    with store.look(tenant) as connection:
        kept = connection.execute(text("select * from session")).one()
        acts = audit.acts(connection, tenant)
    assert token.split(".")[1] not in str(kept)
    assert [("person:anna", "sign_in")] == [(act.actor, act.verb) for act in acts]


@pytest.mark.parametrize("change", ["secret", "tenant", "shape", "empty"])
def test_a_wrong_token_stands_for_nobody(
    store: Store, tenant: str, other: str, anna: str, change: str
) -> None:
    """
    Tests tokens that are almost right.
    """
    token = sessions.begin_for_person(store, tenant, anna)
    last = "a" if token[-1] != "a" else "b"
    wrong = {
        "secret": token[:-1] + last,
        "tenant": token.replace(tenant, other),
        "shape": f"{token}'",
        "empty": "",
    }

    assert sessions.session_of(store, wrong[change]) is None


def test_sessions_end(store: Store, tenant: str, anna: str, clock: Clock) -> None:
    """
    Tests that a session ends when it is not used, after its longest time though it is
    used, when somebody signs out, and with the access of its person.
    """
    idle = sessions.begin_for_person(store, tenant, anna)
    clock.move(sessions.IDLE - 1)
    assert sessions.session_of(store, idle) is not None
    clock.move(sessions.IDLE)
    assert sessions.session_of(store, idle) is None

    used = sessions.begin_for_person(store, tenant, anna)
    spent = 0.0

    while spent < sessions.LONGEST:
        assert sessions.session_of(store, used) is not None
        clock.move(sessions.IDLE / 2)
        spent += sessions.IDLE / 2

    assert sessions.session_of(store, used) is None

    out = sessions.begin_for_person(store, tenant, anna)
    found = sessions.session_of(store, out)
    assert found is not None
    sessions.end(store, found)
    assert sessions.session_of(store, out) is None

    last = sessions.begin_for_person(store, tenant, anna)
    with store.of(tenant) as connection:
        assert people.end(store, connection, tenant, anna)
        assert not people.end(store, connection, tenant, anna)
    assert sessions.session_of(store, last) is None
    assert people.person_with(store, "maker", "anna", _PASSWORD) is None


def test_another_password_ends_sessions(store: Store, tenant: str, anna: str) -> None:
    """
    Tests that whoever knew the old password is out.
    """
    token = sessions.begin_for_person(store, tenant, anna)

    with store.of(tenant) as connection:
        people.admit(store, connection, tenant, "anna", "another password")

    assert sessions.session_of(store, token) is None
    assert people.person_with(store, "maker", "anna", _PASSWORD) is None
    assert people.person_with(store, "maker", "anna", "another password") is not None


def test_a_session_ends_with_its_key(store: Store, tenant: str, clock: Clock) -> None:
    """
    Tests that a session of a key may do what the key may, as long as that is good.
    """
    for days in (None, 0.01):
        key = tenants.create_key(store, tenant, "reader", [Scope.READ], days=days)
        who = tenants.principal_of(store, key)
        assert who is not None
        token = sessions.begin_for_key(store, who)
        found = sessions.session_of(store, token)
        assert found is not None
        assert who == found.principal

        if days is None:
            with store.of(tenant) as connection:
                tenants.revoke_key(store, connection, tenant, who.key_id)
        else:
            clock.move(900)

        assert sessions.session_of(store, token) is None


def test_a_link_is_good_once(
    store: Store, tenant: str, anna: str, clock: Clock
) -> None:
    """
    Tests that a link signs in once, and not after its time.
    """
    link = sessions.link_for(store, tenant, anna)
    late = sessions.link_for(store, tenant, anna)
    token = sessions.begin_by_link(store, link)

    assert token is not None
    assert sessions.session_of(store, token) is not None
    assert sessions.begin_by_link(store, link) is None
    clock.move(sessions.LINK)
    assert sessions.begin_by_link(store, late) is None
    assert sessions.begin_by_link(store, "nonsense") is None


def test_a_clock_that_is_put_back_lets_in_whom_it_did_before(
    store: Store, tenant: str, anna: str, clock: Clock
) -> None:
    """
    Tests that what a clock has noted that ran a year ahead keeps nobody out, and nobody
    in for longer, once it is put back; and that an hour makes no difference.
    """
    year, hour = 365 * 86_400.0, 3_600.0
    clock.move(year)
    link = sessions.link_for(store, tenant, anna)
    token = sessions.begin_for_person(store, tenant, anna)

    for _ in range(5):
        assert people.person_with(store, "maker", "anna", "wrong") is None

    with pytest.raises(people.TooManyFailuresError):
        people.person_with(store, "maker", "anna", _PASSWORD)

    clock.move(-year)
    assert sessions.session_of(store, token) is None
    assert sessions.begin_by_link(store, link) is None
    assert people.person_with(store, "maker", "anna", _PASSWORD) is not None
    today = sessions.begin_for_person(store, tenant, anna)
    clock.move(-hour)
    assert sessions.session_of(store, today) is not None


def test_tokens_against_forgery_belong_to_a_session(
    store: Store, tenant: str, anna: str
) -> None:
    """
    Tests that a page of one session cannot speak for another one.
    """
    tokens = [sessions.begin_for_person(store, tenant, anna) for _ in range(2)]
    found = [sessions.session_of(store, token) for token in tokens]

    assert 2 == len({each.csrf for each in found if each is not None})


def test_sessions_of_a_key_come_from_where_it_may(store: Store, tenant: str) -> None:
    """
    Tests that a key that is bound to a network binds its sessions, too.
    """
    key = tenants.create_key(store, tenant, "near", networks=["10.0.0.0/8"])
    who = tenants.principal_of(store, key, address="10.1.2.3")
    assert who is not None
    token = sessions.begin_for_key(store, who)

    assert sessions.session_of(store, token, address="10.9.9.9") is not None
    assert sessions.session_of(store, token, address="192.0.2.1") is None
    assert sessions.session_of(store, token) is None


def test_nobody_visits_a_tenant_that_is_erased(
    store: Store, tenant: str, anna: str
) -> None:
    """
    Tests that sessions end when the erasure begins, not when it is done.
    """
    token = sessions.begin_for_person(store, tenant, anna)

    with store.open() as connection:
        connection.execute(text("update tenant set erasing_at = 1"))

    assert sessions.session_of(store, token) is None
