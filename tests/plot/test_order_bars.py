"""
Tests of the bars of planned orders.
"""

from __future__ import annotations

import pandas as pd
import pytest

from lotwright.errors import InputError
from lotwright.plot.order_bars import orders
from tests.plot.plans import small_plan
from tests.solver.plans import data_of, demands

_DAY = 86_400_000.0


def _bars(figure: object) -> dict[str, tuple[str, str, float]]:
    return {
        custom[0]: (str(trace.name), base, length / _DAY)
        for trace in figure.data  # type: ignore[attr-defined] # a figure has no types
        for custom, base, length in zip(
            trace.customdata, trace.base, trace.x, strict=True
        )
    }


def test_every_order_is_a_bar_from_start_to_due_date() -> None:
    """Tests that bars are the orders of the table, told apart by lateness."""
    assert {
        "M1": ("In time", "2026-01-05", 2.0),
        "M2": ("Up to a week late", "2026-01-09", 7.0),
        "B1": ("In time", "2026-01-05", 1.0),
    } == _bars(orders(small_plan()))


def test_orders_of_a_resource_are_those_that_work_there() -> None:
    """Tests that what is only bought is not on a machine."""
    assert {"M1", "M2"} == set(_bars(orders(small_plan(), "BIKE")))


def test_only_the_first_bars_are_drawn() -> None:
    """Tests that what is left out is said in the title."""
    figure = orders(small_plan(), most=2)

    assert {"M1", "B1"} == set(_bars(figure))
    assert "2 orders of 3, those due first" in figure.layout.title.text


def test_a_condition_says_which_orders() -> None:
    """Tests that the bars are those orders that meet it, and that none is said so."""
    assert {"M2"} == set(_bars(orders(small_plan(), where="delay_days > 0")))
    assert {"B1"} == set(_bars(orders(small_plan(), where="due_date < '2026-01-06'")))

    none = orders(small_plan(), where="item_id == 'NONE'")

    assert "no planned orders that meet" in none.layout.annotations[0].text


def test_a_condition_that_is_not_understood_is_refused() -> None:
    """Tests that an unknown column is named."""
    with pytest.raises(InputError, match="colour"):
        orders(small_plan(), where="colour == 'red'")


def test_rows_may_be_resources() -> None:
    """Tests that an order is on each resource that it works on, or on none, last."""
    plan = small_plan()
    more = plan.operations.assign(resource_id="PAINT").iloc[:1]
    work = pd.concat([plan.operations, more], ignore_index=True)
    plan = plan.replace(frames={"order_operations": work})

    figure = orders(plan, rows="resource")
    drawn = [
        (bar[0], figure.layout.yaxis.ticktext[row], text)
        for trace in figure.data
        for bar, row, text in zip(trace.customdata, trace.y, trace.text, strict=True)
    ]

    assert [
        ("B1", "No resource", "60 WHEEL"),
        ("M1", "BIKE", "10 BIKE"),
        ("M1", "PAINT", "10 BIKE"),
        ("M2", "BIKE", "20 BIKE"),
    ] == sorted(drawn)
    assert "Planned orders: 3 orders" == figure.layout.title.text


def test_a_part_says_what_it_is_of() -> None:
    """Tests that title and data say how many orders and parts there are."""
    figure = orders(small_plan(), lines=1, part=2)

    assert {"B1"} == set(_bars(figure))
    assert "Planned orders: 1 order of 3; part 2 of 2" == figure.layout.title.text
    assert {
        "part": 2,
        "parts": 2,
        "orders": 1,
        "total": 3,
        "first": "WHEEL",
        "last": "WHEEL",
    } == figure.layout.meta
    assert ("2026-01-05", "2026-01-16") == figure.layout.xaxis.range


def test_colours_may_tell_the_item() -> None:
    """Tests that the item with most orders comes first."""
    figure = orders(small_plan(), colour="item")

    assert ["BIKE", "WHEEL"] == [trace.name for trace in figure.data]


def test_colours_may_tell_the_priority() -> None:
    """Tests that an order has the first priority of the demands that it serves."""
    lines = demands((10.0, 1), (20.0, 7))
    data = data_of(demands={**lines, "priority": [2, 1]})

    bars = _bars(orders(small_plan(), colour="priority", data=data))

    assert "Priority 2" == bars["M1"][0]
    assert "Priority 1" == bars["M2"][0]
    assert "Priority 1" == bars["B1"][0]


def test_priorities_ask_for_data() -> None:
    """Tests that what the plan does not know is not guessed."""
    with pytest.raises(ValueError, match="planning data"):
        orders(small_plan(), colour="priority")


def test_kinds_differ_in_pattern_as_in_colour() -> None:
    """Tests that nobody needs to see colours."""
    figure = orders(small_plan())
    patterns = [trace.marker.pattern.shape for trace in figure.data]

    assert len(set(patterns)) == len(patterns)
