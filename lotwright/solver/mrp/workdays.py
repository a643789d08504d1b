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


class Workdays(NamedTuple):
    """
    Open days of calendars, numbered from 0 inside their span, C calendars of D days.

    Parameters
    ----------
    first_day, end_day
        First day of the span and the first day after it.
    last_open
        Number of the last open day at or before a day, -1 where none, ``(C, D)``.
    next_open
        Number of the first open day at or after a day, shape ``(C, D)``.
    open_day
        Day of each number, shape ``(C, D)``.
    num_open
        Open days inside the span, shape ``(C,)``.
    ended
        Which calendars are never open again after the span, shape ``(C,)``.
    """

    first_day: int
    end_day: int
    last_open: Ints
    next_open: Ints
    open_day: Ints
    num_open: Ints
    ended: Bools


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

    return Workdays(
        first_day=calendars.first_day,
        end_day=calendars.first_day + is_open.shape[1],
        last_open=count - 1,
        next_open=count - is_open,
        open_day=open_day,
        num_open=count[:, -1].copy(),
        ended=calendars.has_ended(),
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
    elif day >= days.end_day and days.ended[calendar]:
        number = days.num_open[calendar] - 1
    elif day >= days.end_day:
        number = days.num_open[calendar] + day - days.end_day
    else:
        number = days.last_open[calendar, day - days.first_day]

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
    elif day >= days.end_day and days.ended[calendar]:
        number = days.num_open[calendar]
    elif day >= days.end_day:
        number = days.num_open[calendar] + day - days.end_day
    else:
        number = days.next_open[calendar, day - days.first_day]

    return _day_of(days, calendar, number + workdays)


@inner_kernel
def _day_of(days: Workdays, calendar: int, number: int) -> int:
    if number < 0:
        return days.first_day + number

    if number >= days.num_open[calendar] and days.ended[calendar]:
        return FAR

    if number >= days.num_open[calendar]:
        return int(days.end_day + number - days.num_open[calendar])

    return int(days.open_day[calendar, number])
