"""
Tests of days that calendars treat in their own way: against tables made by hand.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence

import numpy as np
import pytest

import lotwright as lw
from lotwright.model.assemble.forecast_periods import period_of
from lotwright.model.assemble.time import buckets_of
from lotwright.model.buckets import Buckets, from_scheme
from tests.solver.plans import data_of

#: First day, scheme, names of buckets, and the first day of each and after the last.
SCHEMES = {
    "a year of 53 weeks": (
        ("2026-12-21", "4w"),
        ("2026-W52", "2026-W53", "2027-W01", "2027-W02"),
        ("2026-12-21", "2026-12-28", "2027-01-04", "2027-01-11", "2027-01-18"),
    ),
    "a leap year of 53 weeks": (
        ("2032-12-20", "3w"),
        ("2032-W52", "2032-W53", "2033-W01"),
        ("2032-12-20", "2032-12-27", "2033-01-03", "2033-01-10"),
    ),
    "a year of 53 weeks that ends in January": (
        ("2020-12-28", "2w"),
        ("2020-W53", "2021-W01"),
        ("2020-12-28", "2021-01-04", "2021-01-11"),
    ),
    "a first week that begins in December": (
        ("2024-12-23", "3w"),
        ("2024-W52", "2025-W01", "2025-W02"),
        ("2024-12-23", "2024-12-30", "2025-01-06", "2025-01-13"),
    ),
    "the first week before a leap year": (
        ("2027-12-27", "2w"),
        ("2027-W52", "2028-W01"),
        ("2027-12-27", "2028-01-03", "2028-01-10"),
    ),
    "weeks over a leap day": (
        ("2028-02-21", "2w"),
        ("2028-W08", "2028-W09"),
        ("2028-02-21", "2028-02-28", "2028-03-06"),
    ),
    "a leap day": (
        ("2028-02-28", "3d"),
        ("2028-02-28", "2028-02-29", "2028-03-01"),
        ("2028-02-28", "2028-02-29", "2028-03-01", "2028-03-02"),
    ),
    "no leap day": (
        ("2027-02-28", "2d"),
        ("2027-02-28", "2027-03-01"),
        ("2027-02-28", "2027-03-01", "2027-03-02"),
    ),
    "a century without a leap day": (
        ("2100-02-28", "2d"),
        ("2100-02-28", "2100-03-01"),
        ("2100-02-28", "2100-03-01", "2100-03-02"),
    ),
    "the day on which clocks go forward": (
        ("2026-03-28", "3d"),
        ("2026-03-28", "2026-03-29", "2026-03-30"),
        ("2026-03-28", "2026-03-29", "2026-03-30", "2026-03-31"),
    ),
    "the day on which clocks go back": (
        ("2026-10-24", "3d"),
        ("2026-10-24", "2026-10-25", "2026-10-26"),
        ("2026-10-24", "2026-10-25", "2026-10-26", "2026-10-27"),
    ),
    "the turn of the year in months": (
        ("2026-12-01", "3m"),
        ("2026-12", "2027-01", "2027-02"),
        ("2026-12-01", "2027-01-01", "2027-02-01", "2027-03-01"),
    ),
    "a leap month": (
        ("2028-01-01", "3m"),
        ("2028-01", "2028-02", "2028-03"),
        ("2028-01-01", "2028-02-01", "2028-03-01", "2028-04-01"),
    ),
    "from the last day of a leap January": (
        ("2028-01-31", "3m"),
        ("2028-01-31+29d", "2028-02-29+31d", "2028-03-31+30d"),
        ("2028-01-31", "2028-02-29", "2028-03-31", "2028-04-30"),
    ),
    "from a leap day for a year": (
        ("2028-02-29", "12m"),
        (
            *("2028-02-29+29d", "2028-03-29+31d", "2028-04-29+30d", "2028-05-29+31d"),
            *("2028-06-29+30d", "2028-07-29+31d", "2028-08-29+31d", "2028-09-29+30d"),
            *("2028-10-29+31d", "2028-11-29+30d", "2028-12-29+31d", "2029-01-29+30d"),
        ),
        (
            *("2028-02-29", "2028-03-29", "2028-04-29", "2028-05-29", "2028-06-29"),
            *("2028-07-29", "2028-08-29", "2028-09-29", "2028-10-29", "2028-11-29"),
            *("2028-12-29", "2029-01-29", "2029-02-28"),
        ),
    ),
    "days, weeks and months over the turn of the year": (
        ("2026-12-30", "3d,2w,1m"),
        (
            *("2026-12-30", "2026-12-31", "2027-01-01"),
            *("2027-01-02+7d", "2027-01-09+7d", "2027-01-16+31d"),
        ),
        (
            *("2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02"),
            *("2027-01-09", "2027-01-16", "2027-02-16"),
        ),
    ),
}

#: Where the months of a financial year of 4, 4 and 5 weeks begin, whose last has a
#: sixth, and where the year ends.
MONTHS_4_4_5 = (
    *("2025-12-29", "2026-01-26", "2026-02-23", "2026-03-30", "2026-04-27"),
    *("2026-05-25", "2026-06-29", "2026-07-27", "2026-08-24", "2026-09-28"),
    *("2026-10-26", "2026-11-23", "2027-01-04"),
)

#: Days on which something is due in that year, and the month of each.
DUE_4_4_5 = {
    "2025-12-29": "P01",
    "2026-01-25": "P01",
    "2026-01-26": "P02",
    "2026-03-01": "P03",
    "2026-03-29": "P03",
    "2026-03-30": "P04",
    "2026-10-25": "P10",
    "2026-10-26": "P11",
    "2026-12-31": "P12",
    "2027-01-03": "P12",
}


def _periods() -> dict[str, list[str]]:
    return {
        "period_id": [f"P{number:02d}" for number in range(1, 13)],
        "start": list(MONTHS_4_4_5[:-1]),
        "end": list(MONTHS_4_4_5[1:]),
        "kind": ["4_4_5"] * 12,
    }


def _due(as_of: str, days: Sequence[str], lead_days: int) -> lw.PlanningData:
    """
    Returns data in which one piece is due on each day.
    """
    return data_of(
        dataset={"as_of": [as_of]},
        periods=_periods(),
        sources={
            "source_id": ["BUY-A"],
            "item_id": ["A"],
            "location_id": ["P"],
            "kind": ["buy"],
            "lead_time_days": [lead_days],
        },
        demands={
            "demand_id": list(days),
            "item_id": ["A"] * len(days),
            "location_id": ["P"] * len(days),
            "quantity": [1.0] * len(days),
            "due_date": list(days),
            "kind": ["order"] * len(days),
        },
    )


def _borders(buckets: Buckets) -> tuple[str, ...]:
    return tuple(map(str, buckets.date(buckets.edges)))


def _days(
    as_of: str, days: Sequence[str]
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    dates = np.array(days, dtype="datetime64[D]")

    return (dates - np.datetime64(as_of)).astype(np.int64)


@pytest.mark.parametrize("case", SCHEMES)
def test_buckets_are_those_of_the_calendar(case: str) -> None:
    """Tests names and borders, and that each day is in the bucket that begins last."""
    (as_of, scheme), names, borders = SCHEMES[case]

    buckets = from_scheme(dt.date.fromisoformat(as_of), scheme)

    assert names == buckets.period_id
    assert borders == _borders(buckets)
    first = _days(as_of, borders)
    assert list(range(len(names) + 1)) == buckets.of(first).tolist()
    assert list(range(-1, len(names))) == buckets.of(first - 1).tolist()


def test_months_of_4_4_and_5_weeks_are_kept() -> None:
    """Tests borders of a financial year of 53 weeks, and the month of each due day."""
    buckets = buckets_of(_due(MONTHS_4_4_5[0], list(DUE_4_4_5), 0))

    assert MONTHS_4_4_5 == _borders(buckets)
    assert [28, 28, 35] * 3 + [28, 28, 42] == buckets.days.tolist()
    found = buckets.of(_days(MONTHS_4_4_5[0], list(DUE_4_4_5)))
    assert list(DUE_4_4_5.values()) == [buckets.period_id[place] for place in found]


def test_a_plan_within_such_a_month_begins_on_its_day() -> None:
    """Tests that months before are left out, and what is left of the first counts."""
    buckets = buckets_of(_due("2026-03-25", ["2026-03-30"], 0))

    assert ("2026-03-25", *MONTHS_4_4_5[3:]) == _borders(buckets)
    assert "P03" == buckets.period_id[0]


@pytest.mark.parametrize("engine", ["mrp", "mip"])
def test_orders_are_due_in_the_month_that_needs_them(engine: lw.Engine) -> None:
    """Tests due days, releases and months of orders over a year of 53 weeks."""
    # The last day of each month: optimisation buys for a whole month at once.
    days = list(dict(zip(DUE_4_4_5.values(), DUE_4_4_5, strict=True)).values())[1:]

    plan = lw.plan(_due(MONTHS_4_4_5[0], days, 7), engine=engine, work_limit=1)

    orders = plan.orders.sort_values("due_date")
    week = dt.timedelta(days=7)
    assert days == [str(day.date()) for day in orders["due_date"]]
    assert [DUE_4_4_5[day] for day in days] == orders["period_id"].tolist()
    released = [dt.date.fromisoformat(day) - week for day in days]
    assert released == [day.date() for day in orders["release_date"]]


def test_orders_take_the_forecast_of_their_own_week() -> None:
    """Tests that a week goes over the turn of the year, also where it is the 53rd."""
    as_of = "2026-12-21"
    buckets = from_scheme(dt.date.fromisoformat(as_of), "4w")
    days = ["2026-12-27", "2026-12-28", "2026-12-31", "2027-01-03", "2027-01-04"]

    found = period_of(data_of(), "week", _days(as_of, days), buckets)

    assert [0, 1, 1, 1, 2] == (found - found[0]).tolist()


def test_orders_take_the_forecast_of_their_own_month() -> None:
    """Tests the last days of months, of a leap one and of a year."""
    as_of = "2028-01-31"
    buckets = from_scheme(dt.date.fromisoformat(as_of), "13m")
    days = ["2028-01-31", "2028-02-29", "2028-03-01", "2028-12-31", "2029-01-01"]

    found = period_of(data_of(), "month", _days(as_of, days), buckets)

    assert [0, 1, 2, 11, 12] == (found - found[0]).tolist()


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_plans_do_not_depend_on_the_zone_of_the_machine(
    zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests that days stay days where clocks are 25 hours apart."""
    data = _due("2026-03-25", ["2026-03-29", "2026-10-25"], 7)
    expected = lw.plan(data, engine="mrp").orders
    monkeypatch.setenv("TZ", zone)
    time.tzset()

    try:
        found = lw.plan(data, engine="mrp").orders
    finally:
        monkeypatch.delenv("TZ")
        time.tzset()

    assert expected.equals(found)
