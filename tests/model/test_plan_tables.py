"""
Tests of tables that are made when somebody asks for them.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator

import pandas as pd
import pytest

from lotwright.model.plan_tables import (
    InParts,
    PlanTables,
    bounds_of_parts,
    rows_of_parts,
)


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


def _seven(most: int) -> Iterator[pd.DataFrame]:
    for first, last in bounds_of_parts(7, most):
        yield pd.DataFrame({"n": range(first, last)})


def test_a_table_in_parts_is_whole_when_it_is_looked_up() -> None:
    """Tests that only those who ask for parts get them, and that none is kept."""
    tables = PlanTables({"pegging": InParts(parts=_seven)})

    parts = list(tables.parts("pegging", 3))

    assert [[0, 1, 2], [3, 4, 5], [6]] == [part["n"].tolist() for part in parts]
    assert list(range(7)) == tables.made("pegging")["n"].tolist()
    assert isinstance(tables.held()["pegging"], InParts)
    assert list(range(7)) == tables["pegging"]["n"].tolist()


def test_other_tables_are_one_part() -> None:
    """Tests that what is held, or made as a whole, comes as it is."""
    frame = pd.DataFrame({"n": [1, 2, 3]})
    tables = PlanTables({"kpis": frame, "pegging": _Made()})

    assert [frame] == list(tables.parts("kpis", 1))
    assert [[1]] == [part["n"].tolist() for part in tables.parts("pegging", 1)]


@pytest.mark.parametrize(
    ("size", "most", "expected"),
    [
        (0, 4, [(0, 0)]),
        (4, 4, [(0, 4)]),
        (5, 4, [(0, 3), (3, 5)]),
        (9, 4, [(0, 3), (3, 6), (6, 9)]),
        (3, 1, [(0, 1), (1, 2), (2, 3)]),
    ],
)
def test_parts_are_of_one_length(
    size: int, most: int, expected: list[tuple[int, int]]
) -> None:
    """Tests that no part is much shorter than the others."""
    assert expected == bounds_of_parts(size, most)
    assert max(expected[0][1], 1) == rows_of_parts(size, most)
