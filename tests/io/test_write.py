"""
Tests of writing tables, and of reading back what was written.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotwright.errors import InputError
from lotwright.io.read import read
from lotwright.io.write import write
from lotwright.model.data import PlanningData
from lotwright.model.plan_tables import (
    PART_ROWS,
    InParts,
    PlanTables,
    bounds_of_parts,
)
from lotwright.model.schema import Column, ColumnType
from lotwright.model.tables import INPUT_TABLES, OUTPUT_TABLES
from tests.model.small import small, small_with

FORMATS = pytest.mark.parametrize("form", ["csv", "parquet"])


def test_files_are_written_as_people_would(tmp_path: Path) -> None:
    """Tests the bytes of a file: order, line ends, numbers, dates and blanks."""
    frames = small_with("demands", priority=["1", ""], split_allowed=["TRUE", ""])
    frames["demands"]["source_ref"] = ['a,"b"', "x\ny"]

    files = write(PlanningData.from_frames(frames), tmp_path)

    assert tmp_path / "demands.csv" in files
    assert (
        b"demand_id,kind,item_id,location_id,quantity,due_date,priority,split_allowed,"
        b"source_ref\n"
        b'D1,order,0042,PLANT,10,2026-01-05,1,true,"a,""b"""\n'
        b'D2,forecast,BOLT,DC,2.5,2026-02-01,,,"x\ny"\n'
    ) == (tmp_path / "demands.csv").read_bytes()


@FORMATS
def test_same_tables_are_same_bytes(tmp_path: Path, form: str) -> None:
    """Tests that writing twice makes the same files."""
    data = PlanningData.from_frames(small())

    first = write(data, tmp_path / "a", form)
    second = write(data, tmp_path / "b", form)

    assert [file.read_bytes() for file in first] == [f.read_bytes() for f in second]


@FORMATS
def test_what_was_given_is_given_again(tmp_path: Path, form: str) -> None:
    """Tests that given tables without rows are written, and no others."""
    frames = {**small(), "dataset": pd.DataFrame({"name": []}, dtype="str")}

    write(PlanningData.from_frames(frames), tmp_path, form)

    assert set(frames) == read(tmp_path).given


@FORMATS
def test_tables_of_a_plan_have_all_their_columns(tmp_path: Path, form: str) -> None:
    """Tests that output frames are brought to their declared order and types."""
    orders = pd.DataFrame({"quantity": [5], "order_id": ["O1"], "note": [{"a": 1}]})

    (file,) = write({"planned_orders": orders}, tmp_path, form)

    frame = pd.read_csv(file) if form == "csv" else pd.read_parquet(file)
    assert [*OUTPUT_TABLES["planned_orders"].names, "note"] == list(frame.columns)
    assert [5.0] == frame["quantity"].tolist()


@FORMATS
def test_categories_are_written_as_their_words(tmp_path: Path, form: str) -> None:
    """Tests that categories, blank ones among them, make the cells that text makes."""
    kinds = pd.Series(["make", None, " ", "Make", "buy"], dtype="str")
    text = pd.DataFrame({"order_id": list("ABCDE"), "kind": kinds, "item_id": kinds})
    coded = text.astype({"kind": "category", "item_id": "category"})

    (one,) = write({"planned_orders": text}, tmp_path / "text", form)
    (other,) = write({"planned_orders": coded}, tmp_path / "coded", form)

    reader = pd.read_csv if form == "csv" else pd.read_parquet
    pd.testing.assert_frame_equal(reader(one), reader(other))
    assert ["make", "make", "buy"] == reader(other)["kind"].dropna().tolist()


def test_a_category_outside_the_choices_is_refused(tmp_path: Path) -> None:
    """Tests that only the categories that a column holds have to fit."""
    kinds = pd.Series(["make", "lend"], dtype="category")

    write({"planned_orders": pd.DataFrame({"kind": kinds[:1]})}, tmp_path)

    with pytest.raises(ValueError, match=r"in planned_orders\.kind, got 'lend'"):
        write({"planned_orders": pd.DataFrame({"kind": kinds})}, tmp_path)


@FORMATS
def test_files_stay_as_they_are_when_a_table_is_refused(
    tmp_path: Path, form: str
) -> None:
    """Tests that either all tables are written or none."""
    (file,) = write({"kpis": pd.DataFrame({"value": [1.0]})}, tmp_path, form)
    content = file.read_bytes()

    with pytest.raises(ValueError, match="got 'much'"):
        write(
            {
                "kpis": pd.DataFrame({"value": [2.0]}),
                "pegging": pd.DataFrame({"quantity": ["much"]}),
            },
            tmp_path,
            form,
        )

    assert [file] == list(tmp_path.iterdir())
    assert content == file.read_bytes()


def _figures(most: int) -> Iterator[pd.DataFrame]:
    """
    Yields a long table of key figures in parts.
    """
    for first, last in bounds_of_parts(PART_ROWS + 3, most):
        value = np.arange(first, last, dtype=np.float64)
        words = np.array(["h", "EUR", "%"], dtype=np.object_)[value.astype(int) % 3]
        word = pd.Categorical(words, categories=["h", "EUR", "%"])
        yield pd.DataFrame({"unit": word, "value": np.where(value % 7, value, np.nan)})


