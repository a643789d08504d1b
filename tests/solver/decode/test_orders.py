"""
Tests of planned orders.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lotwright.model.network import Network
from lotwright.solver.decode.orders import clean_orders, order_ids
from lotwright.solver.quantities import Quantities
from tests.networks import Activity, Point, build_network

INFINITE = float("inf")


def _network(
    min_lot: float = 0.0, max_lot: float = INFINITE, lot_multiple: float = 0.0
) -> Network:
    buy = Activity(
        name="S1", to="A@L", min_lot=min_lot, max_lot=max_lot, lot_multiple=lot_multiple
    )

    return build_network(
        points=[Point(name="A@L")], activities=[buy], bucket_days=[1, 1, 1]
    )


def _quantities(receipt: list[float], lots: list[float]) -> Quantities:
    none = np.zeros((0, 3))

    return Quantities(
        receipt=np.array([receipt]),
        lots=np.array([lots]),
        served=none,
        lost=none,
        overtime=none,
    )


@pytest.mark.parametrize(
    ("need", "lots", "rule", "expected"),
    [
        (450, 5, (0, 100, 0), [100, 100, 100, 100, 50]),
        (30, 2, (10, 20, 5), [20, 10]),
        (60, 3, (20, 20, 0), [20, 20, 20]),
        (60.00001, 3, (20, 20, 0), [20, 20, 20]),
        (25, 1, (0, INFINITE, 0), [25]),
        (45, 2, (20, 30, 0), [25, 20]),
        (50, 2, (10, 29, 5), [25, 25]),
        (90, 1, (0, 40, 0), [40, 40, 10]),
        (50, 5, (0, 100, 0), [50]),
        (14.9999999, 1, (0, INFINITE, 5), [15]),
    ],
)
def test_lots_become_orders(
    need: float,
    lots: float,
    rule: tuple[float, float, float],
    expected: list[float],
) -> None:
    """
    Tests that a receipt is split into lots of the maximum and a remainder that obeys
    minimum and multiple.
    """
    network = _network(*rule)

    orders = clean_orders(network, _quantities([0, need, 0], [0, lots, 0]))

    assert expected == orders.quantity.tolist()
    assert list(range(len(expected))) == orders.ordinal.tolist()
    assert len(expected) == orders.lots.sum()


def test_small_quantities_are_not_orders() -> None:
    """
    Tests that values below the solver's tolerance yield no order.
    """
    orders = clean_orders(_network(), _quantities([0.0, 1e-7, 5.0000001], [0, 1, 1]))

    assert [(2, 5.0)] == list(
        zip(orders.bucket.tolist(), orders.quantity.tolist(), strict=True)
    )


def test_lots_of_any_size_stay_one_order() -> None:
    """
    Tests that an order without a largest lot stands for as many lots as were decided.
    """
    orders = clean_orders(_network(), _quantities([0, 30, 0], [0, 2.0000001, 0]))

    assert [30.0] == orders.quantity.tolist()
    assert [2.0] == orders.lots.tolist()


def test_identifiers_do_not_depend_on_other_orders() -> None:
    """
    Tests that an order keeps its identifier when another one comes or goes.
    """
    network = _network(max_lot=10)
    few = clean_orders(network, _quantities([0, 0, 20], [0, 0, 2]))
    many = clean_orders(network, _quantities([10, 0, 20], [1, 0, 2]))

    ids = order_ids(network, many)

    assert order_ids(network, few) == ids[1:]
    assert 3 == len(set(ids))
    assert {12} == {len(key) for key in ids}


def test_identifiers_depend_on_the_source() -> None:
    """
    Tests that the same order from another source has another identifier.
    """
    network = _network()
    source_id = np.array(["S2"], dtype=np.object_)
    other = replace(
        network, activities=replace(network.activities, source_id=source_id)
    )
    orders = clean_orders(network, _quantities([0, 5, 0], [0, 1, 0]))

    assert order_ids(network, orders) != order_ids(other, orders)
