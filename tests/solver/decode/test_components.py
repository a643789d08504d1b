"""
Tests of what planned orders take, against sums in a dictionary.
"""

from __future__ import annotations

from dataclasses import fields
from typing import TypeVar

import numpy as np
import pytest
from numpy.typing import NDArray

from lotwright.solver.decode.components import components_taken
from lotwright.solver.schedule import (
    NeedKind,
    Needs,
    Orders,
    Pegs,
    Receipts,
    Schedule,
    Work,
)

C = TypeVar("C")

_POINTS, _DAYS = 4, 6


def _table(table: type[C], size: int, **columns: NDArray[np.generic]) -> C:
    """
    Returns columns of a schedule; those that are not given hold zeros.
    """
    names = [field.name for field in fields(table)]  # type: ignore[arg-type]  # a dataclass
    zeros = {name: np.zeros(size, dtype=np.int64) for name in names}

    return table(**{**zeros, **columns})


def _schedule(num_orders: int, largest: int, seed: int) -> Schedule:
    """
    Returns orders with up to five components each, in no order, one with many, and a
    by-product of every third order.
    """
    rng = np.random.default_rng(seed)
    owner = np.repeat(np.arange(num_orders), rng.integers(0, 6, num_orders))
    owner = rng.permutation(np.append(owner, np.full(largest, num_orders // 2)))
    size = len(owner)
    kind = np.where(rng.random(size) < 0.9, NeedKind.ORDER_ISSUE, NeedKind.LINE)
    order = np.append(np.arange(num_orders), np.arange(0, num_orders, 3))
    due = rng.integers(0, _DAYS, num_orders)
    nothing = np.zeros((0, 0))

    return Schedule(
        orders=_table(Orders, num_orders, due_day=due),
        receipts=_table(
            Receipts,
            len(order),
            order=order,
            point=rng.integers(0, _POINTS, len(order)),
            quantity=rng.integers(1, 9, len(order)).astype(np.float64),
        ),
        needs=_table(
            Needs,
            size,
            kind=kind.astype(np.int64),
            ref=owner,
            point=rng.integers(0, _POINTS, size),
            day=rng.integers(0, _DAYS, size),
            quantity=rng.integers(1, 9, size).astype(np.float64),
        ),
        pegs=_table(Pegs, 0),
        work=_table(Work, 0),
        supply_day=np.zeros(0, dtype=np.int64),
        overtime=nothing,
    )


def _expected(schedule: Schedule, turn: list[int]) -> list[tuple[int, int, int, float]]:
    """
    Returns order, stock point, day and quantity of all components, orders in turn.
    """
    needs, receipts = schedule.needs, schedule.receipts
    total: dict[int, dict[tuple[int, int], float]] = {order: {} for order in turn}
    parts = [
        (int(needs.ref[n]), int(needs.point[n]), int(needs.day[n]), needs.quantity[n])
        for n in range(len(needs))
        if needs.kind[n] == NeedKind.ORDER_ISSUE
    ]

    for n in range(len(schedule.orders), len(receipts.order)):
        order = int(receipts.order[n])
        day = int(schedule.orders.due_day[order])
        parts.append((order, int(receipts.point[n]), day, -receipts.quantity[n]))

    for order, point, day, quantity in parts:
        of = total[order]
        of[point, day] = of.get((point, day), 0.0) + float(quantity)

    return [
        (order, *place, quantity)
        for order in turn
        for place, quantity in sorted(total[order].items())
    ]


@pytest.mark.parametrize("largest", [0, 40, 5_000])
@pytest.mark.parametrize("most", [7, 1_000, 100_000])
def test_components_are_the_sums_of_what_orders_take(largest: int, most: int) -> None:
    """Tests that parts of any length hold what each order takes, by point and day."""
    num_orders = 700
    schedule = _schedule(num_orders, largest, seed=largest)
    turn = np.random.default_rng(1).permutation(num_orders)
    expected = _expected(schedule, turn.tolist())

    taken = components_taken(schedule)

    before = np.append(0, np.cumsum(taken.count[turn]))
    assert len(expected) == before[-1]

    for first in range(0, len(expected), most):
        count = min(most, len(expected) - first)
        order, point, day = np.empty((3, count), dtype=np.int32)
        total = np.empty(count)
        at = int(np.searchsorted(before, first, side="right")) - 1
        taken.write(order, point, day, total, turn[at:], first - int(before[at]))
        found = zip(
            order.tolist(), point.tolist(), day.tolist(), total.tolist(), strict=True
        )
        assert expected[first : first + count] == list(found)
