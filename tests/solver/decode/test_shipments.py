"""
Tests of when parts of a demand line are shipped.
"""

from __future__ import annotations

import pandas as pd
import pytest

import lotwright as lw


def deliveries(**line: object) -> list[tuple[str, float]]:
    """
    Returns date and quantity of the deliveries of 100 pieces, of which stock has 10 and
    open orders bring 20, 30 and 40 on the 8th, the 9th and the 10th.
    """
    point = {"item_id": "A", "location_id": "P"}
    demand = {**point, "demand_id": "D", "kind": "order", "quantity": 100.0}
    coming = [("S1", 20.0, 8), ("S2", 30.0, 9), ("S3", 40.0, 10)]
    data = lw.PlanningData.from_frames(
        {
            "dataset": pd.DataFrame({"as_of": ["2026-01-05"], "bucket_scheme": ["8w"]}),
            "items": pd.DataFrame({"item_id": ["A"], "base_uom": ["pcs"]}),
            "locations": pd.DataFrame({"location_id": ["P"], "kind": ["site"]}),
            "sources": pd.DataFrame(
                [{**point, "source_id": "B", "kind": "buy", "lead_time_days": 30.0}]
            ),
            "demands": pd.DataFrame([{**demand, "due_date": "2026-01-06", **line}]),
            "inventory": pd.DataFrame([{**point, "quantity": 10.0}]),
            "supplies": pd.DataFrame(
                [
                    {
                        **point,
                        "supply_id": name,
                        "kind": "purchase",
                        "status": "confirmed",
                        "quantity": quantity,
                        "due_date": f"2026-01-{day:02}",
                    }
                    for name, quantity, day in coming
                ]
            ),
        }
    )
    found = lw.plan(data, engine="mrp").deliveries

    return [
        (f"{date:%d}", float(quantity))
        for date, quantity in zip(found["date"], found["quantity"], strict=True)
    ]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ({}, [("06", 10.0), ("08", 20.0), ("09", 30.0), ("10", 40.0)]),
        ({"split_allowed": False}, [("10", 100.0)]),
        ({"min_shipment": 30.0}, [("08", 30.0), ("09", 30.0), ("10", 40.0)]),
        ({"min_shipment": 50.0}, [("09", 60.0), ("10", 40.0)]),
    ],
)
def test_parts_wait_for_enough(
    line: dict[str, object], expected: list[tuple[str, float]]
) -> None:
    """Tests that parts wait for the smallest delivery, or for all of the line."""
    assert expected == deliveries(**line)
