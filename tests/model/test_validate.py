"""
Tests of the checks of type, presence, key, range, choice and reference.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lotwright.errors import Problem
from lotwright.model.casting import cast
from lotwright.model.data import PlanningData
from lotwright.model.schema import number
from tests.model.small import problems_of, small, small_with

PUNCTUATION = "with a decimal point and nothing between thousands"


def brief(problems: tuple[Problem, ...]) -> list[tuple[str, int, str, str]]:
    """
    Returns code, line, column and value of each problem.
    """
    return [(p.code, p.row, p.column, p.value) for p in problems]


def test_a_right_data_set_has_no_problem() -> None:
    """Tests that nothing is wrong with the small data set."""
    assert () == problems_of(small())


@pytest.mark.parametrize(
    ("column", "value", "code", "remedy"),
    [
        ("quantity", "ten", "E-DATA-TYPE", "Write digits with a decimal point."),
        ("quantity", "1,5", "E-DATA-TYPE", f"Write 1.5, {PUNCTUATION}."),
        ("quantity", "1,200", "E-DATA-TYPE", f"Write 1200 or 1.2, {PUNCTUATION}."),
        ("quantity", "0,125", "E-DATA-TYPE", f"Write 0.125, {PUNCTUATION}."),
        ("quantity", "1234,567", "E-DATA-TYPE", f"Write 1234.567, {PUNCTUATION}."),
        ("quantity", "1,234,567", "E-DATA-TYPE", f"Write 1234567, {PUNCTUATION}."),
        ("quantity", "1.234,5", "E-DATA-TYPE", f"Write 1234.5, {PUNCTUATION}."),
        ("quantity", "1,234.5", "E-DATA-TYPE", f"Write 1234.5, {PUNCTUATION}."),
        ("priority", "1,200", "E-DATA-TYPE", f"Write 1200, {PUNCTUATION}."),
        ("quantity", "inf", "E-DATA-TYPE", "Write digits with a decimal point."),
        ("quantity", "nan", "E-DATA-TYPE", "Write digits with a decimal point."),
        ("quantity", "1e999", "E-DATA-TYPE", "Write digits with a decimal point."),
        ("quantity", "0x10", "E-DATA-TYPE", "Write digits with a decimal point."),
        ("quantity", "-1", "E-DATA-RANGE", "Correct it."),
        ("quantity", "1e308", "E-DATA-RANGE", "Correct it, or leave it blank where"),
        ("quantity", "1.1e15", "E-DATA-RANGE", "Correct it, or leave it blank where"),
        ("priority", "1000000001", "E-DATA-RANGE", "Correct it, or leave it blank"),
        ("due_date", "2026-02-30", "E-DATA-TYPE", "Write a day that exists as"),
        ("due_date", "05.01.2026", "E-DATA-TYPE", "Write 2026-01-05."),
        ("due_date", "2026-1-5", "E-DATA-TYPE", "Write 2026-01-05."),
        ("due_date", "2026-01-05T07:30:00", "E-DATA-TYPE", "Write 2026-01-05, without"),
        ("priority", "1.5", "E-DATA-TYPE", "Write digits only, or leave"),
        ("priority", "9" * 20, "E-DATA-TYPE", "Write digits only, or leave"),
        ("split_allowed", "perhaps", "E-DATA-TYPE", "Write true or false, or leave"),
        ("max_late_days", "-3", "E-DATA-RANGE", "Correct it, or leave the cell blank."),
        ("kind", "oder", "E-DATA-RANGE", "Did you mean order?"),
        ("kind", "whatever", "E-DATA-RANGE", "Write one of order, forecast,"),
        ("item_id", "42", "E-DATA-REF", "Did you mean 0042?"),
        ("item_id", "BOLT ", "E-DATA-REF", "Remove the blanks around it: BOLT."),
        ("item_id", "BLOT", "E-DATA-REF", "Did you mean BOLT?"),
        ("item_id", "XYZ", "E-DATA-REF", "Add it there, or correct it."),
        ("location_id", "plant", "E-DATA-REF", "Did you mean PLANT?"),
        ("demand_id", "D1", "E-DATA-KEY", "Keep one of this line and line 2."),
    ],
)
def test_a_wrong_cell_is_found(column: str, value: str, code: str, remedy: str) -> None:
    """Tests that a problem names the cell, its value and a remedy."""
    first = "D1" if column == "demand_id" else small()["demands"].get(column, [None])[0]
    frames = small_with("demands", **{column: [first, value]})

    (problem,) = problems_of(frames)

    assert (code, "demands", 3) == (problem.code, problem.table, problem.row)
    assert (column, value) == (problem.column, problem.value)
    assert value in problem.text
    assert problem.remedy.startswith(remedy)


@pytest.mark.parametrize("blank", ["", "  ", None, np.nan])
def test_a_blank_required_cell_is_found(blank: object) -> None:
    """Tests that blanks of every kind are not taken for a value."""
    frames = small_with("demands", quantity=["10", blank])

    assert [("E-DATA-TYPE", 3, "quantity", "")] == brief(problems_of(frames))


def test_a_blank_key_is_found() -> None:
    """Tests that a row without its key is a fault of the key."""
    frames = small_with("demands", demand_id=["", "D2"])

    assert [("E-DATA-KEY", 2, "demand_id", "")] == brief(problems_of(frames))


def test_a_missing_required_column_names_the_misspelt_one() -> None:
    """Tests that a missing column is told once, with what it may be called."""
    frames = small()
    frames["demands"] = frames["demands"].rename(columns={"due_date": "duedate"})

    (problem,) = problems_of(frames)

    assert ("due_date", 1) == (problem.column, problem.row)
    assert "Rename duedate to it" in problem.remedy


def test_a_column_that_is_there_twice_is_found() -> None:
    """Tests that of two columns of one name neither is chosen in silence."""
    frames = small()
    frames["items"] = pd.concat([frames["items"], frames["items"]["base_uom"]], axis=1)

    (problem,) = problems_of(frames)

    assert ("E-DATA-TYPE", "base_uom") == (problem.code, problem.column)


def test_all_problems_are_told_at_once() -> None:
    """Tests that one fault does not hide another."""
    frames = small_with("demands", quantity=["x", "1"], item_id=["0042", "?"])
    frames["locations"] = frames["locations"].assign(kind=["site", "nowhere"])

    assert {"quantity", "item_id", "kind"} == {p.column for p in problems_of(frames)}


def test_a_flood_of_one_kind_is_dammed() -> None:
    """Tests that of many like problems twenty are listed and the rest counted."""
    frames = small()
    frames["items"] = pd.DataFrame(
        {
            "item_id": [f"I{number}" for number in range(500)],
            "base_uom": "pc",
            "unit_cost": "much",
        }
    )

    problems = [p for p in problems_of(frames) if p.column == "unit_cost"]

    assert 21 == len(problems)
    assert "and 480 more like these, from here on." == problems[-1].text
    assert 22 == problems[-1].row


def test_items_are_looked_up_even_when_they_are_missing() -> None:
    """Tests that a missing table of items is one problem, not one for each row."""
    frames = small()
    del frames["items"]

    (problem,) = problems_of(frames)

    assert ("E-DATA-REF", "items") == (problem.code, problem.table)
    assert "item_id, base_uom" in problem.remedy


def test_suppliers_are_looked_up_only_when_they_are_given() -> None:
    """Tests that a supplier may be a name without a row."""
    frames = small_with("sources", supplier_id=["ACME"])
    suppliers = pd.DataFrame({"supplier_id": ["ACNE"]})

    assert () == problems_of(frames)
    (problem,) = problems_of({**frames, "suppliers": suppliers})
    assert "Did you mean ACNE?" == problem.remedy


def test_a_calendar_may_be_known_from_its_days_alone() -> None:
    """Tests that one of several places that a reference names is enough."""
    days = pd.DataFrame(
        {"calendar_id": ["5D"], "weekday": ["Mon-Fri"], "open": ["TRUE"]}
    )
    frames = small_with("locations", calendar_id=["5D", None])

    assert () == problems_of({**frames, "calendar_days": days})


def test_a_weekday_that_does_not_exist_is_found() -> None:
    """Tests that patterns of weekdays are checked, and blank ones left alone."""
    days = pd.DataFrame(
        {
            "calendar_id": ["C", "C", "C"],
            "date": ["", "", "2026-01-01"],
            "weekday": ["sat, sun", "mon-fry", ""],
        }
    )

    problems = problems_of({**small(), "calendar_days": days})

    assert [("E-DATA-RANGE", 3, "weekday", "mon-fry")] == brief(problems)


def test_a_row_needs_one_of_some_columns() -> None:
    """Tests that a capacity without a date and a period is found."""
    resources = pd.DataFrame({"resource_id": ["R"], "location_id": ["PLANT"]})
    capacity = pd.DataFrame({"resource_id": ["R"], "capacity": [8.0], "date": [""]})
    frames = {**small(), "resources": resources, "resource_capacity": capacity}

    (problem,) = problems_of(frames)

    assert "The row has neither date nor period_id." == problem.text
    assert "Fill date or period_id." == problem.remedy


def test_a_wrong_date_is_not_also_called_missing() -> None:
    """Tests that a cell that cannot be read is one problem, not two."""
    capacity = pd.DataFrame({"resource_id": ["R"], "capacity": [8.0], "date": ["soon"]})

    problems = problems_of({**small(), "resource_capacity": capacity})

    assert [("E-DATA-TYPE", 2, "date", "soon")] == brief(problems)


def test_a_period_ends_after_it_starts() -> None:
    """Tests that an empty period is found."""
    periods = pd.DataFrame(
        {"period_id": ["1"], "start": ["2026-01-05"], "end": ["2026-01-05"]}
    )

    (problem,) = problems_of({**small(), "periods": periods})

    assert '"2026-01-05" must be before the end of its row.' == problem.text


def test_the_smallest_lot_may_be_the_largest() -> None:
    """Tests that equal limits of a lot are right, and crossed ones are not."""
    assert () == problems_of(small_with("sources", min_lot=["5"], max_lot=["5"]))
    (problem,) = problems_of(small_with("sources", min_lot=["6"], max_lot=["5"]))
    assert ("E-DATA-RANGE", "min_lot") == (problem.code, problem.column)


def test_there_is_one_data_set() -> None:
    """Tests that a second row of the data set is found."""
    dataset = pd.DataFrame({"name": ["a", "b"]})

    (problem,) = problems_of({**small(), "dataset": dataset})

    assert ("E-DATA-KEY", 3) == (problem.code, problem.row)


def test_keys_of_several_columns_may_be_blank_in_part() -> None:
    """Tests that policies are told apart by the columns that they fill."""
    policies = pd.DataFrame(
        {
            "item_id": ["0042", None, "0042", None],
            "location_id": [None, "DC", "DC", "DC"],
            "safety_stock": [1, 2, 3, 4],
        }
    )

    (problem,) = problems_of({**small(), "policies": policies})

    assert (5, "item_id, location_id") == (problem.row, problem.column)
    assert ", DC" == problem.value
    assert "Keep one of this line and line 3." == problem.remedy


def test_typed_frames_are_as_good_as_text() -> None:
    """Tests that numbers, dates, flags and categories of pandas are taken."""
    frames = small_with(
        "demands",
        quantity=[10, 2],
        due_date=[dt.date(2026, 1, 5), dt.datetime(2026, 2, 1)],  # noqa: DTZ001
        priority=[1.0, np.nan],
        split_allowed=[True, None],
    )
    frames["demands"]["kind"] = frames["demands"]["kind"].astype("category")

    assert () == problems_of(frames)


def test_frames_backed_by_arrow_are_taken() -> None:
    """Tests that it makes no difference where pandas keeps its cells."""
    frames = small_with(
        "demands", quantity=[Decimal("10.5"), Decimal(2)], priority=[1, None]
    )
    arrow = {
        name: frame.convert_dtypes(dtype_backend="pyarrow")
        for name, frame in frames.items()
    }

    pieces = {
        name: pd.concat([frame.iloc[:1], frame.iloc[1:]])
        for name, frame in arrow.items()
    }

    assert () == problems_of(frames)
    assert () == problems_of(arrow)
    assert () == problems_of(pieces)


@given(numbers=st.lists(st.floats(allow_nan=False, allow_infinity=False)))
def test_a_faulty_cell_leaves_the_others_exact(numbers: list[float]) -> None:
    """Tests that numbers are read to the last digit, beside a fault as well."""
    column = number("quantity", "Quantity.")
    cells = [repr(value) for value in numbers]

    alone = cast(column, pd.Series(cells, dtype="str"))
    beside = cast(column, pd.Series([*cells, "1,5"], dtype="str"))

    assert numbers == alone.values.tolist()
    assert numbers == beside.values.tolist()[:-1]
    assert [len(cells)] == np.flatnonzero(beside.bad).tolist()


@pytest.mark.parametrize(
    ("column", "values"),
    [
        ("demand_id", [1.0, 2.5]),
        ("source_ref", [True, False]),
        ("quantity", [True, False]),
        ("quantity", [1.0, np.inf]),
        ("priority", [1.0, 2.5]),
        ("split_allowed", [1, 2]),
        ("split_allowed", [dt.date(2026, 1, 5), None]),
        ("quantity", [Decimal("1.5"), Decimal("NaN")]),
        ("quantity", [Decimal("1.5"), "x"]),
        ("due_date", [20260105, 20260106]),
        ("due_date", [dt.datetime(2026, 1, 5, 7), dt.date(2026, 1, 5)]),  # noqa: DTZ001
        ("due_date", list(pd.date_range("2026-01-01", periods=2, tz="UTC"))),
        ("due_date", list(pd.date_range("2026-01-01 10:00", periods=2))),
        ("kind", [1.5, 2.5]),
    ],
)
def test_frames_of_another_type_are_refused(column: str, values: list[object]) -> None:
    """Tests that no cell is bent to its type in silence."""
    problems = problems_of(small_with("demands", **{column: values}))

    assert {column} == {problem.column for problem in problems}


def test_whole_numbers_are_taken_as_identifiers() -> None:
    """Tests that an integer column may hold identifiers, which become text."""
    frames = {"items": pd.DataFrame({"item_id": [7, 8], "base_uom": "pc"})}

    assert () == problems_of(frames)


def test_blank_columns_are_filled_one_by_one() -> None:
    """Tests that columns which nobody gave are apart as soon as one is written to."""
    frame = PlanningData.from_frames(small()).table("demands").copy()
    blank = frame["revenue"].isna().to_numpy(dtype=bool)

    frame.loc[0, "revenue"] = 7.0
    frame.loc[0, "sold_from"] = "P"

    assert blank.all()
    assert 7.0 == frame["revenue"].iloc[0]
    assert frame["lost_cost"].isna().all()
    assert frame["source_ref"].isna().all()


def test_a_line_of_totals_is_one_problem() -> None:
    """Tests that a row without most of what it must have is told as one thing."""
    tables = small()
    total = pd.DataFrame({"demand_id": ["Total"], "quantity": ["12.5"]})
    tables["demands"] = pd.concat([tables["demands"], total], ignore_index=True)

    (problem,) = problems_of(tables)

    assert [("E-DATA-TYPE", 4, "demand_id", "Total")] == brief((problem,))
    assert "may be a total or a remark" in problem.text
    assert "fill all of demand_id, kind, item_id" in problem.remedy
