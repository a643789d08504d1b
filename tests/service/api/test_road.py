"""
Tests of the whole road over HTTP: data in, a plan, its tables, why, and compare.
"""

from __future__ import annotations

import io

import fastexcel
import httpx
import pandas as pd
import pyarrow as pa
import pyarrow.parquet
import pytest

import lotwright as lw
from tests.service.api.server import (
    ARROW,
    EXAMPLE,
    PARQUET,
    XLSX,
    planned,
    put_example,
)


def test_the_plan_is_the_library_s(owner: httpx.Client, run: str) -> None:
    """
    Tests that the service plans what the library plans.
    """
    expected = lw.plan(lw.read(EXAMPLE), engine="mrp")

    found = owner.get(f"/v1/runs/{run}").json()

    assert ("succeeded", None) == (found["status"], found["error"])
    assert expected.run.objective == pytest.approx(found["summary"]["objective"])
    rows = owner.get(f"/v1/runs/{run}/tables/planned_orders").json()["rows"]
    assert expected.orders["quantity"].tolist() == [row["quantity"] for row in rows]


def test_a_table_comes_in_every_format(owner: httpx.Client, run: str) -> None:
    """
    Tests that all formats hold the same cells.
    """
    path = f"/v1/runs/{run}/tables/planned_orders"
    rows = owner.get(path).json()["rows"]
    quantity = [row["quantity"] for row in rows]

    csv = owner.get(path, headers={"Accept": "text/csv"})
    parquet = owner.get(path, headers={"Accept": PARQUET})
    arrow = owner.get(path, headers={"Accept": ARROW})
    excel = owner.get(path, headers={"Accept": XLSX})

    assert quantity == pd.read_csv(io.StringIO(csv.text))["quantity"].tolist()
    table = pyarrow.parquet.read_table(io.BytesIO(parquet.content))
    assert quantity == table["quantity"].to_pylist()
    stream = pa.ipc.open_stream(arrow.content).read_all()
    assert quantity == stream["quantity"].to_pylist()
    sheet = fastexcel.read_excel(excel.content).load_sheet("planned_orders")
    assert quantity == pa.record_batch(sheet)["quantity"].to_pylist()


def test_rows_and_columns_are_asked_for(owner: httpx.Client, run: str) -> None:
    """
    Tests filter, order, columns and pages.
    """
    path = f"/v1/runs/{run}/tables/planned_orders"
    every = owner.get(path, params={"sort": "-quantity", "columns": "quantity"}).json()
    quantity = [row["quantity"] for row in every["rows"]]
    assert sorted(quantity, reverse=True) == quantity
    assert {"quantity"} == set(every["rows"][0])

    large = owner.get(path, params={"filter": f"quantity >= {quantity[0]}"}).json()
    assert {quantity[0]} == {row["quantity"] for row in large["rows"]}

    pages, cursor = [], 0

    while cursor is not None:
        page = owner.get(path, params={"limit": 2, "cursor": cursor}).json()
        pages += page["rows"]
        cursor = page["cursor"]

    assert owner.get(path).json()["rows"] == pages


@pytest.mark.parametrize(
    "params",
    [
        {"filter": "__import__('os')"},
        {"filter": "quantity ="},
        {"columns": "nothing"},
        {"sort": "nothing"},
        {"limit": "0"},
    ],
)
def test_what_is_not_understood_is_refused(
    owner: httpx.Client, run: str, params: dict[str, str]
) -> None:
    """
    Tests that a question that makes no sense is answered with what is wrong.
    """
    found = owner.get(f"/v1/runs/{run}/tables/planned_orders", params=params)

    assert 422 == found.status_code
    assert found.headers["Content-Type"].startswith("application/problem+json")


def test_a_scenario_is_planned_and_compared(
    owner: httpx.Client, version: tuple[str, str], run: str
) -> None:
    """
    Tests a run with changed data: why it is late, and what differs.
    """
    override = {
        "table": "demands",
        "op": "multiply",
        "column": "quantity",
        "value": 3,
    }
    body = {
        "dataset": version[0],
        "options": {"engine": "mrp"},
        "scenario": {"name": "rush", "override": [override]},
    }

    rush = planned(owner, body)

    served = owner.get(f"/v1/runs/{rush['run']}/tables/explanations").json()["rows"]
    demand = served[0]["demand_id"]
    why = owner.get(f"/v1/runs/{rush['run']}/demands/{demand}/why").json()
    assert demand in why["text"]
    assert why["explanations"][0]["cause_code"].startswith("C-")

    found = owner.get("/v1/compare", params={"runs": f"{run},{rush['run']}"}).json()
    cost = next(row for row in found["kpis"] if row["name"] == "cost")
    assert cost["after"] > cost["before"]
    assert found["num_stock"] == len(found["stock"]) > 0
    terms = sum(row["change"] for row in found["terms"])
    assert cost["change"] == pytest.approx(terms)
    assert {"new"} <= {row["change"] for row in found["exceptions"]}
    same = owner.get("/v1/compare", params={"runs": f"{run},{run}"})
    assert 422 == same.status_code


