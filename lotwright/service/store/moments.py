"""
Moments: when a cron expression is due in a time zone, within windows of the day.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice, product
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

#: So many moments outside all windows are passed over before there is none.
_PATIENCE = 10_000

#: A leap day comes within so many years, even around a century.
_MOST_YEARS = 9

_WINDOW = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """
    When something is due.

    A time that a change of clocks leaves out is due right after it; one that it brings
    twice is due once, the first time.

    Parameters
    ----------
    cron
        Five fields: minute, hour, day of the month, month, day of the week.
    time_zone
        Where these are told, such as ``Europe/Berlin``.
    windows
        Times of day that it keeps to, such as ``22:00-05:00``; none means always. The
        end is outside.

    Raises
    ------
    ValueError
        When one of them is not understood.
    """

    cron: str
    time_zone: str
    windows: Sequence[str] = ()

    def __post_init__(self) -> None:
        zone = _zone(self.time_zone)

        if len(self.cron.split()) != 5:
            msg = f"Expected five fields such as '30 5 * * 1-5', got {self.cron!r}."
            raise ValueError(msg)

        try:
            CronSim(self.cron, datetime(2000, 1, 1, tzinfo=zone))
        except CronSimError as error:
            msg = f"Expected a cron expression, got {self.cron!r}: {error}."
            raise ValueError(msg) from None

        for window in self.windows:
            if _WINDOW.fullmatch(window) is None:
                msg = f"Expected a window such as 22:00-05:00, got {window!r}."
                raise ValueError(msg)

    def after(self, seconds: float) -> float | None:
        """
        Returns the next moment after a time, None where there is none.

        Parameters
        ----------
        seconds
            The time, as all here: seconds since 1970 in UTC.
        """
        found = self.next_ones(seconds, 1)

        return found[0] if found else None

    def next_ones(self, seconds: float, count: int) -> list[float]:
        """
        Returns the next moments after a time.

        Parameters
        ----------
        seconds, count
            The time, and how many moments.
        """
        return list(islice(self._moments(seconds), count))

    def opens(self, seconds: float) -> float:
        """
        Returns the first time at or after one that is within a window.
        """
        if self._is_open(seconds):
            return seconds

        zone = _zone(self.time_zone)
        today = datetime.fromtimestamp(seconds, UTC).astimezone(zone)
        begins: list[float] = []

        # The next day may leave a window out, and the last one bring it twice.
        for days, fold in product((0, 1, 2), (0, 1)):
            day = today.date() + timedelta(days=days)

            for window in self.windows:
                hour, minute, *_ = _numbers(window)
                local = datetime.combine(day, time(hour, minute, fold=fold), zone)
                begins.append(local.timestamp())

        opening = [each for each in begins if each > seconds and self._is_open(each)]

        return min(opening, default=seconds)

    def _moments(self, seconds: float) -> Iterator[float]:
        begin = datetime.fromtimestamp(seconds, UTC)
        last = begin + timedelta(days=366 * _MOST_YEARS)
        missed = 0
        previous = seconds

        for each in CronSim(self.cron, begin.astimezone(_zone(self.time_zone))):
            moment = each.timestamp()

            if each > last or missed > _PATIENCE:
                return

            if moment <= previous:
                continue

            if self._is_open(moment):
                missed = 0
                previous = moment
                yield moment
            else:
                missed += 1

    def _is_open(self, seconds: float) -> bool:
        zone = _zone(self.time_zone)
        local = datetime.fromtimestamp(seconds, UTC).astimezone(zone)
        minute = local.hour * 60 + local.minute

        return not self.windows or any(
            _holds(window, minute) for window in self.windows
        )


def _holds(window: str, minute: int) -> bool:
    hour, minutes, end_hour, end_minutes = _numbers(window)
    begin, end = hour * 60 + minutes, end_hour * 60 + end_minutes

    return begin <= minute < end if begin < end else minute >= begin or minute < end


def _numbers(window: str) -> list[int]:
    match = _WINDOW.fullmatch(window)
    assert match is not None  # it was checked when the schedule was made

    return list(map(int, match.groups()))


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        msg = f"Expected a time zone such as Europe/Berlin, got {name!r}."
        raise ValueError(msg) from None
