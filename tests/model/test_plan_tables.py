"""
Tests of tables that are made when somebody asks for them.
"""

from __future__ import annotations

import pickle

import pandas as pd
import pytest

from lotwright.model.plan_tables import PlanTables


class _Made:
    def __init__(self) -> None:
        self.times = 0

    def __call__(self) -> pd.DataFrame:
        self.times += 1

        return pd.DataFrame({"n": [self.times]})


def test_a_table_is_made_once_when_it_is_looked_up() -> None:
    """Tests that looking a table up makes it, and that it is kept then."""
    made = _Made()
    tables = PlanTables({"pegging": made})

    assert 0 == made.times
    assert tables["pegging"] is tables["pegging"]
    assert 1 == made.times


def test_a_walk_keeps_no_table() -> None:
    """Tests that a walk makes what nobody looked up, and does not keep it."""
    made, frame = _Made(), pd.DataFrame({"n": [7]})
    tables = PlanTables({"pegging": made, "kpis": frame})

    assert [("pegging", 1), ("kpis", 7)] == [
        (name, table["n"].item()) for name, table in tables.items()
    ]
    assert [2, 7] == [table["n"].item() for table in tables.values()]
    assert (2, 2) == (made.times, len(tables))


def test_replacing_makes_nothing() -> None:
    """Tests that replaced tables stand in their places, and new ones come last."""
    made, other = _Made(), _Made()
    tables = PlanTables({"pegging": made, "kpis": pd.DataFrame()})

    found = tables.replaced({"run_stats": other, "kpis": pd.DataFrame({"n": [3]})})

    assert ["pegging", "kpis", "run_stats"] == list(found)
    assert (0, 0) == (made.times, other.times)
    assert [3] == found["kpis"]["n"].tolist()
    assert 0 == len(tables["kpis"])


def test_tables_are_pickled_as_frames() -> None:
    """Tests that a copy in another process has all tables."""
    tables = PlanTables({"pegging": _Made()})

    found = pickle.loads(pickle.dumps(tables))

    assert [1] == found["pegging"]["n"].tolist()


def test_an_unknown_table_is_refused() -> None:
    """Tests that a name that no table has is a key error."""
    with pytest.raises(KeyError, match="pegs"):
        PlanTables({})["pegs"]
