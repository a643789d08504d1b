"""
Tests of forecast consumption, rules 1.4 to 1.6.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotwright.model.assemble.demand_lines import demand_rows
from lotwright.model.assemble.keys import keys_of
from lotwright.model.assemble.time import buckets_of
from lotwright.model.assemble.working_days import calendars_of
from lotwright.model.network import Network
from tests.model.assemble.tables import (
    Cell,
    Row,
    Rows,
    Tables,
    data_of,
    date,
    demand,
    network,
)

#: What is left of each line, by its name.
Left = dict[str, float]


def left_of(net: Network) -> Left:
    """
    Returns the quantity of each demand line of a network.
    """
    return dict(zip(net.lines.demand_id, net.lines.quantity.tolist(), strict=True))


def line(kind: str, day: str, quantity: float, **columns: Cell) -> Row:
    """
    Returns a demand for A on a date of 2026, named by kind and date.
    """
    row: Row = {"demand_id": f"{kind} {day}", "kind": kind, "item_id": "A"}
    row |= {"location_id": "P", "quantity": quantity, "due_date": f"2026-{day}"}

    return row | columns


def forecast(day: str, quantity: float = 100.0, **columns: Cell) -> Row:
    """
    Returns a forecast for A.
    """
    return line("forecast", day, quantity, **columns)


def order(day: str, quantity: float, **columns: Cell) -> Row:
    """
    Returns an order for A.
    """
    return line("order", day, quantity, **columns)


def planned(
    method: str, run: str, *demands: Row, tables: Tables | None = None, **dataset: Cell
) -> Left:
    """
    Returns what a run on a date of 2026 plans of each line, orders left out.
    """
    row: Row = {"as_of": f"2026-{run}", "bucket_scheme": "12m"}
    row |= {"forecast_method": method, **dataset}
    found = left_of(network(dataset=[row], demands=list(demands), **(tables or {})))
    shown: Left = {}

    for name, quantity in found.items():
        if name.startswith("forecast"):
            shown[name.removeprefix("forecast ")] = quantity

    return shown


def test_without_a_method_both_count() -> None:
    """Tests `none`, which is the default."""
    rows = [forecast("01-10"), order("01-10", 80.0)]

    assert {"01-10": 100.0} == planned("none", "01-01", *rows)


def test_percentages_reduce_the_periods_from_the_run_on() -> None:
    """Tests 100, 75, 50 and 25 per cent of 1000 a month, whatever the orders."""
    percent: Rows = [
        {"reduction_key": "K", "period": place, "percent": part}
        for place, part in enumerate((1.0, 0.75, 0.5, 0.25), start=1)
    ]
    rows = [forecast(f"{month:02}-01", 1000.0) for month in range(1, 7)]

    found = planned(
        "percent",
        "01-01",
        *rows,
        order("02-01", 600.0),
        tables={"reduction_keys": percent},
        reduction_key="K",
    )

    assert {
        "02-01": 250.0,
        "03-01": 500.0,
        "04-01": 750.0,
        "05-01": 1000.0,
        "06-01": 1000.0,
    } == found


def test_periods_of_percentages_have_any_length() -> None:
    """Tests days, weeks, a place left out, and what lies after the last."""
    percent: Rows = [
        {"reduction_key": "K", "period": 1, "unit": "day", "length": 3, "percent": 0.9},
        {"reduction_key": "K", "period": 3, "unit": "week", "percent": 0.5},
        {"reduction_key": "Z", "period": 1, "percent": 0.1},
    ]
    days = ("01-05", "01-07", "01-08", "01-14", "01-15", "01-21", "01-22")

    found = planned(
        "percent",
        "01-05",
        *(forecast(day) for day in days),
        tables={"reduction_keys": percent},
        reduction_key="K",
    )

    expected = (10.0, 10.0, 100.0, 100.0, 50.0, 50.0, 100.0)
    assert pytest.approx(dict(zip(days, expected, strict=True))) == found


def test_percentages_of_the_item_beat_those_of_its_group_and_of_all() -> None:
    """Tests forecast_netting.reduction_key, and the rule that reduces nothing."""
    percent: Rows = [
        {"reduction_key": name, "period": 1, "percent": part}
        for name, part in (("one", 0.1), ("many", 0.2), ("all", 0.3))
    ]
    items: Rows = [
        {"item_id": name, "base_uom": "pc", "item_group": group}
        for name, group in (("A", "G"), ("B", "G"), ("C", "H"), ("D", "H"))
    ]
    netting: Rows = [
        {"item_id": "A", "reduction_key": "one"},
        {"item_group": "G", "reduction_key": "many"},
        {"item_id": "D", "rule": "none"},
    ]
    rows = [forecast("01-10") | {"item_id": name} for name in "ABCD"]
    rows = [row | {"demand_id": f"forecast {row['item_id']}"} for row in rows]
    tables: Tables = {"reduction_keys": percent, "items": items}
    tables["forecast_netting"] = netting

    found = planned("percent", "01-01", *rows, tables=tables, reduction_key="all")

    assert {"A": 90.0, "B": 80.0, "C": 70.0, "D": 100.0} == pytest.approx(found)


def test_orders_consume_the_earliest_lines_of_their_month() -> None:
    """Tests an order of 240 on 27 April against four lines of 100."""
    days = ("04-05", "04-12", "04-19", "04-26", "05-03", "05-10", "05-17")

    found = planned("period", "04-01", *map(forecast, days), order("04-27", 240.0))

    assert {
        "04-19": 60.0,
        "04-26": 100.0,
        "05-03": 100.0,
        "05-10": 100.0,
        "05-17": 100.0,
    } == found


def test_what_a_month_does_not_have_comes_from_the_one_before() -> None:
    """Tests January 100, February 50, and orders of 80 in February."""
    rows = [forecast("01-15"), forecast("02-15", 50.0)]

    found = planned(
        "period", "01-01", *rows, order("02-03", 30.0), order("02-20", 50.0)
    )

    assert {"01-15": 70.0} == found


def test_what_is_left_then_comes_from_the_next_month() -> None:
    """Tests own, previous and next month, and that no other gives anything."""
    rows = [forecast(f"{month:02}-15", 50.0) for month in range(1, 6)]

    assert {"01-15": 50.0, "04-15": 30.0, "05-15": 50.0} == planned(
        "period", "01-01", *rows, order("03-20", 120.0)
    )
    assert {"01-15": 50.0, "05-15": 50.0} == planned(
        "period", "01-01", *rows, order("03-20", 500.0)
    )


def test_own_orders_come_before_those_of_other_months() -> None:
    """Tests that orders of January leave February what its own orders need."""
    rows = [forecast("01-15", 50.0), forecast("02-15", 50.0), forecast("03-15", 50.0)]

    found = planned(
        "period", "01-01", *rows, order("01-10", 90.0), order("02-10", 40.0)
    )

    assert {"03-15": 50.0} == found


def test_weeks_start_on_monday() -> None:
    """Tests an order of Sunday and one of Monday."""
    rows = [forecast("01-07"), forecast("01-16"), forecast("01-28")]

    found = planned(
        "period",
        "01-01",
        *rows,
        order("01-11", 10.0),
        order("01-12", 20.0),
        forecast_period="week",
    )

    assert {"01-07": 90.0, "01-16": 80.0, "01-28": 100.0} == found


def test_given_periods_may_have_any_length() -> None:
    """Tests rows of `periods`, and an order before all of them."""
    borders = ("01-05", "01-08", "01-20", "03-01")
    periods: Rows = [
        {"period_id": start, "start": f"2026-{start}", "end": f"2026-{end}"}
        for start, end in itertools.pairwise(borders)
    ]
    rows = [forecast("01-07"), forecast("01-08"), forecast("01-19"), forecast("02-28")]

    found = planned(
        "period",
        "01-05",
        *rows,
        order("01-18", 130.0),
        order("01-02", 40.0),
        tables={"periods": periods},
        forecast_period="periods",
    )

    assert {"01-07": 100.0, "01-19": 70.0, "02-28": 100.0} == found


def test_a_line_counts_until_the_next_one() -> None:
    """Tests 1000 on 1 January and 1 February, orders of 200 and 400."""
    rows = [forecast("01-01", 1000.0), forecast("02-01", 1000.0)]

    found = planned(
        "between_lines", "01-01", *rows, order("01-15", 200.0), order("02-15", 400.0)
    )

    assert {"01-01": 800.0, "02-01": 600.0} == found


def test_between_lines_nothing_spills_over() -> None:
    """Tests too large an order, the day before a line, and one before all lines."""
    rows = [forecast("01-10"), forecast("02-01")]

    found = planned(
        "between_lines",
        "01-01",
        *rows,
        order("01-05", 10.0),
        order("01-31", 500.0),
        order("02-01", 1.0),
    )

    assert {"02-01": 99.0} == found


def test_a_window_takes_the_nearest_first() -> None:
    """Tests both sides, the earlier of two as near, and the borders."""
    rows = [
        forecast(day, 10.0) for day in ("01-04", "01-06", "01-10", "01-14", "01-17")
    ]
    days: Row = {"forecast_back_days": 4, "forecast_ahead_days": 6}

    def after(quantity: float) -> Left:
        return planned("window", "01-01", *rows, order("01-10", quantity), **days)

    full = dict.fromkeys(("01-04", "01-06", "01-10", "01-14", "01-17"), 10.0)
    assert full | {"01-10": 2.0} == after(8.0)
    assert {"01-04": 10.0, "01-06": 5.0, "01-14": 10.0, "01-17": 10.0} == after(15.0)
    assert {"01-04": 10.0, "01-14": 3.0, "01-17": 10.0} == after(27.0)
    assert {"01-04": 10.0, "01-17": 10.0} == after(270.0)


def test_windows_of_an_item_beat_those_of_the_data_set() -> None:
    """Tests back_days and forward_days of forecast_netting."""
    netting: Rows = [{"item_id": "A", "back_days": 0, "forward_days": 3}]
    rows = [forecast("01-09"), forecast("01-13"), order("01-10", 30.0)]

    found = planned(
        "window",
        "01-01",
        *rows,
        tables={"forecast_netting": netting},
        forecast_back_days=9,
    )

    assert {"01-09": 100.0, "01-13": 70.0} == found


@pytest.mark.parametrize("method", ["none", "period", "between_lines", "window"])
def test_forecast_of_today_counts_and_older_does_not(method: str) -> None:
    """Tests that an order does not consume what no longer counts."""
    rows = [forecast("04-09"), forecast("04-10"), order("04-12", 30.0)]

    found = planned(method, "04-10", *rows, forecast_back_days=9)

    assert {"04-10": 100.0 if method == "none" else 70.0} == found


def test_orders_past_due_consume_what_their_period_still_has() -> None:
    """Tests that they take nothing of another month."""
    rows = [forecast("04-20", 50.0), forecast("05-03", 50.0)]

    found = planned(
        "period", "04-10", *rows, order("04-03", 90.0), order("03-20", 40.0)
    )

    assert {"05-03": 50.0} == found


def test_orders_beyond_the_plan_consume_their_period() -> None:
    """Tests an order of the month in which the plan ends."""
    row: Row = {"as_of": date(0), "bucket_scheme": "10d", "forecast_method": "period"}
    rows = [demand("A", 5, 30.0, kind="forecast"), demand("A", 20, 10.0)]

    assert {"A 5": 20.0} == left_of(network(dataset=[row], demands=rows))


@pytest.mark.parametrize(
    ("rule", "rest"), [(None, 90.0), ("orders", 90.0), ("transactions_by_key", 40.0)]
)
def test_the_rule_says_what_consumes(rule: str | None, rest: float) -> None:
    """Tests orders alone, and what else leaves the stock."""
    rows = [forecast("01-10"), order("01-12", 10.0)]
    rows += [line("transfer", "01-12", 20.0), line("campaign", "01-12", 30.0)]
    rows += [line("safety", "01-12", 40.0)]
    netting: Rows = [{"item_id": "A", "rule": rule}]

    found = planned("period", "01-01", *rows, tables={"forecast_netting": netting})

    assert {"01-10": rest} == found


def test_the_rule_none_keeps_forecast_whole() -> None:
    """Tests that an item, or its group, may be left out."""
    rows = [forecast("01-10"), order("01-12", 10.0)]
    items: Rows = [{"item_id": "A", "base_uom": "pc", "item_group": "G"}]
    netting: Rows = [{"item_group": "G", "rule": "none"}]
    tables: Tables = {"forecast_netting": netting, "items": items}

    assert {"01-10": 100.0} == planned("period", "01-01", *rows, tables=tables)


@pytest.mark.parametrize("method", ["period", "between_lines", "window"])
def test_forecast_of_the_customer_is_consumed_first(method: str) -> None:
    """Tests that other customers do not touch it."""
    customers: Rows = [{"customer_id": "C"}, {"customer_id": "D"}]
    own = forecast("01-10", 50.0, customer_id="C") | {"demand_id": "forecast C"}
    rows = [own, forecast("01-10")]
    rows += [order("01-12", 80.0, customer_id="C")]
    rows += [order("01-13", 5.0, customer_id="D"), order("01-14", 6.0)]

    found = planned(
        method,
        "01-01",
        *rows,
        tables={"customers": customers},
        forecast_back_days=5,
    )

    assert {"01-10": 59.0} == found


def test_forecast_of_a_family_is_split_by_share() -> None:
    """Tests quantities, and that orders consume the item's own forecast first."""
    shares: Rows = [
        {"family_id": "F", "item_id": "A", "share": 0.75},
        {"family_id": "F", "item_id": "B", "share": 0.25},
    ]
    items: Rows = [
        {"item_id": "F", "base_uom": "pc", "kind": "family"},
        {"item_id": "B", "base_uom": "pc"},
    ]
    tables: Tables = {"forecast_shares": shares, "items": items}
    family = forecast("01-10", 200.0, item_id="F") | {"demand_id": "forecast F"}
    rows = [family, forecast("01-20", 30.0), order("01-25", 40.0)]

    found = planned("period", "01-01", *rows, tables=tables)

    assert {"F/A": 140.0, "F/B": 50.0} == found
    assert {"F/A": 150.0, "F/B": 50.0, "01-20": 30.0} == planned(
        "none", "01-01", *rows, tables=tables
    )


