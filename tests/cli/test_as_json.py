"""
Tests of results as JSON.
"""

from __future__ import annotations

import json

import numpy as np
import pandas as pd

from lotwright.cli.as_json import dumps, plain
from lotwright.errors import Problem
from lotwright.model.findings import Severity


def test_frames_become_records() -> None:
    """Tests that missing cells of every type become null and days become ISO dates."""
    frame = pd.DataFrame(
        {
            "day": [pd.Timestamp("2026-01-05"), pd.NaT],
            "name": pd.Series(["a", None], dtype="str"),
            "count": pd.Series([1, None], dtype="Int64"),
            "value": [1.5, np.inf],
        }
    )

    assert [
        {"day": "2026-01-05", "name": "a", "count": 1, "value": 1.5},
        {"day": None, "name": None, "count": None, "value": None},
    ] == plain(frame)


def test_records_become_objects() -> None:
    """Tests that a record keeps the names of its fields."""
    problem = Problem(
        code="E-DATA-REF", table="demands", text="No.", remedy="Do.", row=3
    )

    record = json.loads(dumps({"problem": problem, "severity": Severity.ERROR}))

    assert 3 == record["problem"]["row"]
    assert "E-DATA-REF" == record["problem"]["code"]
    assert "error" == record["severity"]


def test_numpy_scalars_are_numbers() -> None:
    """Tests that numpy's own numbers and flags are written as JSON's."""
    assert [1, True, 0.5] == plain((np.int64(1), np.bool_(True), np.float64(0.5)))
