"""
Buckets: the time grid of a plan.
"""

from __future__ import annotations

import calendar
import datetime as dt
import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise

import numpy as np
from numpy.typing import NDArray

#: A scheme that makes more buckets than this is taken for a slip of the pen.
MOST_BUCKETS = 10_000


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
        When the edges do not ascend from 0, or the names do not fit them or repeat.
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

        if len(set(self.period_id)) < len(self.period_id):
            msg = f"Expected distinct names of buckets, got {self.period_id}."
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

    A week is seven days. The months of a part all end on the day of the month on which
    the part begins, or on the last day of a shorter month: after 31 January come 28
    February and 31 March. With a horizon end, buckets stop before that day, and the
    last kind of bucket goes on until it is reached.

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
        When the scheme cannot be read, makes too many buckets, or the horizon ends
        before it begins.
    """
    parts = _parts(scheme)

    if horizon_end is not None and horizon_end <= as_of:
        msg = f"Expected a horizon end after {as_of}, got {horizon_end}."
        raise ValueError(msg)

    borders = list(islice(_borders(as_of, parts, horizon_end), MOST_BUCKETS + 2))

    if len(borders) > MOST_BUCKETS + 1:
        msg = f"Expected at most {MOST_BUCKETS:,} buckets, got more from {scheme!r}."
        raise ValueError(msg)

    names = [_name(start, end) for start, end in pairwise(borders)]

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
        if not re.fullmatch(r"[0-9]{1,6}[dwm]", part):
            msg = (
                f"Expected a bucket scheme such as 14d,12w,6m, got {scheme!r}: "
                f"{part!r} is not a number followed by d, w or m."
            )
            raise ValueError(msg)

        parts.append((int(part[:-1]), part[-1]))

    if sum(count for count, _ in parts) == 0:
        msg = f"Expected a bucket scheme with at least one bucket, got {scheme!r}."
        raise ValueError(msg)

    return [(count, unit) for count, unit in parts if count]


def _borders(
    as_of: dt.date, parts: Sequence[tuple[int, str]], horizon_end: dt.date | None
) -> Iterator[dt.date]:
    """
    Yields the first day of each bucket and the day after the last.
    """
    start = as_of
    yield start

    for place, (count, unit) in enumerate(parts, start=1):
        first = start
        endless = horizon_end is not None and place == len(parts)

        for step in itertools.count(1) if endless else range(1, count + 1):
            end = _after(first, step, unit)

            if horizon_end is not None and end >= horizon_end:
                yield horizon_end
                return

            yield end
            start = end


def _after(first: dt.date, steps: int, unit: str) -> dt.date:
    if unit != "m":
        return first + dt.timedelta(days=steps * (7 if unit == "w" else 1))

    year, month = divmod(first.month - 1 + steps, 12)
    year, month = first.year + year, month + 1

    return dt.date(year, month, min(first.day, calendar.monthrange(year, month)[1]))


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
