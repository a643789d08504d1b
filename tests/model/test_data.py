"""
Tests of planning data: the frames, their copies and their fingerprint.
"""

from __future__ import annotations

import pandas as pd
import pytest

from lotwright.errors import InputError
from lotwright.model.data import PlanningData
from lotwright.model.findings import Severity
from lotwright.model.tables import INPUT_TABLES
from tests.model.small import small, small_with


def test_missing_tables_are_empty_frames() -> None:
    """Tests that every declared table and column is there in its type."""
    data = PlanningData.from_frames(small())

    assert set(INPUT_TABLES) == set(data.tables)
    assert {"items", "locations", "sources", "demands"} == data.given

    for name, table in INPUT_TABLES.items():
        dtypes = {column.name: column.dtype for column in table.columns}
        assert dtypes == {c: str(dtype) for c, dtype in data[name].dtypes.items()}


def test_choices_are_read_in_any_spelling() -> None:
    """Tests that choices come out in their normal spelling."""
    policies = pd.DataFrame({"item_id": ["BOLT"], "lot_rule": ["Lot-for-Lot "]})

    data = PlanningData.from_frames({**small(), "policies": policies})

    assert ["lot_for_lot"] == data["policies"]["lot_rule"].tolist()


def test_defaults_are_filled_on_request_only() -> None:
    """Tests that blank cells stay blank in the frame."""
    data = PlanningData.from_frames(small_with("demands", priority=["1", ""]))

    assert [1, 3] == data.column("demands", "priority").tolist()
    assert [False, True] == data["demands"]["priority"].isna().tolist()
    assert data.column("demands", "max_late_days").isna().all()


def test_a_changed_frame_leaves_the_data_alone() -> None:
    """Tests that nobody can change the data by their frames."""
    data = PlanningData.from_frames(small())

    frame = data["demands"]
    frame.loc[0, "quantity"] = 99.0
    quantity = data.column("demands", "quantity")
    quantity *= 2

    assert [10.0, 2.5] == data["demands"]["quantity"].tolist()


def test_replacing_gives_a_checked_copy() -> None:
    """Tests that a copy has the new table, is checked, and the old one stays."""
    data = PlanningData.from_frames(small())

    copy = data.replace(demands=data["demands"].assign(quantity=7.0))

    assert [7.0, 7.0] == copy["demands"]["quantity"].tolist()
    assert [10.0, 2.5] == data["demands"]["quantity"].tolist()
    assert copy.fingerprint() != data.fingerprint()

    with pytest.raises(InputError, match="does not occur in items"):
        data.replace(items=data["items"].iloc[:1])


def test_unknown_columns_are_kept_and_told() -> None:
    """Tests that an unknown column is a finding, with what it may have meant."""
    data = PlanningData.from_frames(small_with("demands", prioritty=[1, 2], colour="x"))

    assert [1, 2] == data["demands"]["prioritty"].tolist()
    assert ["I-COL-UNKNOWN"] * 2 == [finding.code for finding in data.findings]
    assert (
        "demands has no column prioritty, which is kept but not used; did you mean "
        "priority?"
    ) == data.findings[0].text
    assert [Severity.WARNING, Severity.INFO] == [f.severity for f in data.findings]

    assert () == data.replace(demands=small()["demands"]).findings
    assert 2 == len(data.replace(items=small()["items"]).findings)


def test_an_unknown_table_is_refused() -> None:
    """Tests that the caller learns of a misspelt table."""
    with pytest.raises(ValueError, match="Did you mean 'items'"):
        PlanningData.from_frames({"item": pd.DataFrame()})

    with pytest.raises(ValueError, match="got 'planned_orders'"):
        PlanningData.from_frames({"planned_orders": pd.DataFrame()})


def test_the_order_of_rows_and_columns_does_not_count() -> None:
    """Tests that the fingerprint is that of the content."""
    frames = small()
    turned = {name: frame.iloc[::-1, ::-1] for name, frame in frames.items()}
    blank = small_with("demands", uom=["", ""])
    stamp = PlanningData.from_frames(frames).fingerprint()

    assert 64 == len(stamp)
    assert stamp == PlanningData.from_frames(turned).fingerprint()
    assert stamp == PlanningData.from_frames(blank).fingerprint()


@pytest.mark.parametrize(
    ("table", "column", "values"),
    [
        ("demands", "quantity", [10.0, 2.5000001]),
        ("demands", "due_date", ["2026-01-05", "2026-02-02"]),
        ("demands", "split_allowed", [False, None]),
        ("demands", "priority", [0, None]),
        ("demands", "max_late_days", [0.0, None]),
        ("demands", "source_ref", ["D", "1"]),
        ("demands", "note", [{"a": 1}, None]),
        ("items", "base_uom", ["p", "cpc"]),
    ],
)
def test_every_change_of_content_counts(
    table: str, column: str, values: list[object]
) -> None:
    """Tests that a changed cell changes the fingerprint, a blank one too."""
    before = PlanningData.from_frames(small())
    after = PlanningData.from_frames(small_with(table, **{column: values}))

    assert before.fingerprint() != after.fingerprint()


def test_rows_without_a_key_are_put_in_order() -> None:
    """Tests that tables without a key have a fingerprint of their content, too."""
    rows = pd.DataFrame(
        {"demand_id": ["D1", "D2"], "lot_id": ["L", "M"], "quantity": [1, 2]}
    )
    one = PlanningData.from_frames({**small(), "reservations": rows})
    two = PlanningData.from_frames({**small(), "reservations": rows.iloc[::-1]})

    assert one.fingerprint() == two.fingerprint()


def test_data_say_how_large_they_are() -> None:
    """Tests that people see the given tables with their sizes."""
    data = PlanningData.from_frames(small())

    assert "planning data: 2 items, 2 locations, 1 sources, 2 demands" == str(data)
    assert "planning data: no tables" == str(PlanningData.from_frames({}))
