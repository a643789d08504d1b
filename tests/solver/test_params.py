"""
Tests of how many processors a search uses.
"""

from __future__ import annotations

import os

import pytest

from lotwright.solver.params import usual_threads


@pytest.mark.parametrize(("allowed", "used"), [(1, 1), (2, 2), (64, 4)])
def test_a_search_uses_what_it_may_up_to_four(
    monkeypatch: pytest.MonkeyPatch, allowed: int, used: int
) -> None:
    """Tests that processors count that the process is allowed, not all there are."""
    some = set(range(allowed))
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: some, raising=False)

    assert used == usual_threads(None)


def test_where_affinity_is_unknown_all_processors_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Tests systems that do not tell what a process is allowed."""
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 3)

    assert 3 == usual_threads(None)


def test_limited_work_has_one_processor() -> None:
    """Tests that its plan does not depend on how many there are."""
    assert 1 == usual_threads(100)
