"""
Tests of the figure of the search.
"""

from __future__ import annotations

from lotwright.plot.search_course import search
from tests.plot.plans import record, small_plan


def test_lines_are_the_plans_found_and_the_bound() -> None:
    """Tests that unknown bounds are left out and the last bound is the proven one."""
    best, bound = search(small_plan()).data

    assert [(1.0, 9000.0), (2.0, 1250.0)] == list(zip(best.x, best.y, strict=True))
    assert [(2.0, 900.0), (2.0, 1000.0)] == list(zip(bound.x, bound.y, strict=True))


def test_first_plan_that_is_far_off_does_not_flatten_the_rest() -> None:
    """Tests that the range of costs is that of the plans worth looking at."""
    low, high = search(small_plan()).layout.yaxis.range

    assert 900.0 > low
    assert 1250.0 < high < 2000.0


def test_all_plans_are_seen_where_they_are_close() -> None:
    """Tests that the range is left to the figure where nothing is far off."""
    plan = small_plan().replace(run=record(incumbents=((1.0, 1300.0, 900.0),)))

    assert search(plan).layout.yaxis.range is None


def test_last_point_is_the_plan_itself() -> None:
    """Tests that what the end of the run changes is seen."""
    plan = small_plan().replace(run=record(seconds={"search": 3.0, "decode": 1.0}))

    best, bound = search(plan).data

    assert (4.0, 1250.0) == (best.x[-1], best.y[-1])
    assert (4.0, 1000.0) == (bound.x[-1], bound.y[-1])
    assert len(best.x) == len(bound.x) + 1
