"""
Materials: what each source delivers and consumes, phantoms exploded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.assemble.keys import Keys, look_up_numbers
from lotwright.model.assemble.sources import Sources
from lotwright.model.assemble.stand_ins import (
    StandIns,
    split_choices,
    stand_ins_of,
)
from lotwright.model.assemble.time import FAR, window_of
from lotwright.model.assemble.units import in_base_units
from lotwright.model.assemble.versions import best_version, versions
from lotwright.model.buckets import Buckets
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.kinds import ActivityKind
from lotwright.model.network import Floats, Ints

#: Phantoms inside phantoms are followed so deep; checks refuse cycles before.
_MOST_PHANTOM_LEVELS = 50


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flows:
    """
    What sources consume, sorted by source and stock point.

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ByProducts:
    """
    What sources deliver besides their product, sorted by source and stock point.

    Parameters
    ----------
    activity, pair
        Which source, and which item at which location, shape ``(B,)``.
    ratio
        Per unit received from the source, shape ``(B,)``.
    findings
        By-products that are not counted.
    """

    activity: Ints
    pair: Ints
    ratio: Floats
    findings: tuple[Finding, ...]


def materials_of(
    data: PlanningData, keys: Keys, sources: Sources, buckets: Buckets, gross: Floats
) -> tuple[Flows, ByProducts, StandIns]:
    """
    Returns what sources consume, what they deliver besides their product, and what they
    may consume instead.

    Parameters
    ----------
    data, keys, sources, buckets
        The parts made so far.
    gross
        Units to start for one good unit, by the scrap of operations, shape ``(A,)``.
    """
    lines, others = split_choices(data, _bill_lines(data, buckets))
    makes = sources.frame.loc[sources.kind == ActivityKind.MAKE]
    used = makes.reset_index(names="activity")[["activity", "bom_id", "location_id"]]
    used = used.merge(lines, on="bom_id").assign(home=lambda rows: rows["location_id"])
    rows = _explode_phantoms(used, lines, data, sources, buckets)
    started = gross / sources.bom_yield
    rows["ratio"] *= started[rows["activity"].to_numpy(dtype=np.int64)]
    rows["pair"] = keys.pair(
        rows["component_id"], rows["consume_location_id"].fillna(rows["location_id"])
    )
    consumed = rows[(rows["ratio"] > 0) | (rows["per_lot"] > 0)]
    delivered = rows[(rows["ratio"] < 0) | (rows["per_lot"] < 0)]

    total = _totals(pd.concat([consumed, _moves(sources)]))

    return (
        _flows(total),
        _by_products(delivered, sources, buckets),
        stand_ins_of(keys, lines[lines["choice"] >= 0], others, total),
    )


def _bill_lines(data: PlanningData, buckets: Buckets) -> pd.DataFrame:
    rows = data.table("bom_lines")
    base = data.column("boms", "base_quantity").set_axis(data.table("boms")["bom_id"])
    quantity = in_base_units(data, "bom_lines", "quantity_per", item="component_id")
    scrap = data.column("bom_lines", "scrap").to_numpy(dtype=np.float64)
    # Scrap makes a need larger and a by-product smaller.
    quantity = quantity * np.where(quantity > 0, 1.0 + scrap, 1.0 - scrap)
    per_lot = (data.column("bom_lines", "kind") == "per_lot").to_numpy()
    stated_for = look_up_numbers(rows["bom_id"], base, 1.0)
    start, end = window_of(rows, buckets.as_of)

    lines = pd.DataFrame(
        {
            "bom_id": rows["bom_id"],
            "line": rows["line"],
            "component_id": rows["component_id"],
            "consume_location_id": rows["consume_location_id"],
            "ratio": np.where(per_lot, 0.0, quantity / stated_for),
            "per_lot": np.where(per_lot, quantity, 0.0),
            "offset": data.column("bom_lines", "offset_days").to_numpy(np.float64),
            "valid_from": start,
            "valid_to": end,
        }
    )

    # Sorted, so that sums do not depend on the order of the rows.
    return lines.sort_values(["bom_id", "line"], ignore_index=True)


