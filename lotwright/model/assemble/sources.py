"""
Sources: which bill and routing each one uses, its lots, costs and window of validity.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.assemble.keys import Keys, look_up, look_up_numbers
from lotwright.model.assemble.phantoms import with_phantoms
from lotwright.model.assemble.time import FAR, window_of
from lotwright.model.assemble.versions import versions, with_versions
from lotwright.model.buckets import Buckets
from lotwright.model.calendars import Calendars
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.kinds import ActivityKind
from lotwright.model.membership import is_among
from lotwright.model.network import Bools, Floats, Ints

_KINDS = {
    "make": ActivityKind.MAKE,
    "buy": ActivityKind.BUY,
    "transfer": ActivityKind.MOVE,
}

#: Added to the priority of a version for each one before it that holds as well.
_LOWER_RANK = 2.0**-16


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sources:
    """
    The usable rows of the sources table, sorted by their key, one for each combination
    of the bills and routings that a row may use.

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
    lot_from, lot_to
        Smallest and largest lot for which bill and routing hold, shape ``(A,)``.
    bom_yield
        Good part of what a bill makes, shape ``(A,)``.
    phantom
        Whether it stands for putting together a phantom that lies in stock, ``(A,)``.
    findings
        Bills and routings that end inside the plan and that nothing replaces.
    """

    frame: pd.DataFrame
    kind: Ints
    pair: Ints
    from_pair: Ints
    lead_time: Ints
    calendar: Ints
    valid_from: Ints
    valid_to: Ints
    lot_from: Floats
    lot_to: Floats
    bom_yield: Floats
    phantom: Bools
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
    rows = with_phantoms(_usable(data), data, boms, buckets)
    rows = _with_recipes(rows, routings, boms)
    rows = _with_spans(rows, routings, boms, buckets)
    rows = _at_any_time(rows, buckets.horizon)
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
        valid_from=rows["start"].to_numpy(dtype=np.int64),
        valid_to=rows["end"].to_numpy(dtype=np.int64),
        lot_from=rows["lot_from"].to_numpy(dtype=np.float64),
        lot_to=rows["lot_to"].to_numpy(dtype=np.float64),
        bom_yield=look_up_numbers(rows["bom_id"], yields, 1.0),
        phantom=rows["phantom"].to_numpy(dtype=np.bool_),
        findings=tuple(_version_findings(rows, routings, boms, buckets)),
    )


def whole_days(days: Floats) -> Ints:
    """
    Returns durations as whole working days, rounded up.
    """
    return np.ceil(np.nan_to_num(days) - 1e-9).astype(np.int64)


def _usable(data: PlanningData) -> pd.DataFrame:
    """
    Returns sources of items that are not blocked, and transfers from somewhere.
    """
    rows = data.table("sources")
    lanes = data.table("transport_lanes").set_index("lane_id")
    start = rows["from_location_id"].fillna(look_up(rows["lane_id"], lanes["from"]))
    items = data.table("items")
    blocked = items.loc[items["lifecycle"] == "blocked", "item_id"]
    usable = ~is_among(rows["item_id"], blocked) & (
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

    A source that does not name them is repeated for every version worth having.
    """
    makes = rows["kind"] == "make"
    named = rows[["routing_id", "bom_id"]].where(makes)
    rows = rows.assign(routing_id=named["routing_id"], bom_id=named["bom_id"])
    rows = with_versions(rows, routings, "routing_id", makes & ~rows["phantom"])
    of_routing = look_up(rows["routing_id"], routings.set_index("routing_id")["bom_id"])
    rows = rows.assign(bom_id=rows["bom_id"].fillna(of_routing))
    rows = with_versions(rows, boms, "bom_id", rows["kind"] == "make")

    return rows.sort_values(
        ["source_id", "bom_id_rank", "routing_id_rank"], ignore_index=True
    )


