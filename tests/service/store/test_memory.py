"""
Tests of what a process remembers.
"""

from __future__ import annotations

from lotwright.service.store.memory import Memory
from tests.service.clock import Clock


def _asked(memory: Memory, tenant: str, key: str, size: int, made: list[str]) -> str:
    def make() -> str:
        made.append(key)

        return f"{tenant} {key}"

    return memory.get(tenant, key, make=make, size=lambda _: size)


def test_what_is_remembered_is_made_once() -> None:
    """
    Tests that each tenant has its own, made at the first time only.
    """
    memory, made = Memory(), list[str]()

    assert "a x" == _asked(memory, "a", "x", 10, made)
    assert "a x" == _asked(memory, "a", "x", 10, made)
    assert "b x" == _asked(memory, "b", "x", 10, made)
    assert ["x", "x"] == made
    assert 20 == memory.size


def test_what_was_used_last_stays_within_the_bounds() -> None:
    """
    Tests that the least lately used go first, and what is too large is not kept.
    """
    memory, made = Memory(most=25), list[str]()
    _asked(memory, "a", "x", 10, made)
    _asked(memory, "a", "y", 10, made)
    _asked(memory, "a", "x", 10, made)
    _asked(memory, "a", "z", 10, made)

    _asked(memory, "a", "x", 10, made)
    _asked(memory, "a", "y", 10, made)

    assert ["x", "y", "z", "y"] == made
    _asked(memory, "a", "huge", 26, made)
    assert 0 == memory.size


def test_nothing_stays_unused_for_long() -> None:
    """
    Tests that what nobody asks for is forgotten, and all of a tenant on demand.
    """
    clock = Clock()
    memory, made = Memory(idle=60.0, clock=clock), list[str]()
    _asked(memory, "a", "x", 10, made)
    clock.now += 61.0
    _asked(memory, "b", "y", 10, made)

    assert 10 == memory.size
    memory.forget("b")
    assert 0 == memory.size
