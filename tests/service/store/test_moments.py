"""
Tests of moments: what is due when, over changes of clocks and odd calendars.
"""

from __future__ import annotations

from datetime import datetime

import pytest

from lotwright.service.store.moments import Schedule

#: Cron, time zone, time before, and the moments after it, as a calendar on the wall
#: and the law of the place say them.
EXPECTED = {
    "a time that clocks leave out": (
        ("30 2 * * *", "Europe/Berlin", "2026-03-28T12:00+01:00"),
        ("2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"),
    ),
    "a time that clocks bring twice": (
        ("30 2 * * *", "Europe/Berlin", "2026-10-24T12:00+02:00"),
        ("2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"),
    ),
    "looked at between the two": (
        ("30 2 * * *", "Europe/Berlin", "2026-10-25T02:10+01:00"),
        ("2026-10-26T02:30+01:00",),
    ),
    "two times that clocks leave out": (
        ("15,45 2 * * *", "Europe/Berlin", "2026-03-29T00:30+01:00"),
        ("2026-03-29T03:00+02:00", "2026-03-30T02:15+02:00"),
    ),
    "spring in New York": (
        ("30 2 * * *", "America/New_York", "2026-03-07T12:00-05:00"),
        ("2026-03-08T03:00-04:00", "2026-03-09T02:30-04:00"),
    ),
    "autumn in New York": (
        ("30 1 * * *", "America/New_York", "2026-10-31T12:00-04:00"),
        ("2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00"),
    ),
    "clocks that change at midnight": (
        ("30 0 * * *", "Africa/Cairo", "2026-04-23T12:00+02:00"),
        ("2026-04-24T01:00+03:00", "2026-04-25T00:30+03:00"),
    ),
    "clocks that change by half an hour": (
        ("15 2 * * *", "Australia/Lord_Howe", "2026-10-03T12:00+10:30"),
        ("2026-10-04T02:30+11:00", "2026-10-05T02:15+11:00"),
    ),
    "every half hour is real time in spring": (
        ("*/30 * * * *", "Europe/Berlin", "2026-03-29T01:15+01:00"),
        ("2026-03-29T01:30+01:00", "2026-03-29T03:00+02:00", "2026-03-29T03:30+02:00"),
    ),
    "every half hour is real time in autumn": (
        ("*/30 * * * *", "Europe/Berlin", "2026-10-25T02:15+02:00"),
        ("2026-10-25T02:30+02:00", "2026-10-25T02:00+01:00", "2026-10-25T02:30+01:00"),
    ),
    "the first place where a day begins": (
        ("0 6 * * *", "Pacific/Kiritimati", "2026-12-31T12:00+00:00"),
        ("2027-01-01T06:00+14:00", "2027-01-02T06:00+14:00"),
    ),
    "the last place where a day ends": (
        ("0 23 31 12 *", "Pacific/Pago_Pago", "2026-12-31T12:00+00:00"),
        ("2026-12-31T23:00-11:00", "2027-12-31T23:00-11:00"),
    ),
    "leap days": (
        ("0 6 29 2 *", "UTC", "2026-11-22T00:00+00:00"),
        ("2028-02-29T06:00+00:00", "2032-02-29T06:00+00:00"),
    ),
    "a century without a leap day": (
        ("0 6 29 2 *", "UTC", "2096-03-01T00:00+00:00"),
        ("2104-02-29T06:00+00:00",),
    ),
    "Mondays of a year with 53 weeks": (
        ("0 6 * * 1", "Europe/Berlin", "2026-12-25T00:00+01:00"),
        ("2026-12-28T06:00+01:00", "2027-01-04T06:00+01:00"),
    ),
    "the last day of February": (
        ("0 6 L 2 *", "Europe/Berlin", "2027-01-01T00:00+01:00"),
        ("2027-02-28T06:00+01:00", "2028-02-29T06:00+01:00"),
    ),
    "working days": (
        ("45 5 * * 1-5", "Europe/Berlin", "2026-11-20T06:00+01:00"),
        ("2026-11-23T05:45+01:00", "2026-11-24T05:45+01:00"),
    ),
}


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize("case", EXPECTED)
def test_moments_are_those_of_the_calendar(case: str) -> None:
    """
    Tests moments against a table made by hand.
    """
    (cron, time_zone, begin), expected = EXPECTED[case]
    schedule = Schedule(cron=cron, time_zone=time_zone)

    found = schedule.next_ones(_seconds(begin), len(expected))

    assert list(map(_seconds, expected)) == found


