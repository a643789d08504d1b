"""
Buckets: the time grid of a plan.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Buckets:
    """
    Consecutive spans of days, of any lengths.

    Parameters
    ----------
    as_of
        Day 0, the first day of the first bucket.
    edges
        First day of each bucket and, last, the day after the horizon; days count from
        ``as_of``; shape ``(T + 1,)``, strictly ascending, starting at 0.
    period_id
        Name of each bucket, shape ``(T,)``.

    Raises
    ------
    ValueError
        When the edges do not ascend from 0 or the names do not fit them.
    """

    as_of: dt.date
    edges: NDArray[np.int64]
    period_id: tuple[str, ...]

    def __post_init__(self) -> None:
        if len(self.edges) < 2 or self.edges[0] != 0 or np.any(np.diff(self.edges) < 1):
            msg = f"Expected edges that ascend from 0, got {self.edges.tolist()}."
            raise ValueError(msg)

        if len(self.period_id) != len(self.edges) - 1:
            msg = f"Expected {len(self.edges) - 1} names, got {len(self.period_id)}."
            raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.period_id)

    @property
    def start(self) -> NDArray[np.int64]:
        """
        First day of each bucket, shape ``(T,)``.
        """
        return self.edges[:-1]

    @property
    def end(self) -> NDArray[np.int64]:
        """
        First day after each bucket, shape ``(T,)``.
        """
        return self.edges[1:]

    @property
    def days(self) -> NDArray[np.int64]:
        """
        Length of each bucket in days, shape ``(T,)``.
        """
        return np.diff(self.edges)

    @property
    def horizon(self) -> int:
        """
        First day after the last bucket.
        """
        return int(self.edges[-1])

    def of(self, day: NDArray[np.int64]) -> NDArray[np.int64]:
        """
        Returns the bucket of each day: -1 before the first, T after the last.
        """
        return np.searchsorted(self.edges, day, side="right") - 1

    def date(self, day: NDArray[np.int64]) -> NDArray[np.datetime64]:
        """
        Returns the calendar date of each day.
        """
        return np.datetime64(self.as_of, "D") + day.astype("timedelta64[D]")


def from_scheme(
    as_of: dt.date, scheme: str, horizon_end: dt.date | None = None
) -> Buckets:
    """
    Returns the buckets of a scheme such as ``14d,12w,6m``.

    A week is seven days and a month runs to the same day of the next month, each from
    where the part before it ends. With a horizon end, buckets stop before that day and
    the last kind of bucket goes on until it is reached.

    Parameters
    ----------
    as_of
        First day.
    scheme
        Parts such as ``14d`` (days), ``12w`` (weeks), ``6m`` (months), with commas.
    horizon_end
        First day that is no longer planned; None for the whole scheme.

    Raises
    ------
    ValueError
        When the scheme cannot be read or the horizon ends before it begins.
    """
    units = [unit for count, unit in _parts(scheme) for _ in range(count)]

    if horizon_end is not None and horizon_end <= as_of:
        msg = f"Expected a horizon end after {as_of}, got {horizon_end}."
        raise ValueError(msg)

    borders = [as_of]
    names = []
    at = 0

    while at < len(units) or (horizon_end is not None and borders[-1] < horizon_end):
        if horizon_end is not None and borders[-1] >= horizon_end:
            break

        start = borders[-1]
        end = _next_border(start, units[min(at, len(units) - 1)])
        end = end if horizon_end is None else min(end, horizon_end)
        names.append(_name(start, end))
        borders.append(end)
        at += 1

    return from_borders(borders, names)


def from_borders(borders: Sequence[dt.date], names: Sequence[str]) -> Buckets:
    """
    Returns the buckets between consecutive dates.
    """
    edges = np.array([(border - borders[0]).days for border in borders], dtype=np.int64)

    return Buckets(as_of=borders[0], edges=edges, period_id=tuple(names))


def _parts(scheme: str) -> list[tuple[int, str]]:
    parts = []

    for part in scheme.replace(" ", "").lower().split(","):
        if part[-1:] not in {"d", "w", "m"} or not part[:-1].isdigit():
            msg = (
                f"Expected a bucket scheme such as 14d,12w,6m, got {scheme!r}: "
                f"{part!r} is not a number followed by d, w or m."
            )
            raise ValueError(msg)

        parts.append((int(part[:-1]), part[-1]))

    if sum(count for count, _ in parts) == 0:
        msg = f"Expected a bucket scheme with at least one bucket, got {scheme!r}."
        raise ValueError(msg)

    return parts


def _next_border(start: dt.date, unit: str) -> dt.date:
    if unit == "m":
        first = (start.replace(day=1) + dt.timedelta(days=32)).replace(day=1)
        last_day = ((first + dt.timedelta(days=32)).replace(day=1) - first).days

        return first.replace(day=min(start.day, last_day))

    return start + dt.timedelta(days=7 if unit == "w" else 1)


def _name(start: dt.date, end: dt.date) -> str:
    days = (end - start).days

    if days == 1:
        return start.isoformat()

    if days == 7 and start.isoweekday() == 1:
        year, week, _ = start.isocalendar()

        return f"{year}-W{week:02d}"

    if start.day == 1 and end.day == 1 and days <= 31:
        return f"{start:%Y-%m}"

    return f"{start.isoformat()}+{days}d"
