"""
Time from the tables: the start of the plan, its buckets, and dates as days.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from lotwright.errors import DataError, Problem
from lotwright.model.buckets import Buckets, from_borders, from_scheme
from lotwright.model.data import PlanningData
from lotwright.model.network import Ints
from lotwright.model.tables import TABLES

#: A day after every horizon.
FAR = np.int64(10**6)


def buckets_of(data: PlanningData) -> Buckets:
    """
    Returns the time buckets: the periods table where given, else the bucket scheme.

    Raises
    ------
    DataError
        When the scheme makes no buckets, or periods leave a gap, overlap or do not hold
        the plan's first day (``E-TIME``).
    """
    as_of = plan_start(data)
    periods = data.table("periods")

    if len(periods):
        return _given_periods(periods, as_of)

    end = data.column("dataset", "horizon_end").dropna()
    horizon_end = end.iloc[0].date() if len(end) else None
    scheme = first_text(data, "bucket_scheme")

    if horizon_end is not None and horizon_end <= as_of:
        raise DataError(
            [
                time_problem(
                    table="dataset",
                    row=2,
                    column="horizon_end",
                    value=str(horizon_end),
                    text=f"the plan ends on {horizon_end}, but starts on {as_of}.",
                    remedy="Give a horizon_end after as_of, or leave it blank.",
                )
            ]
        )

    try:
        return from_scheme(as_of, scheme, horizon_end)
    except (ValueError, OverflowError) as error:
        raise DataError(
            [
                time_problem(
                    table="dataset",
                    row=2,
                    column="bucket_scheme",
                    value=scheme,
                    text=str(error),
                    remedy="Give counts of days, weeks and months such as 14d,12w,6m.",
                )
            ]
        ) from error


def plan_start(data: PlanningData) -> dt.date:
    """
    Returns the first day of the plan: ``dataset.as_of``, else today.
    """
    as_of = data.table("dataset")["as_of"].dropna()

    return as_of.iloc[0].date() if len(as_of) else dt.date.today()


def first_text(data: PlanningData, column: str) -> str:
    """
    Returns a text of the data set: what is given, else its default, else nothing.
    """
    values = data.table("dataset")[column].dropna()
    default = TABLES["dataset"].column(column).default

    return str(values.iloc[0] if len(values) else default or "")


def first_number(data: PlanningData, column: str) -> float:
    """
    Returns a number of the data set: what is given, else its default, else 0.
    """
    values = data.table("dataset")[column].dropna()
    default = TABLES["dataset"].column(column).default

    return float(values.iloc[0] if len(values) else default or 0.0)


def first_flag(data: PlanningData, column: str) -> bool:
    """
    Returns a choice of yes or no of the data set, no where it is not given.
    """
    values = data.table("dataset")[column].dropna()

    return bool(values.iloc[0]) if len(values) else False


def time_problem(
    *,
    column: str,
    value: str,
    text: str,
    remedy: str,
    table: str = "periods",
    row: int = 0,
) -> Problem:
    """
    Returns a problem with dates that do not fit together.
    """
    return Problem(
        code="E-TIME",
        table=table,
        row=row,
        column=column,
        value=value,
        text=text,
        remedy=remedy,
    )


def days_from(dates: pd.Series, as_of: dt.date) -> Ints:
    """
    Returns dates as days from the start of the plan; blank dates give -1.
    """
    days = (dates - pd.Timestamp(as_of)) // pd.Timedelta(days=1)

    return np.asarray(days.fillna(-1).to_numpy(), dtype=np.int64)


def window_of(rows: pd.DataFrame, as_of: dt.date) -> tuple[Ints, Ints]:
    """
    Returns the days of ``valid_from`` and ``valid_to``, far away where blank.
    """
    start = days_from(rows["valid_from"], as_of)
    end = days_from(rows["valid_to"], as_of)

    return (
        np.where(rows["valid_from"].isna(), -FAR, start),
        np.where(rows["valid_to"].isna(), FAR, end),
    )


def _given_periods(periods: pd.DataFrame, as_of: dt.date) -> Buckets:
    ordered = periods.sort_values(["start", "end", "period_id"])
    ordered = ordered[ordered["end"] > pd.Timestamp(as_of)]

    if not len(ordered):
        last = f"{periods['end'].max():%Y-%m-%d}"
        raise DataError(
            [
                time_problem(
                    column="end",
                    value=last,
                    text=f"all periods end by {last}, but the plan starts on {as_of}.",
                    remedy="Add the periods that follow, or correct dataset.as_of.",
                )
            ]
        )

    if ordered["start"].iloc[0] > pd.Timestamp(as_of):
        first = f"{ordered['start'].iloc[0]:%Y-%m-%d}"
        raise DataError(
            [
                time_problem(
                    row=int(ordered.index[0]) + 2,
                    column="start",
                    value=first,
                    text=f"no period holds the plan's first day {as_of}: the first one "
                    f"starts on {first}.",
                    remedy="Add the missing periods, or correct dataset.as_of.",
                )
            ]
        )

    _refuse_gaps(ordered)
    starts = [max(start.date(), as_of) for start in ordered["start"]]

    return from_borders(
        [*starts, ordered["end"].iloc[-1].date()], ordered["period_id"].tolist()
    )


def _refuse_gaps(ordered: pd.DataFrame) -> None:
    names = ordered["period_id"].tolist()
    starts = [f"{start:%Y-%m-%d}" for start in ordered["start"]]
    ends = [f"{end:%Y-%m-%d}" for end in ordered["end"]]
    problems = [
        time_problem(
            row=int(ordered.index[place]) + 2,
            column="start",
            value=starts[place],
            text=f"there is {'a gap' if end < starts[place] else 'an overlap'} between "
            f"{names[place - 1]}, which ends on {end}, and {names[place]}, which "
            f"starts on {starts[place]}.",
            remedy="Let each period start on the day on which the one before it ends.",
        )
        for place, end in enumerate(ends[:-1], start=1)
        if end != starts[place]
    ]

    if problems:
        raise DataError(problems)