def test_events_are_replayed_from_any_number(owner: httpx.Client, run: str) -> None:
    """
    Tests that a stream that broke goes on where it was.
    """
    whole = owner.get(f"/v1/runs/{run}/events").text
    later = owner.get(f"/v1/runs/{run}/events", headers={"Last-Event-ID": "2"}).text

    assert whole.startswith("id: 1\nevent: status\n")
    assert whole.endswith(later)
    assert later.startswith("id: 3\n")


def test_a_request_that_comes_twice_is_one_run(
    owner: httpx.Client, version: tuple[str, str]
) -> None:
    """
    Tests the idempotency key of runs.
    """
    body = {"dataset": version[0], "options": {"engine": "mrp"}}
    headers = {"Idempotency-Key": "monday"}

    first = owner.post("/v1/runs", json=body, headers=headers)
    second = owner.post("/v1/runs", json=body, headers=headers)
    third = owner.post("/v1/runs", json={**body, "label": "x"}, headers=headers)

    assert first.headers["Location"] == second.headers["Location"]
    assert (409, "key_reused") == (third.status_code, third.json()["code"])


def test_bad_data_are_told_with_file_row_and_remedy(owner: httpx.Client) -> None:
    """
    Tests that an upload that does not fit is refused with all that is wrong, and
    changes nothing.
    """
    made = owner.post("/v1/datasets", json={"name": "bad"}).json()["dataset"]
    content = b"item_id,base_uom\nA,pcs\n,pcs\nA,pcs\n"

    found = owner.put(
        f"/v1/datasets/{made}/tables/items",
        content=content,
        headers={"Content-Type": "text/csv"},
    )

    assert 422 == found.status_code
    places = {(each["file"], each["row"]) for each in found.json()["findings"]}
    assert {("items.csv", 3), ("items.csv", 4)} == places
    assert all(each["remedy"] for each in found.json()["findings"])
    assert {} == owner.get(f"/v1/datasets/{made}").json()["tables"]
    assert 409 == owner.post(f"/v1/datasets/{made}/versions").status_code


def test_tables_may_come_one_by_one(owner: httpx.Client) -> None:
    """
    Tests that a table may come before those that it refers to, and that a version is
    refused until they are there.
    """
    dataset = owner.post("/v1/datasets", json={"name": "slowly"}).json()["dataset"]
    path = f"/v1/datasets/{dataset}"
    headers = {"Content-Type": "text/csv"}
    refused: httpx.Response | None = None

    for file in sorted(EXAMPLE.glob("*.csv"), key=lambda file: file.stem != "demands"):
        put = owner.put(
            f"{path}/tables/{file.stem}", content=file.read_bytes(), headers=headers
        )
        assert 200 == put.status_code, put.text
        refused = refused or owner.post(f"{path}/versions")

    assert refused is not None
    codes = {each["code"] for each in refused.json()["findings"]}
    assert (422, {"E-DATA-REF"}) == (refused.status_code, codes)
    assert 201 == owner.post(f"{path}/versions").status_code


def test_texts_are_no_formulas_for_spreadsheets(owner: httpx.Client) -> None:
    """
    Tests that a name that a spreadsheet would take for a formula is kept from being one
    in CSV, and is the same in all other formats.
    """
    name = "=cmd|' /C calc'!A0"
    dataset, _ = put_example(owner, "formula")
    path = f"/v1/datasets/{dataset}"
    content = (EXAMPLE / "demands.csv").read_text().replace("SO-1", name)
    headers = {"Content-Type": "text/csv"}
    put = owner.put(f"{path}/tables/demands", content=content, headers=headers)
    assert 200 == put.status_code, put.text
    assert 201 == owner.post(f"{path}/versions").status_code
    run = planned(owner, {"dataset": dataset, "options": {"engine": "mrp"}})["run"]
    table = f"/v1/runs/{run}/tables/demand_fulfilment"

    csv = owner.get(table, headers={"Accept": "text/csv"}).text
    rows = owner.get(table).json()["rows"]
    excel = owner.get(table, headers={"Accept": XLSX}).content

    assert f"'{name}" in csv
    assert f",{name}" not in csv
    assert not csv.startswith(name)
    assert name in {row["demand_id"] for row in rows}
    sheet = fastexcel.read_excel(excel).load_sheet("demand_fulfilment")
    assert name in pa.record_batch(sheet)["demand_id"].to_pylist()


def test_what_is_too_large_or_of_no_kind_is_refused(
    owner: httpx.Client, version: tuple[str, str]
) -> None:
    """
    Tests the limits of uploads.
    """
    path = f"/v1/datasets/{version[0]}"
    large = owner.put(f"{path}/tables/items", content=b"x" * (1024 * 1024 + 1))
    strange = owner.put(
        f"{path}/package", content=b"x", headers={"Content-Type": "text/html"}
    )
    unknown = owner.put(f"{path}/tables/nothing", content=b"x")

    assert [413, 415, 404] == [
        answer.status_code for answer in (large, strange, unknown)
    ]
