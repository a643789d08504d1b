"""
Why an order exists: what each part of its quantity is for.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.kinds import LotRule
from lotwright.model.network import Network
from lotwright.model.why import order_text, row_of
from lotwright.model.why_words import (
    amount_text,
    as_plain,
    cell_date,
    cell_text,
    day_text,
    days_text,
    number,
    rows_of,
)

#: What a part of an order may be for, in the order in which parts are told.
_PURPOSES = {
    "demand": "needed when it comes, or waited for",
    "together": "needed later, ordered together with what comes first",
    "pre_build": "needed later, made ahead",
    "safety": "safety stock",
    "minimum_lot": "over, for lots have a smallest size",
    "rounding": "over, for lots are whole multiples",
    "surplus": "over",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """
    A part of an order.

    Parameters
    ----------
    purpose
        ``demand``, ``together`` (a later need in the same lot), ``pre_build`` (made
        ahead of all that it is for), ``safety``, ``minimum_lot``, ``rounding`` or
        ``surplus``.
    quantity
        How much, in units of the order's item.
    demand_id
        The demand on top of it; empty for what is kept or over.
    parent_id
        The order that takes it as a component; empty where it serves the demand itself.
    need_date
        When it is needed; None for what is kept or over.
    days_ahead
        Days from when it is there until it is needed; less than 0 where it is late.
    """

    purpose: str
    quantity: float
    demand_id: str = ""
    parent_id: str = ""
    need_date: dt.date | None = None
    days_ahead: float = 0.0

    def __str__(self) -> str:
        text = f"{amount_text(self.quantity)} {_PURPOSES[self.purpose]}"

        if self.demand_id:
            text += f": {self.demand_id}"

        if self.parent_id:
            text += f", by order {self.parent_id}"

        if self.need_date is not None:
            text += f", on {day_text(self.need_date)}"

        if self.days_ahead:
            side = "ahead" if self.days_ahead > 0 else "late"
            text += f" ({days_text(abs(self.days_ahead))} {side})"

        return text


@dataclass(frozen=True, slots=True, kw_only=True)
class WhyOrder:
    """
    What an order is for; its parts add up to its quantity.

    Parameters
    ----------
    order_id, item_id, location_id, source_id, quantity
        The order.
    text
        The order in words.
    parts
        What it is for: needs by date, then what is kept and what is over.
    rule
        How its item is ordered; empty where no planning data say so.
    """

    order_id: str
    item_id: str
    location_id: str
    source_id: str
    quantity: float
    text: str
    parts: tuple[Part, ...]
    rule: str = ""

    def to_dict(self) -> dict[str, object]:
        """
        Returns all of it in the types of JSON; dates are ISO texts.
        """
        return as_plain(self)

    def __str__(self) -> str:
        lines = [f"Order {self.order_id}: {self.text}"]
        lines += [f"  {part}" for part in self.parts]

        return "\n".join([*lines, f"  Rule: {self.rule}"] if self.rule else lines)


def why_order(
    tables: Mapping[str, pd.DataFrame], order_id: str, network: Network | None = None
) -> WhyOrder:
    """
    Returns what a planned order is for.

    Parameters
    ----------
    tables
        Tables of a plan by name.
    order_id
        The order.
    network
        What was planned, to name the rule; None to leave that out.

    Raises
    ------
    KeyError
        When the plan has no such order.
    """
    row = row_of(tables["planned_orders"], "order_id", order_id, "planned order")

    return WhyOrder(
        order_id=order_id,
        item_id=cell_text(row["item_id"]),
        location_id=cell_text(row["location_id"]),
        source_id=cell_text(row["source_id"]),
        quantity=number(row["quantity"]),
        text=order_text(row),
        parts=_parts(tables["pegging"], row),
        rule="" if network is None else _rule(network, row),
    )


def _parts(pegging: pd.DataFrame, order: Mapping[str, object]) -> tuple[Part, ...]:
    """
    Returns the parts of an order, from the links of its main product.
    """
    own = pegging["supply_id"] == order["order_id"]
    own &= pegging["item_id"] == order["item_id"]
    rows = pegging[own & (pegging["location_id"] == order["location_id"])]
    there = cell_date(order["available_date"]) or cell_date(order["due_date"])
    kept = rows["demand_kind"].isin(["safety", "excess"])
    needs = [_need(row, there) for row in rows_of(rows[~kept])]
    keeps = bool((rows["demand_kind"] == "safety").any())
    ahead = not keeps and all(part.days_ahead > 0 for part in needs)
    found = [_told(part, ahead) for part in _summed(needs)]
    reason = cell_text(order["reason"])
    over = reason if reason in ("minimum_lot", "rounding") else "surplus"

    for kind, purpose in (("safety", "safety"), ("excess", over)):
        quantity = float(rows.loc[rows["demand_kind"] == kind, "quantity"].sum())

        if quantity > 0:
            found.append(Part(purpose=purpose, quantity=round(quantity, 9)))

    return tuple(found)


def _need(row: Mapping[str, object], there: dt.date | None) -> Part:
    need = cell_date(row["need_date"])
    days = 0 if need is None or there is None else (need - there).days
    by_order = row["demand_kind"] in ("planned", "open_order")
    parent = cell_text(row["demand_id"]) if by_order else ""
    top = cell_text(row["top_demand_id"]) or ("" if parent else str(row["demand_id"]))

    return Part(
        purpose="demand",
        quantity=number(row["quantity"]),
        demand_id=top,
        parent_id=parent,
        need_date=need,
        days_ahead=float(days),
    )


def _summed(parts: list[Part]) -> list[Part]:
    """
    Returns parts with those for the same need put together, by date.
    """
    sums: dict[tuple[object, ...], float] = {}
    first: dict[tuple[object, ...], Part] = {}

    for part in parts:
        key = (part.need_date or dt.date.max, part.demand_id, part.parent_id)
        sums[key] = sums.get(key, 0.0) + part.quantity
        first.setdefault(key, part)

    return [
        Part(
            purpose="demand",
            quantity=round(sums[key], 9),
            demand_id=first[key].demand_id,
            parent_id=first[key].parent_id,
            need_date=first[key].need_date,
            days_ahead=first[key].days_ahead,
        )
        for key in sorted(sums, key=str)
    ]


def _told(part: Part, all_ahead: bool) -> Part:
    """
    Returns a part with its purpose: later needs are made ahead where nothing is needed
    or to be kept at once, else ordered together with what is.
    """
    if part.days_ahead <= 0:
        return part

    return Part(
        purpose="pre_build" if all_ahead else "together",
        quantity=part.quantity,
        demand_id=part.demand_id,
        parent_id=part.parent_id,
        need_date=part.need_date,
        days_ahead=part.days_ahead,
    )


def _rule(network: Network, order: Mapping[str, object]) -> str:
    """
    Returns how the item of an order is ordered, in words.
    """
    activities, points = network.activities, network.points
    label = f"{order['item_id']}@{order['location_id']}"
    same = np.array([points.labels[p] == label for p in activities.point.tolist()])
    same &= activities.source_id == order["source_id"]
    rows = np.flatnonzero(same)

    if not len(rows):
        return ""

    row = int(rows[0])
    low, high = float(activities.min_lot[row]), float(activities.max_lot[row])
    multiple = float(activities.lot_multiple[row])
    parts = []

    if order["engine"] == "mrp":
        name = LotRule(points.lot_rule[activities.point[row]]).name
        parts.append(f"lot rule {name.lower()}")
    else:
        parts.append("lot sizes by cost")

    if low > 0:
        parts.append(f"at least {amount_text(low)}")

    if multiple > 0:
        parts.append(f"in multiples of {amount_text(multiple)}")

    if np.isfinite(high):
        parts.append(f"at most {amount_text(high)}")

    if activities.lot_cost[row] > 0:
        parts.append(f"{amount_text(activities.lot_cost[row])} for each order")

    return ", ".join(parts)
