"""
Plans made of a few frames, for tests of comparing them.
"""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from lotwright.model.plan import Plan
from lotwright.model.run_record import RunRecord, Termination

#: An order as (item, source, day from the first, quantity).
Order = tuple[str, str, int, float]

_FIRST = pd.Timestamp("2026-01-05")


def orders_of(rows: Sequence[Order]) -> pd.DataFrame:
    """
    Returns planned orders, each named by its place.
    """
    days = [_FIRST + pd.Timedelta(days=day) for _, _, day, _ in rows]

    return pd.DataFrame(
        {
            "order_id": pd.Series([f"O{at}" for at in range(len(rows))], dtype="str"),
            "kind": pd.Series(["make"] * len(rows), dtype="str"),
            "item_id": pd.Series([row[0] for row in rows], dtype="str"),
            "location_id": pd.Series(["PLANT"] * len(rows), dtype="str"),
            "source_id": pd.Series([row[1] for row in rows], dtype="str"),
            "bom_id": pd.Series([None] * len(rows), dtype="str"),
            "routing_id": pd.Series([None] * len(rows), dtype="str"),
            "quantity": [float(row[3]) for row in rows],
            "due_date": pd.Series(days, dtype="datetime64[s]"),
            "start_date": pd.Series(days, dtype="datetime64[s]"),
        }
    )


def fulfilment_of(late: Sequence[float], short: Sequence[float]) -> pd.DataFrame:
    """
    Returns demands of 10 with what is late, a day for each unit, and short.
    """
    size = len(late)

    return pd.DataFrame(
        {
            "demand_id": pd.Series([f"D{at}" for at in range(size)], dtype="str"),
            "item_id": pd.Series(["A"] * size, dtype="str"),
            "location_id": pd.Series(["PLANT"] * size, dtype="str"),
            "quantity": [10.0] * size,
            "late_qty": [float(x) for x in late],
            "short_qty": [float(x) for x in short],
            "days_late": [float(x) for x in late],
            "value_late": [5.0 * (a + b) for a, b in zip(late, short, strict=True)],
            "promised_date": pd.Series([_FIRST] * size, dtype="datetime64[s]"),
        }
    )


def plan_of(
    *,
    orders: Sequence[Order] = (),
    late: Sequence[float] = (),
    short: Sequence[float] = (),
    load: Sequence[float] = (),
    stock: Sequence[float] = (),
    terms: dict[str, float] | None = None,
    data: str = "abc",
) -> Plan:
    """
    Returns a plan of one resource and one stock point.
    """
    terms = terms or {"holding": 1.0, "late": 2.0}
    size = len(load)
    zeros = [0.0] * size
    made = orders_of(orders)
    frames = {
        "planned_orders": made,
        "demand_fulfilment": fulfilment_of(late, short),
        "capacity_load": pd.DataFrame(
            {
                "resource_id": pd.Series(["WELD"] * size, dtype="str"),
                "period_id": pd.Series([f"P{at}" for at in range(size)], dtype="str"),
                "capacity": [8.0] * size,
                "load_open": zeros,
                "load_planned": [float(x) for x in load],
                "setup": zeros,
                "overtime": zeros,
                "overload": zeros,
            }
        ),
        "inventory_projection": pd.DataFrame(
            {
                "item_id": pd.Series(["A"] * len(stock), dtype="str"),
                "location_id": pd.Series(["PLANT"] * len(stock), dtype="str"),
                "period_id": pd.Series(
                    [f"P{at}" for at in range(len(stock))], dtype="str"
                ),
                "end": [float(x) for x in stock],
                "value": [2.0 * x for x in stock],
            }
        ),
        "kpis": pd.DataFrame(
            {
                "name": pd.Series(["cost", *terms, "orders"], dtype="str"),
                "value": [sum(terms.values()), *terms.values(), float(len(made))],
                "unit": pd.Series(["EUR"] * (len(terms) + 1) + ["orders"], dtype="str"),
                "scope": pd.Series(["all"] * (len(terms) + 2), dtype="str"),
                "definition": pd.Series([""] * (len(terms) + 2), dtype="str"),
            }
        ),
    }
    run = RunRecord(
        engine_asked="mip",
        engine_used="mip",
        choice="",
        termination=Termination.OPTIMAL,
        objective=sum(terms.values()),
        bound=0.0,
        terms=terms,
        parameters={},
        data_fingerprint=data,
    )

    return Plan(run=run, frames=frames)
