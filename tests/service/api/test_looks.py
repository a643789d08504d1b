"""
Tests of what planners look at over HTTP: exceptions, figures, stock, loads, pegging.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from lotwright.service.api.figures import FIGURES
from tests.service.api.server import PARQUET, XLSX, planned

Row = dict[str, Any]


@pytest.fixture(scope="module")
def rush(owner: httpx.Client, version: tuple[str, str]) -> str:
    """
    A run whose demands are late: ten times as much is wanted.
    """
    return _rush(owner, version)


def _rush(owner: httpx.Client, version: tuple[str, str], times: float = 10.0) -> str:
    override = {"table": "demands", "op": "multiply", "column": "quantity"}
    scenario = {"name": "rush", "override": [{**override, "value": times}]}
    asked = {"dataset": version[0], "options": {"engine": "mrp"}, "scenario": scenario}

    return str(planned(owner, asked)["run"])


def _got(client: httpx.Client, path: str, **params: object) -> Row:
    found = client.get(path, params={k: str(v) for k, v in params.items()})
    assert 200 == found.status_code, found.text
    content: Row = found.json()

    return content


def _exceptions(owner: httpx.Client, run: str, **params: object) -> list[Row]:
    rows: list[Row] = _got(owner, f"/v1/runs/{run}/exceptions", **params)["rows"]

    return rows


def test_exceptions_are_ranked_and_each_stands_once(
    owner: httpx.Client, rush: str
) -> None:
    """
    Tests that all findings but notes are there, the most money at stake first.
    """
    rows = _exceptions(owner, rush)
    found = _got(owner, f"/v1/runs/{rush}/tables/findings", limit=10_000)["rows"]
    graver = [row for row in found if row["severity"] != "info"]

    assert len({row["exception_id"] for row in rows}) == len(rows)
    assert sum(row["count"] or 1 for row in graver) == sum(row["times"] for row in rows)
    assert sorted((row["value"] for row in rows), reverse=True) == [
        row["value"] for row in rows
    ]
    assert list(range(1, len(rows) + 1)) == [row["rank"] for row in rows]
    late = next(row for row in rows if row["code"] == "X-LATE")
    served = _got(
        owner,
        f"/v1/runs/{rush}/tables/demand_fulfilment",
        filter=f"demand_id == '{late['demand_id']}'",
    )["rows"][0]
    assert served["days_late"] == late["days_late"]
    assert served["item_id"] == late["item_id"]


def test_exceptions_are_filtered_sorted_paged_and_downloaded(
    owner: httpx.Client, rush: str
) -> None:
    """
    Tests conditions, words, order, pages and formats.
    """
    path = f"/v1/runs/{rush}/exceptions"
    late = _exceptions(owner, rush, filter="days_late > 0", sort="-days_late")
    days = [row["days_late"] for row in late]
    assert days
    assert sorted(days, reverse=True) == days
    page = _got(owner, path, limit=1, cursor=1)
    assert [2] == [row["rank"] for row in page["rows"]]
    assert late[:1] == _exceptions(owner, rush, search=late[0]["text"].upper())[:1]
    choices = _got(owner, f"{path}/choices")
    codes = {each["value"]: each["count"] for each in choices["choices"]["code"]}
    assert choices["total"] == sum(codes.values())

    for accept, begin in ((XLSX, b"PK"), (PARQUET, b"PAR1"), ("text/csv", b"rank,")):
        whole = owner.get(path, headers={"Accept": accept})
        assert whole.content.startswith(begin)


def test_what_was_acknowledged_stays_so_until_it_is_worse(
    owner: httpx.Client, version: tuple[str, str], rush: str
) -> None:
    """
    Tests that remarks hold in the next run of the data, but not for what is worse.
    """
    path = f"/v1/runs/{rush}/exceptions"
    row = next(row for row in _exceptions(owner, rush) if row["code"] == "X-LATE")
    name = row["exception_id"]
    body = {"exceptions": [name], "kind": "acknowledge", "text": "=known"}
    assert 201 == owner.post(f"{path}/remarks", json=body).status_code
    again, more = _rush(owner, version), _rush(owner, version, 14.0)

    def state(run: str) -> object:
        rows = _exceptions(owner, run, filter=f"exception_id == '{name}'")

        return rows[0]["state"]

    assert ("acknowledged", "acknowledged") == (state(rush), state(again))
    assert "worse" == state(more)
    said = _got(owner, f"{path}/{name}/remarks")["remarks"]
    assert [("acknowledge", "=known")] == [(one["kind"], one["text"]) for one in said]
    owner.post(f"{path}/remarks", json={"exceptions": [name], "kind": "reopen"})
    assert "open" == state(rush)


def test_remarks_without_sense_are_refused(owner: httpx.Client, rush: str) -> None:
    """
    Tests exceptions that are not there, and comments without words.
    """
    path = f"/v1/runs/{rush}/exceptions"
    name = _exceptions(owner, rush)[0]["exception_id"]
    unknown = {"exceptions": [name, "0" * 20], "kind": "acknowledge"}
    empty = {"exceptions": [name], "kind": "comment", "text": "  "}

    assert 404 == owner.post(f"{path}/remarks", json=unknown).status_code
    assert 422 == owner.post(f"{path}/remarks", json=empty).status_code
    assert [] == _got(owner, f"{path}/{name}/remarks")["remarks"][2:]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", sorted(FIGURES))
def test_every_figure_is_drawn(
    owner: httpx.Client, rush: str, name: str, theme: str
) -> None:
    """
    Tests that each figure has a title in both looks, and says what it lacks.
    """
    point = _got(owner, f"/v1/runs/{rush}/items")["rows"][0]
    loads = _got(owner, f"/v1/runs/{rush}/tables/capacity_load")["rows"]
    served = _got(owner, f"/v1/runs/{rush}/tables/demand_fulfilment")["rows"]
    values = {
        "item": point["item_id"],
        "location": point["location_id"],
        "resource": loads[0]["resource_id"] if loads else "none",
        "demand": served[0]["demand_id"],
    }
    path = f"/v1/runs/{rush}/figures/{name}"

    found = _got(owner, path, theme=theme, **values)

    assert found["layout"]["title"]["text"]
    needed = FIGURES[name][1]
    assert (422 if needed else 200) == owner.get(path).status_code


def test_figures_are_bounded_and_say_so(owner: httpx.Client, rush: str) -> None:
    """
    Tests that a figure is cut at so many marks, and its title says it; more is refused.
    """
    path = f"/v1/runs/{rush}/figures/orders"
    num_orders = _got(owner, f"/v1/runs/{rush}/tables/planned_orders")["total"]

    found = _got(owner, path, most=2)

    assert f"of {num_orders:,}" in found["layout"]["title"]["text"]
    assert 422 == owner.get(path, params={"most": 1_000_000}).status_code
    assert 422 == owner.get(path, params={"colour": "loud"}).status_code
    assert 404 == owner.get(f"/v1/runs/{rush}/figures/unknown").status_code


def test_bars_are_the_orders_that_are_asked_for(owner: httpx.Client, rush: str) -> None:
    """
    Tests that a filter of the table is one of its bars, that these come in parts of
    which the document says how many there are, and that a wrong filter is named.
    """
    path = f"/v1/runs/{rush}/figures/orders"
    asked = {"filter": "kind == 'buy'"}
    rows = _got(owner, f"/v1/runs/{rush}/tables/planned_orders", **asked)

    found = _got(owner, path, **asked, rows="resource")
    drawn = {bar[0] for trace in found["data"] for bar in trace["customdata"]}
    meta = found["layout"]["meta"]

    assert (1, 1, rows["total"]) == (meta["part"], meta["parts"], meta["total"])
    assert {row["order_id"] for row in rows["rows"]} == drawn
    assert "Resource" == found["layout"]["yaxis"]["title"]["text"]
    assert 422 == owner.get(path, params={"filter": "loud == 1"}).status_code
    assert 422 == owner.get(path, params={"part": 0}).status_code


def test_key_figures_are_those_of_the_plan(owner: httpx.Client, rush: str) -> None:
    """
    Tests that every figure of the plan is a card with its definition.
    """
    cards = _got(owner, f"/v1/runs/{rush}/kpis")["cards"]
    kpis = _got(owner, f"/v1/runs/{rush}/tables/kpis", filter="scope == 'all'")["rows"]

    assert {row["name"] for row in kpis} == {card["name"] for card in cards}
    assert all(card["definition"] for card in cards)


def test_running_lists_balance(owner: httpx.Client, rush: str) -> None:
    """
    Tests that each list begins with the stock on hand and ends with that of the plan.
    """
    points = _got(owner, f"/v1/runs/{rush}/items")["rows"]
    assert points
    assert {"pcs"} == {point["uom"] for point in points}

    for point in points:
        values = {"item": point["item_id"], "location": point["location_id"]}
        rows = _got(owner, f"/v1/runs/{rush}/running-list", **values, limit=10_000)
        first, last = rows["rows"][0], rows["rows"][-1]
        assert ("stock", point["stock_now"]) == (first["element"], first["balance"])
        assert point["stock_end"] == pytest.approx(last["balance"])

    unknown = {"item": "nothing", "location": "nowhere"}
    path = f"/v1/runs/{rush}/running-list"
    assert 404 == owner.get(path, params=unknown).status_code


def _flat(rows: list[Row], step: int = 1) -> Iterator[tuple[int, Row]]:
    for row in rows:
        yield step, row
        yield from _flat(row.get("_children", []), step + 1)


def test_quantities_of_a_pegging_tree_add_up(owner: httpx.Client, rush: str) -> None:
    """
    Tests that what serves a demand adds up to it, and that each supply brings no more
    than it has.
    """
    served = _got(owner, f"/v1/runs/{rush}/tables/demand_fulfilment")["rows"]
    orders = _got(owner, f"/v1/runs/{rush}/tables/planned_orders")["rows"]
    known = {row["order_id"]: row["quantity"] for row in orders}
    path = f"/v1/runs/{rush}/pegging-tree"
    whole = 0

    for demand in served:
        tree = _got(owner, path, of=demand["demand_id"])
        first = sum(row["quantity"] for row in tree["rows"])
        assert demand["quantity"] == pytest.approx(first)
        sums: dict[str, float] = defaultdict(float)

        for _, row in _flat(tree["rows"]):
            sums[row["id"]] += row["quantity"]
            whole += 1

        assert all(sums[key] <= known[key] + 1e-6 for key in sums if key in known)

    assert whole > len(served)
    up = _got(owner, path, of=orders[0]["order_id"], direction="up")
    brought = sum(row["quantity"] for row in up["rows"])
    assert orders[0]["quantity"] == pytest.approx(brought)
    cut = _got(owner, path, of=served[0]["demand_id"], most=1)
    assert (1, True) == (cut["nodes"], cut["is_cut"])
    assert 404 == owner.get(path, params={"of": "nothing"}).status_code


def test_reasons_are_told_as_a_tree(owner: httpx.Client, rush: str) -> None:
    """
    Tests the causes of a late demand with their chains, and what an order is for.
    """
    late = _exceptions(owner, rush, filter="code == 'X-LATE'")[0]["demand_id"]

    why = _got(owner, f"/v1/runs/{rush}/demands/{late}/why")

    assert why["quantity"] == pytest.approx(why["on_time"] + why["late"] + why["short"])
    assert why["reasons"][0]["chain"][0]["text"].startswith(late)
    orders = _got(owner, f"/v1/runs/{rush}/tables/planned_orders", limit=1)["rows"]
    order = orders[0]["order_id"]
    what_for = _got(owner, f"/v1/runs/{rush}/orders/{order}/why")
    parts = sum(part["quantity"] for part in what_for["parts"])
    assert orders[0]["quantity"] == pytest.approx(parts)
    assert 404 == owner.get(f"/v1/runs/{rush}/orders/nothing/why").status_code


def test_comparisons_show_what_differs_in_the_data(
    owner: httpx.Client, run: str, rush: str
) -> None:
    """
    Tests cells of the input, bridges that close, and both figures of a comparison.
    """
    runs = f"{run},{rush}"

    found = _got(owner, "/v1/compare", runs=runs, inputs=True)

    assert {"demands"} == {row["table"] for row in found["inputs"]}
    assert found["num_inputs"] == len(found["inputs"])
    cost = next(row for row in found["kpis"] if row["name"] == "cost")
    change = sum(row["change"] for row in found["terms"])
    assert cost["change"] == pytest.approx(change, abs=0.01)
    path = "/v1/compare/figures"
    assert _got(owner, f"{path}/bridge", runs=runs, labels="one,two")["data"]
    assert _got(owner, f"{path}/comparison", runs=runs)["data"]
    orders = _got(owner, "/v1/compare/orders", runs=runs)
    assert len(found["orders"]) == orders["total"]


def test_what_would_mend_a_demand_is_found_by_a_job(
    owner: httpx.Client, rush: str
) -> None:
    """
    Tests that the job ends, with changes that were planned.
    """
    late = _exceptions(owner, rush, filter="code == 'X-LATE'")[0]["demand_id"]

    asked = owner.post(f"/v1/runs/{rush}/demands/{late}/fixes")

    assert 202 == asked.status_code, asked.text
    unknown = owner.post(f"/v1/runs/{rush}/demands/nothing/fixes")
    assert 404 == unknown.status_code
    assert "fixes" == _got(owner, asked.headers["Location"])["kind"]
