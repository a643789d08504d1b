"""
Placing: an order of the activity that is chosen for it, lot by lot.
"""

from __future__ import annotations

from lotwright.model.arrays import Floats
from lotwright.model.kernel import inner_kernel
from lotwright.solver.mrp.books import ORDERS, Book
from lotwright.solver.mrp.choosing import choose, lot_that_fits, take_room
from lotwright.solver.mrp.dates import Dates
from lotwright.solver.mrp.lots import MOST_LOTS, TOLERANCE, TOO_MANY, lots_of
from lotwright.solver.mrp.problem import Problem


@inner_kernel
def place_order(
    problem: Problem,
    book: Book,
    point: int,
    priority: int,
    quantity: float,
    wanted: int,
    reason: int,
    given: Floats,
    room: Floats,
) -> None:
    """
    Orders a quantity in the lots of the activity that is chosen for it.

    Where capacity matters, every lot is chosen for by itself, and so it is where no
    bill or routing holds for all lots.
    """
    finite = len(room) > 0

    while quantity > TOLERANCE:
        activity, dates = choose(problem, point, quantity, wanted, given, room)
        part, whole = quantity, activity >= 0

        if not whole:
            part = lot_that_fits(problem, point, quantity)

            if part <= 0.0:
                return

            activity, dates = choose(problem, point, part, wanted, given, room)

        if activity < 0:
            return

        lots = lots_of(problem.sources, activity, part)
        count = lots.whole + (lots.rest > 0.0)

        if count > MOST_LOTS:
            # More than any plan could have: the count refuses the run.
            _write_order(book, activity, dates, lots.size, reason, priority)
            book.used[ORDERS] += TOO_MANY

            return

        for number in range(1 if finite else count):
            lot = lots.size if number < lots.whole else lots.rest
            given[activity] += lot
            quantity -= lot
            take_room(problem, activity, lot, dates, room)
            _write_order(book, activity, dates, lot, reason, priority)

        if whole and not finite:
            return


@inner_kernel
def _write_order(
    book: Book, activity: int, dates: Dates, lot: float, reason: int, priority: int
) -> None:
    """
    Writes an order; beyond the room of the book it is only counted.
    """
    row = book.used[ORDERS]
    book.used[ORDERS] += 1

    if row < len(book.orders):
        book.orders.activity[row] = activity
        book.orders.order[row] = dates.order
        book.orders.start[row] = dates.start
        book.orders.due[row] = dates.due
        book.orders.available[row] = dates.available
        book.orders.wanted[row] = dates.wanted
        book.orders.reason[row] = reason
        book.orders.bound[row] = dates.bound
        book.orders.bound_by[row] = -1
        book.orders.priority[row] = priority
        book.orders.quantity[row] = lot
        book.orders.left[row] = lot
