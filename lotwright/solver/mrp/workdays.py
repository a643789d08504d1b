"""
Working days as tables that kernels can read.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lotwright.model.arrays import Bools, Ints
from lotwright.model.calendars import Calendars
from lotwright.model.kernel import inner_kernel
from lotwright.model.rules import FAR
from lotwright.solver.mrp.packing import packed


class Days(NamedTuple):
    """
    Open days of calendars by day of their span, shape ``(C, D)`` each.

    Parameters
    ----------
    last_open
        Number of the last open day at or before a day, -1 where none.
    next_open
        Number of the first open day at or after a day.
    open_day
        Day of each number.
    """

    last_open: Ints
    next_open: Ints
    open_day: Ints


class Spans(NamedTuple):
    """
    What calendars are as a whole, shape ``(C,)`` each.

    Parameters
    ----------
    num_open
        Open days inside the span.
    ended
        Which calendars are never open again after the span.
    """

    num_open: Ints
    ended: Bools


class Workdays(NamedTuple):
    """
    Open days of calendars, numbered from 0 inside their span, C calendars of D days.

    Parameters
    ----------
    first_day, end_day
        First day of the span and the first day after it.
    days, spans
        The calendars, as tables of records.
    """

    first_day: int
    end_day: int
    days: Days
    spans: Spans


def workdays_of(calendars: Calendars) -> Workdays:
    """
    Returns the tables of some calendars.
    """
    is_open = calendars.open.astype(np.int64)
    count = np.cumsum(is_open, axis=1)
    open_day = np.zeros(is_open.shape, dtype=np.int64)

    for code, row in enumerate(calendars.open):
        days = np.flatnonzero(row) + calendars.first_day
        open_day[code, : len(days)] = days

    table = {
        "last_open": count - 1,
        "next_open": count - is_open,
        "open_day": open_day,
    }

    return Workdays(
        first_day=calendars.first_day,
        end_day=calendars.first_day + is_open.shape[1],
        days=packed(Days, table),
        spans=packed(Spans, {"num_open": count[:, -1], "ended": calendars.has_ended()}),
    )


@inner_kernel
def before(days: Workdays, calendar: int, day: int, workdays: int) -> int:
    """
    Returns the open day that lies some working days before a day.

    A closed day first moves to the open day before it.
    """
    if calendar == 0:
        return day - workdays

    if day < days.first_day:
        number = day - days.first_day
    elif day >= days.end_day and days.spans.ended[calendar]:
        number = days.spans.num_open[calendar] - 1
    elif day >= days.end_day:
        number = days.spans.num_open[calendar] + day - days.end_day
    else:
        number = days.days.last_open[calendar, day - days.first_day]

    return _day_of(days, calendar, number - workdays)


@inner_kernel
def after(days: Workdays, calendar: int, day: int, workdays: int) -> int:
    """
    Returns the open day that lies some working days after a day.

    A closed day first moves to the open day after it; where none comes any more, the
    answer is ``FAR``.
    """
    if calendar == 0:
        return day + workdays

    if day < days.first_day:
        number = day - days.first_day
    elif day >= days.end_day and days.spans.ended[calendar]:
        number = days.spans.num_open[calendar]
    elif day >= days.end_day:
        number = days.spans.num_open[calendar] + day - days.end_day
    else:
        number = days.days.next_open[calendar, day - days.first_day]

    return _day_of(days, calendar, number + workdays)


@inner_kernel
def _day_of(days: Workdays, calendar: int, number: int) -> int:
    if number < 0:
        return days.first_day + number

    if number >= days.spans.num_open[calendar] and days.spans.ended[calendar]:
        return FAR

    if number >= days.spans.num_open[calendar]:
        return int(days.end_day + number - days.spans.num_open[calendar])

    return int(days.days.open_day[calendar, number])


@inner_kernel
def before_in_both(days: Workdays, calendar: int, other: int, day: int) -> int:
    """
    Returns the last day, not after a day, that is open in two calendars.

    Without another calendar, 0, the day is returned as it is.
    """
    while other > 0:
        moved = before(days, calendar, before(days, other, day, 0), 0)

        if moved == day:
            break

        day = moved

    return day


@inner_kernel
def after_in_both(days: Workdays, calendar: int, other: int, day: int) -> int:
    """
    Returns the first day, not before a day, that is open in two calendars.

    Without another calendar, 0, the day is returned as it is.
    """
    while other > 0:
        moved = after(days, calendar, after(days, other, day, 0), 0)

        if moved == day:
            break

        day = moved

    return day
