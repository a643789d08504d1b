"""
Explosion: what orders take of their components, phantoms seen through.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Floats, Ints
from lotwright.model.kernel import inner_kernel, kernel
from lotwright.solver.mrp.books import SPAWNED, Book, NeedTable, OrderRows
from lotwright.solver.mrp.choosing import choose
from lotwright.solver.mrp.lots import TOLERANCE
from lotwright.solver.mrp.problem import Problem
from lotwright.solver.mrp.workdays import before
from lotwright.solver.schedule import NeedKind

_LINE, _ORDER_ISSUE = int(NeedKind.LINE), int(NeedKind.ORDER_ISSUE)


@inner_kernel
def spawn(
    book: Book, parent: int, place: int, day: int, part: float, offset: int
) -> None:
    """
    Writes a need that stands in for another one; beyond the room it is only counted.
    """
    row = book.used[SPAWNED]
    book.used[SPAWNED] += 1

    if row < len(book.spawned):
        book.spawned.parent[row] = parent
        book.spawned.place[row] = place
        book.spawned.day[row] = day
        book.spawned.part[row] = part
        book.spawned.offset[row] = offset


@kernel
def explode_phantom(
    problem: Problem,
    needs: NeedTable,
    book: Book,
    point: int,
    rows: Ints,
    given: Floats,
) -> None:
    """
    Hands what stock does not meet of the needs of orders down to the components.

    Demand for the phantom itself gets an order.
    """
    inputs, sources = problem.inputs, problem.sources
    anywhere = np.zeros((0, 0))

    for need in rows:
        left = needs.left[need]

        if left <= TOLERANCE or needs.kind[need] == _LINE:
            continue

        activity, _ = choose(problem, point, left, needs.by[need], given, anywhere)

        if activity < 0:
            continue

        for row in range(sources.input_from[activity], sources.input_to[activity]):
            calendar = sources.calendar[activity]
            day = before(problem.days, calendar, needs.day[need], inputs.offset[row])
            part = inputs.ratio[row] * left + inputs.per_lot[row]

            if inputs.valid_from[row] <= day < inputs.valid_to[row] and part > 0.0:
                offset = needs.offset[need] + inputs.offset[row]
                spawn(book, need, inputs.point[row], max(day, 0), part, offset)

        needs.left[need] = 0.0
        needs.quantity[need] -= left


@kernel
def needs_of_orders(
    problem: Problem,
    made: OrderRows,
    start: Ints,
    orders: int,
    first_order: int,
    table: NeedTable,
) -> int:
    """
    Writes what orders take, and returns how many needs that are.

    Parameters
    ----------
    problem
        The network.
    made, start, orders
        The orders, when they will start, and how many there are.
    first_order
        Number of the first of them.
    table
        Where the needs are written, from its first row.
    """
    inputs, sources, points = problem.inputs, problem.sources, problem.points
    at = 0

    for order in range(orders):
        source = made.activity[order]

        for row in range(sources.input_from[source], sources.input_to[source]):
            day = before(
                problem.days,
                sources.calendar[source],
                start[order],
                inputs.offset[row],
            )
            amount = inputs.ratio[row] * made.quantity[order] + inputs.per_lot[row]

            if (
                amount <= 0.0
                or not inputs.valid_from[row] <= day < inputs.valid_to[row]
            ):
                continue

            point = inputs.point[row]
            day = max(day, 0)
            table.kind[at] = _ORDER_ISSUE
            table.ref[at] = first_order + order
            table.flow[at] = inputs.flow[row]
            table.point[at] = point
            table.day[at] = day
            table.by[at] = before(
                problem.days,
                points.calendar[point],
                day,
                points.issue_margin[point],
            )
            table.priority[at] = made.priority[order]
            table.quantity[at] = amount
            table.left[at] = amount
            table.offset[at] = inputs.offset[row]
            table.keeps[at] = 1
            table.own_order[at] = False

            at += 1

    return at


@kernel
def days_available_by(problem: Problem, point: Ints, day: Ints) -> Ints:
    """
    Returns the days on which supplies must be available for issues on some days.
    """
    points = problem.points
    found = np.zeros(len(day), dtype=np.int64)

    for row in range(len(day)):
        place = point[row]
        found[row] = before(
            problem.days, points.calendar[place], day[row], points.issue_margin[place]
        )

    return found
