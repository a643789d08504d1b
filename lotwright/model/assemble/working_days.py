"""
Working calendars from the tables: patterns of weekdays, single days, base calendars.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.errors import DataError
from lotwright.model.assemble.time import days_from, time_problem
from lotwright.model.buckets import Buckets
from lotwright.model.calendars import Calendars
from lotwright.model.data import PlanningData
from lotwright.model.network import Ints

#: Days before and after the horizon for which calendars are kept.
MARGIN_DAYS = 730

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def calendars_of(data: PlanningData, buckets: Buckets) -> Calendars:
    """
    Returns all calendars over the horizon and a margin on both sides.

    A single day beats a pattern, and of two patterns the one with fewer weekdays wins.

    Raises
    ------
    DataError
        When calendars are based on each other in a circle (``E-TIME``).
    """
    header = data.table("calendars").set_index("calendar_id")
    rules = _rules(data)
    names = pd.Index(sorted({*header.index, *rules["calendar_id"]}), dtype="str")
    base = names.get_indexer(pd.Index(header["base_calendar_id"].reindex(names)))
    shape = (len(names) + 1, buckets.horizon + 2 * MARGIN_DAYS)
    calendars = Calendars(
        calendar_id=("", *names),
        first_day=-MARGIN_DAYS,
        open=np.ones(shape, dtype=bool),
        hours=np.full(shape, np.nan),
        efficiency=np.ones(shape),
    )
    by_name = dict(iter(rules.groupby("calendar_id")))
    given = header["default_open"].reindex(names)

    for code in _base_first(names, base):
        own = by_name.get(names[code], rules.iloc[:0])
        row, below = code + 1, base[code] + 1
        calendars.open[row] = calendars.open[below]
        calendars.hours[row] = calendars.hours[below]
        calendars.efficiency[row] = calendars.efficiency[below]

        if not below:
            calendars.open[row] = _open_by_default(given.iloc[code], own)

        _write(calendars, row, own, buckets)

    return calendars


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
        first, dash, last = part.partition("-")
        last = last if dash else first

        if first not in _WEEKDAYS or last not in _WEEKDAYS:
            msg = f"Expected weekdays such as mon, mon-fri or sat,sun, got {pattern!r}."
            raise ValueError(msg)

        start = _WEEKDAYS.index(first)
        span = (_WEEKDAYS.index(last) - start) % 7
        found.update((start + step) % 7 for step in range(span + 1))

    return found


def _rules(data: PlanningData) -> pd.DataFrame:
    """
    Returns what calendars say of days, in the order in which one overwrites another.
    """
    rows = data.table("calendar_days")
    pattern = rows["weekday"].where(rows["date"].isna())
    days = pattern.map(weekdays, na_action="ignore").astype(object)
    hours = rows["hours"].to_numpy(dtype=np.float64)
    opens = data.column("calendar_days", "open").to_numpy(dtype=bool)

    rules = pd.DataFrame(
        {
            "calendar_id": rows["calendar_id"],
            "date": rows["date"],
            "weekday": rows["weekday"].fillna(""),
            "weekdays": days,
            "breadth": days.map(len, na_action="ignore").astype(np.float64),
            "open": opens & (hours != 0.0),
            "hours": hours,
            "efficiency": data.column("calendar_days", "efficiency"),
        }
    )

    return rules.sort_values(
        ["calendar_id", "date", "breadth", "weekday"],
        ascending=[True, True, False, True],
    )


def _base_first(names: pd.Index[str], base: Ints) -> list[int]:
    """
    Returns the calendars so that each one comes after the one it is based on.
    """
    order: list[int] = []
    waiting = list(range(len(names)))

    while waiting:
        ready = [code for code in waiting if base[code] < 0 or base[code] in order]

        if not ready:
            name = names[waiting[0]]
            raise DataError(
                [
                    time_problem(
                        table="calendars",
                        column="base_calendar_id",
                        value=name,
                        text=f"calendar {name} is based on itself, over "
                        f"{', '.join(names[code] for code in waiting)}.",
                        remedy="Leave base_calendar_id of one of them blank.",
                    )
                ]
            )

        order += ready
        waiting = [code for code in waiting if code not in ready]

    return order


def _open_by_default(given: object, own: pd.DataFrame) -> bool:
    if isinstance(given, bool | np.bool_):
        return bool(given)

    # A calendar that lists its open weekdays means that the others are closed.
    return not bool((own["weekdays"].notna() & own["open"]).any())


def _write(calendars: Calendars, row: int, own: pd.DataFrame, buckets: Buckets) -> None:
    width = calendars.open.shape[1]
    weekday = (buckets.as_of.weekday() + calendars.first_day + np.arange(width)) % 7

    for rule in own[own["weekdays"].notna()].to_dict("records"):
        hit = np.isin(weekday, sorted(rule["weekdays"]))

        for name in ("open", "hours", "efficiency"):
            getattr(calendars, name)[row, hit] = rule[name]

    single = own[own["date"].notna()]
    column = days_from(single["date"], buckets.as_of) - calendars.first_day
    single = single[(column >= 0) & (column < width)]
    column = column[(column >= 0) & (column < width)]

    for name in ("open", "hours", "efficiency"):
        getattr(calendars, name)[row, column] = single[name].to_numpy()
