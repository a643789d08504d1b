"""
Tests of the prospect of a search.
"""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from lotwright.solver.highs.control import Control
from lotwright.solver.params import SolverParams
from lotwright.solver.result import Progress, Termination
from lotwright.solver.search import prospect as module
from lotwright.solver.search.prospect import FAR, Prospect, is_small, stages_of


def _wishes(
    monkeypatch: pytest.MonkeyPatch, *bounds: float
) -> list[Termination | None]:
    """
    Returns what is wished each second of a search of ten, whose plan costs 100.
    """
    now = [0.0]
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: now[0]))
    prospect = Prospect(None, ((0.4, FAR), (0.6, 0.01)), 10.0)
    found = []

    for second, bound in enumerate(bounds, start=1):
        now[0] = float(second)
        prospect.hear(
            Progress(phase="search", seconds=second, incumbent=100.0, bound=bound)
        )
        found.append(prospect.wish)

    return found


def test_a_search_far_from_a_proof_ends_early(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Tests that it has some time to come near, and no more.
    """
    far = 100.0 * (1.0 - 1.5 * FAR)

    assert [None] * 4 + [Termination.STOPPED] == _wishes(monkeypatch, *[far] * 5)


def test_a_search_near_a_proof_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Tests that a bound that came near in time is enough, stage by stage.
    """
    near = 100.0 * (1.0 - 0.5 * FAR)

    assert [None] * 9 == _wishes(monkeypatch, 50.0, 80.0, near, near, near, *[99.5] * 4)


def test_a_search_that_does_not_come_nearer_ends(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Tests that each stage asks for its own gap.
    """
    near = 100.0 * (1.0 - 0.5 * FAR)

    assert [None] * 6 + [Termination.STOPPED] == _wishes(monkeypatch, *[near] * 7)


def test_the_wish_of_others_outweighs() -> None:
    """
    Tests that a search is stopped and cancelled by whoever may do so.
    """
    control = Control()
    prospect = Prospect(control, ((0.4, FAR),), 60.0)
    before = prospect.wish

    control.cancel()

    assert before is None
    assert Termination.CANCELLED is prospect.wish


def test_large_models_are_tried_briefly_or_not_at_all() -> None:
    """
    Tests that what may be easy has little time, and none where work is counted.
    """
    timed, counted = SolverParams(), SolverParams(work_limit=100)

    small = stages_of(400, timed)
    brief = stages_of(401, timed)

    assert is_small(400)
    assert not is_small(401)
    assert stages_of(400, counted) == small
    assert brief[0][0] < small[0][0]
    assert not stages_of(401, counted)
    assert not stages_of(10**6, timed)
