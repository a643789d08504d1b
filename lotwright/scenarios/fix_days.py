"""
Closed days that stand between a source and a demand, and the change that opens them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd

from lotwright.model.data import PlanningData
from lotwright.model.network import Network
from lotwright.model.scenario import Cell, Scenario
from lotwright.model.why_words import day_text
from lotwright.scenarios.fix_changes import Change

#: So many days are opened at most.
_MOST = 400


def opened(
    data: PlanningData, network: Network, source: str, due: dt.date | None
) -> Iterator[Change]:
    """
    Yields, for each calendar of a source, work on all its closed days up to a date.

    Parameters
    ----------
    data, network
        What was planned.
    source
        The source.
    due
        The last day that is of use; nothing is yielded without one.
    """
    if due is None:
        return

    last = min((due - network.as_of).days, _MOST - 1)
    days = np.arange(last + 1, dtype=np.int64)

    for calendar in _calendars_of(data, source):
        code = np.full(len(days), network.calendars.code(calendar), dtype=np.int64)
        closed = days[~network.calendars.is_open(code, days)].tolist()

        if closed:
            dates = [network.as_of + dt.timedelta(days=day) for day in closed]

            yield _open(data, calendar, dates)


def _calendars_of(data: PlanningData, source: str) -> list[str]:
    """
    Returns the calendars by which a source orders, ships, works and receives.
    """
    sources = data.table("sources")
    rows = sources[sources["source_id"] == source]
    places = pd.concat([rows["location_id"], rows["from_location_id"]])
    found = [rows["lead_time_calendar_id"]]

    for table, key, keys in (
        ("suppliers", "supplier_id", rows["supplier_id"]),
        ("transport_lanes", "lane_id", rows["lane_id"]),
        ("locations", "location_id", places),
    ):
        other = data.table(table)
        found.append(other.loc[other[key].isin(keys.dropna()), "calendar_id"])

    return list(dict.fromkeys(pd.concat(found).dropna().astype("str")))


def _open(data: PlanningData, calendar: str, dates: list[dt.date]) -> Change:
    rows = data.table("calendar_days")
    given = rows.loc[(rows["calendar_id"] == calendar) & rows["date"].notna(), "date"]
    known = {day.date() for day in given}
    scenario = Scenario(name=_words(calendar, dates))
    new: list[dict[str, Cell]] = []

    for day in dates:
        key: dict[str, Cell] = {"calendar_id": calendar, "date": day}

        if day in known:
            scenario = scenario.set("calendar_days.open", True, key=key)
        else:
            new.append({**key, "open": True})

    return Change(
        text=scenario.name,
        scenario=scenario.insert("calendar_days", *new) if new else scenario,
    )


def _words(calendar: str, dates: list[dt.date]) -> str:
    first, last = day_text(dates[0]), day_text(dates[-1])

    if len(dates) == 1:
        return f"work by {calendar} on {first}, too"

    return f"work by {calendar} on its {len(dates)} closed days from {first} to {last}"
