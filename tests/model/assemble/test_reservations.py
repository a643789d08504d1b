"""
Tests of reservations and of stock that belongs to a demand.
"""

from __future__ import annotations

import random

from lotwright.model.network import Network
from tests.model.assemble.tables import (
    Row,
    Rows,
    date,
    demand,
    network,
    order,
    stock,
)


def held(net: Network) -> list[tuple[str, str, float]]:
    """
    Returns demand, order or lot, and quantity of what is reserved.
    """
    names = net.supplies.supply_id + net.supplies.lot_id
    found = net.rules.reserved

    return [
        (str(net.lines.demand_id[line]), str(names[supply]), quantity)
        for line, supply, quantity in zip(
            found.line.tolist(),
            found.supply.tolist(),
            found.quantity.tolist(),
            strict=True,
        )
    ]


def reserve(name: str, quantity: float, **columns: str) -> Row:
    """
    Returns a reservation for a demand.
    """
    return {"demand_id": name, "quantity": quantity, **columns}


def codes(net: Network) -> list[tuple[str, int]]:
    """
    Returns codes and counts of the findings about stock and reservations.
    """
    wanted = ("W-RESERVATION", "I-STOCK-HELD")

    return [(x.code, x.count) for x in net.findings if x.code in wanted]


def test_lots_and_orders_are_reserved() -> None:
    """Tests a lot and an order, at the demand's own item and place."""
    net = network(
        demands=[demand("A", 1), demand("A", 2), demand("B", 2)],
        inventory=[
            stock("A", 5.0, lot_id="L"),
            stock("B", 5.0, lot_id="L"),
            stock("A", 5.0, lot_id="L", location_id="Q"),
        ],
        supplies=[order("A", 3, 8.0)],
        reservations=[
            reserve("A 2", 4.0, lot_id="L"),
            reserve("A 2", 6.0, supply_id="A 3"),
            reserve("B 2", 1.0, lot_id="L"),
        ],
    )

    assert [("A 2", "L", 4.0), ("A 2", "A 3", 6.0), ("B 2", "L", 1.0)] == held(net)
    assert [] == codes(net)


def test_no_more_is_reserved_than_there_is_or_is_needed() -> None:
    """Tests the supply's quantity, the demand's, and the finding for both."""
    net = network(
        demands=[demand("A", 1, 6.0), demand("A", 2, 6.0)],
        supplies=[order("A", 3, 8.0), order("A", 4, 8.0)],
        reservations=[
            reserve("A 1", 5.0, supply_id="A 3"),
            reserve("A 2", 5.0, supply_id="A 3"),
            reserve("A 2", 5.0, supply_id="A 4"),
        ],
    )

    assert [("A 1", "A 3", 5.0), ("A 2", "A 3", 3.0), ("A 2", "A 4", 3.0)] == held(net)
    assert [("W-RESERVATION", 2)] == codes(net)


def test_impossible_reservations_are_told() -> None:
    """Tests another item, another place, and demand that is not planned."""
    net = network(
        demands=[demand("A", 1), demand("B", 1), demand("A", 30)],
        inventory=[stock("A", 5.0, lot_id="L", location_id="Q")],
        supplies=[order("A", 3), order("A", 5)],
        reservations=[
            reserve("A 1", 5.0, lot_id="L"),
            reserve("B 1", 5.0, supply_id="A 3"),
            reserve("A 30", 5.0, supply_id="A 5"),
        ],
    )

    assert [] == held(net)
    assert [("W-RESERVATION", 3)] == codes(net)
    (found,) = [x for x in net.findings if x.code == "W-RESERVATION"]
    assert "15 are missing" in found.text


def test_what_expires_before_is_not_reserved() -> None:
    """Tests goods that keep until the demand has them, and a day less."""
    net = network(
        demands=[
            demand("A", 4),
            demand("A", 5),
            demand("A", 6, sellable_days=3),
        ],
        inventory=[stock("A", 5.0, lot_id="L", expiry_date=date(5))],
        supplies=[order("A", 8, 9.0, batch_expiry=date(10))],
        reservations=[
            reserve("A 4", 1.0, lot_id="L"),
            reserve("A 5", 1.0, lot_id="L"),
            reserve("A 5", 1.0, supply_id="A 8"),
            reserve("A 6", 1.0, supply_id="A 8"),
        ],
    )

    assert [("A 4", "L", 1.0), ("A 5", "A 8", 1.0)] == held(net)
    assert [("W-RESERVATION", 2)] == codes(net)


