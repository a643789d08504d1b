"""
Tests of counting in working days, against counting day by day.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from lotwright.model.calendars import LONGEST_BREAK, Calendars
from lotwright.model.rules import FAR

_spans = st.lists(st.booleans(), min_size=1, max_size=12)


def calendars(*rows: list[bool], first_day: int = -3) -> Calendars:
    """
    Returns the always open calendar and some others.
    """
    is_open = np.array([[True] * len(rows[0]), *rows])

    return Calendars(
        calendar_id=("", *(f"C{place}" for place in range(len(rows)))),
        first_day=first_day,
        open=is_open,
        hours=np.full(is_open.shape, np.nan),
        efficiency=np.ones(is_open.shape),
    )


def walk(days: list[bool], first_day: int, day: int, count: int, step: int) -> int:
    """
    Returns the open day some working days away, by looking at one day after another.
    """
    ended = not any(days)
    end = first_day + len(days)

    def is_open(day: int) -> bool:
        inside = first_day <= day < end

        return days[day - first_day] if inside else not (ended and day >= end)

    # A closed day first moves the way in which is looked.
    way = step if count >= 0 else -step
    day = min(day, end) if ended else day

    while not is_open(day) and not (day > end and step > 0):
        day += step

    for _ in range(abs(count)):
        day += way

        while not is_open(day) and not (day > end and way > 0):
            day += way

    return FAR if ended and day > end else day


@given(
    days=_spans,
    first_day=st.integers(-10, 3),
    day=st.integers(-20, 25),
    count=st.integers(-15, 15),
)
def test_counting_agrees_with_looking_at_every_day(
    days: list[bool], first_day: int, day: int, count: int
) -> None:
    """Tests both directions, inside and outside the span, also negative counts."""
    found = calendars(days, first_day=first_day)
    one, when, how_many = np.array([1]), np.array([day]), np.array([count])

    before = found.before(one, when, how_many)
    after = found.after(one, when, how_many)

    assert walk(days, first_day, day, count, -1) == before[0]
    assert walk(days, first_day, day, count, 1) == after[0]


def test_arguments_broadcast_over_calendars_and_days() -> None:
    """Tests that each row counts in its own calendar."""
    found = calendars([True, False, False, True], [True, True, False, True])

    before = found.before(
        np.array([[0], [1], [2]]), np.array([[0, 1]]), np.array([[1]])
    )

    assert [[-1, 0], [-3, 0], [-2, 0]] == before.tolist()


def test_the_first_calendar_is_always_open() -> None:
    """Tests that days of calendar 0 are plain days."""
    found = calendars([False, False])

    assert [-93] == found.before(np.array([0]), np.array([7]), np.array([100])).tolist()
    assert [107] == found.after(np.array([0]), np.array([7]), np.array([100])).tolist()


def test_days_outside_the_span_are_open() -> None:
    """Tests that nothing is known of them, so that work is done."""
    found = calendars([False, True], first_day=0)

    is_open = found.is_open(np.array([1]), np.array([-1, 0, 1, 2]))

    assert [True, False, True, True] == is_open.tolist()


def test_a_calendar_that_has_ended_never_opens_again() -> None:
    """Tests days after the last open one, and one that breaks off for less long."""
    closed = [False] * LONGEST_BREAK
    found = calendars([True, *closed], [True, True, *closed[1:]], first_day=0)
    day = np.array([0, 1, LONGEST_BREAK + 1, LONGEST_BREAK + 5])
    one, two, none = np.array([1]), np.array([2]), np.zeros(4, dtype=np.int64)

    assert [False, True, False] == found.has_ended().tolist()
    assert [0, FAR, FAR, FAR] == found.after(one, day, none).tolist()
    assert [0, 0, 0, 0] == found.before(one, day, none).tolist()
    assert [FAR] * 4 == found.after(one, day, none + 1).tolist()
    assert not found.is_open(one, day[1:]).any()
    assert [0, 1, LONGEST_BREAK + 1, LONGEST_BREAK + 5] == found.after(
        two, day, none
    ).tolist()


def test_a_calendar_that_never_opens_keeps_a_small_share() -> None:
    """Tests that lead times can always be stretched."""
    found = calendars([False, False], [True, False])

    assert [1.0, 0.01, 0.5] == found.share_open(np.array([0, 1, 2])).tolist()


def test_unknown_and_blank_calendars_are_always_open() -> None:
    """Tests that names become positions, and no name position 0."""
    found = calendars([True], [True])

    codes = found.codes(pd.Series(["C1", None, "C0", "else"], dtype="str"))

    assert [2, 0, 1, 0] == codes.tolist()
    assert 2 == found.code("C1")
    assert 0 == found.code("else")
