"""
Pegging as a tree: what a demand or order depends on, or what an order is for.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from lotwright.model.plan import Plan
from lotwright.model.why_words import cell_date, is_blank

#: Nodes of a tree at most; the nearest ones are kept.
MOST = 2000

_TEXTS = [
    "supply_kind",
    "supply_id",
    "lot_id",
    "demand_kind",
    "demand_id",
    "top_demand_id",
    "item_id",
    "location_id",
]

_Row = dict[Hashable, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """
    What is known of planned orders: kind and status of each.
    """

    kinds: Mapping[str, str]
    states: Mapping[str, str]


@dataclass(slots=True)
class _Built:
    """
    The nodes of a tree so far.
    """

    most: int
    num: int = 0
    is_cut: bool = False
    open: deque[tuple[list[dict[str, Any]], tuple[Any, ...], float]] = field(
        default_factory=deque
    )


def tree_below(plan: Plan, key: str, *, most: int = MOST) -> dict[str, Any]:
    """
    Returns what a demand or an order depends on, as nodes below nodes.

    On every level the quantities add up to what goes into it. Where an order serves
    several nodes of a level, what it needs is shared out among them.

    Parameters
    ----------
    plan
        The plan.
    key
        A demand, or a planned or open order that needs components.
    most
        Nodes at most.

    Raises
    ------
    KeyError
        When nothing is pegged to that demand or order.
    """
    if not (plan.pegging["demand_id"] == key).any() and _is_supply(plan, key):
        return {"rows": [], "nodes": 0, "is_cut": False}

    return _tree(plan, plan.walk_down(key), "down", most)


def tree_above(plan: Plan, key: str, *, most: int = MOST) -> dict[str, Any]:
    """
    Returns what an order is for, as nodes below nodes up to the demands.

    Parameters
    ----------
    plan, key, most
        As in ``tree_below``, for a planned or open order.

    Raises
    ------
    KeyError
        When nothing is pegged to that order.
    """
    return _tree(plan, plan.walk_up(key), "up", most)


def _tree(plan: Plan, pegs: pd.DataFrame, way: str, most: int) -> dict[str, Any]:
    """
    Returns the nodes of a walk, nearest first until there are enough.
    """
    cells = pegs[_TEXTS].astype("object").where(pegs[_TEXTS].notna(), "").astype("str")
    level = pegs["level"].fillna(-1).astype("int64")
    rows = pegs.assign(**{name: cells[name] for name in _TEXTS}, level=level)
    known = _known(plan)
    below: dict[tuple[Any, ...], list[_Row]] = {}
    weights: dict[tuple[Any, ...], float] = {}

    for row in rows.to_dict("records"):
        below.setdefault(_own_place(row, way), []).append(row)
        onward = _next_place(row, way)
        weights[onward] = weights.get(onward, 0.0) + float(row["quantity"])

    built = _Built(most=most)
    roots: list[dict[str, Any]] = []
    starts = [place for place in below if place[0] == 1]
    built.open.extend((roots, place, 1.0) for place in starts)

    while built.open:
        nodes, place, part = built.open.popleft()

        for row in below.get(place, ()):
            if built.num >= built.most:
                built.is_cut = True
                break

            node = _node(row, part, way, known)
            nodes.append(node)
            built.num += 1
            onward = _next_place(row, way)

            if onward in below:
                share = part * float(row["quantity"]) / (weights[onward] or 1.0)
                node["_children"] = []
                built.open.append((node["_children"], onward, share))

    return {"rows": roots, "nodes": built.num, "is_cut": built.is_cut}


def _own_place(row: _Row, way: str) -> tuple[Any, ...]:
    """
    Returns the place below which a row stands: what its step begins from.
    """
    if row["step"] == 1:
        return (1, "", "", 0)

    end = "demand_id" if way == "down" else "supply_id"

    return (row["step"], row[end], row["top_demand_id"], row["level"])


def _next_place(row: _Row, way: str) -> tuple[Any, ...]:
    """
    Returns the place of what stands below a row.
    """
    end, by = ("supply_id", 1) if way == "down" else ("demand_id", -1)

    return (row["step"] + 1, row[end], row["top_demand_id"], row["level"] + by)


def _node(row: _Row, part: float, way: str, known: _Known) -> dict[str, Any]:
    supply, demand = str(row["supply_id"]), str(row["demand_id"])
    is_down = way == "down"
    own = supply if is_down else demand
    kind = known.kinds.get(own, str(row["supply_kind" if is_down else "demand_kind"]))

    return {
        "kind": kind.replace("_", " "),
        "id": own,
        "is_planned": own in known.kinds,
        "item_id": row["item_id"],
        "location_id": row["location_id"],
        "quantity": round(float(row["quantity"]) * part, 6),
        "supply_date": _day(row["supply_date"]),
        "need_date": _day(row["need_date"]),
        "slack_days": _number(row["slack_days"]),
        "state": known.states.get(own, "open" if is_down and own else ""),
    }


def _is_supply(plan: Plan, key: str) -> bool:
    """
    Returns whether a key is that of an order, which may need nothing.
    """
    return bool((plan.pegging["supply_id"] == key).any())


def _known(plan: Plan) -> _Known:
    orders = plan.orders[["order_id", "kind", "status"]].astype("str")
    names, kinds, states = (orders[name].tolist() for name in orders.columns)

    return _Known(
        kinds=dict(zip(names, kinds, strict=True)),
        states=dict(zip(names, states, strict=True)),
    )


def _number(value: object) -> float | None:
    return None if is_blank(value) else float(str(value))


def _day(value: object) -> str | None:
    day = cell_date(value)

    return None if day is None else day.isoformat()
