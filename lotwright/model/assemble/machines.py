"""
Machines: the capacity, overtime and groups of the rows of the resources table.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.assemble.keys import look_up
from lotwright.model.assemble.operations import Steps
from lotwright.model.assemble.policies import numbers
from lotwright.model.assemble.time import FAR, days_from
from lotwright.model.buckets import Buckets
from lotwright.model.calendars import Calendars
from lotwright.model.data import PlanningData
from lotwright.model.network import Floats, Ints, Texts
from lotwright.model.tables import TABLES

#: Hours on an open day where a resource does not say.
DEFAULT_CAPACITY = 8.0

#: Least price of a unit of overtime, so that it is never free.
LEAST_OVERTIME_COST = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Machines:
    """
    Single resources, sorted by their key.

    Parameters
    ----------
    resource_id, unit, overtime_cost
        One per resource, shape ``(M,)``.
    capacity, overtime_max
        Shape ``(M, T)``.
    """

    resource_id: Texts
    unit: Texts
    overtime_cost: Floats
    capacity: Floats
    overtime_max: Floats

    def __len__(self) -> int:
        return len(self.resource_id)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Groups:
    """
    Groups that operations name, sorted, each the sum of its members.

    Parameters
    ----------
    name
        As in the resources table, shape ``(G,)``.
    resource_id
        Key in the network: the name, ``group:name`` where a machine has that name too.
    unit
        That of the first member, shape ``(G,)``.
    capacity, overtime_max
        Shape ``(G, T)``.
    group, member
        Relation of groups and machines.
    """

    name: Texts
    resource_id: Texts
    unit: Texts
    capacity: Floats
    overtime_max: Floats
    group: Ints
    member: Ints

    def __len__(self) -> int:
        return len(self.name)


def machines_of(data: PlanningData, buckets: Buckets, calendars: Calendars) -> Machines:
    """
    Returns all resources with their capacity in every bucket.
    """
    rows = data.table("resources").sort_values("resource_id", ignore_index=True)
    calendar = _calendar(data, rows, calendars)
    span = slice(-calendars.first_day, -calendars.first_day + buckets.horizon)
    is_open = calendars.open[calendar, span]
    normal = _normal_capacity(rows, calendars, calendar, span)
    extra = numbers(rows, "overtime_max", 0.0)[:, None] * is_open
    exceptions = _exceptions(data, rows, buckets)

    for name, table in (("capacity", normal), ("overtime_max", extra)):
        _spread_periods(table, exceptions, name, calendars, calendar)
        _set_days(table, exceptions, name)

    capacity = np.add.reduceat(normal, buckets.start, axis=1)
    capacity[(rows["kind"] == "infinite").to_numpy(dtype=bool)] = np.inf

    return Machines(
        resource_id=rows["resource_id"].to_numpy(dtype=object),
        unit=rows["capacity_unit"].fillna("h").to_numpy(dtype=object),
        overtime_cost=_overtime_cost(data, rows),
        capacity=capacity,
        overtime_max=np.add.reduceat(extra, buckets.start, axis=1),
    )


def groups_of(data: PlanningData, machines: Machines, steps: Steps) -> Groups:
    """
    Returns the groups that operations load, with the capacity of their members.

    Parameters
    ----------
    data
        Planning data.
    machines
        Single resources.
    steps
        Operations.
    """
    rows = data.table("resources").sort_values("resource_id", ignore_index=True)
    names = sorted(set(steps.resource_id[steps.by_group]))
    code = pd.Index(names, dtype="str").get_indexer(
        pd.Index(rows["group_id"].fillna(""), dtype="str")
    )
    member = np.flatnonzero(code >= 0)
    group = code[member].astype(np.int64)
    capacity = np.zeros((len(names), machines.capacity.shape[1]))
    overtime = np.zeros_like(capacity)
    np.add.at(capacity, group, machines.capacity[member])
    np.add.at(overtime, group, machines.overtime_max[member])
    unit = np.full(len(names), "h", dtype=object)
    unit[group[::-1]] = machines.unit[member[::-1]]
    taken = set(machines.resource_id)

    return Groups(
        name=np.array(names, dtype=object),
        resource_id=np.array(
            [f"group:{name}" if name in taken else name for name in names],
            dtype=object,
        ),
        unit=unit,
        capacity=capacity,
        overtime_max=overtime,
        group=group,
        member=member,
    )


def _calendar(data: PlanningData, rows: pd.DataFrame, calendars: Calendars) -> Ints:
    locations = data.table("locations").set_index("location_id")["calendar_id"]
    named = rows["calendar_id"].fillna(look_up(rows["location_id"], locations))

    return calendars.codes(named)


def _normal_capacity(
    rows: pd.DataFrame, calendars: Calendars, calendar: Ints, span: slice
) -> Floats:
    """
    Returns the capacity of each day before exceptions, shape ``(M, days)``.
    """
    hours = calendars.hours[calendar, span]
    in_hours = (rows["capacity_unit"].fillna("h") == "h").to_numpy(dtype=bool)
    base = numbers(rows, "base_capacity", DEFAULT_CAPACITY)[:, None]
    daily = np.where(in_hours[:, None] & ~np.isnan(hours), hours, base)
    factor = (
        numbers(rows, "units", 1.0)
        * numbers(rows, "efficiency", 1.0)
        * numbers(rows, "utilization_target", 1.0)
    )
    open_share = calendars.open[calendar, span] * calendars.efficiency[calendar, span]

    return daily * factor[:, None] * open_share


def _exceptions(
    data: PlanningData, rows: pd.DataFrame, buckets: Buckets
) -> pd.DataFrame:
    """
    Returns capacities by date or period with the place of their machine.

    ``first`` and ``last`` are the days between which one holds; a period may have begun
    before the plan.
    """
    table = data.table("resource_capacity")
    periods = data.table("periods").set_index("period_id")
    by_date = table["date"].notna().to_numpy(dtype=bool)
    period = pd.Index(periods.index).get_indexer(pd.Index(table["period_id"]))
    known = np.where(period >= 0, period, len(periods))
    starts = np.append(days_from(periods["start"], buckets.as_of), FAR)
    ends = np.append(days_from(periods["end"], buckets.as_of), FAR)
    day = days_from(table["date"], buckets.as_of)
    first = np.where(by_date, day, starts[known])
    last = np.where(by_date, day + 1, ends[known])
    place = pd.Index(rows["resource_id"]).get_indexer(pd.Index(table["resource_id"]))
    inside = (place >= 0) & (last > 0) & (first < buckets.horizon)
    placed = table.assign(place=place, first=first, last=last, by_date=by_date)

    chosen: pd.DataFrame = placed.loc[inside]

    return chosen


def _spread_periods(
    daily: Floats,
    exceptions: pd.DataFrame,
    name: str,
    calendars: Calendars,
    calendar: Ints,
) -> None:
    """
    Spreads the capacity of whole periods over their open days, else over all of them.
    """
    given = exceptions[~exceptions["by_date"] & exceptions[name].notna()]
    rows = given[["place", "first", "last", name]].to_numpy(dtype=np.float64)

    for place, first, last, total in rows.tolist():
        days = np.arange(int(first), int(last))
        weight = calendars.is_open(calendar[int(place)], days).astype(np.float64)
        weight = weight if weight.any() else np.ones(len(days))
        inside = (days >= 0) & (days < daily.shape[1])
        share = total * weight / weight.sum()
        daily[int(place), days[inside]] = share[inside]


def _set_days(daily: Floats, exceptions: pd.DataFrame, name: str) -> None:
    given = exceptions[exceptions["by_date"] & exceptions[name].notna()]
    given = given.sort_values(["resource_id", "date", "period_id"])
    place = given["place"].to_numpy(dtype=np.int64)
    daily[place, given["first"].to_numpy(dtype=np.int64)] = given[name].to_numpy()


def _overtime_cost(data: PlanningData, rows: pd.DataFrame) -> Floats:
    costs = data.table("costs")
    factors = costs[
        costs["item_id"].isna()
        & costs["item_group"].isna()
        & costs["overtime_factor"].notna()
    ].set_index("location_id")["overtime_factor"]
    general = factors[factors.index.isna()]
    default = TABLES["costs"].column("overtime_factor").default
    factor = rows["location_id"].map(factors[factors.index.notna()])
    factor = factor.fillna(general.iloc[0] if len(general) else default)
    rate = numbers(rows, "cost_rate", 0.0)
    price = np.maximum(rate * factor.to_numpy(dtype=np.float64), LEAST_OVERTIME_COST)
    given = rows["overtime_cost"].to_numpy(dtype=np.float64)

    return np.where(np.isnan(given), price, given)
