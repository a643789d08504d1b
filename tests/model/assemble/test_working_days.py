"""
Tests of working calendars from the tables.
"""

from __future__ import annotations

import numpy as np
import pytest

from lotwright.errors import DataError, InputError
from lotwright.model.assemble.time import buckets_of
from lotwright.model.assemble.working_days import calendars_of, weekdays
from lotwright.model.calendars import Calendars
from tests.model.assemble.tables import Cell, Row, Rows, data_of, date

#: Open days of the first week, Monday first.
WORK_WEEK = [True] * 5 + [False] * 2


def rule(calendar: str, when: str | int, **columns: Cell) -> Row:
    """
    Returns a row for weekdays or a day of the plan.
    """
    which = "weekday" if isinstance(when, str) else "date"
    what = when if isinstance(when, str) else date(when)

    return {"calendar_id": calendar, which: what, **columns}


def read(calendars: Rows, *rules: Row) -> Calendars:
    """
    Returns the calendars of two weeks from a Monday.
    """
    data = data_of("14d", calendars=calendars, calendar_days=list(rules))

    return calendars_of(data, buckets_of(data))


def week(calendars: Calendars, name: str, days: int = 7) -> list[bool]:
    """
    Returns whether the first days of the plan are open.
    """
    code = np.array([calendars.code(name)])

    return [bool(day) for day in calendars.is_open(code, np.arange(days))]


@pytest.mark.parametrize(
    ("pattern", "days"),
    [
        ("mon", {0}),
        ("Mon-Fri", {0, 1, 2, 3, 4}),
        ("sat, sun", {5, 6}),
        ("fri-mon", {4, 5, 6, 0}),
        ("mon-tue,sat", {0, 1, 5}),
        ("wed-wed", {2}),
    ],
)
def test_patterns_name_weekdays(pattern: str, days: set[int]) -> None:
    """Tests single days, ranges, ranges over the weekend and lists."""
    assert days == weekdays(pattern)


@pytest.mark.parametrize("pattern", ["", "monday", "mon-", "-fri", "mon;tue"])
def test_other_patterns_are_refused(pattern: str) -> None:
    """Tests that the error shows the pattern."""
    with pytest.raises(ValueError, match="Expected weekdays"):
        weekdays(pattern)


def test_a_pattern_that_cannot_be_read_is_told_with_its_place() -> None:
    """Tests that tables with such a pattern are refused."""
    with pytest.raises(InputError, match="column weekday") as caught:
        read([{"calendar_id": "W"}], rule("W", "monday"))

    assert ("calendar_days", "weekday", "monday") == (
        caught.value.problems[0].table,
        caught.value.problems[0].column,
        caught.value.problems[0].value,
    )


def test_a_calendar_without_days_is_open() -> None:
    """Tests that nothing said means open."""
    assert [True] * 7 == week(read([{"calendar_id": "W"}]), "W")


def test_listed_open_weekdays_close_the_others() -> None:
    """Tests that mon-fri alone is a working week."""
    found = read([{"calendar_id": "W"}], rule("W", "mon-fri"))

    assert WORK_WEEK == week(found, "W")


def test_listed_closed_weekdays_leave_the_others_open() -> None:
    """Tests that sat,sun closed is a working week too, closed by word or by hours."""
    closed = read([{"calendar_id": "W"}], rule("W", "sat,sun", open=False))
    no_hours = read([{"calendar_id": "W"}], rule("W", "sat,sun", hours=0))

    assert WORK_WEEK == week(closed, "W")
    assert WORK_WEEK == week(no_hours, "W")


@pytest.mark.parametrize("open_by_default", [True, False])
def test_the_default_that_is_given_counts(open_by_default: bool) -> None:
    """Tests that default_open beats what listed weekdays suggest."""
    calendar = {"calendar_id": "W", "default_open": open_by_default}

    found = read([calendar], rule("W", "mon"), rule("W", "tue", open=False))

    assert [True, False, *[open_by_default] * 5] == week(found, "W")


def test_single_days_do_not_close_the_others() -> None:
    """Tests that an extra shift on one date says nothing of the rest."""
    found = read([{"calendar_id": "W"}], rule("W", 2), rule("W", 3, open=False))

    assert [True, True, True, False, True, True, True] == week(found, "W")


def test_a_date_beats_a_pattern() -> None:
    """Tests exceptions both ways, whatever the order of rows."""
    rows = [rule("W", 5), rule("W", "mon-fri"), rule("W", 1, open=False)]

    found = read([{"calendar_id": "W"}], *rows)

    assert [True, False, True, True, True, True, False] == week(found, "W")


@pytest.mark.parametrize("turned", [False, True])
def test_the_narrower_pattern_beats_the_wider(turned: bool) -> None:
    """Tests that the order of rows does not matter."""
    rows = [rule("W", "mon-fri"), rule("W", "wed", open=False)]

    found = read([{"calendar_id": "W"}], *(rows[::-1] if turned else rows))

    assert [True, True, False, True, True, False, False] == week(found, "W")


def test_a_base_calendar_speaks_for_days_of_which_nothing_is_said() -> None:
    """Tests bases of bases, named later in the alphabet or earlier."""
    calendars: Rows = [
        {"calendar_id": "A", "base_calendar_id": "Z"},
        {"calendar_id": "Z", "base_calendar_id": "M"},
        {"calendar_id": "M"},
    ]
    rules = [
        rule("M", "mon-fri", hours=16.0, efficiency=0.5),
        rule("Z", 0, open=False),
        rule("A", "sat", hours=4.0),
    ]

    found = read(calendars, *rules)

    assert WORK_WEEK == week(found, "M")
    assert [False, *WORK_WEEK[1:]] == week(found, "Z")
    assert [False, True, True, True, True, True, False] == week(found, "A")
    first = -found.first_day
    row = found.code("A")
    assert [16.0, 4.0] == found.hours[row, first + 4 : first + 6].tolist()
    assert [0.5, 1.0] == found.efficiency[row, first + 4 : first + 6].tolist()


def test_calendars_based_on_each_other_are_refused() -> None:
    """Tests that a circle of bases is told with table, column and value."""
    calendars: Rows = [
        {"calendar_id": "A", "base_calendar_id": "B"},
        {"calendar_id": "B", "base_calendar_id": "A"},
        {"calendar_id": "C"},
    ]

    with pytest.raises(DataError, match="based on itself, over A, B") as caught:
        read(calendars)

    assert ("calendars", "base_calendar_id", "A") == (
        caught.value.problems[0].table,
        caught.value.problems[0].column,
        caught.value.problems[0].value,
    )


def test_dates_outside_the_span_are_passed_over() -> None:
    """Tests that a calendar kept for decades does no harm."""
    found = read(
        [{"calendar_id": "W"}], rule("W", 90_000), rule("W", -90_000, open=False)
    )

    assert found.open.all()


def test_calendars_reach_beyond_the_plan() -> None:
    """Tests that the pattern holds a year before and after."""
    found = read([{"calendar_id": "W"}], rule("W", "mon-fri"))
    code = np.array([found.code("W")])

    assert WORK_WEEK == found.is_open(code, np.arange(-364, -357)).tolist()
    assert WORK_WEEK == found.is_open(code, np.arange(364, 371)).tolist()
    assert 5 / 7 == pytest.approx(found.share_open(code)[0], abs=0.01)
