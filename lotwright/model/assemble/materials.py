"""
Materials: what each source delivers and consumes, phantoms exploded.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.assemble.keys import Keys
from lotwright.model.assemble.sources import FAR, Sources, best_version, versions
from lotwright.model.assemble.time import days_from
from lotwright.model.assemble.units import in_base_units
from lotwright.model.buckets import Buckets
from lotwright.model.data import PlanningData
from lotwright.model.network import ActivityKind, Floats, Ints

#: Phantoms inside phantoms are followed so deep; checks refuse cycles before.
_MOST_PHANTOM_LEVELS = 50


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flows:
    """
    Material flows, sorted by activity and stock point.

    Parameters
    ----------
    activity, pair
        Which source, and which item at which location, shape ``(F,)``.
    ratio, per_lot
        Per unit received from the source, and per lot, shape ``(F,)``.
    offset
        Whole working days before the start, shape ``(F,)``.
    valid_from, valid_to
        Days between which the line holds, shape ``(F,)``.
    """

    activity: Ints
    pair: Ints
    ratio: Floats
    per_lot: Floats
    offset: Ints
    valid_from: Ints
    valid_to: Ints


def materials_of(
    data: PlanningData, keys: Keys, sources: Sources, buckets: Buckets, gross: Floats
) -> tuple[Flows, Flows]:
    """
    Returns what sources consume and what they deliver besides their product.

    Parameters
    ----------
    data, keys, sources, buckets
        The parts made so far.
    gross
        Units to start for one good unit, by the scrap of operations, shape ``(A,)``.
    """
    lines = _bill_lines(data, buckets)
    makes = sources.frame.loc[sources.kind == ActivityKind.MAKE]
    used = makes.reset_index(names="activity")[["activity", "bom_id", "location_id"]]
    rows = used.merge(lines, on="bom_id")
    rows = _explode_phantoms(rows, lines, data, buckets)
    started = gross / sources.bom_yield
    rows["ratio"] *= started[rows["activity"].to_numpy(dtype=np.int64)]
    moves = _moves(sources)
    rows["pair"] = keys.pair(
        rows["component_id"], rows["consume_location_id"].fillna(rows["location_id"])
    )
    consumed = rows[(rows["ratio"] > 0) | (rows["per_lot"] > 0)]
    delivered = rows[rows["ratio"] < 0].assign(ratio=lambda frame: -frame["ratio"])

    return _flows(pd.concat([consumed, moves])), _flows(delivered)


def _bill_lines(data: PlanningData, buckets: Buckets) -> pd.DataFrame:
    rows = data.table("bom_lines")
    base = data.column("boms", "base_quantity").set_axis(data.table("boms")["bom_id"])
    quantity = in_base_units(data, "bom_lines", "quantity_per", item="component_id")
    quantity = quantity * (1.0 + data.column("bom_lines", "scrap").to_numpy())
    per_lot = (data.column("bom_lines", "kind") == "per_lot").to_numpy()
    per_base = quantity / rows["bom_id"].map(base).to_numpy(dtype=np.float64)
    start = days_from(rows["valid_from"], buckets.as_of)
    end = days_from(rows["valid_to"], buckets.as_of)

    return pd.DataFrame(
        {
            "bom_id": rows["bom_id"],
            "component_id": rows["component_id"],
            "consume_location_id": rows["consume_location_id"],
            "ratio": np.where(per_lot, 0.0, per_base),
            "per_lot": np.where(per_lot, quantity, 0.0),
            "offset": data.column("bom_lines", "offset_days").to_numpy(),
            "valid_from": np.where(rows["valid_from"].isna(), -FAR, start),
            "valid_to": np.where(rows["valid_to"].isna(), FAR, end),
        }
    )


def _explode_phantoms(
    rows: pd.DataFrame, lines: pd.DataFrame, data: PlanningData, buckets: Buckets
) -> pd.DataFrame:
    items = data.table("items")
    phantoms = set(items.loc[items["kind"] == "phantom", "item_id"])
    boms = versions(data.table("boms"), buckets)
    done = [rows]

    for _ in range(_MOST_PHANTOM_LEVELS if phantoms else 0):
        rows = done.pop()
        through = rows["component_id"].isin(phantoms)
        done.append(rows[~through])

        if not through.any():
            break

        upper = rows[through]
        place = upper["consume_location_id"].fillna(upper["location_id"])
        bom = best_version(boms, "bom_id", upper["component_id"], place)
        lower = upper.assign(bom_id=bom, place=place).merge(
            lines, on="bom_id", suffixes=("", "_line")
        )
        done.append(_scaled(lower))

    return pd.concat(done, ignore_index=True)


def _scaled(lower: pd.DataFrame) -> pd.DataFrame:
    line_place = lower["consume_location_id_line"]

    return pd.DataFrame(
        {
            "activity": lower["activity"],
            "bom_id": lower["bom_id"],
            "location_id": lower["location_id"],
            "component_id": lower["component_id_line"],
            "consume_location_id": line_place.fillna(lower["place"]),
            "ratio": lower["ratio"] * lower["ratio_line"],
            "per_lot": lower["per_lot"] * lower["ratio_line"] + lower["per_lot_line"],
            "offset": lower["offset"] + lower["offset_line"],
            "valid_from": np.maximum(lower["valid_from"], lower["valid_from_line"]),
            "valid_to": np.minimum(lower["valid_to"], lower["valid_to_line"]),
        }
    )


def _moves(sources: Sources) -> pd.DataFrame:
    moves = np.flatnonzero(sources.from_pair >= 0)

    return pd.DataFrame(
        {
            "activity": moves,
            "pair": sources.from_pair[moves],
            "ratio": 1.0,
            "per_lot": 0.0,
            "offset": 0.0,
            "valid_from": -FAR,
            "valid_to": FAR,
        }
    )


def _flows(rows: pd.DataFrame) -> Flows:
    rows = rows.assign(offset=np.ceil(rows["offset"].astype(np.float64) - 1e-9))
    by = ["activity", "pair", "offset", "valid_from", "valid_to"]
    total = rows.groupby(by, as_index=False)[["ratio", "per_lot"]].sum()
    total = total[total["pair"] >= 0]

    return Flows(
        activity=total["activity"].to_numpy(dtype=np.int64),
        pair=total["pair"].to_numpy(dtype=np.int64),
        ratio=total["ratio"].to_numpy(dtype=np.float64),
        per_lot=total["per_lot"].to_numpy(dtype=np.float64),
        offset=total["offset"].to_numpy(dtype=np.int64),
        valid_from=total["valid_from"].to_numpy(dtype=np.int64),
        valid_to=total["valid_to"].to_numpy(dtype=np.int64),
    )
