"""
Order columns: planned orders as the schedule tells of them.
"""

from __future__ import annotations

from typing import NamedTuple

from lotwright.model.arrays import Floats, Ints
from lotwright.model.kernel import kernel
from lotwright.solver.mrp.books import OrderRows
from lotwright.solver.schedule import Bound

_NONE = int(Bound.NONE)


class OrderColumns(NamedTuple):
    """
    Columns of the schedule's orders, shape ``(K,)`` each.
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
    quantity: Floats


@kernel
def unpack_orders(orders: OrderRows, need_at: Ints, columns: OrderColumns) -> None:
    """
    Writes orders into columns; what is in time is bound by nothing.

    Parameters
    ----------
    orders
        The orders.
    need_at
        Number of each need in the schedule.
    columns
        Where they are written.
    """
    for row in range(len(orders)):
        columns.activity[row] = orders.activity[row]
        columns.order[row] = orders.order[row]
        columns.start[row] = orders.start[row]
        columns.due[row] = orders.due[row]
        columns.available[row] = orders.available[row]
        columns.wanted[row] = orders.wanted[row]
        columns.reason[row] = orders.reason[row]
        columns.quantity[row] = orders.quantity[row]
        bound, need = orders.bound[row], orders.bound_by[row]

        if orders.due[row] <= orders.wanted[row]:
            bound, need = _NONE, -1

        columns.bound[row] = bound
        columns.bound_by[row] = need_at[need] if need >= 0 else need
