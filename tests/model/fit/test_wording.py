"""
Tests of lotwright.model.fit.wording.
"""

from __future__ import annotations

import pandas as pd

from lotwright.model.findings import Severity
from lotwright.model.fit.wording import counted, examples, grouped, row_keys


def test_numbers_agree_with_their_nouns() -> None:
    """Tests singular and plural."""
    assert "1 policy" == counted(1, "policy")
    assert "2,000 policies" == counted(2000, "policy")
    assert "3 sources" == counted(3, "source")


def test_only_the_first_keys_are_shown() -> None:
    """Tests that more than three keys are counted."""
    assert "A, B, C" == examples(["A", "B", "C"])
    assert "A, B, C and 2 more" == examples(["A", "B", "C", "D", "E"])


def test_keys_leave_blank_parts_out() -> None:
    """Tests that dates and blanks in keys are readable."""
    rows = pd.DataFrame(
        {
            "resource_id": ["M", "M"],
            "date": [pd.Timestamp("2026-01-05"), pd.NaT],
            "period_id": [None, "W1"],
        }
    )

    assert ["M/2026-01-05", "M/W1"] == row_keys("resource_capacity", rows)


def test_verbs_agree_with_the_number() -> None:
    """Tests that one row is and two rows are."""
    rows = pd.DataFrame({"item_id": ["A", "B"]})

    def text(count: int) -> str:
        (found,) = grouped(
            "I-DATA-UNUSED",
            Severity.INFO,
            "items",
            rows.iloc[:count],
            noun="item",
            text="{be} here and {have} a name; go on.",
        )
        return found.text

    assert "1 item (A) is here and has a name; go on." == text(1)
    assert "2 items (A, B) are here and have a name; go on." == text(2)


def test_rows_are_named_by_key_wherever_they_stand() -> None:
    """Tests that the order of the rows does not change what is said."""
    keys = [("B", "x"), ("A", "y"), (None, "z"), ("A", "x"), ("C", "x")]
    rows = pd.DataFrame(keys, columns=["bom_id", "line"]).astype("str")

    def text(table: pd.DataFrame) -> str:
        (found,) = grouped(
            "I-DATA-UNUSED",
            Severity.INFO,
            "bom_lines",
            table,
            noun="bill line",
            text="{be} here.",
        )
        return found.text

    assert "5 bill lines (A/x, A/y, B/x and 2 more) are here." == text(rows)
    assert "3 bill lines (A/x, A/y, z) are here." == text(rows.iloc[[2, 1, 3]])
    assert text(rows) == text(rows.iloc[::-1])


def test_no_rows_are_no_finding() -> None:
    """Tests that nothing is said of nothing."""
    none = pd.DataFrame({"item_id": []})

    assert [] == list(
        grouped("I-DATA-UNUSED", Severity.INFO, "items", none, noun="item", text="")
    )
