"""
Tests that tables of any content are read, or refused with row and column, in every
format, and that changed bytes harm nobody but the process that reads them.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any, TypeVar

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, assume, given, seed, settings
from hypothesis import strategies as st

from lotwright.errors import InputError
from lotwright.fanout.process import WorkerLost, WorkingProcess
from lotwright.fanout.task import name_of
from lotwright.io.limits import Limits
from lotwright.io.uploads import Mode, changed_table, read_table
from lotwright.io.write import as_arrow
from lotwright.scenarios.wire import parted, table_as_bytes
from lotwright.service.api.formats import (
    ARROW,
    CSV,
    JSON,
    PARQUET,
    XLSX,
    Asked,
    table_answer,
)
from lotwright.service.work.reading import upload_payload, upload_task
from tests.service.chaos.volume import IS_FULL, dice, volume
from tests.service.hostile.files import arrow, book, cells, parquet
from tests.service.hostile.strategies import good_tables, odd_tables

#: Tables of any content, tables that go out and in, and changed files; more of them
#: find more.
ODD = volume(10, 2_000)
TABLES = volume(10, 500)
MUTATIONS = volume(30, 10_000)

#: What a failure is repeated by, where it was not the usual one.
SEED = dice().getrandbits(32) if IS_FULL else 1905

_Test = TypeVar("_Test", bound=Callable[..., Any])

FORMATS = {CSV: "csv", JSON: "json", PARQUET: "parquet", ARROW: "arrow", XLSX: "xlsx"}


def _limited(times: int) -> Callable[[_Test], _Test]:
    limits = settings(
        max_examples=times,
        deadline=None,
        database=None,
        # To shrink what fails takes longer than all else.
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )

    return lambda test: seed(SEED)(limits(test))


@_limited(ODD)
@given(drawn=odd_tables(), ending=st.sampled_from(["csv", "json", "parquet"]))
def test_any_cells_are_read_or_refused_with_their_place(
    drawn: tuple[str, pd.DataFrame], ending: str
) -> None:
    """
    Tests that whatever stands in a table is taken, or told with what to do about it.
    """
    table, frame = drawn
    content = {
        "csv": lambda: frame.to_csv(index=False).encode(),
        "json": lambda: frame.to_json(orient="records").encode(),
        "parquet": lambda: frame.to_parquet(index=False),
    }[ending]()

    try:
        found, _ = read_table(table, f"{table}.{ending}", content, Limits())
    except InputError as error:
        for problem in error.problems:
            assert problem.code.startswith("E-")
            assert table == problem.table
            assert problem.text
            assert problem.remedy
    else:
        assert len(found[table]) <= len(frame)


@_limited(TABLES)
@given(drawn=good_tables())
def test_every_format_brings_back_what_went_out(
    drawn: tuple[str, pd.DataFrame],
) -> None:
    """
    Tests that a table goes out in any format and comes in again as it was, to the byte
    by which versions are told apart.
    """
    table, frame = drawn
    sent = table_as_bytes(table, frame)
    try:
        read_table(table, f"{table}.arrow", sent, Limits())
    except InputError:
        # Rules between columns are not the point here.
        assume(False)

    for kind, ending in FORMATS.items():
        content = bytes(table_answer(table, sent, Asked(accept=kind)).body)

        found, _ = read_table(table, f"{table}.{ending}", content, Limits())

        assert sent == table_as_bytes(table, found[table]), kind


@_limited(TABLES)
@given(drawn=good_tables(), cut=st.integers(0, 5))
def test_rows_come_and_go_by_their_keys(
    drawn: tuple[str, pd.DataFrame], cut: int
) -> None:
    """
    Tests that rows that are added to the others make the whole, that the same rows
    change nothing, and that those that are deleted are gone.
    """
    table, frame = drawn
    whole = table_as_bytes(table, frame)

    try:
        read, _ = read_table(table, f"{table}.arrow", whole, Limits())
    except InputError:
        assume(False)

    every = read[table]
    first, rest = every.iloc[:cut], every.iloc[cut:]
    name = f"{table}.arrow"

    def changed(present: pd.DataFrame, rows: pd.DataFrame, mode: Mode) -> pd.DataFrame:
        sent = table_as_bytes(table, rows)
        return changed_table(table, present, name, sent, mode, Limits())

    def same(one: pd.DataFrame, other: pd.DataFrame) -> bool:
        return bool(as_arrow(table, one).equals(as_arrow(table, other)))

    assert same(every, changed(first.reset_index(drop=True), rest, Mode.UPSERT))
    assert same(every, changed(every, rest, Mode.UPSERT))
    assert same(first.reset_index(drop=True), changed(every, rest, Mode.DELETE))


def test_columns_that_do_not_come_stay() -> None:
    """
    Tests that an upsert changes the cells that it has, and no others.
    """
    present = pd.DataFrame(
        {"item_id": ["A", "B"], "base_uom": ["pcs", "kg"], "unit_cost": [1.0, 2.0]}
    )
    content = b"item_id,unit_cost\nB,3\n"

    found = changed_table("items", present, "items.csv", content, Mode.UPSERT, Limits())

    assert ["pcs", "kg"] == found["base_uom"].tolist()
    assert [1.0, 3.0] == found["unit_cost"].tolist()

    with pytest.raises(InputError, match="not the key item_id"):
        changed_table("items", present, "i.csv", b"name\nx\n", Mode.UPSERT, Limits())

    with pytest.raises(InputError, match="base_uom"):
        changed_table("items", present, "i.csv", b"item_id\nC\n", Mode.UPSERT, Limits())


def test_what_a_changed_table_lacks_is_told_by_the_line_of_the_file() -> None:
    """
    Tests that the row of a problem is that of the file which brought it, whatever was
    in the table before.
    """
    present = pd.DataFrame(
        {"item_id": ["A", "B", "C"], "base_uom": ["pcs", "kg", "m"]}, dtype="str"
    )
    content = b"item_id,name\nB,bee\n,\nX,ex\nA,ay\nY,why\n"

    with pytest.raises(InputError) as found:
        changed_table("items", present, "i.csv", content, Mode.UPSERT, Limits())

    places = [(each.file, each.row, each.column) for each in found.value.problems]
    assert [("i.csv", 4, "base_uom"), ("i.csv", 6, "base_uom")] == places


def test_changed_bytes_harm_nobody_but_their_reader() -> None:
    """
    Tests that files with bytes changed at random are taken, refused or, at worst, the
    end of the process that reads them.
    """
    columns = {"item_id": ["A", "B", "C"], "base_uom": ["pcs", "pcs", "kg"]}
    seeds = {
        "items.csv": b"item_id,base_uom\nA,pcs\nB,pcs\nC,kg\n",
        "items.arrow": arrow(columns),
        "items.parquet": parquet(columns),
        "items.xlsx": book(cells("item_id|base_uom", "A|pcs", "B|kg")),
        "items.json": b'[{"item_id": "A", "base_uom": "pcs"}]',
    }
    chance = random.Random(SEED)
    process = WorkingProcess(name_of(upload_task))
    ends = 0

    try:
        for _ in range(MUTATIONS):
            name, content = chance.choice(list(seeds.items()))
            payload = upload_payload(name, _changed(content, chance), table="items")

            try:
                outcome = process.do(payload, lambda _: None)
                head, _ = parted(outcome.get())
                assert "num_rows" in head or head["problems"]
                ends += 1
            except WorkerLost:
                process.bury()
                process = WorkingProcess(name_of(upload_task))
    finally:
        process.bury()

    assert ends > 0


def _changed(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)

    for _ in range(chance.randint(1, 8)):
        changed[chance.randrange(len(changed))] = chance.randrange(256)

    if chance.random() < 0.2:
        del changed[chance.randrange(len(changed)) :]

    return bytes(changed)
