"""
Reservations: which stock and open orders are held for which demand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.arrays import Floats
from lotwright.model.assemble.stock import must_keep_until
from lotwright.model.assemble.supply import Supply
from lotwright.model.assemble.turns import drawn
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.network import DemandLines
from lotwright.model.rules import Reserved
from lotwright.model.why_words import amount_text

#: Where nothing is held for anybody.
_NOTHING = Reserved(
    line=np.zeros(0, dtype=np.int64),
    supply=np.zeros(0, dtype=np.int64),
    quantity=np.zeros(0),
)

#: How many reservations a finding names.
_NAMED = 3

#: Less than this part of a reservation is a rounding error.
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Holding:
    """
    What is held for demand, and what cannot be.

    Parameters
    ----------
    reserved
        As in the rules.
    findings
        Reservations that are not kept, or not in full.
    """

    reserved: Reserved
    findings: tuple[Finding, ...]


def reserved_of(
    data: PlanningData, demand: pd.DataFrame, lines: DemandLines, supply: Supply
) -> Holding:
    """
    Returns what is held for demand lines.

    A lot with an owner is held for it as a whole. Then reservations are kept in the
    order of demand and supply, as far as the supply reaches and the demand needs it; a
    supply of another item or place, one that belongs to somebody else, or one that
    expires before the demand may have it, cannot serve.

    Parameters
    ----------
    data
        The tables.
    demand
        What the tables say of each line, with ``required_day`` and ``sellable`` (days).
    lines, supply
        Demand and supply of the network.
    """
    if not len(data.table("reservations")) and not np.any(supply.lots.owner != ""):
        return Holding(reserved=_NOTHING, findings=())

    until = must_keep_until(demand)
    wanted = pd.DataFrame(
        {
            "line": np.arange(len(lines)),
            "demand_id": lines.demand_id,
            "at": lines.point,
            "need": lines.quantity,
            "until": until,
            "keeps": until - demand["required_day"].to_numpy(dtype=np.int64),
        }
    )
    supplies = _supplies(supply)
    asked = _asked(data, wanted, supplies)
    # A reservation of a lot for its owner says nothing new.
    is_new = asked["owner"] == ""
    owned = supplies[supplies["owner"] != ""]
    owned = owned.assign(row=-1, demand_id=owned["owner"], asked=owned["there"])
    columns = ["row", "demand_id", "supply", "asked", "there"]
    every = pd.concat([owned[columns], asked.loc[is_new, columns]], ignore_index=True)
    every = every.merge(wanted, on="demand_id")
    every["kept"] = _within(every, "supply", "there", "asked")
    every["kept"] = _within(every, "line", "need", "kept")
    pairs = every[every["kept"] > 0].groupby(["line", "supply"])["kept"].sum()
    kept = pairs.reset_index()
    known = asked.loc[~is_new, ["row", "asked"]].rename(columns={"asked": "kept"})
    told = pd.concat([every.loc[every["row"] >= 0, ["row", "kept"]], known])

    return Holding(
        reserved=Reserved(
            line=kept["line"].to_numpy(dtype=np.int64),
            supply=kept["supply"].to_numpy(dtype=np.int64),
            quantity=kept["kept"].to_numpy(dtype=np.float64),
        ),
        findings=tuple(_findings(data, told)),
    )


def _supplies(supply: Supply) -> pd.DataFrame:
    owner = np.full(len(supply.supplies.point), "", dtype=object)
    owner[: len(supply.lots.owner)] = supply.lots.owner

    return pd.DataFrame(
        {
            "supply": np.arange(len(owner)),
            "supply_id": supply.supplies.supply_id,
            "lot_id": supply.supplies.lot_id,
            "at": supply.supplies.point,
            "there": supply.supplies.quantity,
            "day": supply.supplies.day,
            "expiry": np.append(supply.lots.expiry, supply.orders["expiry"]),
            "owner": owner,
        }
    )


def _asked(
    data: PlanningData, wanted: pd.DataFrame, supplies: pd.DataFrame
) -> pd.DataFrame:
    """
    Returns the reservations that speak of planned demand and a supply that fits it.
    """
    rows = data.table("reservations")
    rows = pd.DataFrame(
        {
            "row": np.arange(len(rows)),
            "demand_id": rows["demand_id"],
            "supply_id": rows["supply_id"].fillna(""),
            "lot_id": rows["lot_id"].fillna("").where(rows["supply_id"].isna(), ""),
            "asked": rows["quantity"],
        }
    )
    rows = rows.merge(wanted[["demand_id", "at", "until", "keeps"]], on="demand_id")
    keys = ["supply_id", "lot_id", "at"]
    is_named = (supplies["supply_id"] != "") | (supplies["lot_id"] != "")
    found = rows.merge(supplies[is_named], on=keys)
    fits = (found["owner"] == "") | (found["owner"] == found["demand_id"])
    # What comes late has to keep until then.
    fits &= found["expiry"] >= found["until"]
    fits &= found["expiry"] - found["day"] >= found["keeps"]
    # A lot may have several rows; the first that may serve is taken.
    found = found[fits].sort_values(["row", "supply"]).drop_duplicates("row")

    return found.sort_values(["demand_id", "supply", "asked"])


def _within(asked: pd.DataFrame, by: str, limit: str, quantity: str) -> Floats:
    """
    Returns what of each row is within what all rows of one thing may take, in order.
    """
    cell, things = pd.factorize(asked[by])
    room = asked.groupby(by)[limit].first().reindex(things)

    return drawn(
        np.asarray(cell, dtype=np.int64),
        asked[quantity].to_numpy(dtype=np.float64),
        room.to_numpy(dtype=np.float64),
    )


def _findings(data: PlanningData, kept: pd.DataFrame) -> Iterator[Finding]:
    rows = data.table("reservations")
    asked = rows["quantity"].to_numpy(dtype=np.float64)
    held = np.bincount(kept["row"], weights=kept["kept"], minlength=len(rows))
    lost = np.flatnonzero(held < asked * (1.0 - _ROUNDING))

    if not len(lost):
        return

    named = rows.iloc[lost].assign(place=rows["supply_id"].fillna(rows["lot_id"]))
    named = named.sort_values(["demand_id", "place"]).head(_NAMED)
    pairs = zip(named["place"], named["demand_id"], strict=True)
    names = [f"{a} for {b}" for a, b in pairs]
    more = f" and {len(lost) - _NAMED:,} more" if len(lost) > _NAMED else ""
    one = len(lost) == 1
    missing = float((asked - held)[lost].sum())

    yield Finding(
        code="W-RESERVATION",
        severity=Severity.WARNING,
        table="reservations",
        key=str(named["demand_id"].iloc[0]) if one else "",
        column="quantity",
        row=int(lost[0]) + 2 if one else 0,
        count=len(lost),
        text=f"{len(lost):,} reservation{'' if one else 's'} "
        f"({', '.join(names)}{more}) cannot be kept in full: {amount_text(missing)} "
        "are missing, for the demand is not planned or needs less, or the stock or "
        "order is not there, is at another item or place, belongs to another demand, "
        "expires before, or is too small; correct the reservation.",
    )
