"""
Tests of conditions on the rows of a table.
"""

from __future__ import annotations

import pandas as pd
import pytest

from lotwright.errors import InputError
from lotwright.model.conditions import columns_in, rows_where

TABLE = pd.DataFrame(
    {
        "item_id": pd.Series(["A", "B", "C", None], dtype="str"),
        "price": [1.0, 2.5, None, 4.0],
        "open": [True, False, True, False],
    }
)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("item_id == 'A'", [True, False, False, False]),
        ("item_id != 'A'", [False, True, True, False]),
        ("item_id in ('A', 'C')", [True, False, True, False]),
        ("item_id not in ['A']", [False, True, True, False]),
        ("price > 1", [False, True, False, True]),
        ("price <= 2.5 and item_id == 'B'", [False, True, False, False]),
        ("price == 4 or (open == True and price < 2)", [True, False, False, True]),
        ("not item_id == 'A'", [False, True, True, True]),
        ("price > -1", [True, True, False, True]),
    ],
)
def test_condition_meets_rows(condition: str, expected: list[bool]) -> None:
    """
    Tests that a condition finds the rows that meet it; blank cells meet nothing.
    """
    assert expected == rows_where(TABLE, condition).tolist()


@pytest.mark.parametrize(
    ("condition", "why"),
    [
        ("", "cannot be read"),
        ("item_id = 'A'", "cannot be read"),
        ("itme_id == 'A'", "did you mean item_id"),
        ("colour == 'A'", "the columns are"),
        ("__import__('os').system('true')", "only compare columns"),
        ("item_id.upper() == 'A'", "a column stands on the left"),
        ("item_id == price", "a number, a text or a day in quotes stands on"),
        ("item_id in 'A'", "in needs a list"),
        ("1 < price < 3", "only compare columns"),
        ("item_id < 3", "item_id is compared with a text in quotes"),
        ("item_id == True", "item_id is compared with a text in quotes"),
        ("item_id in ('A', 3)", "item_id is compared with a text in quotes"),
        ("price > True", "price is compared with a number"),
        ("price == '4'", "price is compared with a number"),
        ("price in (1, False)", "price is compared with a number"),
        ("open == 'yes'", "open is compared with True or False"),
        ("open == 2", "open is compared with True or False"),
        ("price is 3", "not known"),
        ("item_id == 'A' + 'B'", "a number, a text or a day in quotes stands on"),
    ],
)
def test_condition_is_refused(condition: str, why: str) -> None:
    """
    Tests that what is no plain comparison is refused with its reason.
    """
    with pytest.raises(InputError, match=why):
        rows_where(TABLE, condition)


def test_columns_of_a_condition() -> None:
    """Tests that a condition tells which columns it speaks of."""
    condition = "item_group == 'A' and not (price > 2 or abc in ('A', 'B'))"

    assert {"item_group", "price", "abc"} == columns_in(condition)


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("due >= '2026-02-01'", [False, True, False]),
        ("due in ('2026-01-05', '2026-01-06')", [True, False, False]),
        ("due != '2026-01-05'", [False, True, False]),
    ],
)
def test_days_are_compared_with_days(condition: str, expected: list[bool]) -> None:
    """Tests that a day may be written as in a table, and a blank one meets nothing."""
    table = pd.DataFrame({"due": pd.to_datetime(["2026-01-05", "2026-02-01", "NaT"])})

    assert expected == rows_where(table, condition).tolist()


@pytest.mark.parametrize("day", ["'soon'", "'2026-02-30'", "7", "'05.01.2026'"])
def test_what_is_no_day_is_refused(day: str) -> None:
    """Tests that a day that does not exist is not silently met by nothing."""
    table = pd.DataFrame({"due": pd.to_datetime(["2026-01-05"])})

    with pytest.raises(InputError, match="compared with a day"):
        rows_where(table, f"due == {day}")
