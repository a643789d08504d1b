"""
Tests of what is read from other systems: one moment, nothing else, all that is wrong.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from unittest import mock

import pytest
from sqlalchemy import text
from sqlalchemy.dialects import mssql, mysql, oracle, postgresql, sqlite

from lotwright.errors import InputError
from lotwright.service.connect import extract as extracting
from lotwright.service.connect.catalogue import Family, FoundTable
from lotwright.service.connect.convert import as_text
from lotwright.service.connect.extract import Extract, Limits, extract
from lotwright.service.connect.mapping import Cell, Comparison, Feed, Ref, TableName
from lotwright.service.connect.queries import query_of
from lotwright.service.connect.read_mapping import read_mapping
from lotwright.service.connect.source import SourceError, reading
from lotwright.service.connect.spot import Spot
from tests.service.connect.conftest import System

_ITEMS = """
create table parts (no varchar(20), kind char(4), price varchar(20), made varchar(20));
insert into parts values ('A', 'x', '1.5', '2026-03-31'), ('B', 'y', '2', null);
create table canary (alive integer);
insert into canary values (1);
"""

_MAPPING = """
[[feed]]
table = "items"
from = "{table}"
{more}
[feed.columns]
item_id = "{column}"
base_uom = {{ value = "pcs" }}
"""

#: What somebody could try in place of a name.
_HOSTILE = [
    before + core + after
    for before in ("", "parts", "no", '"', "'", "parts.", "x y")
    for core in (
        "; drop table canary",
        "' or '1'='1",
        '"; delete from canary; --',
        "--",
        "/* */",
        ") union select alive from canary",
        "\x00",
        "\\",
        "`",
        "[canary]",
        "(select 1)",
        "%s",
        ":name",
        "é",
        "a" * 64,
    )
    for after in ("", " ", "--", "\n")
][:300]


def _extracted(
    system: System, table: str = "parts", column: str = "no", more: str = ""
) -> Extract:
    content = _MAPPING.format(table=table, column=column, more=more)

    return extract(system.url, read_mapping(content, "test"))


def _toml(text: str) -> str:
    return "".join(
        f"\\u{ord(each):04x}" if not each.isalnum() else each for each in text
    )


def test_three_hundred_ways_to_inject_are_refused(system: System) -> None:
    """
    Tests that nothing but names passes for a table, schema, column or alias, and that
    the canary lives.
    """
    system.run(_ITEMS)
    assert 300 == len(_HOSTILE)

    for hostile in map(_toml, _HOSTILE):
        for kwargs in (
            {"table": hostile},
            {"table": f"{hostile}.parts"},
            {"column": hostile},
            {"more": f'as = "{hostile}"'},
        ):
            with pytest.raises(InputError) as refused:
                read_mapping(
                    _MAPPING.format(
                        **{"table": "parts", "column": "no", "more": "", **kwargs}
                    ),
                    "test",
                )

            assert "E-MAPPING" == refused.value.problems[0].code

    assert 1 == system.count("canary")


@pytest.mark.parametrize(
    "condition",
    [
        "no == 'A' or 1 == 1",
        "no == 'A'; drop table canary",
        "lower(no) == 'a'",
        "no like 'A%'",
        "no == \\u0022A\\u0022",
        "1 == 1",
        "no == (select no)",
        "no in ()",
        "no == 'A' and",
        "no",
        "no is",
        "no == 'it''s",
        "canary.alive == 1",
    ],
)
def test_conditions_know_comparisons_only(system: System, condition: str) -> None:
    """
    Tests that a condition is nothing but comparisons joined by and.
    """
    system.run(_ITEMS)

    with pytest.raises(InputError, match="condition is not understood"):
        _extracted(system, more=f'where = "{condition}"')

    assert 1 == system.count("canary")


def test_names_are_those_of_the_catalogue(system: System) -> None:
    """
    Tests that tables and columns which are not there are named, with a remedy, and that
    what belongs to the database itself is not there.
    """
    system.run(_ITEMS)

    with pytest.raises(InputError, match=r"no table or view part .*Did you mean parts"):
        _extracted(system, table="part")

    with pytest.raises(InputError, match=r"column nos.*Did you mean no\?"):
        _extracted(system, column="nos")

    for table in ("sqlite_master", "pg_catalog.pg_class", "information_schema.tables"):
        with pytest.raises(InputError, match="no table or view"):
            _extracted(system, table=table, column="name")


def test_values_with_quotes_are_values(system: System) -> None:
    """
    Tests that quotes in conditions and cells stay what they are.
    """
    system.run(_ITEMS)
    hostile = "O'Hara\"; drop table canary; --"

    with system.engine.begin() as connection:
        query = text("insert into parts values (:no, :kind, '1', null)")
        connection.execute(query, {"no": hostile[:19], "kind": "'"})

    found = _extracted(system, more="where = \"kind == ''''\"")

    assert [hostile[:19]] == found.frames["items"]["item_id"].tolist()
    assert 1 == system.count("canary")


def test_one_moment_is_seen(system: System) -> None:
    """
    Tests that what somebody writes between two tables is not seen in the second one.
    """
    system.run(_ITEMS)
    mapping = read_mapping(
        _MAPPING.format(table="parts", column="no", more="")
        + """
