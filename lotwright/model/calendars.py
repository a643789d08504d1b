"""
Calendars: which days are open, and counting in working days.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lotwright.model.rules import FAR

#: A calendar that is closed for so many days at the end of its span stays closed.
LONGEST_BREAK = 365


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calendars:
    """
    Open days of several calendars over one span of days.

    Calendar 0 is always open. Outside the span every day counts as open, but for a
    calendar that has ended: after its last open day none comes, which is day ``FAR``.

    Parameters
    ----------
    calendar_id
        Keys; the first is the empty one, which is always open.
    first_day
        Day of the first column.
    open
        Shape ``(C, days)``.
    hours
        Capacity that a day brings where the calendar says so, NaN elsewhere,
        shape ``(C, days)``.
    efficiency
        Factor on the capacity of a day, shape ``(C, days)``.
    """

    calendar_id: tuple[str, ...]
    first_day: int
    open: NDArray[np.bool_]
    hours: NDArray[np.float64]
    efficiency: NDArray[np.float64]

    def code(self, calendar_id: str) -> int:
        """
        Returns the position of a calendar, 0 for an unknown or empty one.
        """
        try:
            return self.calendar_id.index(calendar_id)
        except ValueError:
            return 0

    def codes(self, calendar_id: pd.Series) -> NDArray[np.int64]:
        """
        Returns the position of each calendar, 0 for an unknown or blank one.
        """
        names = pd.Index(self.calendar_id, dtype="str")
        found = names.get_indexer(pd.Index(calendar_id.fillna(""), dtype="str"))

        return np.maximum(found, 0).astype(np.int64)

    def is_open(
        self, calendar: NDArray[np.int64], day: NDArray[np.int64]
    ) -> NDArray[np.bool_]:
        """
        Returns whether each day is open in its calendar; the arguments broadcast.
        """
        calendar, day = np.broadcast_arrays(calendar, day)
        column = day - self.first_day
        inside = (column >= 0) & (column < self.open.shape[1])
        over = (column >= 0) & self.has_ended()[calendar]
        column = np.clip(column, 0, self.open.shape[1] - 1)

        return np.where(inside, self.open[calendar, column], ~over)

    def has_ended(self) -> NDArray[np.bool_]:
        """
        Returns which calendars are never open again after their span, shape ``(C,)``.
        """
        return np.asarray(~self.open[:, -LONGEST_BREAK:].any(axis=1), dtype=np.bool_)

    def before(
        self,
        calendar: NDArray[np.int64],
        day: NDArray[np.int64],
        workdays: NDArray[np.int64],
    ) -> NDArray[np.int64]:
        """
        Returns the open day that lies some working days before a day.

        A closed day first moves to the open day before it. The arguments broadcast.
        """
        return self._scan(calendar, day, workdays, forward=False)

    def after(
        self,
        calendar: NDArray[np.int64],
        day: NDArray[np.int64],
        workdays: NDArray[np.int64],
    ) -> NDArray[np.int64]:
        """
        Returns the open day that lies some working days after a day.

        A closed day first moves to the open day after it; where none comes any more,
        the answer is ``FAR``. The arguments broadcast.
        """
        return self._scan(calendar, day, workdays, forward=True)

    def share_open(self, calendar: NDArray[np.int64]) -> NDArray[np.float64]:
        """
        Returns the share of days that are open, at least one day in a hundred.
        """
        share: NDArray[np.float64] = np.maximum(self.open.mean(axis=1), 0.01)

        return share[calendar]

    def _scan(
        self,
        calendar: NDArray[np.int64],
        day: NDArray[np.int64],
        workdays: NDArray[np.int64],
        *,
        forward: bool,
    ) -> NDArray[np.int64]:
        codes = np.unique(calendar).tolist()
        shape = np.broadcast_shapes(calendar.shape, day.shape, workdays.shape)
        day, workdays = np.broadcast_to(day, shape), np.broadcast_to(workdays, shape)

        if len(codes) == 1:
            return self._scan_one(codes[0], day, workdays, forward=forward)

        result = np.empty(shape, dtype=np.int64)
        # Where a calendar holds for a whole row, rows are taken and not single cells.
        by_row = calendar.ndim > 1 and calendar.size == len(calendar) == shape[0]
        place = calendar.ravel() if by_row else np.broadcast_to(calendar, shape)

        for code in codes:
            here = place == code
            result[here] = self._scan_one(
                code, day[here], workdays[here], forward=forward
            )

        return result

    def _scan_one(
        self,
        code: int,
        day: NDArray[np.int64],
        workdays: NDArray[np.int64],
        *,
        forward: bool,
    ) -> NDArray[np.int64]:
        if code == 0:
            return day + workdays if forward else day - workdays

        open_days = np.flatnonzero(self.open[code]) + self.first_day
        after_span = self.first_day + self.open.shape[1]

        # The number of an open day inside the span is its place in open_days; before
        # the span numbers are negative, after it they go on, one per day.
        before = np.cumsum(self.open[code]) - self.open[code] * 1
        column = np.clip(day - self.first_day, 0, self.open.shape[1] - 1)
        number = before[column]

        if not forward:
            number = number - ~self.open[code, column]

        late = day >= after_span
        ended = not self.open[code, -LONGEST_BREAK:].any()
        beyond = len(open_days) - (not forward) if ended else len(open_days)
        number = np.where(late, beyond + (0 if ended else day - after_span), number)
        early = day < self.first_day
        number = np.where(early, day - self.first_day, number)
        number = number + workdays if forward else number - workdays

        inside = (number >= 0) & (number < len(open_days))
        place = np.clip(number, 0, max(len(open_days) - 1, 0))
        found = open_days[place] if len(open_days) else np.zeros_like(day)
        after_all = FAR if ended else after_span + number - len(open_days)
        outside = np.where(number < 0, self.first_day + number, after_all)

        return np.where(inside, found, outside)
