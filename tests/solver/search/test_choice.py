"""
Tests of the lottery among ways to improve a plan.
"""

from __future__ import annotations

import math

import numpy as np

from lotwright.solver.search.choice import Choice


def _choice(number: int = 3, seed: int = 7) -> Choice:
    return Choice(number, size=20, least=8, most=30, random=np.random.default_rng(seed))


def _turns(choice: Choice, count: int) -> list[int]:
    """
    Returns whose turns they are when only the second way brings anything.
    """
    drawn = []

    for _ in range(count):
        way = choice.draw()
        choice.learn(way, gain=5.0 * (way == 1), effort=10.0, share=1.0)
        drawn.append(way)

    return drawn


def test_the_same_seed_makes_the_same_choices() -> None:
    """Tests that turns follow from the seed and from what they brought alone."""
    assert _turns(_choice(), 50) == _turns(_choice(), 50)
    assert _turns(_choice(seed=7), 50) != _turns(_choice(seed=8), 50)


def test_each_way_has_a_turn_and_the_best_one_most() -> None:
    """Tests that new ways come in one by one, and none of them is given up."""
    drawn = _turns(_choice(), 300)

    first = [drawn.index(way) for way in (0, 1, 2)]
    assert sorted(first) == first
    assert 0 == first[0]
    assert 3 * drawn.count(1) > 2 * 300
    assert {0, 1, 2} == set(drawn[100:])


def test_parts_grow_when_they_are_solved_and_shrink_when_not() -> None:
    """Tests that sizes keep within their limits."""
    choice = _choice(number=1)

    choice.learn(0, gain=0.0, effort=1.0, share=math.inf)
    assert 16 == choice.size(0)

    choice.learn(0, gain=0.0, effort=1.0, share=1.0)
    assert 16 == choice.size(0)

    choice.learn(0, gain=0.0, effort=1.0, share=0.0)
    assert 23 == choice.size(0)

    for _ in range(20):
        choice.learn(0, gain=0.0, effort=1.0, share=1.0)
    assert 30 == choice.size(0)

    for _ in range(20):
        choice.learn(0, gain=0.0, effort=1.0, share=math.inf)
    assert 8 == choice.size(0)


def test_parts_grow_fast_until_one_is_too_large() -> None:
    """Tests that the right size is found soon, and not overshot again and again."""
    random = np.random.default_rng(1)
    choice = Choice(1, size=20, least=8, most=1000, random=random)

    choice.learn(0, gain=0.0, effort=1.0, share=0.0)
    assert 50 == choice.size(0)
    choice.learn(0, gain=0.0, effort=1.0, share=0.0)
    assert 125 == choice.size(0)
    choice.learn(0, gain=0.0, effort=1.0, share=math.inf)
    assert 100 == choice.size(0)
    choice.learn(0, gain=0.0, effort=1.0, share=0.0)
    assert 140 == choice.size(0)