def test_a_lot_that_expires_before_its_owner_needs_it_is_not_used() -> None:
    """Tests a lot that keeps for its owner, and one that does not."""
    net = network(
        demands=[demand("A", 4, 3.0), demand("A", 5, 3.0)],
        inventory=[
            stock("A", 2.0, lot_id="L", owner_demand_id="A 4", expiry_date=date(5)),
            stock("A", 2.0, lot_id="M", owner_demand_id="A 5", expiry_date=date(5)),
        ],
    )

    assert [("A 4", "L", 2.0)] == held(net)
    assert [2.0] == net.points.opening_stock.tolist()
    assert [("I-STOCK-HELD", 1)] == codes(net)


def test_what_is_told_does_not_depend_on_the_order_of_rows() -> None:
    """Tests the reservations that a finding names."""
    asked = [reserve(f"A {day}", 5.0, lot_id="L") for day in (1, 2, 3, 4, 5)]

    def text(reservations: Rows) -> str:
        net = network(
            demands=[demand("A", day) for day in (1, 2, 3, 4, 5)],
            inventory=[stock("A", 5.0, lot_id="L", location_id="Q")],
            reservations=reservations,
        )
        (found,) = [x for x in net.findings if x.code == "W-RESERVATION"]
        return found.text

    assert "(L for A 1, L for A 2, L for A 3 and 2 more)" in text(asked)
    assert text(asked) == text(asked[::-1])


def test_a_lot_with_an_owner_serves_its_owner_alone() -> None:
    """Tests that the rest is not used, whatever the status."""
    net = network(
        demands=[demand("A", 1, 6.0), demand("A", 2, 9.0)],
        inventory=[
            stock("A", 4.0, lot_id="free"),
            stock("A", 4.0, lot_id="own 1", owner_demand_id="A 1"),
            stock("A", 5.0, lot_id="own 2", owner_demand_id="A 1", status="reserved"),
            stock("A", 7.0, lot_id="nobody", status="reserved"),
        ],
        reservations=[
            reserve("A 2", 1.0, lot_id="own 1"),
            reserve("A 1", 2.0, lot_id="own 1"),
        ],
    )

    assert [("A 1", "own 1", 4.0), ("A 1", "own 2", 2.0)] == held(net)
    assert [10.0] == net.points.opening_stock.tolist()
    assert [("I-STOCK-HELD", 1), ("W-RESERVATION", 1)] == sorted(codes(net))


def test_a_lot_of_demand_elsewhere_is_not_used() -> None:
    """Tests an owner at another place, and one that is not in the plan."""
    net = network(
        demands=[demand("A", 1), demand("A", 30)],
        inventory=[
            stock("A", 4.0, lot_id="L", location_id="Q", owner_demand_id="A 1"),
            stock("A", 4.0, lot_id="M", owner_demand_id="A 30"),
        ],
    )

    assert 0.0 == net.points.opening_stock.sum()
    assert [] == held(net)
    assert [("I-STOCK-HELD", 2)] == codes(net)


def test_the_order_of_reservations_does_not_matter() -> None:
    """Tests that rows may come in any order."""
    rows: Rows = [
        reserve(f"A {day}", float(1 + day % 3), supply_id=f"A {supply}")
        for day in range(5)
        for supply in (7, 8)
    ]
    demands = [demand("A", day, 4.0) for day in range(5)]
    supplies = [order("A", 7, 6.0), order("A", 8, 9.0)]

    def run(rows: Rows) -> list[tuple[str, str, float]]:
        return held(network(demands=demands, supplies=supplies, reservations=rows))

    first = run(rows)
    random.Random(1).shuffle(rows)

    assert 13.0 == sum(quantity for *_, quantity in first)
    assert first == run(rows)
