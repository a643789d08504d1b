"""
Tests of scenarios that become the base, and of the table of overrides.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

import lotwright as lw
from lotwright.io.examples import example_folder


@pytest.fixture(scope="module")
def data() -> lw.PlanningData:
    """
    Returns a shop with two items.
    """
    return lw.read(example_folder("first_five"))


def _rush(data: lw.PlanningData) -> lw.Scenario:
    cells = {"item_id": "LOCK", "location_id": "SHOP", "due_date": "2026-12-18"}

    return (
        data.scenario("rush")
        .scale("demands.quantity", 1.5, where="item_id == 'HELMET'")
        .add("demands.due_date", -2, key="SO-3")
        .insert("demands", demand_id="SO-9", kind="order", quantity=10, **cells)
        .set("inventory.quantity", 7, where="item_id == 'LOCK'")
        .delete("demands", key="SO-1")
    )


def test_a_promoted_scenario_is_the_base(data: lw.PlanningData, tmp_path: Path) -> None:
    """
    Tests that the tables are those of the scenario, that what was applied stays on
    record through files, and that it is no scenario any more.
    """
    rush = _rush(data)

    base = lw.promote(rush)
    lw.write(base, tmp_path)
    again = lw.read(tmp_path)

    applied = lw.apply(rush)
    for name in ("demands", "inventory", "sources"):
        pd.testing.assert_frame_equal(applied[name], base[name])
    assert ["multiply", "add", "insert", "set", "delete"] == (
        again["overrides"]["op"].tolist()
    )
    assert {"promoted"} == set(again["overrides"]["source"])
    assert {} == lw.scenarios_in(again)
    assert not [f for f in lw.check(again) if f.table == "overrides"]


def test_scenarios_of_the_table_are_those_that_were_written(
    data: lw.PlanningData,
) -> None:
    """Tests that rows of the table make the same changes as the scenario itself."""
    rush = _rush(data)
    rows = lw.promote(rush)["overrides"].assign(source=None)

    found = lw.scenarios_in(data.replace(overrides=rows))

    assert ["rush"] == list(found)
    changed, wanted = lw.apply(found["rush"]), lw.apply(rush)
    for name in ("demands", "inventory"):
        pd.testing.assert_frame_equal(wanted[name], changed[name])


def test_rows_that_make_no_override_are_told(data: lw.PlanningData) -> None:
    """Tests that every faulty row is a problem that names it."""
    rows = pd.DataFrame(
        {
            "scenario_id": ["a", "a", "b"],
            "seq": [1, 2, 1],
            "table": ["demands"] * 3,
            "column": ["quantity", None, None],
            "op": ["multiply", "insert", "insert"],
            "value": ["much", "[3]", "{"],
        }
    )

    with pytest.raises(lw.InputError) as caught:
        lw.scenarios_in(data.replace(overrides=rows))

    assert ["scenario a, override 1", "scenario a, override 2"] == [
        problem.file for problem in caught.value.problems[:2]
    ]
    assert 3 == len(caught.value.problems)


def test_nothing_is_promoted_of_nothing(data: lw.PlanningData) -> None:
    """Tests that the base promoted is the base."""
    assert data.fingerprint() == lw.promote(data.scenario("base")).fingerprint()
