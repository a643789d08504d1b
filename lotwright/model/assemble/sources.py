"""
Sources: which bill and routing each one uses, its lots, costs and window of validity.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.assemble.keys import Keys, look_up
from lotwright.model.assemble.time import FAR, window_of
from lotwright.model.buckets import Buckets
from lotwright.model.calendars import Calendars
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.network import ActivityKind, Floats, Ints

_KINDS = {
    "make": ActivityKind.MAKE,
    "buy": ActivityKind.BUY,
    "transfer": ActivityKind.MOVE,
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sources:
    """
    The usable rows of the sources table, sorted by their key.

    Parameters
    ----------
    frame
        The rows with ``bom_id`` and ``routing_id`` filled in, index 0..A-1.
    kind
        Code of ``ActivityKind``, shape ``(A,)``.
    pair, from_pair
        Item and location that is supplied, and that a move takes from, ``(A,)``.
    lead_time
        Whole working days, shape ``(A,)``.
    calendar
        Calendar of the lead time, shape ``(A,)``.
    valid_from, valid_to
        First day on which it may start, and first on which it may no more, ``(A,)``.
    bom_yield
        Good part of what a bill makes, shape ``(A,)``.
    findings
        Versions of bills and routings that the plan does not switch to.
    """

    frame: pd.DataFrame
    kind: Ints
    pair: Ints
    from_pair: Ints
    lead_time: Ints
    calendar: Ints
    valid_from: Ints
    valid_to: Ints
    bom_yield: Floats
    findings: tuple[Finding, ...]

    def __len__(self) -> int:
        return len(self.frame)


def sources_of(
    data: PlanningData, keys: Keys, buckets: Buckets, calendars: Calendars
) -> Sources:
    """
    Returns the sources with everything that other tables say about them.
    """
    routings = versions(data, "routings", "routing_id", buckets)
    boms = versions(data, "boms", "bom_id", buckets)
    rows = _with_recipes(_usable(data), routings, boms)
    valid_from, valid_to = _window(rows, routings, boms, buckets)
    yields = data.column("boms", "yield").set_axis(data.table("boms")["bom_id"])

    return Sources(
        frame=rows,
        kind=np.asarray(rows["kind"].map(_KINDS), dtype=np.int64),
        pair=keys.pair(rows["item_id"], rows["location_id"]),
        from_pair=np.where(
            rows["kind"] == "transfer",
            keys.pair(rows["item_id"], rows["from_location_id"]),
            -1,
        ),
        lead_time=whole_days(rows["lead_time_days"].to_numpy(dtype=np.float64)),
        calendar=_calendar(rows, data, calendars),
        valid_from=valid_from,
        valid_to=valid_to,
        bom_yield=rows["bom_id"].map(yields).fillna(1.0).to_numpy(dtype=np.float64),
        findings=tuple(_version_findings(rows, routings, boms, buckets)),
    )


def whole_days(days: Floats) -> Ints:
    """
    Returns durations as whole working days, rounded up.
    """
    return np.ceil(np.nan_to_num(days) - 1e-9).astype(np.int64)


def versions(
    data: PlanningData, table: str, key: str, buckets: Buckets
) -> pd.DataFrame:
    """
    Returns bills or routings; those that hold at the plan's start and rank first lead.

    Columns ``start`` and ``end`` are the days between which a version holds.
    """
    rows = data.table(table)
    start, end = window_of(rows, buckets.as_of)
    rows = rows.assign(
        priority=data.column(table, "priority"),
        start=start,
        end=end,
        later=(start > 0) | (end <= 0),
        over=end <= 0,
    )

    return rows.sort_values(
        ["over", "later", "priority", "start", key], ignore_index=True
    )


def best_version(
    table: pd.DataFrame, key: str, item: pd.Series, location: pd.Series
) -> pd.Series:
    """
    Returns the first version for each item and location, else the first for the item.
    """
    here = table.dropna(subset=["location_id"]).drop_duplicates(
        ["item_id", "location_id"]
    )
    anywhere = table[table["location_id"].isna()].drop_duplicates("item_id")
    wanted = pd.DataFrame({"item_id": item.array, "location_id": location.array})
    exact = wanted.merge(
        here[["item_id", "location_id", key]], on=["item_id", "location_id"], how="left"
    )[key]
    general = look_up(wanted["item_id"], anywhere.set_index("item_id")[key])

    return exact.astype("str").fillna(general).set_axis(item.index)


def _usable(data: PlanningData) -> pd.DataFrame:
    """
    Returns sources of items that are not blocked, and transfers from somewhere.
    """
    rows = data.table("sources")
    lanes = data.table("transport_lanes").set_index("lane_id")
    start = rows["from_location_id"].fillna(look_up(rows["lane_id"], lanes["from"]))
    items = data.table("items")
    blocked = items.loc[items["lifecycle"] == "blocked", "item_id"]
    usable = ~rows["item_id"].isin(blocked) & (
        (rows["kind"] != "transfer") | start.notna()
    )
    priority = data.column("sources", "priority")
    rows = rows.assign(from_location_id=start, priority=priority)[usable]

    return rows.sort_values("source_id", ignore_index=True)


def _with_recipes(
    rows: pd.DataFrame, routings: pd.DataFrame, boms: pd.DataFrame
) -> pd.DataFrame:
    """
    Returns sources with the routing and the bill that each one takes.
    """
    makes = rows["kind"] == "make"
    item, place = rows["item_id"], rows["location_id"]
    routing = rows["routing_id"].fillna(
        best_version(routings, "routing_id", item, place)
    )
    routing = routing.where(makes)
    of_routing = look_up(routing, routings.set_index("routing_id")["bom_id"])
    bom = rows["bom_id"].fillna(of_routing)
    bom = bom.fillna(best_version(boms, "bom_id", item, place)).where(makes)

    return rows.assign(routing_id=routing, bom_id=bom)


def _window(
    rows: pd.DataFrame, routings: pd.DataFrame, boms: pd.DataFrame, buckets: Buckets
) -> tuple[Ints, Ints]:
    start, end = window_of(rows, buckets.as_of)

    for table, key in ((routings, "routing_id"), (boms, "bom_id")):
        indexed = table.set_index(key)
        first = rows[key].map(indexed["start"]).fillna(-FAR)
        last = rows[key].map(indexed["end"]).fillna(FAR)
        start = np.maximum(start, first.to_numpy(dtype=np.int64))
        end = np.minimum(end, last.to_numpy(dtype=np.int64))

    return start, end


def _calendar(rows: pd.DataFrame, data: PlanningData, calendars: Calendars) -> Ints:
    locations = data.table("locations").set_index("location_id")["calendar_id"]
    suppliers = data.table("suppliers").set_index("supplier_id")["calendar_id"]
    lanes = data.table("transport_lanes").set_index("lane_id")["calendar_id"]
    named = (
        rows["lead_time_calendar_id"]
        .fillna(look_up(rows["supplier_id"].where(rows["kind"] == "buy"), suppliers))
        .fillna(look_up(rows["lane_id"].where(rows["kind"] == "transfer"), lanes))
        .fillna(look_up(rows["location_id"], locations))
    )

    return calendars.codes(named)


def _version_findings(
    rows: pd.DataFrame, routings: pd.DataFrame, boms: pd.DataFrame, buckets: Buckets
) -> Iterator[Finding]:
    for table, key, word in (
        (routings, "routing_id", "routing"),
        (boms, "bom_id", "bill"),
    ):
        used = rows.loc[rows[key].notna(), ["source_id", key]].merge(table, on=key)
        ends = used[(used["end"] > 0) & (used["end"] < buckets.horizon)]

        for row in ends.to_dict("records"):
            yield Finding(
                code="W-FEATURE-DEGRADED",
                severity=Severity.DEGRADED,
                table="sources",
                key=str(row["source_id"]),
                column=key,
                text=f"Source {row['source_id']} uses {word} {row[key]}, which ends on "
                f"{row['valid_to']:%Y-%m-%d}, and is not used after that day. Add a "
                f"source row that names the {word} to use then.",
            )
