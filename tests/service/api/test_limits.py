"""
Tests of limits of one process.
"""

from __future__ import annotations

import pytest

from lotwright.service.api.limits import Limits
from lotwright.service.api.problems import Refusal
from lotwright.service.store.quotas import QuotaError
from tests.service.clock import Clock

_KEY = "lw_abcdefgh_" + "x" * 43


def _refused(limits: Limits, address: str, key: str) -> int:
    """
    Returns for how many seconds a key is refused that fails; 0 if it is looked up.
    """
    try:
        limits.refuse_guessing(address, key)
    except QuotaError as error:
        return error.seconds if error.quota == "failed_keys" else -1

    limits.note_failure(address, key)

    return 0


def test_a_key_asks_so_often(clock: Clock) -> None:
    """
    Tests that a key may ask twice as often for a moment, and then as its rate says;
    others are not concerned.
    """
    limits = Limits(clock)

    for _ in range(20):
        limits.take_request("a", 10)

    with pytest.raises(QuotaError, match="More than 10 requests") as refused:
        limits.take_request("a", 10)

    limits.take_request("b", 10)
    clock.move(0.2)
    limits.take_request("a", 10)
    assert ("requests_per_second", 1) == (refused.value.quota, refused.value.seconds)


def test_a_key_has_so_many_streams() -> None:
    """
    Tests that a stream that ends makes room for another.
    """
    limits = Limits()
    first = limits.stream("a", 2)
    limits.stream("a", 2)

    with pytest.raises(QuotaError, match="2 streams"):
        limits.stream("a", 2)

    limits.stream("b", 2)
    first()
    limits.stream("a", 2)


def test_a_wrong_key_is_looked_up_so_often(clock: Clock) -> None:
    """
    Tests that a program with a wrong key is held off, but no other key of its address.
    """
    limits = Limits(clock)

    assert [0] * 10 == [_refused(limits, "h", _KEY) for _ in range(10)]
    assert 11 == _refused(limits, "h", _KEY)
    assert 0 == _refused(limits, "h", _KEY.replace("a", "z"))
    assert 0 == _refused(limits, "other", _KEY)
    clock.move(10)
    assert 0 == _refused(limits, "h", _KEY)
    assert 11 == _refused(limits, "h", _KEY)


def test_an_address_guesses_so_often(clock: Clock) -> None:
    """
    Tests that an address that tries one key after the other is held off with all.
    """
    limits = Limits(clock)
    keys = [f"lw_{number:08d}_{'x' * 43}" for number in range(101)]

    assert [0] * 100 == [_refused(limits, "h", key) for key in keys[:100]]
    assert 2 == _refused(limits, "h", keys[100])
    assert 0 == _refused(limits, "other", keys[100])
    clock.move(1)
    assert 0 == _refused(limits, "h", keys[100])


def test_a_key_that_was_good_is_not_held_off(clock: Clock) -> None:
    """
    Tests that whoever guesses keeps nobody out that came before, not even by the public
    part of a key, and that one which is good no more is held off like others.
    """
    limits = Limits(clock)
    limits.note_success(_KEY)

    for number in range(101):
        _refused(limits, "h", f"lw_{number:08d}_{'x' * 43}")
        _refused(limits, "h", f"{_KEY[:11]}_{number:043d}")

    limits.refuse_guessing("h", _KEY)
    assert 0 < _refused(limits, "h", f"{_KEY[:11]}_{'y' * 43}")
    limits.note_failure("h", _KEY)
    assert 0 < _refused(limits, "h", _KEY)


def test_memory_of_names_is_bounded(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that whoever invents names does not fill the memory.
    """
    monkeypatch.setattr("lotwright.service.api.limits._MOST_NAMES", 10)
    limits = Limits(clock)

    for number in range(100):
        limits.take_request(f"key {number}", 1)

    assert 10 == len(limits._requests._levels)


def test_heavy_work_of_one_tenant_leaves_room_for_others() -> None:
    """
    Tests that a tenant has four places and all have eight, and that one which is given
    back is there again.
    """
    limits = Limits()
    first = limits.place("a")

    for tenant in "aaabbbb":
        limits.place(tenant)

    with pytest.raises(Refusal, match="soon") as refused:
        limits.place("c")

    first()
    limits.place("c")

    with pytest.raises(Refusal):
        limits.place("a")

    found = refused.value.status, refused.value.headers
    assert (503, {"Retry-After": "5"}) == found