@FORMATS
def test_tables_made_in_parts_are_the_same_bytes(tmp_path: Path, form: str) -> None:
    """Tests that a table that is made in parts makes the file that it makes whole."""
    whole = {"kpis": next(_figures(2 * PART_ROWS))}
    parts = PlanTables({"kpis": InParts(parts=_figures)})

    (one,) = write(whole, tmp_path / "whole", form)
    (other,) = write(parts, tmp_path / "parts", form)

    assert one.read_bytes() == other.read_bytes()
    assert isinstance(parts.held()["kpis"], InParts)


def test_a_long_table_is_written_in_row_groups(tmp_path: Path) -> None:
    """Tests that the parts of a file are those in which a table is made."""
    parts = PlanTables({"kpis": InParts(parts=_figures)})

    (file,) = write(parts, tmp_path, "parquet")

    found = pq.read_metadata(file)
    assert 2 == found.num_row_groups
    assert 2**18 + 2 == found.row_group(0).num_rows
    assert 2**18 + 1 == found.row_group(1).num_rows


@FORMATS
def test_a_table_that_cannot_be_made_leaves_no_files(tmp_path: Path, form: str) -> None:
    """Tests that what fails in the middle takes back what was written."""

    def made(most: int) -> Iterator[pd.DataFrame]:
        yield pd.DataFrame({"value": [1.0]})
        yield pd.DataFrame({"value": ["much"]})

    def refused() -> pd.DataFrame:
        return pd.DataFrame({"quantity": ["much"]})

    tables = PlanTables({"kpis": InParts(parts=made), "pegging": refused})

    with pytest.raises(ValueError, match="got 'much'"):
        write(tables, tmp_path, form)

    assert [] == list(tmp_path.iterdir())


def test_wrong_calls_are_refused(tmp_path: Path) -> None:
    """Tests that the caller learns of a wrong format, table or cell."""
    with pytest.raises(ValueError, match="got 'xlsx'"):
        write({}, tmp_path, "xlsx")

    with pytest.raises(ValueError, match="got 'orders'"):
        write({"orders": pd.DataFrame()}, tmp_path)

    with pytest.raises(ValueError, match=r"in pegging\.quantity, got 'much'"):
        write({"pegging": pd.DataFrame({"quantity": ["much"]})}, tmp_path)

    assert [] == list(tmp_path.iterdir())


def test_a_file_that_is_no_parquet_is_found(tmp_path: Path) -> None:
    """Tests that a damaged Parquet file is one problem with a remedy."""
    (tmp_path / "items.parquet").write_bytes(b"PAR1 no more")

    with pytest.raises(InputError) as caught:
        read(tmp_path)

    (problem,) = caught.value.problems
    assert ("E-DATA-FILE", "items.parquet") == (problem.code, problem.file)


def test_problems_in_parquet_name_their_row(tmp_path: Path) -> None:
    """Tests that rows of a Parquet file count as lines below a header."""
    pd.DataFrame({"item_id": ["A", "A"], "base_uom": "pc"}).to_parquet(
        tmp_path / "items.parquet"
    )

    with pytest.raises(InputError) as caught:
        read(tmp_path)

    (problem,) = caught.value.problems
    assert ("items.parquet", 3, "A") == (problem.file, problem.row, problem.value)


WORDS = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n\r\t"),
    min_size=1,
    max_size=6,
).filter(lambda word: bool(word.strip()))


def cells_of(column: Column) -> st.SearchStrategy[object]:
    """
    Returns a strategy for the cells of a column.
    """
    largest = 0.999 if column.maximum or column.below else 1e15
    filled: dict[ColumnType, st.SearchStrategy[object]] = {
        ColumnType.TEXT: WORDS,
        ColumnType.CHOICE: st.sampled_from(column.choices or ("",)),
        ColumnType.NUMBER: st.floats(5e-324, largest),
        ColumnType.INTEGER: st.integers(0, 10**9),
        ColumnType.BOOLEAN: st.booleans(),
        ColumnType.DATE: st.dates(),
    }
    strategy = filled[column.type]

    return strategy if column.required else st.none() | strategy


@st.composite
def data_sets(draw: st.DrawFn) -> PlanningData:
    """
    Returns data sets with cells of every kind.
    """
    size = draw(st.integers(1, 3))
    frames = {}

    for name in ("items", "calendars", "overrides", "dataset"):
        table = INPUT_TABLES[name]
        columns = [c for c in table.columns if not c.reference and not c.pattern]
        row = st.tuples(*map(cells_of, columns))
        rows = draw(st.lists(row, min_size=1, max_size=1 if table.single_row else size))
        frame = pd.DataFrame(rows, columns=[column.name for column in columns])
        keys = [column.name for column in table.keys]
        frames[name] = frame.drop_duplicates(keys) if keys else frame

    return PlanningData.from_frames(frames)


@settings(max_examples=25, deadline=None)
@given(data=data_sets(), form=st.sampled_from(["csv", "parquet"]))
def test_reading_what_was_written_is_the_identity(
    data: PlanningData, form: str
) -> None:
    """Tests that cells of every kind come back as they were."""
    with TemporaryDirectory() as folder:
        write(data, folder, form)
        again = read(folder)

    assert data.given == again.given

    for name in data.given:
        pd.testing.assert_frame_equal(data[name], again[name])

    assert data.fingerprint() == again.fingerprint()
