"""
Tests of lotwright.model.checks.
"""

from __future__ import annotations

import pytest

from lotwright.model.checks import CHECKS, run_checks
from lotwright.model.codes import CODES
from lotwright.model.findings import Severity
from tests.model.fit.tables import Rows, data_of, factory


def broken() -> dict[str, Rows]:
    """
    Returns a factory in which many checks find something.
    """
    tables = factory()
    tables["demands"][0]["due_date"] = "2025-12-01"
    tables["items"].append({"item_id": "X", "base_uom": "pcs", "shelf_life_days": 4.0})
    tables["inventory"][0]["quantity"] = -1.0
    tables["bom_lines"].append(
        {"bom_id": "bill A", "line": "2", "component_id": "A", "quantity_per": 1.0}
    )

    return tables


def test_sound_data_have_no_findings() -> None:
    """Tests that nothing is found in a sound factory."""
    assert [] == run_checks(data_of(factory()))


def test_findings_come_gravest_first() -> None:
    """Tests that errors come before warnings and these before remarks."""
    severities = [found.severity for found in run_checks(data_of(broken()))]

    assert Severity.ERROR is severities[0]
    assert Severity.INFO is severities[-1]
    assert severities.count(Severity.ERROR) == 1


def test_what_reading_found_is_among_the_findings() -> None:
    """Tests that a misspelt column is told once, and as a warning."""
    tables = factory()
    tables["demands"][0]["prioritty"] = 1.0

    (found,) = run_checks(data_of(tables))

    assert ("I-COL-UNKNOWN", "prioritty") == (found.code, found.column)
    assert Severity.WARNING is found.severity


def test_every_finding_is_in_the_catalogue_and_ends_in_a_remedy() -> None:
    """Tests that codes are known and texts end with a full stop after a remedy."""
    known = set(CODES)

    for found in run_checks(data_of(broken())):
        assert found.code in known
        assert found.text.endswith(".")
        assert ";" in found.text or ". " in found.text


def test_checks_are_listed_once() -> None:
    """Tests that no check is listed twice."""
    assert len(CHECKS) == len(set(CHECKS))


@pytest.mark.parametrize(
    ("table", "row"),
    [
        ("dataset", {"as_of": "2026-01-05", "horizon_end": "2026-01-01"}),
        ("periods", {"period_id": "W", "start": "2026-01-06", "end": "2026-01-07"}),
    ],
)
def test_without_buckets_nothing_else_is_checked(
    table: str, row: dict[str, str]
) -> None:
    """Tests that time which cannot be cut into buckets is the only finding."""
    tables = broken()
    tables[table] = [dict(row)]

    (found,) = run_checks(data_of(tables))

    assert ("E-TIME", Severity.ERROR) == (found.code, found.severity)


def test_an_empty_data_set_is_checked() -> None:
    """Tests that data without any rows are well-formed and have no demand."""
    codes = {found.code for found in run_checks(data_of({}))}

    assert "W-DEMAND-NONE" in codes
