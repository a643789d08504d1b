"""
Books: the tables that the kernels write into while they plan.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.solver.mrp.packing import blank

#: Positions in ``Book.used``.
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
    left
        What serves nothing yet.
    """

    code: Ints
    day: Ints
    expiry: Ints
    left: Floats


class OrderRows(NamedTuple):
    """
    Planned orders; ``priority`` is that of the most urgent need one was made for, and
    ``left`` what serves nothing yet.
    """

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


class PegRows(NamedTuple):
    """
    Pegs: row of the level's supplies, or ``-1 - row`` of its orders; need; quantity.
    """

    supply: Ints
    need: Ints
    amount: Floats
    hard: Bools


class SpawnedRows(NamedTuple):
    """
    Needs that stand in for others: the need, the stock point, the day of the issue, the
    quantity, and working days from the issue to the start of the order.
    """

    parent: Ints
    place: Ints
    day: Ints
    part: Floats
    offset: Ints


class Book(NamedTuple):
    """
    What one level brings forth.

    Parameters
    ----------
    used
        Used rows of orders, pegs and spawned needs, shape ``(3,)``; more than there is
        room for when the book was too small.
    orders, pegs, spawned
        Their tables.
    """

    used: Ints
    orders: OrderRows
    pegs: PegRows
    spawned: SpawnedRows


_SMALL, _WHOLE, _REAL, _FLAG = "i4", "i8", "f8", "?"

_NEED_TYPES = {
    "kind": _SMALL,
    "ref": _SMALL,
    "flow": _SMALL,
    "point": _SMALL,
    "day": _SMALL,
    "by": _SMALL,
    "priority": _SMALL,
    "offset": _SMALL,
    "keeps": _SMALL,
    "quantity": _REAL,
    "left": _REAL,
    "own_order": _FLAG,
}
_ORDER_TYPES = {
    **dict.fromkeys(OrderRows._fields, _SMALL),
    "quantity": _REAL,
    "left": _REAL,
}
_PEG_TYPES = {"supply": _SMALL, "need": _SMALL, "amount": _REAL, "hard": _FLAG}
_SPAWNED_TYPES = {**dict.fromkeys(SpawnedRows._fields, _SMALL), "part": _REAL}
_SUPPLY_TYPES = {"code": _WHOLE, "day": _SMALL, "expiry": _SMALL, "left": _REAL}


def need_table(size: int) -> NeedTable:
    """
    Returns room for so many needs.
    """
    return blank(NeedTable, size, _NEED_TYPES)


def supply_table(size: int) -> SupplyTable:
    """
    Returns room for so many supplies.
    """
    return blank(SupplyTable, size, _SUPPLY_TYPES)


def empty_book(orders: int, pegs: int, spawned: int) -> Book:
    """
    Returns a book with room for so many rows.
    """
    return Book(
        used=np.zeros(3, dtype=np.int64),
        orders=blank(OrderRows, orders, _ORDER_TYPES),
        pegs=blank(PegRows, pegs, _PEG_TYPES),
        spawned=blank(SpawnedRows, spawned, _SPAWNED_TYPES),
    )


def larger(book: Book) -> Book:
    """
    Returns an empty book with room for twice what this one should have held.
    """
    orders, pegs, spawned = (2 * int(count) + 16 for count in book.used)

    return empty_book(
        max(orders, len(book.orders)),
        max(pegs, len(book.pegs)),
        max(spawned, len(book.spawned)),
    )
