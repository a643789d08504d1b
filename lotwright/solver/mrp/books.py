"""
Books: the tables that the kernels write into while they plan.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lotwright.model.arrays import Bools, Floats, Ints

#: Positions in ``Book.count``.
ORDERS, PEGS, SPAWNED = 0, 1, 2


class NeedTable(NamedTuple):
    """
    Needs of all levels, shape ``(M,)`` each; more is reserved than is used.

    Parameters
    ----------
    kind, ref, flow, point, day, by, priority, quantity
        As in the schedule; ``by`` is its ``available_by``.
    left
        What nothing serves yet.
    offset
        Working days from the issue to the start of the order.
    keeps
        Days that goods must still keep on the day of the need, at least 1.
    own_order
        Whether it gets an order of its own.
    """

    kind: Ints
    ref: Ints
    flow: Ints
    point: Ints
    day: Ints
    by: Ints
    priority: Ints
    quantity: Floats
    left: Floats
    offset: Ints
    keeps: Ints
    own_order: Bools


class SupplyTable(NamedTuple):
    """
    Supplies of one level that exist before its orders are made, by point and turn.

    Parameters
    ----------
    code
        Row of the network's open supplies; below 0, ``-1 - row`` of the by-products.
    day, expiry
        Day from which it may be used, and the first on which it may not.
    quantity, left
        In all, and what serves nothing yet.
    """

    code: Ints
    day: Ints
    expiry: Ints
    quantity: Floats
    left: Floats


class Book(NamedTuple):
    """
    What one level brings forth: orders, pegs and needs that stand in for others.

    Parameters
    ----------
    count
        Used rows of orders, pegs and spawned needs, shape ``(3,)``.
    activity, order, start, due, available, wanted, reason, bound, priority
        Of the orders; ``priority`` is that of the most urgent need it was made for.
    quantity, left
        Of the orders, and what serves nothing yet.
    supply
        Row of the level's supplies, or ``-1 - row`` of its orders.
    need, amount, hard
        Of the pegs.
    parent, place, day, part, offset
        Of the spawned needs: the need that they stand in for, their stock point, day of
        the issue, quantity and working days to the start of the order.
    """

    count: Ints
    activity: Ints
    order: Ints
    start: Ints
    due: Ints
    available: Ints
    wanted: Ints
    reason: Ints
    bound: Ints
    priority: Ints
    quantity: Floats
    left: Floats
    supply: Ints
    need: Ints
    amount: Floats
    hard: Bools
    parent: Ints
    place: Ints
    day: Ints
    part: Floats
    offset: Ints


def empty_book(orders: int, pegs: int, spawned: int) -> Book:
    """
    Returns a book with room for so many rows.
    """

    def ints(size: int) -> Ints:
        return np.zeros(size, dtype=np.int64)

    return Book(
        count=ints(3),
        activity=ints(orders),
        order=ints(orders),
        start=ints(orders),
        due=ints(orders),
        available=ints(orders),
        wanted=ints(orders),
        reason=ints(orders),
        bound=ints(orders),
        priority=ints(orders),
        quantity=np.zeros(orders),
        left=np.zeros(orders),
        supply=ints(pegs),
        need=ints(pegs),
        amount=np.zeros(pegs),
        hard=np.zeros(pegs, dtype=np.bool_),
        parent=ints(spawned),
        place=ints(spawned),
        day=ints(spawned),
        part=np.zeros(spawned),
        offset=ints(spawned),
    )


def enlarged(book: Book) -> Book:
    """
    Returns a book with the same rows and twice the room.
    """
    rows = [
        column if name == "count" else _twice(column) for name, column in _named(book)
    ]

    return Book(*rows)


def _named(book: Book) -> list[tuple[str, Ints]]:
    return list(zip(Book._fields, book, strict=True))


def _twice(column: Ints) -> Ints:
    larger = np.zeros(2 * len(column) + 16, dtype=column.dtype)
    larger[: len(column)] = column

    return larger
