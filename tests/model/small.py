"""
A small data set that is right, for tests that break it.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from lotwright.errors import InputError, Problem
from lotwright.model.data import PlanningData


def small() -> dict[str, pd.DataFrame]:
    """
    Returns the frames of two items, two places and two demands.
    """
    return {
        "items": pd.DataFrame({"item_id": ["0042", "BOLT"], "base_uom": ["pc", "pc"]}),
        "locations": pd.DataFrame(
            {"location_id": ["PLANT", "DC"], "kind": ["site", "warehouse"]}
        ),
        "sources": pd.DataFrame(
            {
                "source_id": ["S1"],
                "item_id": ["0042"],
                "location_id": ["PLANT"],
                "kind": ["make"],
                "lead_time_days": ["2"],
            }
        ),
        "demands": pd.DataFrame(
            {
                "demand_id": ["D1", "D2"],
                "kind": ["order", "forecast"],
                "item_id": ["0042", "BOLT"],
                "location_id": ["PLANT", "DC"],
                "quantity": ["10", "2.5"],
                "due_date": ["2026-01-05", "2026-02-01"],
            }
        ),
    }


def small_with(table: str, **columns: list[Any] | str) -> dict[str, pd.DataFrame]:
    """
    Returns the small data set with some columns of a table exchanged.
    """
    frames = small()

    for name, values in columns.items():
        frames[table] = frames[table].assign(**{name: values})

    return frames


def problems_of(frames: dict[str, pd.DataFrame]) -> tuple[Problem, ...]:
    """
    Returns what is wrong with some frames, nothing when they are right.
    """
    try:
        PlanningData.from_frames(frames)
    except InputError as error:
        return error.problems

    return ()
