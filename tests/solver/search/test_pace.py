"""
Tests of the pace at which plans are handed over.
"""

from __future__ import annotations

import numpy as np

from lotwright.solver.quantities import Quantities
from lotwright.solver.result import Progress
from lotwright.solver.search.pace import EACH, Pace


class _Clock:
    """
    A clock that stands still until it is moved.
    """

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class _Made:
    """
    A plan that takes its time to be made.
    """

    def __init__(self, clock: _Clock, seconds: float = 0.0) -> None:
        self._clock = clock
        self._seconds = seconds

    def __call__(self) -> Quantities:
        self._clock.now += self._seconds
        none = np.zeros((0, 0))

        return Quantities(
            receipt=none, lots=none, served=none, lost=none, overtime=none
        )


def _event(plan: _Made | None, phase: str = "improve") -> Progress:
    return Progress(phase=phase, seconds=0.0, plan=plan)


def test_the_first_plan_is_taken_and_not_again() -> None:
    """
    Tests that the same plan is taken once, and an event without one is passed over.
    """
    clock = _Clock()
    pace = Pace(clock)
    plan = _Made(clock)

    assert pace.taken(_event(None)) is None
    assert pace.taken(_event(plan)) is not None
    clock.now += 2 * EACH
    assert pace.taken(_event(plan)) is None


def test_the_next_one_of_a_phase_has_to_wait() -> None:
    """
    Tests that a better plan is taken some seconds after the last one.
    """
    clock = _Clock()
    pace = Pace(clock)
    better = _Made(clock)

    assert pace.taken(_event(_Made(clock))) is not None
    assert pace.taken(_event(better)) is None
    clock.now += EACH
    assert pace.taken(_event(better)) is not None


def test_a_new_phase_need_not_wait() -> None:
    """
    Tests that what a phase has found is not lost in the next one.
    """
    clock = _Clock()
    pace = Pace(clock)

    assert pace.taken(_event(_Made(clock))) is not None
    assert pace.taken(_event(_Made(clock), "settle")) is not None


def test_no_more_than_a_hundredth_of_the_time_goes_there() -> None:
    """
    Tests that a plan which takes long is followed by a pause, whatever the phase.
    """
    clock = _Clock()
    pace = Pace(clock)

    assert pace.taken(_event(_Made(clock, seconds=1.0))) is not None
    clock.now += 99.0
    assert pace.taken(_event(_Made(clock), "settle")) is None
    clock.now += 1.0
    assert pace.taken(_event(_Made(clock), "settle")) is not None
