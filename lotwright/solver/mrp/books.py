"""
Books: the tables that the kernels write into while they plan.
"""

from __future__ import annotations

from typing import NamedTuple, TypeVar, cast

import numpy as np
from numpy.typing import NDArray

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.solver.mrp.packing import narrow_room, part, room_for

R = TypeVar("R")

#: Positions in ``Book.used``.
ORDERS, PEGS, SPAWNED = 0, 1, 2


class NeedTable(NamedTuple):
    """
    Needs of all levels, shape ``(M,)`` each; more is reserved than is used.

    Parameters
    ----------
    kind, ref, flow, point, day, by, priority, quantity
        As in the schedule; ``by`` is its ``available_by``.
    offset
        Working days from the issue to the start of the order.
    """

    kind: Ints
    ref: Ints
    flow: Ints
    point: Ints
    day: Ints
    by: Ints
    priority: Ints
    offset: Ints
    quantity: Floats


class AskedRows(NamedTuple):
    """
    Needs of one level, by point and turn.

    Parameters
    ----------
    need
        Row of the needs.
    by, priority, quantity
        As there.
    left
        What nothing serves yet.
    day, flow, offset
        As there, if any rule of the plan asks for them.
    keeps
        Days that goods must still keep on the day of the need, at least 1.
    of_line
        Whether a demand line asks for it.
    own_order
        Whether it gets an order of its own.
    """

    need: Ints
    by: Ints
    priority: Ints
    day: Ints
    flow: Ints
    offset: Ints
    keeps: Ints
    of_line: Bools
    own_order: Bools
    quantity: Floats
    left: Floats


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
    Planned orders; ``priority`` is that of the most urgent need one was made for,
    ``left`` what serves nothing yet, and all else as in the schedule.
    """

    activity: Ints
    order: Ints
    start: Ints
    due: Ints
    available: Ints
    wanted: Ints
    reason: Ints
    bound: Ints
    bound_by: Ints
    priority: Ints
    quantity: Floats
    left: Floats


class PegRows(NamedTuple):
    """
    Pegs as they are found.

    Parameters
    ----------
    supply
        Row of the level's supplies, or ``-1 - row`` of its orders.
    need, amount
        Row of the needs, and quantity.
    by
        Day on which the need takes it.
    hard
        Whether the link was given.
    """

    supply: Ints
    need: Ints
    by: Ints
    hard: Bools
    amount: Floats


class PegTable(NamedTuple):
    """
    Pegs of all levels by need, each need's in the order in which they were found; shape
    ``(G,)`` each, and more is reserved behind them.

    Parameters
    ----------
    supply
        Row of the network's open supplies below S, else S plus a row of the receipts.
    need, amount
        Row of the needs, and quantity.
    turn
        Place among all pegs in the order in which they were found.
    hard
        Whether the link was given.
    """

    supply: Ints
    need: Ints
    turn: Ints
    hard: Bools
    amount: Floats


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


_SMALL, _REAL, _FLAG = "i4", "f8", "?"

_ASKED_TYPES = {
    **dict.fromkeys(AskedRows._fields, _SMALL),
    "of_line": _FLAG,
    "own_order": _FLAG,
    "quantity": _REAL,
    "left": _REAL,
}
_ORDER_TYPES = {
    **dict.fromkeys(OrderRows._fields, _SMALL),
    "quantity": _REAL,
    "left": _REAL,
}
_PEG_TYPES = {
    **dict.fromkeys(PegRows._fields, _SMALL),
    "hard": _FLAG,
    "amount": _REAL,
}
_SPAWNED_TYPES = {**dict.fromkeys(SpawnedRows._fields, _SMALL), "part": _REAL}
_SUPPLY_TYPES = {**dict.fromkeys(SupplyTable._fields, _SMALL), "left": _REAL}


def need_table(size: int) -> NeedTable:
    """
    Returns room for so many needs.
    """
    columns = {name: narrow_room(size) for name in NeedTable._fields[:-1]}

    return NeedTable(**columns, quantity=np.empty(size))


def needs_between(table: NeedTable, first: int, last: int) -> NeedTable:
    """
    Returns some rows of the needs, not copied.
    """
    return NeedTable._make(column[first:last] for column in table)


def larger_needs(table: NeedTable, used: int, size: int) -> NeedTable:
    """
    Returns needs with more room and the same first rows.
    """
    larger = need_table(size)

    for new, old in zip(larger, table, strict=True):
        new[:used] = old[:used]

    return larger


def asked_rows(size: int) -> AskedRows:
    """
    Returns room for so many needs of a level.
    """
    return cast("AskedRows", room_for(size, _ASKED_TYPES))


def order_rows(size: int) -> OrderRows:
    """
    Returns room for so many orders.
    """
    return cast("OrderRows", room_for(size, _ORDER_TYPES))


def peg_rows(size: int) -> PegRows:
    """
    Returns room for so many pegs as they are found.
    """
    return cast("PegRows", room_for(size, _PEG_TYPES))


def with_room(table: R, used: int, more: int) -> R:
    """
    Returns orders or pegs with room for so many behind those that are used, copied
    where it is too small.
    """
    rows = cast("NDArray[np.void]", table)

    if used + more <= len(rows):
        return table

    found = np.empty(max(3 * used, used + more), dtype=rows.dtype).view(np.recarray)
    found[:used] = rows[:used]

    return cast("R", found)


def supply_table(size: int) -> SupplyTable:
    """
    Returns room for so many supplies.
    """
    return cast("SupplyTable", room_for(size, _SUPPLY_TYPES))


def peg_table(size: int) -> PegTable:
    """
    Returns room for so many pegs by need.
    """
    supply, need, turn = narrow_room(size), narrow_room(size), narrow_room(size)
    hard, amount = np.empty(size, dtype=np.bool_), np.empty(size)

    return PegTable(supply=supply, need=need, turn=turn, hard=hard, amount=amount)


def pegs_between(table: PegTable, first: int, last: int) -> PegTable:
    """
    Returns some rows of the pegs, not copied.
    """
    return PegTable._make(column[first:last] for column in table)


def empty_book(orders: OrderRows, pegs: PegRows, spawned: int) -> Book:
    """
    Returns a book with room for so many spawned needs.

    Parameters
    ----------
    orders, pegs
        Room for its orders and pegs.
    spawned
        Number of rows.
    """
    return Book(
        used=np.zeros(3, dtype=np.int64),
        orders=orders,
        pegs=pegs,
        spawned=cast("SpawnedRows", room_for(spawned, _SPAWNED_TYPES)),
    )


def larger(book: Book) -> tuple[int, int, int]:
    """
    Returns the rows of orders, pegs and spawned needs of a book with room for twice
    what this one should have held.
    """
    orders, pegs, spawned = (2 * int(count) + 16 for count in book.used)

    return (
        max(orders, len(book.orders)),
        max(pegs, len(book.pegs)),
        max(spawned, len(book.spawned)),
    )


def written(book: Book) -> Book:
    """
    Returns the rows of a book that are used, not copied.
    """
    orders, pegs, spawned = (int(count) for count in book.used)

    return Book(
        used=book.used,
        orders=part(book.orders, 0, orders),
        pegs=part(book.pegs, 0, pegs),
        spawned=part(book.spawned, 0, spawned),
    )
