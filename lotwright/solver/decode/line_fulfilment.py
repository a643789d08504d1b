"""
What demand lines get, whoever planned it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.network import Bools, Floats, Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LineFulfilment:
    """
    What the N demand lines get.

    Parameters
    ----------
    on_time, late, short
        Served in time, served later, and never served, shape ``(N,)``; in time is up to
        the due date, or the end of its bucket where a plan is made of buckets, and what
        is due before day 0 is never so there.
    first_day, last_day
        Days of the first and of the last delivery, -1 without one, shape ``(N,)``.
    days_late
        Days from the due date to the last late delivery, 0 without one, ``(N,)``.
    """

    on_time: Floats
    late: Floats
    short: Floats
    first_day: Ints
    last_day: Ints
    days_late: Ints

    @property
    def is_late(self) -> Bools:
        """
        Whether a line is served late in part, shape ``(N,)``.
        """
        return self.late > 0

    @property
    def is_short(self) -> Bools:
        """
        Whether a line is not served in full, shape ``(N,)``.
        """
        return self.short > 0

    def days_late_or_never(self) -> Floats:
        """
        Returns the days late, NaN where some never comes and nothing late, ``(N,)``.
        """
        never = self.is_short & ~self.is_late

        return np.where(never, np.nan, self.days_late)
