"""
Tests of telling which orders were added, removed, moved and resized.
"""

from __future__ import annotations

import random
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lotwright.scenarios.order_changes import order_changes
from tests.scenarios.plans import Order, orders_of

_A = ("A", "S")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ([(*_A, 3, 10)], [(*_A, 3, 10)], []),
        ([], [(*_A, 3, 10)], [("added", 10, None)]),
        ([(*_A, 3, 10)], [], [("removed", -10, None)]),
        ([(*_A, 3, 10)], [(*_A, 8, 10)], [("moved", 0, 5)]),
        ([(*_A, 3, 10)], [(*_A, 3, 4)], [("resized", -6, 0)]),
        ([(*_A, 3, 10)], [(*_A, 1, 11)], [("moved_resized", 1, -2)]),
        # Another source makes it another order.
        (
            [(*_A, 3, 10)],
            [("A", "T", 3, 10)],
            [("removed", -10, None), ("added", 10, None)],
        ),
        # A new order before others moves none of them.
        (
            [(*_A, 10, 5), (*_A, 20, 5)],
            [(*_A, 2, 5), (*_A, 10, 5), (*_A, 20, 5)],
            [("added", 5, None)],
        ),
        # The nearest two belong together, not the first two.
        (
            [(*_A, 0, 7), (*_A, 60, 8)],
            [(*_A, 62, 9)],
            [("removed", -7, None), ("moved_resized", 1, 2)],
        ),
        # Of one day, small orders go with small ones.
        (
            [(*_A, 8, 5), (*_A, 8, 50)],
            [(*_A, 10, 51), (*_A, 10, 6)],
            [("moved_resized", 1, 2), ("moved_resized", 1, 2)],
        ),
        ([(*_A, 3, 10)], [(*_A, 3, 10.0000000001)], []),
    ],
)
def test_what_became_of_orders(
    before: list[Order], after: list[Order], expected: list[tuple[str, float, int]]
) -> None:
    """Tests that each difference is one that a planner would name so."""
    changes = order_changes(orders_of(before), orders_of(after))

    assert expected == _told(changes)


def _told(changes: pd.DataFrame) -> list[tuple[Any, ...]]:
    return [
        (str(kind), quantity, None if pd.isna(days) else days)
        for kind, quantity, days in zip(
            changes["change"],
            changes["quantity_change"],
            changes["days_moved"],
            strict=True,
        )
    ]


_ORDERS = st.lists(
    st.tuples(
        st.sampled_from("AB"),
        st.sampled_from("ST"),
        st.integers(0, 12),
        st.integers(1, 4).map(float),
    ),
    max_size=12,
)

_TURNED = {"added": "removed", "removed": "added"}


@settings(max_examples=15, deadline=None)
@given(orders=_ORDERS, seed=st.randoms(use_true_random=False))
def test_a_plan_against_itself_changes_nothing(
    orders: list[Order], seed: random.Random
) -> None:
    """Tests that the same orders in any sequence are the same orders."""
    shuffled = list(orders)
    seed.shuffle(shuffled)

    assert 0 == len(order_changes(orders_of(orders), orders_of(shuffled)))


@settings(max_examples=15, deadline=None)
@given(before=_ORDERS, after=_ORDERS)
def test_differences_turn_round(before: list[Order], after: list[Order]) -> None:
    """Tests that the way back undoes every difference of the way there."""
    there = order_changes(orders_of(before), orders_of(after))
    back = order_changes(orders_of(after), orders_of(before))
    turned = [
        (_TURNED.get(kind, kind), -quantity + 0.0, None if days is None else -days)
        for kind, quantity, days in _told(there)
    ]

    assert sorted(turned, key=str) == sorted(_told(back), key=str)


@settings(max_examples=15, deadline=None)
@given(before=_ORDERS, after=_ORDERS)
def test_every_order_is_accounted_for_once(
    before: list[Order], after: list[Order]
) -> None:
    """Tests that no order is matched twice, and quantities add up."""
    changes = order_changes(orders_of(before), orders_of(after))
    grown = sum(order[3] for order in after) - sum(order[3] for order in before)

    assert changes["order_id_before"].dropna().is_unique
    assert changes["order_id_after"].dropna().is_unique
    assert grown == pytest.approx(changes["quantity_change"].sum())
    # Where both plans have orders of one key, none is both added and removed.
    keys = changes.groupby(["item_id", "source_id"])["change"].agg(set)
    assert not any({"added", "removed"} <= kinds for kinds in keys)
