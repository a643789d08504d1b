"""
What the planned orders of a schedule take, by stock point and day.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lotwright.model.kernel import inner_kernel, kernel
from lotwright.model.network import Floats, Ints
from lotwright.solver.schedule import NeedKind, Schedule

_ISSUE = int(NeedKind.ORDER_ISSUE)

_Small = NDArray[np.int32]

#: Orders whose components are looked up at a time at most, and components of them for
#: which there is room.
_AT_A_TIME = 2**8
_ROOM = 2**11


class _Columns(NamedTuple):
    """
    What orders take, and what they bring beside their main product.

    Parameters
    ----------
    kind, ref, point, day, quantity
        Of each need.
    beside_order, beside_point, beside_day, beside_quantity
        Of each by-product.
    """

    kind: Ints
    ref: Ints
    point: Ints
    day: Ints
    quantity: Floats
    beside_order: Ints
    beside_point: Ints
    beside_day: Ints
    beside_quantity: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ComponentsTaken:
    """
    The components of planned orders: sorted when they are asked for, a few at a time,
    for all together they would take more room than the orders themselves.

    Parameters
    ----------
    begin, rows
        Needs of each order, as row ranges; by-products count on behind the needs.
    count
        Components of each order, those of one stock point and day as one.
    columns
        What they are made of.
    room
        For point and day, and quantity, of the components of some orders at a time.
    """

    begin: _Small
    rows: _Small
    count: _Small
    columns: _Columns
    room: tuple[Ints, Floats]

    def write(
        self,
        order: _Small,
        point: _Small,
        day: _Small,
        total: Floats,
        orders: Ints,
        done: int,
    ) -> None:
        """
        Writes components of orders, by stock point and day, until there is no more
        room; what is brought stands as a negative quantity.

        Parameters
        ----------
        order, point, day, total
            Where to: order, stock point, day and quantity of each component.
        orders
            The orders, one after the other.
        done
            Components of the first of them that were written before.
        """
        _write(
            order,
            point,
            day,
            total,
            orders,
            done,
            self.begin,
            self.rows,
            self.columns,
            *self.room,
        )


def components_taken(schedule: Schedule) -> ComponentsTaken:
    """
    Returns the components of the planned orders of a schedule.
    """
    orders, needs, receipts = schedule.orders, schedule.needs, schedule.receipts
    size = len(orders)
    beside = slice(size, None)
    of = receipts.order[beside]
    columns = _Columns(
        kind=needs.kind,
        ref=needs.ref,
        point=needs.point,
        day=needs.day,
        quantity=needs.quantity,
        beside_order=of,
        beside_point=receipts.point[beside],
        beside_day=orders.due_day[of],
        beside_quantity=receipts.quantity[beside],
    )
    begin = np.zeros(size + 2, dtype=np.int32)
    _count(begin, columns)
    np.cumsum(begin, out=begin)
    rows = np.empty(int(begin[-1]), dtype=np.int32)
    _place(rows, begin, columns)
    # Each order has moved on the place at which the next one begins.
    begin = begin[: size + 1]
    most = max(int(np.diff(begin).max(initial=0)), _ROOM)
    room = np.empty(most, dtype=np.int64), np.empty(most)
    count = np.empty(size, dtype=np.int32)
    _add_up(count, begin, rows, columns, *room)

    return ComponentsTaken(
        begin=begin, rows=rows, count=count, columns=columns, room=room
    )


@kernel
def _count(begin: _Small, columns: _Columns) -> None:
    """
    Counts what each order takes and brings beside, two places further on.
    """
    for n in range(len(columns.kind)):
        if columns.kind[n] == _ISSUE:
            begin[columns.ref[n] + 2] += 1

    for order in columns.beside_order:
        begin[order + 2] += 1


@kernel
def _place(rows: _Small, begin: _Small, columns: _Columns) -> None:
    """
    Writes rows to the places of their orders, one place further on.
    """
    size = len(columns.kind)

    for n in range(size):
        if columns.kind[n] == _ISSUE:
            rows[begin[columns.ref[n] + 1]] = n
            begin[columns.ref[n] + 1] += 1

    for n in range(len(columns.beside_order)):
        order = columns.beside_order[n]
        rows[begin[order + 1]] = size + n
        begin[order + 1] += 1


@inner_kernel
def _look_up(key: Ints, amount: Floats, count: int, columns: _Columns) -> None:
    """
    Writes, instead of the numbers of rows, what stands in them: point and day as one
    number, so that they are compared in one step.
    """
    size = len(columns.kind)

    for at in range(count):
        row = key[at]

        if row < size:
            key[at] = (np.int64(columns.point[row]) << 32) | np.int64(columns.day[row])
            amount[at] = columns.quantity[row]
        else:
            row -= size
            place, day = columns.beside_point[row], columns.beside_day[row]
            key[at] = (np.int64(place) << 32) | np.int64(day)
            amount[at] = -columns.beside_quantity[row]


@inner_kernel
def _sorted_in(key: Ints, amount: Floats, first: int, last: int) -> int:
    """
    Sorts what an order takes by point and day, what has both in common as one, and
    returns where it ends then.
    """
    for at in range(first + 1, last):
        one, much, to = key[at], amount[at], at

        while to > first and key[to - 1] > one:
            key[to], amount[to] = key[to - 1], amount[to - 1]
            to -= 1

        key[to], amount[to] = one, much

    end = first

    for at in range(first, last):
        if end > first and key[at] == key[end - 1]:
            amount[end - 1] += amount[at]
        else:
            key[end], amount[end] = key[at], amount[at]
            end += 1

    return end


@kernel
def _add_up(
    count: _Small,
    begin: _Small,
    rows: _Small,
    columns: _Columns,
    key: Ints,
    amount: Floats,
) -> None:
    """
    Counts the components of each order.
    """
    for k in range(len(count)):
        first, last = int(begin[k]), int(begin[k + 1])

        for at in range(first, last):
            key[at - first] = rows[at]

        _look_up(key, amount, last - first, columns)
        count[k] = _sorted_in(key, amount, 0, last - first)


@inner_kernel
def _ranges(
    firsts: Ints, ends: Ints, orders: Ints, at: int, begin: _Small, room: int
) -> int:
    """
    Writes where the rows of orders begin, and where each ends in a room for all of
    them; returns how many orders have room in it.
    """
    most = min(len(firsts), len(orders) - at)

    for n in range(most):
        first, last = int(begin[orders[at + n]]), int(begin[orders[at + n] + 1])
        firsts[n], ends[n + 1] = first, ends[n] + last - first

        if ends[n + 1] > room:
            return n

    return most


@kernel
def _write(
    order: _Small,
    point: _Small,
    day: _Small,
    total: Floats,
    orders: Ints,
    done: int,
    begin: _Small,
    rows: _Small,
    columns: _Columns,
    key: Ints,
    amount: Floats,
) -> None:
    """
    Writes components of orders until there is no more room; those of the first order
    that are done already are left out.
    """
    firsts = np.empty(_AT_A_TIME, dtype=np.int64)
    ends = np.zeros(_AT_A_TIME + 1, dtype=np.int64)
    to, at, size = 0, 0, len(order)

    # Orders lie anywhere in memory: it is asked for all ranges, then for all rows, then
    # for what stands in them, and no question waits for the answer to another.
    while at < len(orders):
        num = _ranges(firsts, ends, orders, at, begin, len(key))

        for n in range(num):
            for row in range(ends[n + 1] - ends[n]):
                key[ends[n] + row] = rows[firsts[n] + row]

        _look_up(key, amount, ends[num], columns)

        for n in range(num):
            last = _sorted_in(key, amount, ends[n], ends[n + 1])

            for row in range(ends[n] + done, last):
                if to == size:
                    return

                order[to], total[to] = orders[at + n], amount[row]
                point[to], day[to] = key[row] >> 32, key[row] & 0xFFFFFFFF
                to += 1

            done = 0

        at += num