def test_places_and_items_do_not_mix() -> None:
    """Tests that an order consumes forecast of its own stock point alone."""
    elsewhere = forecast("01-10", 7.0, location_id="Q") | {"demand_id": "forecast Q"}
    other = forecast("01-10", 8.0, item_id="B") | {"demand_id": "forecast B"}

    found = planned(
        "period", "01-01", forecast("01-10"), elsewhere, other, order("01-10", 60.0)
    )

    assert {"01-10": 40.0, "Q": 7.0, "B": 8.0} == found


def test_what_is_consumed_is_told() -> None:
    """Tests the finding, its count and its sums."""
    row: Row = {"as_of": "2026-04-01", "bucket_scheme": "4m"}
    rows = [forecast("04-05"), forecast("04-12"), forecast("06-12")]
    rows += [order("04-30", 110.0)]

    net = network(dataset=[row | {"forecast_method": "period"}], demands=rows)
    silent = network(dataset=[row], demands=rows)

    (found,) = [x for x in net.findings if x.code == "I-FORECAST-CONSUMED"]
    assert 2 == found.count
    assert "consume 110 of 300" in found.text
    assert 110.0 == left_of(net)["order 04-30"]
    assert not [x for x in silent.findings if x.code == "I-FORECAST-CONSUMED"]


