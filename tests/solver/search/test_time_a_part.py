"""
Tests of how long the parts of a plan may take that are decided anew.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import cast

import pytest

from lotwright.solver.search.time_a_part import TimeAPart
from lotwright.solver.search.turns import Turn


def _turn(*, is_long: bool) -> Turn:
    return cast("Turn", SimpleNamespace(is_long=is_long))


@pytest.mark.parametrize(
    ("seconds", "usual", "long"),
    [(1.0, 0.3, 0.3), (20.0, 0.3, 1.4), (60.0, 0.6, 4.2), (3600.0, 2.0, 12.0)],
)
def test_parts_take_a_part_of_the_time(
    seconds: float, usual: float, long: float
) -> None:
    """Tests that long parts are never shorter than others, nor endless."""
    allowed = TimeAPart.within(seconds)

    assert pytest.approx(usual) == allowed.of(_turn(is_long=False))
    assert pytest.approx(long) == allowed.of(_turn(is_long=True))


def test_near_the_end_there_is_no_time_for_long_parts() -> None:
    """Tests that a solver that looks at the clock late does not overrun the limit."""
    allowed = TimeAPart.within(60.0)

    assert allowed.has_time(60.0)
    assert not allowed.has_time(2.5 * allowed.long)
