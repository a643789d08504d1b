"""
Buckets and calendars from the tables.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from lotwright.model.buckets import Buckets, from_borders, from_scheme
from lotwright.model.calendars import Calendars
from lotwright.model.data import PlanningData
from lotwright.model.network import Bools, Ints
from lotwright.model.tables import TABLES

#: Days before and after the horizon for which calendars are kept.
MARGIN_DAYS = 730

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def buckets_of(data: PlanningData) -> Buckets:
    """
    Returns the time buckets: the periods table where given, else the bucket scheme.

    Raises
    ------
    ValueError
        When the scheme cannot be read, or periods leave a gap, overlap or end before
        the plan starts.
    """
    as_of = plan_start(data)
    periods = data.table("periods")

    if len(periods):
        return _given_periods(periods, as_of)

    end = data.column("dataset", "horizon_end")
    horizon_end = end.iloc[0].date() if len(end) and pd.notna(end.iloc[0]) else None
    scheme = data.column("dataset", "bucket_scheme")
    default = TABLES["dataset"].column("bucket_scheme").default

    return from_scheme(
        as_of, str(scheme.iloc[0] if len(scheme) else default), horizon_end
    )


def plan_start(data: PlanningData) -> dt.date:
    """
    Returns the first day of the plan: ``dataset.as_of``, else today.
    """
    as_of = data.table("dataset")["as_of"].dropna()

    return as_of.iloc[0].date() if len(as_of) else dt.date.today()  # noqa: DTZ011


def days_from(dates: pd.Series, as_of: dt.date) -> Ints:
    """
    Returns dates as days from the start of the plan; blank dates give -1.
    """
    days = (dates - pd.Timestamp(as_of)) // pd.Timedelta(days=1)

    return np.asarray(days.fillna(-1).to_numpy(), dtype=np.int64)


def calendars_of(data: PlanningData, buckets: Buckets) -> Calendars:
    """
    Returns all calendars over the horizon and a margin on both sides.
    """
    header = data.table("calendars").set_index("calendar_id")
    days = data.table("calendar_days")
    names = sorted({*header.index, *days["calendar_id"]})
    width = buckets.horizon + 2 * MARGIN_DAYS
    dates = pd.date_range(
        pd.Timestamp(buckets.as_of) - pd.Timedelta(days=MARGIN_DAYS),
        periods=width,
        unit="s",
    )
    shape = (len(names) + 1, width)
    is_open = np.ones(shape, dtype=bool)
    hours = np.full(shape, np.nan)
    efficiency = np.ones(shape)
    done: set[str] = set()

    def fill(name: str, chain: tuple[str, ...]) -> None:
        if name in done or name in chain:
            return

        row = names.index(name) + 1
        own = days[days["calendar_id"] == name]
        base = header["base_calendar_id"].get(name)

        if isinstance(base, str) and base in names:
            fill(base, (*chain, name))
            from_base = names.index(base) + 1
            is_open[row] = is_open[from_base]
            hours[row] = hours[from_base]
            efficiency[row] = efficiency[from_base]
        else:
            is_open[row] = _default_open(header, name, own)

        for pattern in (True, False):
            for rule in own[own["date"].isna() == pattern].itertuples():
                hit = _days_hit(rule, dates)
                opens = True if pd.isna(rule.open) else bool(rule.open)
                is_open[row, hit] = opens and not rule.hours == 0
                hours[row, hit] = rule.hours
                efficiency[row, hit] = (
                    1.0 if pd.isna(rule.efficiency) else rule.efficiency
                )

        done.add(name)

    for name in names:
        fill(name, ())

    return Calendars(
        calendar_id=("", *names),
        first_day=-MARGIN_DAYS,
        open=is_open,
        hours=hours,
        efficiency=efficiency,
    )


def weekdays(pattern: str) -> set[int]:
    """
    Returns the weekdays of a pattern such as ``mon-fri`` or ``sat,sun``; Monday is 0.

    Raises
    ------
    ValueError
        When a part is not a weekday or a range of weekdays.
    """
    found: set[int] = set()

    for part in pattern.lower().replace(" ", "").split(","):
        first, _, last = part.partition("-")

        if first not in _WEEKDAYS or (last or first) not in _WEEKDAYS:
            msg = f"Expected weekdays such as mon, mon-fri or sat,sun, got {pattern!r}."
            raise ValueError(msg)

        start = _WEEKDAYS.index(first)
        span = (_WEEKDAYS.index(last or first) - start) % 7
        found.update((start + step) % 7 for step in range(span + 1))

    return found


def _default_open(header: pd.DataFrame, name: str, own: pd.DataFrame) -> bool:
    given = header["default_open"].get(name)

    if given is not None and pd.notna(given):
        return bool(given)

    # A calendar that lists its open weekdays means that the others are closed.
    lists_open = own["date"].isna() & own["open"].fillna(value=True)

    return not bool(lists_open.any())


def _days_hit(rule: object, dates: pd.DatetimeIndex) -> Bools:
    date = getattr(rule, "date", pd.NaT)

    if pd.notna(date):
        return np.asarray(dates == date)

    return np.isin(dates.weekday, sorted(weekdays(str(getattr(rule, "weekday", "")))))


def _given_periods(periods: pd.DataFrame, as_of: dt.date) -> Buckets:
    ordered = periods.sort_values("start", kind="stable")
    ordered = ordered[ordered["end"] > pd.Timestamp(as_of)]

    if not len(ordered):
        msg = f"Expected periods after the plan's start {as_of}, got none."
        raise ValueError(msg)

    starts = [max(start.date(), as_of) for start in ordered["start"]]
    ends = [end.date() for end in ordered["end"]]

    if starts[0] > as_of:
        msg = (
            f"Expected periods from the plan's start {as_of} on, but the first one "
            f"starts on {starts[0]}."
        )
        raise ValueError(msg)

    for end, start in zip(ends, starts[1:], strict=False):
        if end != start:
            msg = (
                "Expected periods without gap or overlap, but one ends on "
                f"{end} and the next starts on {start}."
            )
            raise ValueError(msg)

    return from_borders([*starts, ends[-1]], ordered["period_id"].tolist())
