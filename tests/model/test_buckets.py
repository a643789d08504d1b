"""
Tests of the time grid.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotwright.model.buckets import MOST_BUCKETS, Buckets, from_scheme

MONDAY = dt.date(2026, 1, 5)

_days = st.dates(min_value=dt.date(1990, 1, 1), max_value=dt.date(2090, 1, 1))
_schemes = st.lists(
    st.tuples(st.integers(1, 15), st.sampled_from("dwm")), min_size=1, max_size=4
)


def borders(buckets: Buckets) -> list[str]:
    """
    Returns the first day of each bucket and the day after the last.
    """
    return [str(day) for day in buckets.date(buckets.edges)]


def test_a_scheme_lists_days_then_weeks_then_months() -> None:
    """Tests that the parts follow each other, each from where the last one ended."""
    buckets = from_scheme(MONDAY, "14d,12w,6m")

    assert [1] * 14 + [7] * 12 == buckets.days[:26].tolist()
    assert "2026-04-13" == borders(buckets)[26]
    assert ["2026-05-13", "2026-06-13", "2026-07-13"] == borders(buckets)[27:30]
    assert "2026-10-13" == borders(buckets)[-1]
    assert 32 == len(buckets)


def test_months_from_the_31st_end_on_the_last_day_of_shorter_months() -> None:
    """Tests that one short month does not pull all later ones to its last day."""
    buckets = from_scheme(dt.date(2026, 1, 31), "4m")

    expected = ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]
    assert expected == borders(buckets)


def test_months_run_over_the_turn_of_the_year_and_leap_days() -> None:
    """Tests that December is followed by January, and 29 February is met."""
    buckets = from_scheme(dt.date(2027, 11, 30), "4m")

    expected = ["2027-11-30", "2027-12-30", "2028-01-30", "2028-02-29", "2028-03-30"]
    assert expected == borders(buckets)


def test_buckets_have_names_that_people_use() -> None:
    """Tests that days, weeks from Monday and whole months are named as such."""
    assert ("2026-01-05",) == from_scheme(MONDAY, "1d").period_id
    assert ("2026-W02", "2026-W03") == from_scheme(MONDAY, "2w").period_id
    assert ("2026-02", "2026-03") == from_scheme(dt.date(2026, 2, 1), "2m").period_id
    assert ("2026-01-06+7d",) == from_scheme(dt.date(2026, 1, 6), "1w").period_id


def test_a_horizon_end_cuts_the_bucket_that_holds_it() -> None:
    """Tests that buckets stop before the end of the horizon."""
    buckets = from_scheme(MONDAY, "2d,3w", dt.date(2026, 1, 16))

    assert [0, 1, 2, 9, 11] == buckets.edges.tolist()


def test_a_horizon_end_on_a_border_makes_no_empty_bucket() -> None:
    """Tests that the cut may fall between two buckets."""
    buckets = from_scheme(MONDAY, "2d,3w", dt.date(2026, 1, 14))

    assert [0, 1, 2, 9] == buckets.edges.tolist()


def test_a_later_horizon_end_goes_on_with_the_last_kind() -> None:
    """Tests that the last part repeats until the end of the horizon."""
    buckets = from_scheme(MONDAY, "2d,1w", dt.date(2026, 1, 30))

    assert [0, 1, 2, 9, 16, 23, 25] == buckets.edges.tolist()


def test_a_horizon_end_after_months_keeps_the_day_of_the_month() -> None:
    """Tests that months that go on are counted from the day of the first."""
    buckets = from_scheme(dt.date(2026, 1, 31), "1m", dt.date(2026, 4, 15))

    assert ["2026-02-28", "2026-03-31", "2026-04-15"] == borders(buckets)[1:]


@pytest.mark.parametrize(
    "scheme", ["", "14", "d", "3y", "3d,,2w", "-3d", "3.5d", "0d", "²d", "9999999d"]
)
def test_a_scheme_that_cannot_be_read_is_refused(scheme: str) -> None:
    """Tests that the error shows the scheme."""
    with pytest.raises(ValueError, match="Expected a bucket scheme"):
        from_scheme(MONDAY, scheme)


def test_a_scheme_of_far_too_many_buckets_is_refused() -> None:
    """Tests that a slip of the pen does not fill the memory."""
    with pytest.raises(ValueError, match="at most 10,000 buckets"):
        from_scheme(MONDAY, f"{MOST_BUCKETS + 1}d")

    assert MOST_BUCKETS == len(from_scheme(MONDAY, f"{MOST_BUCKETS}d"))


def test_a_horizon_that_ends_before_it_begins_is_refused() -> None:
    """Tests that the end must lie after the start."""
    with pytest.raises(ValueError, match="horizon end after 2026-01-05"):
        from_scheme(MONDAY, "2d", MONDAY)


@pytest.mark.parametrize(
    ("edges", "names"),
    [([0], ()), ([1, 2], ("a",)), ([0, 2, 2], ("a", "b")), ([0, 2], ("a", "b"))],
)
def test_edges_and_names_must_fit(edges: list[int], names: tuple[str, ...]) -> None:
    """Tests that edges ascend from 0 and each bucket has one name."""
    with pytest.raises(ValueError, match="Expected"):
        Buckets(as_of=MONDAY, edges=np.array(edges), period_id=names)


def test_two_buckets_of_one_name_are_refused() -> None:
    """Tests that a name means one bucket."""
    with pytest.raises(ValueError, match="distinct names"):
        Buckets(as_of=MONDAY, edges=np.array([0, 1, 2]), period_id=("a", "a"))


def test_days_find_their_bucket() -> None:
    """Tests that days before are in -1, and days after in T."""
    buckets = from_scheme(MONDAY, "2d,1w")

    found = buckets.of(np.array([-1, 0, 1, 2, 8, 9, 99]))

    assert [-1, 0, 1, 2, 2, 3, 3] == found.tolist()


@given(as_of=_days, parts=_schemes)
def test_every_scheme_covers_its_horizon_once(
    as_of: dt.date, parts: list[tuple[int, str]]
) -> None:
    """Tests that buckets follow each other without gap, in number as asked for."""
    scheme = ",".join(f"{count}{unit}" for count, unit in parts)

    buckets = from_scheme(as_of, scheme)

    assert sum(count for count, _ in parts) == len(buckets)
    assert len(buckets) == len(set(buckets.period_id))
    assert buckets.horizon == buckets.days.sum()
    spans = {"d": {1}, "w": {7}, "m": {28, 29, 30, 31}}
    units = [unit for count, unit in parts for _ in range(count)]
    assert all(
        days in spans[unit]
        for days, unit in zip(buckets.days.tolist(), units, strict=True)
    )


@given(as_of=_days, parts=_schemes, length=st.integers(1, 400))
def test_every_horizon_end_is_met(
    as_of: dt.date, parts: list[tuple[int, str]], length: int
) -> None:
    """Tests that the last bucket ends where the horizon does, and the rest agree."""
    scheme = ",".join(f"{count}{unit}" for count, unit in parts)

    whole = from_scheme(as_of, scheme)
    buckets = from_scheme(as_of, scheme, as_of + dt.timedelta(days=length))

    assert length == buckets.horizon
    common = min(len(whole), len(buckets) - 1)
    assert whole.edges[: common + 1].tolist() == buckets.edges[: common + 1].tolist()


@given(parts=_schemes, day=st.integers(-50, 1000))
def test_the_bucket_of_a_day_holds_it(parts: list[tuple[int, str]], day: int) -> None:
    """Tests that start and end of the bucket found lie around the day."""
    scheme = ",".join(f"{count}{unit}" for count, unit in parts)
    buckets = from_scheme(MONDAY, scheme)

    place = int(buckets.of(np.array([day]))[0])

    if 0 <= day < buckets.horizon:
        assert buckets.start[place] <= day < buckets.end[place]
    else:
        assert place == (-1 if day < 0 else len(buckets))