def test_windows_are_kept() -> None:
    """
    Tests that nothing is due outside a window, which may go over midnight.
    """
    schedule = Schedule(
        cron="0 * * * *", time_zone="Europe/Berlin", windows=("22:00-05:00",)
    )

    found = schedule.next_ones(_seconds("2026-11-23T03:30+01:00"), 4)

    expected = ("04:00", "22:00", "23:00")
    assert [_seconds(f"2026-11-23T{time}+01:00") for time in expected] == found[:3]
    assert _seconds("2026-11-24T00:00+01:00") == found[3]


def test_a_window_opens() -> None:
    """
    Tests when one may begin that comes too late for its window.
    """
    schedule = Schedule(
        cron="0 4 * * *",
        time_zone="Europe/Berlin",
        windows=("22:00-05:00", "12:00-13:00"),
    )
    within, morning, evening = (
        _seconds(f"2026-11-23T{time}+01:00") for time in ("04:59", "05:00", "13:00")
    )

    assert within == schedule.opens(within)
    assert _seconds("2026-11-23T12:00+01:00") == schedule.opens(morning)
    assert _seconds("2026-11-23T22:00+01:00") == schedule.opens(evening)


def test_a_window_opens_when_clocks_change() -> None:
    """
    Tests that a window which a change of clocks leaves out opens a day later, and one
    that it interrupts opens twice.
    """
    gap = Schedule(
        cron="0 2 * * *", time_zone="Europe/Berlin", windows=("02:15-02:45",)
    )
    twice = Schedule(
        cron="0 2 * * *", time_zone="Europe/Berlin", windows=("02:30-04:00",)
    )

    opens = gap.opens(_seconds("2026-03-28T12:00+01:00"))
    assert _seconds("2026-03-30T02:15+02:00") == opens
    opens = twice.opens(_seconds("2026-10-25T01:00+02:00"))
    assert _seconds("2026-10-25T02:30+02:00") == opens
    opens = twice.opens(_seconds("2026-10-25T02:10+01:00"))
    assert _seconds("2026-10-25T02:30+01:00") == opens


@pytest.mark.parametrize("cron", ["0 12 * * *", "* 12 * * *"])
def test_what_no_window_allows_is_never_due(cron: str) -> None:
    """
    Tests that a schedule against its windows ends instead of searching for ever.
    """
    schedule = Schedule(cron=cron, time_zone="UTC", windows=("22:00-05:00",))

    assert schedule.after(0.0) is None


@pytest.mark.parametrize(
    ("cron", "time_zone", "window", "words"),
    [
        ("0 6 * *", "UTC", "", "five fields"),
        ("0 0 6 * * *", "UTC", "", "five fields"),
        ("61 6 * * *", "UTC", "", "cron expression"),
        ("0 6 31 2 *", "UTC", "", "cron expression"),
        ("0 6 * * *", "Mars/Olympus", "", "time zone"),
        ("0 6 * * *", "../UTC", "", "time zone"),
        ("0 6 * * *", "UTC", "5-7", "window"),
        ("0 6 * * *", "UTC", "24:00-05:00", "window"),
    ],
)
def test_what_is_not_understood_is_refused(
    cron: str, time_zone: str, window: str, words: str
) -> None:
    """
    Tests that a schedule says what it expects.
    """
    with pytest.raises(ValueError, match=words):
        Schedule(cron=cron, time_zone=time_zone, windows=[window] if window else [])