def _explode_phantoms(
    rows: pd.DataFrame,
    lines: pd.DataFrame,
    data: PlanningData,
    sources: Sources,
    buckets: Buckets,
) -> pd.DataFrame:
    """
    Returns the rows with phantoms replaced by what they are made of.

    Phantoms that lie in stock stay, for they have ways of being made, and so do those
    without a bill, which come from stock alone.
    """
    items = data.table("items")
    phantoms = set(items.loc[items["kind"] == "phantom", "item_id"])
    stocked = sources.frame.loc[sources.phantom, ["item_id", "location_id"]]
    stays = pd.MultiIndex.from_frame(stocked)

    if not phantoms:
        return rows

    boms = versions(data, "boms", "bom_id", buckets)
    yields = data.column("boms", "yield").set_axis(data.table("boms")["bom_id"])
    done = [rows]

    for _ in range(_MOST_PHANTOM_LEVELS):
        rows = done.pop()
        place = rows["consume_location_id"].fillna(rows["home"])
        here = pd.MultiIndex.from_arrays([rows["component_id"], place])
        through = rows["component_id"].isin(phantoms) & ~here.isin(stays)
        bom = best_version(boms, "bom_id", rows["component_id"], place)
        through &= bom.notna()
        done.append(rows[~through])

        if not through.any():
            break

        started = 1.0 / bom.map(yields).fillna(1.0)
        upper = rows.assign(bom_id=bom, place=place, started=started)[through]
        done.append(_scaled(upper.merge(lines, on="bom_id", suffixes=("", "_line"))))

    return pd.concat(done, ignore_index=True)


def _scaled(lower: pd.DataFrame) -> pd.DataFrame:
    line_place = lower["consume_location_id_line"]
    ratio = lower["started"] * lower["ratio_line"]

    return pd.DataFrame(
        {
            "activity": lower["activity"],
            "bom_id": lower["bom_id"],
            "line": lower["line"],
            "location_id": lower["location_id"],
            "home": lower["place"],
            "choice": lower["choice_line"],
            "component_id": lower["component_id_line"],
            "consume_location_id": line_place.fillna(lower["place"]),
            "ratio": lower["ratio"] * ratio,
            "per_lot": lower["per_lot"] * ratio + lower["per_lot_line"],
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
            "choice": -1,
            "home": "",
        }
    )


def _totals(rows: pd.DataFrame) -> pd.DataFrame:
    offset = np.ceil(rows["offset"].to_numpy(dtype=np.float64) - 1e-9)
    rows = rows.assign(
        offset=offset.astype(np.int64),
        ratio=np.maximum(rows["ratio"], 0.0),
        per_lot=np.maximum(rows["per_lot"], 0.0),
    )
    by = ["activity", "pair", "offset", "valid_from", "valid_to", "choice"]
    sums = {"ratio": "sum", "per_lot": "sum", "home": "first"}

    return rows.groupby(by, as_index=False).agg(sums)


def _flows(total: pd.DataFrame) -> Flows:
    return Flows(
        activity=total["activity"].to_numpy(dtype=np.int64),
        pair=total["pair"].to_numpy(dtype=np.int64),
        ratio=total["ratio"].to_numpy(dtype=np.float64),
        per_lot=total["per_lot"].to_numpy(dtype=np.float64),
        offset=total["offset"].to_numpy(dtype=np.int64),
        valid_from=total["valid_from"].to_numpy(dtype=np.int64),
        valid_to=total["valid_to"].to_numpy(dtype=np.int64),
    )


def _by_products(rows: pd.DataFrame, sources: Sources, buckets: Buckets) -> ByProducts:
    never = (rows["valid_to"] <= 0) | (rows["valid_from"] >= buckets.horizon)
    always = (rows["valid_from"] <= 0) & (rows["valid_to"] >= buckets.horizon)
    left_out = ~never & (~always | (rows["per_lot"] < 0))
    counted = rows[always & (rows["ratio"] < 0)]
    total = counted.groupby(["activity", "pair"], as_index=False)["ratio"].sum()

    return ByProducts(
        activity=total["activity"].to_numpy(dtype=np.int64),
        pair=total["pair"].to_numpy(dtype=np.int64),
        ratio=-total["ratio"].to_numpy(dtype=np.float64),
        findings=tuple(_not_counted(rows[left_out], sources)),
    )


def _not_counted(rows: pd.DataFrame, sources: Sources) -> Iterator[Finding]:
    source = sources.frame["source_id"].iloc[rows["activity"].to_numpy()]

    for name, row in zip(source, rows.to_dict("records"), strict=True):
        lot = row["per_lot"] < 0
        why = "comes once per lot" if lot else "is valid for a part of the plan only"
        yield Finding(
            code="W-FEATURE-DEGRADED",
            severity=Severity.DEGRADED,
            table="bom_lines",
            key=f"{row['bom_id']}/{row['line']}",
            column="kind" if lot else "valid_from",
            text=f"By-product {row['component_id']} of source {name} {why} and is not "
            "counted as supply. State it per unit and for the whole plan, or enter "
            "what is expected in supplies.",
        )
