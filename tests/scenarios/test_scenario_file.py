"""
Tests of scenarios as TOML files.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotwright.errors import InputError
from lotwright.model.data import PlanningData
from lotwright.model.scenario import Operation, Override, Scenario
from lotwright.scenarios.scenario_file import (
    read_scenario,
    scenario_text,
    write_scenario,
)
from tests.model.small import small

_RUSH = """
name = "rush"
note = "What if spring comes early?"
base = "spring.toml"

[[override]]
table = "demands"
op = "multiply"
column = "quantity"
value = 1.2
where = "kind == 'order'"

[[override]]
table = "sources"
op = "insert"
rows = [{ source_id = "S9", item_id = "0042", lead_time_days = 3 }]
"""


def test_a_file_with_a_base(tmp_path: Path) -> None:
    """Tests that a scenario and its base are read, in order, and put on data."""
    (tmp_path / "rush.toml").write_text(_RUSH, "utf-8")
    spring = Scenario(name="spring").set("demands.due_date", date(2026, 5, 4), key="D1")
    write_scenario(spring, tmp_path / "spring.toml")
    data = PlanningData.from_frames(small())

    rush = read_scenario(tmp_path / "rush.toml", data)

    assert ["spring", "rush"] == [part.name for part in rush.chain]
    assert spring.overrides == rush.chain[0].overrides
    assert data is rush.root
    assert "What if spring comes early?" == rush.note
    assert ("kind == 'order'", 1.2) == (
        rush.overrides[0].where,
        rush.overrides[0].value,
    )
    assert {"source_id": "S9", "item_id": "0042", "lead_time_days": 3} == dict(
        rush.overrides[1].rows[0]
    )


def test_a_chain_is_written_whole(tmp_path: Path) -> None:
    """Tests that one file says all that a scenario on another one changes."""
    chain = (
        Scenario(name="a")
        .scale("demands.quantity", 2)
        .scenario("b", note="more")
        .set("demands.priority", None, key={"demand_id": "D1"})
    )

    read = read_scenario(write_scenario(chain, tmp_path / "deep" / "b.toml"))

    assert ("b", "more", None) == (read.name, read.note, read.base)
    overrides = (*chain.chain[0].overrides, *chain.overrides)
    assert overrides == read.overrides


_TEXTS = st.text(min_size=1).filter(lambda text: text.strip() != "")
_CELLS = st.one_of(
    _TEXTS,
    st.booleans(),
    st.integers(-(2**62), 2**62),
    st.floats(allow_nan=False, allow_infinity=False),
    st.dates(),
)
_ROWS = st.dictionaries(_TEXTS, _CELLS, min_size=1, max_size=3)


@st.composite
def _overrides(draw: st.DrawFn) -> Override:
    op = draw(st.sampled_from(Operation))
    table, note = draw(_TEXTS), draw(st.text())

    if op is Operation.INSERT:
        rows = tuple(draw(st.lists(_ROWS, min_size=1, max_size=2)))
        return Override(table=table, op=op, rows=rows, note=note)

    key = draw(st.one_of(_CELLS, _ROWS))

    if op is Operation.DELETE:
        return Override(table=table, op=op, key=key, note=note)

    value = draw(_CELLS if op is Operation.SET else st.integers(-9, 9))

    return Override(table=table, op=op, column=draw(_TEXTS), value=value, key=key)


@settings(max_examples=30, deadline=None)
@given(name=_TEXTS, overrides=st.lists(_overrides(), min_size=1, max_size=3))
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, name: str, overrides: list[Override]
) -> None:
    """Tests that any scenario survives the way through a file."""
    scenario = Scenario(name=name, overrides=tuple(overrides))
    file = tmp_path_factory.mktemp("s") / "s.toml"

    read = read_scenario(write_scenario(scenario, file))

    assert scenario == read


def test_text_of_a_scenario() -> None:
    """Tests that a scenario is written as somebody would write it."""
    text = scenario_text(Scenario(name="rush").scale("demands.quantity", 1.2, key="D1"))

    assert [
        'name = "rush"',
        "",
        "[[override]]",
        'table = "demands"',
        'op = "multiply"',
        'column = "quantity"',
        "value = 1.2",
        'key = "D1"',
    ] == text.splitlines()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("name = ", "not a TOML file"),
        ("name = 'a'", "changes nothing"),
        ("name = 7\n[[override]]\ntable='a'\nop='delete'\nkey='b'", "name is a text"),
        ("override = [7]", "is no table"),
        ("[[override]]\ntabel = 'items'\nop = 'delete'", "Did you mean table?"),
        ("[[override]]\ntable = 'items'\nop = 'scale'", "Write one of set"),
        ("[[override]]\ntable = 'items'\nop = 'delet'", "Did you mean delete?"),
        ("[[override]]\ntable = 'items'", "has no op"),
        ("[[override]]\nop = 'delete'\nkey = 'A'", "names no table"),
        ("[[override]]\ntable = 'items'\nop = 'delete'", "a key or a condition"),
        ("[[override]]\ntable = 'items'\nop = 'set'\ncolumn = 'a'", "no value to set"),
        (
            "[[override]]\ntable = 'items'\nop = 'set'\ncolumn = 'a'\nvalue = [1]",
            "Expected a text, a number",
        ),
        ("[[override]]\ntable = 'items'\nop = 'insert'\nrows = [1]", "Expected a row"),
        ("nam = 'a'\n[[override]]\ntable='a'\nop='delete'\nkey='b'", "mean name?"),
        (
            "base = 'self.toml'\n[[override]]\ntable='a'\nop='delete'\nkey='b'",
            "base of itself",
        ),
        (
            "base = 'none.toml'\n[[override]]\ntable='a'\nop='delete'\nkey='b'",
            "cannot be read",
        ),
    ],
)
def test_malformed_files(tmp_path: Path, text: str, expected: str) -> None:
    """Tests that a file that is not understood is refused, with a remedy."""
    file = tmp_path / "self.toml"
    file.write_text(text, "utf-8")

    with pytest.raises(InputError) as caught:
        read_scenario(file)

    problems = caught.value.problems
    assert any(expected in f"{each.text} {each.remedy}" for each in problems)
    assert {"E-SCENARIO"} == {each.code for each in problems}


def test_all_problems_of_a_file_come_at_once(tmp_path: Path) -> None:
    """Tests that a file with two faulty overrides has both of them named."""
    file = tmp_path / "s.toml"
    file.write_text("[[override]]\nop = 'x'\n[[override]]\ntable = 'a'\n", "utf-8")

    with pytest.raises(InputError) as caught:
        read_scenario(file)

    assert {"Override 1", "Override 2"} == {
        each.text[:10] for each in caught.value.problems
    }