def _at_any_time(rows: pd.DataFrame, horizon: int) -> pd.DataFrame:
    """
    Returns sources without combinations of bill and routing that never hold together.

    Where versions of a source hold at the same time, the later ones rank lower.
    """
    if not rows["source_id"].duplicated().any():
        return rows

    first = rows["start"].clip(lower=0)
    last = rows["end"].clip(upper=horizon)
    fits = (first < last) & (rows["lot_from"] <= rows["lot_to"])
    never = ~fits.groupby(rows["source_id"]).transform("any")
    rows = rows[fits | (never & ~rows["source_id"].duplicated())]
    rows = rows.reset_index(drop=True)
    several = rows[rows["source_id"].duplicated(keep=False)]
    spans = several[["source_id", "start", "end", "lot_from", "lot_to"]]
    spans = spans.assign(turn=several.index)
    pairs = spans.merge(spans, on="source_id", suffixes=("", "_before"))
    pairs = pairs[
        (pairs["turn_before"] < pairs["turn"])
        & (pairs["start_before"] < pairs["end"])
        & (pairs["start"] < pairs["end_before"])
        & (pairs["lot_from_before"] < pairs["lot_to"])
        & (pairs["lot_from"] < pairs["lot_to_before"])
    ]
    behind = pairs.groupby("turn").size().reindex(rows.index, fill_value=0)

    return rows.assign(priority=rows["priority"] + behind * _LOWER_RANK)


def _with_spans(
    rows: pd.DataFrame, routings: pd.DataFrame, boms: pd.DataFrame, buckets: Buckets
) -> pd.DataFrame:
    """
    Returns sources with the days and the lots for which bill and routing hold.
    """
    start, end = _window(rows, routings, boms, buckets)
    least, most = np.zeros(len(rows)), np.full(len(rows), np.inf)

    for table, key in ((routings, "routing_id"), (boms, "bom_id")):
        indexed = table.set_index(key)
        lot_from = look_up_numbers(rows[key], indexed["lot_from"], 0.0)
        lot_to = look_up_numbers(rows[key], indexed["lot_to"], np.inf)
        least, most = np.maximum(least, lot_from), np.minimum(most, lot_to)

    return rows.assign(start=start, end=end, lot_from=least, lot_to=most)


def _window(
    rows: pd.DataFrame, routings: pd.DataFrame, boms: pd.DataFrame, buckets: Buckets
) -> tuple[Ints, Ints]:
    start, end = window_of(rows, buckets.as_of)

    for table, key in ((routings, "routing_id"), (boms, "bom_id")):
        indexed = table.set_index(key)
        first = look_up_numbers(rows[key], indexed["start"], -float(FAR))
        last = look_up_numbers(rows[key], indexed["end"], float(FAR))
        start = np.maximum(start, first.astype(np.int64))
        end = np.minimum(end, last.astype(np.int64))

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
        if not _ends_within(table, buckets).any():
            continue

        used = rows.loc[rows[key].notna(), ["source_id", key]].merge(table, on=key)
        used = used.sort_values("end").drop_duplicates("source_id", keep="last")
        ends = used[_ends_within(used, buckets)]
        goes_on = rows.loc[rows["end"] >= buckets.horizon, "source_id"]
        ends = ends[~is_among(ends["source_id"], goes_on)]

        for row in ends.to_dict("records"):
            yield Finding(
                code="W-FEATURE-DEGRADED",
                severity=Severity.DEGRADED,
                table="sources",
                key=str(row["source_id"]),
                column=key,
                text=f"Source {row['source_id']} uses {word} {row[key]}, which ends on "
                f"{row['valid_to']:%Y-%m-%d}, and is not used after that day. Add the "
                f"{word} to use then, or a source row that names it.",
            )


def _ends_within(table: pd.DataFrame, buckets: Buckets) -> pd.Series[bool]:
    return (table["end"] > 0) & (table["end"] < buckets.horizon)
