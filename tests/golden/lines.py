"""
Tables of a plan as lines that a person can write by hand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pandas as pd

from lotwright import Plan

#: A cell of a table, and a row of cells.
Cell: TypeAlias = str | float | pd.Timestamp | None
Row: TypeAlias = dict[str, Cell]

#: Findings about the data as such, and those that repeat an action or a late order.
_BESIDE = ("A-", "I-", "W-FEATURE", "W-ROUTE-NONE", "W-SRC-ROUTING", "X-RELEASE-PAST")


def order_lines(plan: Plan) -> list[str]:
    """
    Returns a line for every planned order.
    """
    return [
        f"{row['kind']} {_point(row)} {_number(row['quantity'])} by {row['source_id']} "
        f"order {_date(row['release_date'])} start {_date(row['start_date'])} "
        f"due {_date(row['due_date'])} delay {_number(row['delay_days'])}"
        + ("" if row["status"] == "planned" else f" {row['status']}")
        for row in _rows(plan, "planned_orders")
    ]


def pegging_lines(plan: Plan) -> list[str]:
    """
    Returns a line for every pair of supply and need, whatever demand is on top.
    """
    return _pegs(plan, tops=False)


def top_lines(plan: Plan) -> list[str]:
    """
    Returns a line for every pair of supply and need, demand on top and level.
    """
    return _pegs(plan, tops=True)


def fulfilment_lines(plan: Plan) -> list[str]:
    """
    Returns a line for every demand.
    """
    return [
        f"{row['demand_id']} {_number(row['quantity'])} "
        f"on_time {_number(row['on_time_qty'])} late {_number(row['late_qty'])} "
        f"short {_number(row['short_qty'])} last {_date(row['last_date'])} "
        f"days_late {_number(row['days_late'])}"
        for row in _rows(plan, "demand_fulfilment")
    ]


def finding_lines(plan: Plan) -> list[str]:
    """
    Returns a line for every finding about demand, supply and stock.
    """
    names = _order_names(plan)

    return [
        f"{row['code']} {names.get(_text(row['key']), _text(row['key']))}"
        for row in _rows(plan, "findings")
        if not str(row["code"]).startswith(_BESIDE)
    ]


def action_lines(plan: Plan) -> list[str]:
    """
    Returns a line for every action.
    """
    return [
        f"{row['supply_id']} {row['action']} "
        f"from {_date(row['from_date'])} {_number(row['from_qty'])} "
        f"to {_date(row['to_date'])} {_number(row['to_qty'])}"
        for row in _rows(plan, "action_messages")
    ]


def explanation_lines(plan: Plan) -> list[str]:
    """
    Returns a line for every cause of a late or short demand.
    """
    names = _order_names(plan)

    return [
        f"{row['demand_id']} {row['rank']} {row['cause_code']} {row['object_kind']} "
        f"{names.get(_text(row['object_id']), _text(row['object_id']))} "
        f"days {_number(row['days'])} path {_path(_text(row['path']), names)}"
        for row in _rows(plan, "explanations")
    ]


#: What makes the lines of each file in ``expected``.
RENDERERS: dict[str, Callable[[Plan], list[str]]] = {
    "orders": order_lines,
    "pegging": pegging_lines,
    "tops": top_lines,
    "fulfilment": fulfilment_lines,
    "findings": finding_lines,
    "actions": action_lines,
    "explanations": explanation_lines,
}


def _pegs(plan: Plan, *, tops: bool) -> list[str]:
    names = _order_names(plan)
    main = {str(row["order_id"]): _point(row) for row in _rows(plan, "planned_orders")}
    total: dict[str, dict[str, float]] = {}

    for row in _rows(plan, "pegging"):
        top = f" for {_text(row['top_demand_id'])} level {row['level']}" if tops else ""
        needs = total.setdefault(_supply(row, names, main), {})
        need = _need(row, names) + top
        needs[need] = needs.get(need, 0.0) + float(str(row["quantity"]))

    return [
        f"{supply}: {_number(quantity)} -> {need}"
        for supply, needs in total.items()
        for need, quantity in needs.items()
    ]


def _supply(row: Row, names: dict[str, str], main: dict[str, str]) -> str:
    key, lot = _text(row["supply_id"]), _text(row["lot_id"])

    if key in names:
        beside = "" if main[key] == _point(row) else f" ({_point(row)})"

        return f"planned {names[key]}{beside}"

    words = [_text(row["supply_kind"]), key, _point(row), f"lot {lot}" if lot else ""]

    return " ".join(word for word in words if word)


def _need(row: Row, names: dict[str, str]) -> str:
    kind, key = _text(row["demand_kind"]), _text(row["demand_id"])

    # What keeps the rest is named after its stock point, which the supply tells.
    if key.startswith(f"{kind}:"):
        return kind

    return f"{kind} {names.get(key, key)}"


def _order_names(plan: Plan) -> dict[str, str]:
    """
    Returns what planned orders are called here, for their ids say nothing.
    """
    return {
        str(row["order_id"]): f"{_point(row)} due {_date(row['due_date'])}"
        for row in _rows(plan, "planned_orders")
    }


def _path(path: str, names: dict[str, str]) -> str:
    for order_id, name in names.items():
        path = path.replace(order_id, name)

    return path


def _rows(plan: Plan, table: str) -> list[Row]:
    rows = plan.frames[table].to_dict("records")

    return [{str(name): cell for name, cell in row.items()} for row in rows]


def _point(row: Row) -> str:
    return f"{row['item_id']}@{row['location_id']}"


def _text(value: Cell) -> str:
    return "" if pd.isna(value) else str(value)


def _date(value: Cell) -> str:
    return "never" if pd.isna(value) else str(value)[:10]


def _number(value: Cell) -> str:
    return "-" if pd.isna(value) else f"{round(float(str(value)), 4) + 0.0:.10g}"
