"""
Tests of lotwright.model.fit.changeovers.
"""

from __future__ import annotations

import pytest

from tests.model.fit.tables import factory, finding, findings


@pytest.mark.parametrize("by_group", [False, True])
def test_groups_that_both_sides_name_are_no_finding(*, by_group: bool) -> None:
    """Tests that work of the resource, or of its group, uses a changeover."""
    tables = factory()
    operation, machine = tables["operations"][0], tables["resources"][0]
    operation["setup_group"] = "RED"
    row = {"resource_id": machine["resource_id"], "to_group": "RED", "hours": 2.0}
    tables["changeovers"] = [row]

    if by_group:
        machine["group_id"] = "G"
        operation |= {"resource_id": None, "group_id": "G"}
        tables["operations"][0] = operation

    assert [] == findings(tables, "I-DATA-UNUSED")


def test_changeovers_to_unknown_groups_are_told() -> None:
    """Tests that a changeover to a group without operations is a remark."""
    tables = factory()
    resource = tables["resources"][0]["resource_id"]
    tables["changeovers"] = [{"resource_id": resource, "to_group": "RED", "hours": 1.0}]

    found = finding(tables, "I-DATA-UNUSED")

    assert ("changeovers", "setup_group" in found.text) == (found.table, True)


def test_groups_without_changeovers_are_told() -> None:
    """Tests that a set-up group that takes nothing is a remark."""
    tables = factory()
    tables["operations"][0]["setup_group"] = "RED"

    found = finding(tables, "I-DATA-UNUSED")

    assert ("operations", "setup_group") == (found.table, found.column)
