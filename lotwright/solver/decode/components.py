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
        For point and day, and quantity, of the components of any one order.
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
    most = int(np.diff(begin).max(initial=0))
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
def _sorted_in(
    key: Ints, amount: Floats, rows: _Small, first: int, last: int, columns: _Columns
) -> int:
    """
    Writes what an order takes by point and day, what has both in common as one, and
    returns how many components that are.
    """
    size = len(columns.kind)

    for at in range(first, last):
        row, to = int(rows[at]), at - first

        # Point and day are one number, so that they are compared in one step.
        if row < size:
            one = (np.int64(columns.point[row]) << 32) | np.int64(columns.day[row])
            much = columns.quantity[row]
        else:
            row -= size
            place, day = columns.beside_point[row], columns.beside_day[row]
            one = (np.int64(place) << 32) | np.int64(day)
            much = -columns.beside_quantity[row]

        while to > 0 and key[to - 1] > one:
            key[to], amount[to] = key[to - 1], amount[to - 1]
            to -= 1

        key[to], amount[to] = one, much

    count = 0

    for at in range(last - first):
        if count > 0 and key[at] == key[count - 1]:
            amount[count - 1] += amount[at]
        else:
            key[count], amount[count] = key[at], amount[at]
            count += 1

    return count


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
        count[k] = _sorted_in(key, amount, rows, first, last, columns)


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
    to, size = 0, len(order)

    for k in orders:
        first, last = int(begin[k]), int(begin[k + 1])

        for n in range(done, _sorted_in(key, amount, rows, first, last, columns)):
            if to == size:
                return

            order[to], total[to] = k, amount[n]
            point[to], day[to] = key[n] >> 32, key[n] & 0xFFFFFFFF
            to += 1

        done = 0