_START = dt.date(2026, 1, 5)
_AMOUNTS = st.one_of(
    st.integers(1, 60).map(float), st.floats(0.01, 50.0, allow_subnormal=False)
)
_LINES = st.lists(
    st.tuples(
        st.sampled_from(["order", "forecast"]),
        st.sampled_from(["A", "B", "F"]),
        st.sampled_from([None, "C", "D"]),
        st.integers(-20, 80),
        _AMOUNTS,
    ),
    min_size=1,
    max_size=14,
)


@settings(max_examples=25, deadline=None)
@given(
    lines=_LINES,
    method=st.sampled_from(["period", "between_lines", "window"]),
    period=st.sampled_from(["month", "week"]),
    seed=st.integers(0, 9),
)
def test_consumption_is_bounded_and_blind_to_the_order_of_rows(
    lines: list[tuple[str, str, str | None, int, float]],
    method: str,
    period: str,
    seed: int,
) -> None:
    """Tests that nothing turns negative, and no more is consumed than was ordered."""
    rows: Rows = [
        {
            "demand_id": f"{kind} {place}",
            "kind": kind,
            "item_id": item,
            "location_id": "P",
            "customer_id": customer,
            "due_date": (_START + dt.timedelta(days=day)).isoformat(),
            "quantity": quantity,
        }
        for place, (kind, item, customer, day, quantity) in enumerate(lines)
    ]
    tables: Tables = {
        "customers": [{"customer_id": "C"}, {"customer_id": "D"}],
        "items": [{"item_id": name, "base_uom": "pc"} for name in "ABF"],
        "forecast_shares": [{"family_id": "F", "item_id": "A", "share": 1.0}],
    }
    row: Row = {"as_of": _START.isoformat(), "bucket_scheme": "6m"}
    row |= {"forecast_period": period, "forecast_back_days": 9}
    row |= {"forecast_ahead_days": 12}

    def run(method: str, rows: Rows) -> Left:
        dataset = [row | {"forecast_method": method}]
        data = data_of(dataset=dataset, demands=rows, **tables)
        buckets = buckets_of(data)
        calendars = calendars_of(data, buckets)
        lines = demand_rows(data, keys_of(data), buckets, calendars).lines

        return dict(zip(lines["demand_id"], lines["base"].tolist(), strict=True))

    whole, found = run("none", rows), run(method, rows)
    ordered = sum(q for kind, *_, q in lines if kind == "order")
    consumed = sum(whole.values()) - sum(found.values())

    assert set(found) <= set(whole)
    assert all(0.0 < quantity <= whole[name] for name, quantity in found.items())
    assert all(found[name] == whole[name] for name in whole if name[0] == "o")
    assert consumed <= ordered + 1e-6
    random.Random(seed).shuffle(rows)
    assert found == run(method, rows)
