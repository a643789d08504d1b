"""
Tests of buckets from the tables.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from lotwright.errors import DataError, Problem
from lotwright.model.assemble.time import buckets_of, days_from, window_of
from lotwright.model.checks import run_checks
from lotwright.model.findings import Severity
from tests.model.assemble.tables import START, Cell, data_of, date


def period(name: str, start: int, end: int) -> dict[str, str]:
    """
    Returns a row of the periods table.
    """
    return {"period_id": name, "start": date(start), "end": date(end)}


def problems(**tables: Cell) -> tuple[Problem, ...]:
    """
    Returns what is wrong with the time of some tables.
    """
    with pytest.raises(DataError) as caught:
        buckets_of(data_of(**tables))

    return caught.value.problems


def test_without_a_scheme_the_default_holds() -> None:
    """Tests that 14 days, 12 weeks and 6 months are planned."""
    buckets = buckets_of(data_of(dataset=[{"as_of": date(0)}]))

    assert 14 + 12 + 6 == len(buckets)
    assert buckets.as_of == START


def test_without_a_start_the_plan_starts_today() -> None:
    """Tests that a data set without as_of is planned from today."""
    before = dt.date.today()

    buckets = buckets_of(data_of(dataset=[{"bucket_scheme": "2d"}]))

    assert before <= buckets.as_of <= dt.date.today()


def test_the_horizon_end_of_the_data_set_counts() -> None:
    """Tests that buckets end with the horizon."""
    dataset = {"as_of": date(0), "bucket_scheme": "10d", "horizon_end": date(4)}

    assert 4 == len(buckets_of(data_of(dataset=[dataset])))


def test_a_horizon_that_ends_too_early_is_told_with_its_place() -> None:
    """Tests that table, column, value and remedy are named."""
    dataset = {"as_of": date(0), "bucket_scheme": "10d", "horizon_end": date(0)}

    (problem,) = problems(dataset=[dataset])

    assert ("E-TIME", "dataset", 2, "horizon_end", "2026-01-05") == (
        problem.code,
        problem.table,
        problem.row,
        problem.column,
        problem.value,
    )
    assert "horizon_end after as_of" in problem.remedy


def test_a_scheme_of_too_many_buckets_is_told_with_its_place() -> None:
    """Tests that the scheme itself is the value."""
    (problem,) = problems(dataset=[{"as_of": date(0), "bucket_scheme": "99999d"}])

    assert ("dataset", "bucket_scheme", "99999d") == (
        problem.table,
        problem.column,
        problem.value,
    )


def test_given_periods_are_clipped_at_the_start_of_the_plan() -> None:
    """Tests that periods in any order count from the first day on, past ones not."""
    rows = [period("B", 3, 10), period("past", -9, -2), period("A", -2, 3)]

    buckets = buckets_of(data_of(periods=rows))

    assert ("A", "B") == buckets.period_id
    assert [0, 3, 10] == buckets.edges.tolist()


def test_every_gap_and_overlap_is_told() -> None:
    """Tests that all problems come at once, each with its line."""
    rows = [period("C", 5, 9), period("A", 0, 3), period("B", 4, 6)]

    gap, overlap = problems(periods=rows)

    assert (4, "start", "2026-01-09") == (gap.row, gap.column, gap.value)
    assert "a gap between A" in gap.text
    assert (2, "an overlap between B") == (overlap.row, overlap.text[9:29])


@pytest.mark.parametrize(("first", "end", "column"), [(2, 5, "start"), (-5, 0, "end")])
def test_periods_that_do_not_hold_the_first_day_are_refused(
    first: int, end: int, column: str
) -> None:
    """Tests that the plan may start neither before nor after all periods."""
    (problem,) = problems(periods=[period("A", first, end)])

    assert ("E-TIME", "periods", column) == (
        problem.code,
        problem.table,
        problem.column,
    )


def test_the_check_shows_what_is_wrong_with_time() -> None:
    """Tests that findings carry table, column and line, and nothing else is said."""
    data = data_of(periods=[period("A", 0, 3), period("B", 4, 6)])

    (finding,) = run_checks(data)

    assert (Severity.ERROR, "E-TIME", "periods", "start", 3) == (
        finding.severity,
        finding.code,
        finding.table,
        finding.column,
        finding.row,
    )


def test_dates_become_days() -> None:
    """Tests that days count from the start and blanks are -1."""
    dates = pd.Series(pd.to_datetime(pd.Series([date(-2), None, date(3)])))

    assert [-2, -1, 3] == days_from(dates, START).tolist()


def test_a_blank_window_is_always_open() -> None:
    """Tests that blank ends lie beyond every horizon."""
    rows = pd.DataFrame(
        {
            "valid_from": pd.to_datetime(pd.Series([None, date(2)])),
            "valid_to": pd.to_datetime(pd.Series([date(5), None])),
        }
    )

    start, end = window_of(rows, START)

    assert start[0] < -10_000
    assert [2, 5] == [start[1], end[0]]
    assert end[1] > 10_000
    assert np.int64 == start.dtype
