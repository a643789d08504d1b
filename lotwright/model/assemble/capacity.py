"""
Capacity: machines, groups, suppliers, sources and lanes, bucket by bucket.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.assemble.keys import look_up
from lotwright.model.assemble.operations import Steps
from lotwright.model.assemble.sources import Sources
from lotwright.model.assemble.time import days_from
from lotwright.model.buckets import Buckets
from lotwright.model.calendars import Calendars
from lotwright.model.data import PlanningData
from lotwright.model.network import ActivityKind, Floats, Ints, ResourceKind, Texts

#: Hours on an open day where a resource does not say.
DEFAULT_CAPACITY = 8.0

#: Least price of a unit of overtime, so that it is never free.
LEAST_OVERTIME_COST = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Limits:
    """
    Resources and loads before buckets of loads are known.

    Parameters
    ----------
    resource_id, kind, unit, overtime_cost
        One per resource, shape ``(R,)``.
    capacity, overtime_max
        Shape ``(R, T)``.
    pool_row, pool_member
        Whose overtime counts for which row.
    activity, resource, run, setup, offset, seq, pooled
        One per load, shape ``(L,)``.
    """

    resource_id: Texts
    kind: Ints
    unit: Texts
    overtime_cost: Floats
    capacity: Floats
    overtime_max: Floats
    pool_row: Ints
    pool_member: Ints
    activity: Ints
    resource: Ints
    run: Floats
    setup: Floats
    offset: Ints
    seq: Ints
    pooled: np.ndarray[tuple[int], np.dtype[np.bool_]]


def limits_of(
    data: PlanningData,
    sources: Sources,
    steps: Steps,
    buckets: Buckets,
    calendars: Calendars,
) -> Limits:
    """
    Returns every resource with its capacity and every load on it.
    """
    machines = data.table("resources").sort_values("resource_id", ignore_index=True)
    machine_ids = machines["resource_id"].to_numpy(dtype=object)
    groups = _groups(machines, steps)
    capacity, overtime = _machine_capacity(data, machines, buckets, calendars)
    members = _members(machines, groups)
    group_capacity = np.zeros((len(groups), len(buckets)))
    np.add.at(group_capacity, members[:, 0], capacity[members[:, 1]])
    group_overtime = np.zeros_like(group_capacity)
    np.add.at(group_overtime, members[:, 0], overtime[members[:, 1]])
    external = _external(data, sources, buckets)
    ids = np.concatenate([machine_ids, np.array(groups, dtype=object), external.ids])
    count = len(machine_ids)
    first_external = count + len(groups)
    loads = _loads(steps, machine_ids, groups, members, external, first_external)

    return Limits(
        resource_id=ids,
        kind=np.concatenate(
            [
                np.full(count, ResourceKind.MACHINE),
                np.full(len(groups), ResourceKind.GROUP),
                external.kind,
            ]
        ).astype(np.int64),
        unit=np.concatenate(
            [
                machines["capacity_unit"].fillna("h").to_numpy(dtype=object),
                np.full(len(groups), "h", dtype=object),
                np.full(len(external.ids), "units", dtype=object),
            ]
        ),
        overtime_cost=np.concatenate(
            [_overtime_cost(data, machines), np.zeros(len(ids) - count)]
        ),
        capacity=np.vstack([capacity, group_capacity, external.capacity]),
        overtime_max=np.vstack(
            [overtime, group_overtime, np.zeros_like(external.capacity)]
        ),
        pool_row=np.concatenate([np.arange(count), members[:, 0] + count]),
        pool_member=np.concatenate([np.arange(count), members[:, 1]]),
        **loads,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _External:
    ids: Texts
    kind: Ints
    capacity: Floats
    activity: Ints
    resource: Ints
    per_unit: Floats


def _groups(machines: pd.DataFrame, steps: Steps) -> list[str]:
    known = set(machines["resource_id"])
    named = {name for name in steps.resource_id if isinstance(name, str)}

    return sorted(named & set(machines["group_id"].dropna()) - known)


def _members(machines: pd.DataFrame, groups: Sequence[str]) -> Ints:
    """
    Returns pairs of group and machine, shape ``(pairs, 2)``.
    """
    group = pd.Index(groups, dtype="str").get_indexer(
        pd.Index(machines["group_id"].fillna(""), dtype="str")
    )
    member = np.flatnonzero(group >= 0)

    return np.column_stack([group[member], member]).astype(np.int64)


def _machine_capacity(
    data: PlanningData,
    machines: pd.DataFrame,
    buckets: Buckets,
    calendars: Calendars,
) -> tuple[Floats, Floats]:
    locations = data.table("locations").set_index("location_id")["calendar_id"]
    named = machines["calendar_id"].fillna(look_up(machines["location_id"], locations))
    calendar = pd.Index(calendars.calendar_id).get_indexer(pd.Index(named.fillna("")))
    calendar = np.maximum(calendar, 0)
    span = slice(-calendars.first_day, -calendars.first_day + buckets.horizon)
    is_open = calendars.open[calendar, span]
    hours = calendars.hours[calendar, span]
    by_hours = (
        ~np.isnan(hours)
        & (machines["capacity_unit"].fillna("h") == "h").to_numpy(dtype=bool)[:, None]
    )
    base = _with_default(machines, "base_capacity", DEFAULT_CAPACITY)[:, None]
    factor = (
        _with_default(machines, "units", 1.0)
        * _with_default(machines, "efficiency", 1.0)
        * _with_default(machines, "utilization_target", 1.0)
    )[:, None]
    daily = np.where(by_hours, np.nan_to_num(hours), base) * factor
    daily = daily * is_open * calendars.efficiency[calendar, span]
    extra = _with_default(machines, "overtime_max", 0.0)[:, None] * is_open
    infinite = (machines["kind"] == "infinite").to_numpy(dtype=bool)

    return _exceptions(data, machines, buckets, daily, extra, is_open, infinite)


def _with_default(machines: pd.DataFrame, column: str, default: float) -> Floats:
    values = machines[column].to_numpy(dtype=np.float64)

    return np.where(np.isnan(values), default, values)


def _exceptions(
    data: PlanningData,
    machines: pd.DataFrame,
    buckets: Buckets,
    daily: Floats,
    extra: Floats,
    is_open: np.ndarray[tuple[int, int], np.dtype[np.bool_]],
    infinite: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> tuple[Floats, Floats]:
    rows = data.table("resource_capacity")
    place = pd.Index(machines["resource_id"]).get_indexer(pd.Index(rows["resource_id"]))
    day = days_from(rows["date"], buckets.as_of)
    by_day = rows["date"].notna().to_numpy() & (day >= 0) & (day < buckets.horizon)
    period = pd.Index(buckets.period_id).get_indexer(
        pd.Index(rows["period_id"].fillna(""))
    )
    by_period = (period >= 0) & ~rows["date"].notna().to_numpy()

    for name, table in (("capacity", daily), ("overtime_max", extra)):
        value = rows[name].to_numpy(dtype=np.float64)
        given = ~np.isnan(value)

        for row in np.flatnonzero(by_period & given).tolist():
            span = slice(*buckets.edges[period[row] : period[row] + 2].tolist())
            opens = is_open[place[row], span]
            weight = opens if opens.any() else np.ones_like(opens)
            table[place[row], span] = value[row] * weight / weight.sum()

        hit = by_day & given
        table[place[hit], day[hit]] = value[hit]

    capacity = np.add.reduceat(daily, buckets.start, axis=1)
    overtime = np.add.reduceat(extra, buckets.start, axis=1)
    capacity[infinite] = np.inf

    return capacity, overtime


def _overtime_cost(data: PlanningData, machines: pd.DataFrame) -> Floats:
    costs = data.table("costs")
    general = costs[costs[["item_id", "item_group", "location_id"]].isna().all(axis=1)]
    factor = general["overtime_factor"].dropna()
    rate = _with_default(machines, "cost_rate", 0.0)
    default = np.maximum(
        rate * (factor.iloc[0] if len(factor) else 0.5), LEAST_OVERTIME_COST
    )
    given = machines["overtime_cost"].to_numpy(dtype=np.float64)

    return np.where(np.isnan(given), default, given)


def _external(data: PlanningData, sources: Sources, buckets: Buckets) -> _External:
    frame = sources.frame
    tables = [
        _limit(
            data.table("suppliers"),
            "supplier_id",
            "max_per_period",
            frame["supplier_id"].where(sources.kind == ActivityKind.BUY),
            ResourceKind.SUPPLIER,
        ),
        _limit(
            frame,
            "source_id",
            "capacity_per_period",
            frame["source_id"],
            ResourceKind.SOURCE,
        ),
        _limit(
            data.table("transport_lanes"),
            "lane_id",
            "capacity",
            frame["lane_id"].where(sources.kind == ActivityKind.MOVE),
            ResourceKind.LANE,
        ),
    ]
    ids, kinds, rates, activity, resource = [], [], [], [], []
    first = 0

    for names, kind, per_day, of_source in tables:
        users = np.flatnonzero(of_source >= 0)
        ids.extend(names)
        kinds.extend([kind] * len(names))
        rates.append(per_day)
        activity.append(users)
        resource.append(of_source[users] + first)
        first += len(names)

    users = np.concatenate(activity).astype(np.int64)

    return _External(
        ids=np.array(ids, dtype=object),
        kind=np.array(kinds, dtype=np.int64),
        capacity=np.concatenate(rates)[:, None] * buckets.days,
        activity=users,
        resource=np.concatenate(resource).astype(np.int64),
        per_unit=_per_unit(data, frame, users, np.concatenate(resource), kinds),
    )


def _limit(
    table: pd.DataFrame, key: str, column: str, used: pd.Series, kind: ResourceKind
) -> tuple[list[str], int, Floats, Ints]:
    limited = table[table[column].notna()].sort_values(key)
    limited = limited[limited[key].isin(set(used.dropna()))]
    days = limited["capacity_period_days"].fillna(7.0).to_numpy(dtype=np.float64)
    names = [f"{kind.name.lower()}:{name}" for name in limited[key]]
    of_source = pd.Index(limited[key]).get_indexer(pd.Index(used.fillna("")))

    return (
        names,
        int(kind),
        limited[column].to_numpy(dtype=np.float64) / days,
        of_source.astype(np.int64),
    )


def _per_unit(
    data: PlanningData,
    frame: pd.DataFrame,
    activity: Ints,
    resource: Ints,
    kinds: Sequence[int],
) -> Floats:
    per_unit = np.ones(len(activity))
    lanes = data.table("transport_lanes").set_index("lane_id")["capacity_unit"]
    items = data.table("items").set_index("item_id")
    rows = frame.iloc[activity]
    is_lane = np.array(kinds, dtype=np.int64)[resource] == ResourceKind.LANE
    unit = rows["lane_id"].map(lanes).to_numpy(dtype=object)

    for name in ("volume", "weight"):
        measure = (
            rows["item_id"].map(items[name]).fillna(0.0).to_numpy(dtype=np.float64)
        )
        per_unit = np.where(is_lane & (unit == name), measure, per_unit)

    return per_unit


def _loads(
    steps: Steps,
    machine_ids: Texts,
    groups: Sequence[str],
    members: Ints,
    external: _External,
    first_external: int,
) -> dict[str, np.ndarray]:
    names = pd.Index([*machine_ids, *groups], dtype="object")
    resource = names.get_indexer(pd.Index(steps.resource_id, dtype="object"))
    known = np.flatnonzero(resource >= 0)
    group_of = np.full(len(names), -1, dtype=np.int64)
    group_of[members[:, 1]] = members[:, 0] + len(machine_ids)
    pooled = known[group_of[resource[known]] >= 0]
    rows = np.concatenate([known, pooled])
    outside = len(external.activity)

    return {
        "activity": np.concatenate([steps.activity[rows], external.activity]),
        "resource": np.concatenate(
            [
                resource[known],
                group_of[resource[pooled]],
                external.resource + first_external,
            ]
        ).astype(np.int64),
        "run": np.concatenate([steps.run[rows], external.per_unit]),
        "setup": np.concatenate([steps.setup[rows], np.zeros(outside)]),
        "offset": np.concatenate(
            [steps.offset[rows], np.zeros(outside, dtype=np.int64)]
        ),
        "seq": np.concatenate([steps.seq[rows], np.zeros(outside, dtype=np.int64)]),
        "pooled": np.concatenate(
            [
                np.zeros(len(known), dtype=bool),
                np.ones(len(pooled), dtype=bool),
                np.zeros(outside, dtype=bool),
            ]
        ),
    }
