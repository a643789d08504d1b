"""
Tests of scenarios as data.
"""

from __future__ import annotations

import pytest

from lotwright.model.data import PlanningData
from lotwright.model.scenario import Operation, Override, Scenario
from tests.model.small import small


def test_each_step_returns_another_scenario() -> None:
    """Tests that a scenario never changes, and that changes stay in order."""
    rush = Scenario(name="rush")

    scaled = rush.scale("demands.quantity", 1.2, where="kind == 'order'")
    both = scaled.add("demands.due_date", 7, key="D1")

    assert () == rush.overrides
    assert [Operation.MULTIPLY] == [each.op for each in scaled.overrides]
    assert [Operation.MULTIPLY, Operation.ADD] == [each.op for each in both.overrides]


def test_operations_may_be_words() -> None:
    """Tests that a word is the operation: "add" once multiplied without a word."""
    assert Operation.ADD is Override(table="a", op="add", column="b", value=1).op  # type: ignore[arg-type]  # what a caller without types writes

    with pytest.raises(ValueError, match="subtract"):
        Override(table="a", op="subtract", column="b", value=1)  # type: ignore[arg-type]  # ditto


def test_a_chain_begins_at_the_bottom() -> None:
    """Tests that a scenario of a scenario knows those below it and the data."""
    data = PlanningData.from_frames(small())

    top = data.scenario("spring").scenario("rush", note="why").scenario("worst")

    assert ["spring", "rush", "worst"] == [part.name for part in top.chain]
    assert data is top.root
    assert "why" == top.chain[1].note


def test_a_scenario_may_be_put_on_other_data() -> None:
    """Tests that all changes of a chain follow to another base."""
    old, new = (PlanningData.from_frames(small()) for _ in range(2))
    top = old.scenario("a").set("demands.quantity", 1).scenario("b")

    moved = top.on(new)

    assert new is moved.root
    assert old is top.root
    assert top.chain[0].overrides == moved.chain[0].overrides
    assert Scenario(name="x").root is None


def test_a_scenario_reads_as_text() -> None:
    """Tests that people see what changes, and where."""
    scenario = (
        Scenario(name="rush")
        .scale("demands.quantity", 1.2, where="kind == 'order'")
        .delete("policies", key={"item_id": "A", "location_id": None})
        .insert("demands", {"demand_id": "D8"}, demand_id="D9")
    )

    assert [
        "scenario rush",
        "  rush: multiply demands.quantity 1.2 where kind == 'order'",
        "  rush: delete policies of A, ",
        "  rush: insert demands 2 rows",
    ] == str(scenario).splitlines()


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ({"op": "set"}, "a column to set"),
        ({"op": "delete", "column": "quantity", "where": "a == 1"}, "no column"),
        ({"op": "multiply", "column": "quantity", "value": "2"}, "a number"),
        ({"op": "add", "column": "quantity", "value": True}, "a number"),
        ({"op": "add", "column": "quantity", "value": float("nan")}, "a finite"),
        ({"op": "delete", "value": 1, "key": "A"}, "no value to delete"),
        ({"op": "insert"}, "rows to insert"),
        ({"op": "delete", "key": "A", "rows": ({"a": 1},)}, "no rows to delete"),
        ({"op": "set", "column": "a", "key": "A", "where": "a == 1"}, "not both"),
        ({"op": "insert", "rows": ({"a": 1},), "key": "A"}, "neither key"),
        ({"op": "delete"}, "a key or a condition"),
    ],
)
def test_parts_that_do_not_go_together(parts: dict[str, object], expected: str) -> None:
    """Tests that an override that makes no sense cannot exist."""
    op = Operation(str(parts.pop("op")))

    with pytest.raises(ValueError, match=f"Expected {expected}|{expected}"):
        Override(table="demands", op=op, **parts)  # type: ignore[arg-type]  # wrong ones, too


@pytest.mark.parametrize("target", ["demands", ".quantity", "demands."])
def test_a_target_names_table_and_column(target: str) -> None:
    """Tests that a target without a column is refused at once."""
    with pytest.raises(ValueError, match=r"like demands\.quantity"):
        Scenario(name="rush").set(target, 1)


def test_a_scenario_has_a_name() -> None:
    """Tests that a blank name is refused."""
    with pytest.raises(ValueError, match="a name"):
        Scenario(name=" ")