[[feed]]
table = "locations"
from = "parts"
[feed.columns]
location_id = "no"
kind = { value = "site" }
""",
        "test",
    )
    written: list[object] = []

    def write_first(value: object) -> str | None:
        if not written:
            system.run("insert into parts values ('C', 'z', '3', null);\n")

        written.append(value)

        return as_text(value)

    if system.url.startswith("sqlite"):
        system.run("select 1;\n")

        with system.engine.connect() as connection:
            connection.exec_driver_sql("pragma journal_mode = wal")

    with mock.patch.object(extracting, "as_text", write_first):
        found = extract(system.url, mapping)

    assert ["A", "B", "A", "B"] == written
    assert (2, 2) == (len(found.frames["items"]), len(found.frames["locations"]))
    assert 3 == system.count("parts")


def test_rubbish_is_reported_with_its_place(system: System) -> None:
    """
    Tests that blank keys, keys that come twice, and cells of another kind are all told
    at once, with the table, column and value of the other system.
    """
    system.run(
        """
create table parts (no varchar(20), price varchar(20), life varchar(20));
insert into parts values ('A', 'cheap', 'on'), ('A', '2', 'on');
insert into parts values (null, '3', 'off'), ('D', '1', '?');
"""
    )
    content = """
[[feed]]
table = "items"
from = "parts"
[feed.columns]
item_id = "no"
base_uom = { value = "pcs" }
unit_cost = { column = "price", factor = 2 }
lifecycle = { column = "life", map = { on = "active", off = "blocked" } }
"""

    with pytest.raises(InputError) as refused:
        extract(system.url, read_mapping(content, "test"))

    told = {
        (each.code, each.file, each.column, each.value)
        for each in refused.value.problems
    }
    assert {
        ("E-DATA-TYPE", "parts", "price", "cheap"),
        ("E-DATA-KEY", "parts", "no", "A"),
        ("E-DATA-KEY", "parts", "no", ""),
        ("E-MAPPING", "parts", "life", "?"),
    } == told
    assert any("total" in each.remedy for each in refused.value.problems)


def test_what_is_no_number_or_too_long_is_reported(system: System) -> None:
    """
    Tests that what databases keep though it is no number, and texts without end, are
    told with the row and column of the other system.
    """
    real = "double precision"
    system.run(
        f"""
create table parts (no varchar(20), name text, price {real}, day date);
insert into parts values ('A', '{"x" * 5000}', 1, '2026-02-28');
insert into parts values ('B', 'b', 'Infinity', null), ('C', 'c', '-Infinity', null);
"""
    )
    content = """
[[feed]]
table = "items"
from = "parts"
[feed.columns]
item_id = "no"
description = "name"
base_uom = { value = "pcs" }
unit_cost = "price"
"""

    with pytest.raises(InputError) as refused:
        extract(system.url, read_mapping(content, "test"))

    told = [(each.column, each.text) for each in refused.value.problems]
    assert ["price", "price", "name"] == [column for column, _ in told]
    assert "item_id B" in told[0][1]
    assert "item_id C" in told[1][1]
    assert "5,000 characters" in told[2][1]
    assert "item_id A" in told[2][1]


def test_text_in_another_encoding_is_reported(
    make_system: Callable[[str], System],
) -> None:
    """
    Tests that bytes which are no text are told with their column, as SQLite keeps them.
    """
    system = make_system(
        """
