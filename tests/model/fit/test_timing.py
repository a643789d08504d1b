"""
Tests of lotwright.model.fit.timing.
"""

from __future__ import annotations

import pytest

from lotwright.model.findings import Severity
from tests.model.fit.tables import factory, finding


def test_a_calendar_that_never_opens_is_told() -> None:
    """Tests that a calendar without open days in the horizon is a warning."""
    tables = factory()
    tables["calendars"] = [{"calendar_id": "SHUT", "default_open": False}]
    tables["calendar_days"] = [
        {"calendar_id": "SHUT", "date": "2027-01-01", "open": True}
    ]
    tables["locations"][0]["calendar_id"] = "SHUT"

    assert "SHUT" == finding(tables, "W-CAL-CLOSED").key


def test_a_calendar_that_ends_inside_the_plan_is_told() -> None:
    """Tests the last open day, and that a long holiday is no end."""
    tables = factory()
    tables["calendars"] = [
        {"calendar_id": "ENDS", "default_open": False},
        {"calendar_id": "REST", "default_open": False},
    ]
    tables["calendar_days"] = [
        {"calendar_id": "ENDS", "date": "2026-01-07", "open": True},
        {"calendar_id": "REST", "date": "2026-01-07", "open": True},
        {"calendar_id": "REST", "date": "2027-12-20", "open": True},
    ]
    tables["locations"][0]["calendar_id"] = "ENDS"

    found = finding(tables, "W-CAL-CLOSED")

    assert "ENDS" == found.key
    assert "not open any more after 2026-01-07" in found.text


@pytest.mark.parametrize(
    ("table", "past", "beyond"),
    [
        ("demands", "W-DEMAND-PAST", "I-DEMAND-BEYOND"),
        ("supplies", "W-SUPPLY-PAST", "I-SUPPLY-BEYOND"),
    ],
)
def test_dates_outside_the_plan_are_told_once(
    table: str, past: str, beyond: str
) -> None:
    """Tests that rows before and after the plan are counted, with three examples."""
    tables = factory()
    key = "demand_id" if table == "demands" else "supply_id"
    first = tables[table][0]
    tables[table] += [
        first | {key: f"old {number}", "due_date": "2026-01-04"} for number in range(5)
    ]
    tables[table].append(first | {key: "far", "due_date": "2026-01-15"})

    found = finding(tables, past)

    assert (5, Severity.WARNING) == (found.count, found.severity)
    assert "(old 0, old 1, old 2 and 2 more)" in found.text
    assert "far" == finding(tables, beyond).key


@pytest.mark.parametrize("table", ["sources", "boms", "bom_lines", "routings"])
def test_rows_that_end_before_they_begin_are_told(table: str) -> None:
    """Tests that rows which are valid on no day are told."""
    tables = factory()
    tables[table][0] |= {"valid_from": "2026-02-01", "valid_to": "2026-02-01"}

    assert table == finding(tables, "W-VALID-NEVER").table
