"""
Tests of crews: errands in other processes, and processes that die.
"""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from lotwright.fanout.task import Function
from lotwright.solver.highs.errand import Errand
from lotwright.solver.highs.problem import Problem
from lotwright.solver.params import SolverParams
from lotwright.solver.search import crew as crews
from lotwright.solver.search.crew import Crew, Done, crew_for
from tests.solver.search.dying import DEAD, always_dies, dies_first, never_ends

_PARAMS = SolverParams(gap=0.0)


def _errand(largest: float) -> Errand:
    """
    Returns an errand: as much as possible of two columns that have a limit together.
    """
    problem = Problem(
        lower=np.zeros(2),
        upper=np.array([1.0, 10.0]),
        cost=np.array([-3.0, -1.0]),
        integer=np.array([True, False]),
        start=np.array([0, 2], dtype=np.int32),
        index=np.array([0, 1], dtype=np.int32),
        value=np.array([2.0, 1.0]),
        row_lower=np.array([-math.inf]),
        row_upper=np.array([largest]),
        offset=100.0,
    )

    return Errand(
        problem=problem,
        params=_PARAMS,
        options={},
        seconds=60.0,
        deadline=math.inf,
    )


def _next(crew: Crew) -> Done:
    while (done := crew.take(1.0)) is None:
        pass

    return done


def _with(monkeypatch: pytest.MonkeyPatch, function: Function) -> None:
    monkeypatch.setattr(crews, "run_errand", function)


def test_errands_are_solved_elsewhere() -> None:
    """Tests solutions of several errands, each known by its number."""
    with Crew(2) as crew:
        crew.wake(_PARAMS, {})
        assert crew.take(60.0) is None
        assert crew.take(60.0) is None
        numbers = {crew.give(_errand(largest)): largest for largest in (3.0, 5.0)}
        assert not crew.has_room

        found = [_next(crew) for _ in numbers]

    costs = {
        numbers[done.number]: done.step.objective
        for done in found
        if done.step is not None
    }
    assert {3.0: 96.0, 5.0: 94.0} == pytest.approx(costs)


def test_an_errand_whose_process_dies_is_begun_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Tests that a death changes nothing but speed."""
    monkeypatch.setenv(DEAD, str(tmp_path / "dead"))
    _with(monkeypatch, dies_first)

    with Crew(1) as crew:
        crew.give(_errand(5.0))
        done = _next(crew)

    assert (tmp_path / "dead").exists()
    assert done.step is not None
    assert pytest.approx(94.0) == done.step.objective


def test_an_errand_that_always_kills_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests that there is an end to it, and that the crew has room again."""
    _with(monkeypatch, always_dies)

    with Crew(1) as crew:
        number = crew.give(_errand(5.0))
        done = _next(crew)

        assert crew.has_room

    assert number == done.number
    assert done.step is None
    assert "WorkerLost" == (done.error.kind if done.error is not None else "")


def test_what_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests that a recall leaves a crew with as many processes as before."""
    _with(monkeypatch, never_ends)

    with Crew(2) as crew:
        crew.give(_errand(5.0))
        crew.give(_errand(5.0))

        assert [] == crew.recall(patience=0.0)
        assert crew.has_room
        assert not crew.is_busy


def test_a_crew_works_on_after_a_recall() -> None:
    """Tests that a wish to end does not hold for later errands."""
    with Crew(1) as crew:
        crew.give(_errand(5.0))
        ended = crew.recall(patience=60.0)
        crew.give(_errand(3.0))
        done = _next(crew)

    assert 1 == len(ended)
    assert done.step is not None
    assert done.step.complete


def test_limited_work_and_small_searches_have_no_crew() -> None:
    """Tests that what is found does not depend on who comes first."""
    several = SolverParams(threads=2)
    limited = SolverParams(threads=2, work_limit=100)

    with (
        crew_for(several, 500) as some,
        crew_for(limited, 500) as none,
        crew_for(several, 50) as small,
        crew_for(SolverParams(), 500) as alone,
    ):
        assert isinstance(some, Crew)
        assert [None, None, None] == [none, small, alone]