create table parts (no text, name text);
insert into parts values ('A', cast(x'47e47573' as text));
"""
    )
    content = _MAPPING.format(table="parts", column="no", more="")
    content += 'description = "name"\n'

    with pytest.raises(InputError, match=r"parts, column name.*not UTF-8") as refused:
        extract(system.url, read_mapping(content, "test"))

    assert "Correct it in the other system." == refused.value.problems[0].remedy


_DIALECTS = (sqlite, postgresql, mysql, mssql, oracle)


@pytest.mark.parametrize("kind", _DIALECTS, ids=lambda each: each.__name__)
def test_values_are_bound_whatever_they_are(kind: ModuleType) -> None:
    """
    Tests that three hundred values that would inject are no part of what any kind of
    database is asked, and that names are quoted as it does.
    """
    found = FoundTable(
        name=TableName(name="order"), columns={"select": Family.TEXT, "no": Family.TEXT}
    )
    tables = mock.Mock(dialect=kind.__name__.rsplit(".", 1)[-1])
    tables.table.return_value = found
    dialect = kind.dialect()
    asked: set[str] = set()

    for hostile in _HOSTILE:
        condition = Comparison(
            column=Ref(alias="order", column="select"), how="==", values=(hostile,)
        )
        feed = Feed(
            number=1,
            table="items",
            source=TableName(name="order"),
            alias="order",
            where=(condition,),
            cells={"item_id": Cell(columns=(Ref(alias="order", column="no"),))},
        )
        spot = Spot(file="test")
        query = query_of(feed, tables, spot)
        assert query is not None, spot.problems
        compiled = query.select.compile(dialect=dialect)
        assert [hostile] == list(compiled.params.values())
        asked.add(str(compiled))

    assert 1 == len(asked)
    quote = dialect.identifier_preparer.initial_quote
    assert f"{quote}select" in asked.pop()


def test_bad_days_are_reported(make_system: Callable[[str], System]) -> None:
    """
    Tests that a day that does not exist is reported as it was written.
    """
    system = make_system(
        """
create table orders (no text, day text);
insert into orders values ('1', '20260230'), ('2', '20260228'), ('3', '00000000');
"""
    )
    content = """
[[feed]]
table = "demands"
from = "orders"
[feed.columns]
demand_id = "no"
kind = { value = "order" }
item_id = { value = "A" }
location_id = { value = "B" }
quantity = 1
due_date = { column = "day", format = "%Y%m%d", blank = "00000000" }
"""

    with pytest.raises(InputError) as refused:
        extract(system.url, read_mapping(content, "test"))

    assert [("day", "20260230"), ("day", "")] == [
        (each.column, each.value) for each in refused.value.problems
    ]


def test_rows_are_limited(system: System) -> None:
    """
    Tests that more rows than allowed are refused, and how many that are.
    """
    system.run(_ITEMS)
    mapping = read_mapping(_MAPPING.format(table="parts", column="no", more=""), "test")

    with pytest.raises(SourceError, match="more than 1 rows"):
        extract(system.url, mapping, Limits(most_rows=1))

    assert 2 == len(extract(system.url, mapping, Limits(most_rows=2)).frames["items"])


def test_nothing_is_written(system: System) -> None:
    """
    Tests that the transaction in which is read refuses to write.
    """
    system.run(_ITEMS)

    with (
        pytest.raises(SourceError, match=r"read-?only"),
        reading(system.url, seconds=10) as connection,
    ):
        connection.execute(text("delete from canary"))

    assert 1 == system.count("canary")


def test_statements_end_in_time(system: System) -> None:
    """
    Tests that a query that would not end is ended.
    """
    system.run(_ITEMS)
    endless = (
        "with recursive n(i) as (select 1 union all select i + 1 from n) "
        "select count(*) from n"
    )

    with (
        pytest.raises(SourceError, match="does not answer as it should"),
        reading(system.url, seconds=0.5) as connection,
    ):
        connection.execute(text(endless))


def test_totals_and_joins(system: System) -> None:
    """
    Tests that rows are added up, looked up and left out as a mapping says.
    """
    system.run(
        """
create table bins (part varchar(9), qty numeric(9,2), held numeric(9,2));
insert into bins values ('A', 0.1, 0), ('A', 0.2, 0), ('B', 5, 7), ('Z', 1, 0);
create table parts (no varchar(9), dead boolean);
insert into parts values ('A', false), ('B', false), ('Z', true);
"""
    )
    content = """
[[feed]]
table = "inventory"
from = "bins"
where = "p.dead == false"
total = "quantity"
[[feed.join]]
with = "parts"
as = "p"
on = { no = "part" }
[feed.columns]
item_id = "part"
location_id = { value = "W" }
quantity = { column = "qty", minus = "held", at_least = 0 }
"""

    found = extract(system.url, read_mapping(content, "test")).frames["inventory"]

    assert [("A", 0.3), ("B", 0.0)] == list(
        found[["item_id", "quantity"]].itertuples(index=False, name=None)
    )


def test_passwords_stay_out_of_messages() -> None:
    """
    Tests that a system that cannot be reached is told without what is secret.
    """
    mapping = read_mapping(_MAPPING.format(table="parts", column="no", more=""), "test")

    with pytest.raises(SourceError) as refused:
        extract("postgresql://erp:geheim42@127.0.0.1:1/erp", mapping)

    assert "geheim42" not in str(refused.value)
    assert "does not answer" in str(refused.value)
