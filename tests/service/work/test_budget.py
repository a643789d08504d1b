"""
Tests of time that several phases share.
"""

from __future__ import annotations

from lotwright.service.work.budget import Budget
from tests.service.clock import Clock


def test_time_counts_while_it_is_spent() -> None:
    """
    Tests that what passes between two phases does not count, and that all of them
    together have one limit.
    """
    clock = Clock()
    budget = Budget(10.0, clock)
    clock.move(100.0)
    budget.begin()
    clock.move(6.0)
    budget.end()
    clock.move(100.0)

    assert not budget.is_spent
    budget.begin()
    clock.move(4.0)
    assert not budget.is_spent
    clock.move(0.5)
    assert budget.is_spent
    budget.end()
    assert budget.is_spent


def test_who_begins_twice_spends_once() -> None:
    """
    Tests that nothing is lost or doubled where nobody has said that a phase ended.
    """
    clock = Clock()
    budget = Budget(10.0, clock)
    budget.begin()
    clock.move(6.0)
    budget.begin()
    clock.move(3.0)

    assert not budget.is_spent
    clock.move(1.5)
    assert budget.is_spent
