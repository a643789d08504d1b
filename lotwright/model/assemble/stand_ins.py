"""
Stand-ins: components that may be used for others, of one bill or everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.assemble.keys import Keys, PointKeys
from lotwright.model.assemble.time import window_of
from lotwright.model.buckets import Buckets
from lotwright.model.data import PlanningData
from lotwright.model.rules import Alternates

_LINE = ["bom_id", "alternate_group"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StandIns:
    """
    Lines of bills that stand in for the preferred line of their group, ``(n,)`` each.

    Parameters
    ----------
    flow
        What the preferred line takes.
    pair
        Item and location that may be taken instead.
    ratio
        Units of it for one unit of the preferred one.
    rank
        Lower first.
    valid_from, valid_to
        Days between which the line holds.
    """

    flow: Ints
    pair: Ints
    ratio: Floats
    rank: Ints
    valid_from: Ints
    valid_to: Ints


def split_choices(
    data: PlanningData, lines: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """
    Returns the lines that are needed, and those that stand in for one of them.

    Of the lines of a group that hold on a day the one of lowest priority is needed,
    then that of lowest key: lines of which a better one holds on some of their days
    only are cut in time. Column ``choice`` is the same for a line and those that stand
    in for it, and -1 where there are none.

    Parameters
    ----------
    data
        Planning data.
    lines
        Lines of bills in one unit, sorted by bill and line.
    """
    table = data.table("bom_lines")
    names = ["bom_id", "line", "alternate_group", "alternate_priority"]
    known = table.loc[table["alternate_group"].notna(), names]

    if not len(known):
        return lines.assign(choice=-1), lines.assign(choice=-1, rank=0).iloc[:0]

    lines = lines.merge(known, on=["bom_id", "line"], how="left")
    pairs = _pairs(lines)
    beyond = pairs[
        (pairs["valid_from"] < pairs["valid_from_better"])
        | (pairs["valid_to"] > pairs["valid_to_better"])
    ]

    if len(beyond):
        lines = _cut_in_time(lines, beyond[_LINE].drop_duplicates())
        pairs = _pairs(lines)

    first = pairs.set_index("row")
    choice = pd.Series(-1, index=lines.index)
    choice[first["row_better"]] = first["row_better"].to_numpy()
    lines = lines.assign(choice=choice)
    others = lines.loc[first.index].assign(
        choice=first["row_better"], rank=first["turn"] - first["turn_better"]
    )

    return lines.drop(index=first.index), others


def _pairs(lines: pd.DataFrame) -> pd.DataFrame:
    """
    Returns the lines that stand in for others, each with the best one that is needed.
    """
    grouped = lines[lines["alternate_group"].notna()]
    grouped = grouped.sort_values([*_LINE, "alternate_priority", "line"])
    # Parts of one line, cut in time, have one turn.
    turn = (~grouped.duplicated(["bom_id", "line"])).cumsum()
    grouped = grouped.assign(turn=turn, row=grouped.index)
    spans = grouped[[*_LINE, "turn", "row", "valid_from", "valid_to"]]
    pairs = spans.merge(spans, on=_LINE, suffixes=("", "_better"))
    pairs = pairs[
        (pairs["turn_better"] < pairs["turn"])
        & (pairs["valid_from_better"] < pairs["valid_to"])
        & (pairs["valid_from"] < pairs["valid_to_better"])
    ]
    pairs = pairs[~pairs["row_better"].isin(pairs["row"])]

    return pairs.sort_values("turn_better").drop_duplicates("row")


def _cut_in_time(lines: pd.DataFrame, groups: pd.DataFrame) -> pd.DataFrame:
    """
    Returns the lines with those of some groups cut where any line of the group begins
    or ends, so that two of a group hold on the same days or on none.
    """
    chosen = pd.MultiIndex.from_frame(groups)
    inside = pd.MultiIndex.from_frame(lines[_LINE]).isin(chosen)
    some = lines[inside]
    borders = some.melt(_LINE, ["valid_from", "valid_to"], value_name="begin")
    borders = borders[[*_LINE, "begin"]].drop_duplicates()
    borders = borders.sort_values([*_LINE, "begin"])
    borders = borders.assign(end=borders.groupby(_LINE)["begin"].shift(-1))
    spans = borders[borders["end"].notna()].astype({"end": np.int64})
    pieces = some.merge(spans, on=_LINE)
    pieces = pieces[
        (pieces["valid_from"] <= pieces["begin"])
        & (pieces["end"] <= pieces["valid_to"])
    ]
    pieces = pieces.assign(valid_from=pieces["begin"], valid_to=pieces["end"])
    pieces = pieces.drop(columns=["begin", "end"])
    cut = pd.concat([lines[~inside], pieces])

    return cut.sort_values(["bom_id", "line", "valid_from"], ignore_index=True)


def stand_ins_of(
    keys: Keys, needed: pd.DataFrame, others: pd.DataFrame, flows: pd.DataFrame
) -> StandIns:
    """
    Returns what stands in for the flows of the network.

    Parameters
    ----------
    keys
        Codes of items and locations.
    needed
        Lines that are needed, one row for each choice.
    others
        Lines that stand in for them.
    flows
        Flows with ``choice`` and ``home``, where components are taken from unless a
        line says otherwise; the index is the number of the flow.
    """
    chosen = flows[flows["choice"] >= 0].reset_index(names="flow")
    amounts = needed.set_index("choice")[["ratio", "per_lot"]]
    mine = amounts.reindex(others["choice"])
    ratio = _part(others, mine.set_axis(others.index))
    columns = ["component_id", "consume_location_id", "valid_from", "valid_to"]
    rows = others[[*columns, "choice", "rank"]].assign(ratio=ratio)
    rows = rows[rows["ratio"] > 0].merge(
        chosen[["flow", "choice", "home"]], on="choice"
    )
    rows = rows.sort_values(["flow", "rank"], ignore_index=True)
    place = rows["consume_location_id"].fillna(rows["home"])

    return StandIns(
        flow=rows["flow"].to_numpy(dtype=np.int64),
        pair=keys.pair(rows["component_id"], place),
        ratio=rows["ratio"].to_numpy(dtype=np.float64),
        rank=rows["rank"].to_numpy(dtype=np.int64),
        valid_from=rows["valid_from"].to_numpy(dtype=np.int64),
        valid_to=rows["valid_to"].to_numpy(dtype=np.int64),
    )


def alternates_of(
    data: PlanningData,
    points: PointKeys,
    buckets: Buckets,
    stand_ins: StandIns,
    lower: Ints,
) -> Alternates:
    """
    Returns what may stand in for other stock points: lines of bills, then substitutes.

    Parameters
    ----------
    data, points, buckets
        The parts made so far.
    stand_ins
        Lines of bills that stand in for others.
    lower
        Stock point that each flow takes from, shape ``(F,)``.
    """
    count = len(stand_ins.flow)
    known = points.find(stand_ins.pair)
    rows = _substitutes(data, points, buckets)
    size = len(rows)
    use_up: Bools = rows["use_up"].to_numpy(dtype=np.bool_)

    def both(own: Ints, column: str) -> Ints:
        return np.concatenate([own, rows[column].to_numpy(dtype=np.int64)])

    return Alternates(
        flow=np.concatenate([stand_ins.flow, np.full(size, -1, dtype=np.int64)]),
        point=both(lower[stand_ins.flow], "point"),
        other=both(known, "other"),
        ratio=np.concatenate(
            [stand_ins.ratio, rows["ratio"].to_numpy(dtype=np.float64)]
        ),
        rank=both(stand_ins.rank, "priority"),
        valid_from=both(stand_ins.valid_from, "start"),
        valid_to=both(stand_ins.valid_to, "end"),
        use_up=np.concatenate([np.zeros(count, dtype=np.bool_), use_up]),
    )


def _part(others: pd.DataFrame, needed: pd.DataFrame) -> pd.Series:
    """
    Returns units of the other for one of what is needed, NaN where they differ in kind.
    """
    per_unit = others["ratio"] / needed["ratio"].where(needed["ratio"] > 0)
    per_lot = others["per_lot"] / needed["per_lot"].where(needed["per_lot"] > 0)

    return per_unit.fillna(per_lot)


def _substitutes(
    data: PlanningData, points: PointKeys, buckets: Buckets
) -> pd.DataFrame:
    """
    Returns substitutes wherever both items have a stock point.
    """
    rows = data.table("substitutes")
    start, end = window_of(rows, buckets.as_of)
    rows = rows[["item_id", "substitute_id"]].assign(
        ratio=data.column("substitutes", "ratio").to_numpy(dtype=np.float64),
        priority=data.column("substitutes", "priority").to_numpy(dtype=np.int64),
        use_up=data.column("substitutes", "use_up").to_numpy(dtype=np.bool_),
        start=start,
        end=end,
    )
    places = pd.DataFrame(
        {"item_id": points.item_id, "location_id": points.location_id}
    ).astype("str")
    places = places[places["item_id"].isin(rows["item_id"])]
    rows = rows.merge(places, on="item_id")
    rows = rows.assign(
        point=points.find(points.keys.pair(rows["item_id"], rows["location_id"])),
        other=points.find(points.keys.pair(rows["substitute_id"], rows["location_id"])),
    )
    rows = rows[(rows["other"] >= 0) & (rows["other"] != rows["point"])]

    return rows.sort_values(["point", "priority", "substitute_id"], ignore_index=True)
