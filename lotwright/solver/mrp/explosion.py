"""
Explosion: what orders take of their components, phantoms seen through.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Floats, Ints
from lotwright.model.kernel import inner_kernel, kernel, nested_kernel
from lotwright.solver.mrp.books import SPAWNED, AskedRows, Book, NeedTable, OrderRows
from lotwright.solver.mrp.choosing import choose
from lotwright.solver.mrp.lots import TOLERANCE
from lotwright.solver.mrp.packing import NARROW
from lotwright.solver.mrp.problem import Problem
from lotwright.solver.mrp.workdays import before
from lotwright.solver.schedule import NeedKind

_ORDER_ISSUE = int(NeedKind.ORDER_ISSUE)


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


@nested_kernel
def explode_phantom(
    problem: Problem, rows: AskedRows, book: Book, point: int, given: Floats
) -> None:
    """
    Hands what stock does not meet of the needs of orders down to the components.

    Demand for the phantom itself gets an order.
    """
    inputs, sources = problem.inputs, problem.sources
    anywhere = np.zeros((0, 0))

    for at in range(len(rows)):
        left = rows.left[at]

        if left <= TOLERANCE or rows.of_line[at]:
            continue

        activity, _ = choose(problem, point, left, int(rows.by[at]), given, anywhere)

        if activity < 0:
            continue

        for row in range(sources.input_from[activity], sources.input_to[activity]):
            calendar = sources.calendar[activity]
            day = int(rows.day[at])

            # A phantom takes no time, but what its bill says of a line.
            if inputs.offset[row] != 0:
                day = before(problem.days, calendar, day, inputs.offset[row])

            part = inputs.ratio[row] * left + inputs.per_lot[row]

            if inputs.valid_from[row] <= day < inputs.valid_to[row] and part > 0.0:
                place, offset = inputs.point[row], rows.offset[at] + inputs.offset[row]
                day = max(day, 0)
                # Beyond its planning fence nothing is planned, as for any component.
                part = part if day < problem.points.planning_fence[place] else 0.0
                spawn(book, rows.need[at], place, day, part, offset)

        rows.left[at] = 0.0
        rows.quantity[at] -= left


@kernel
def needs_of_orders(
    problem: Problem,
    made: OrderRows,
    later: Ints,
    later_flow: Ints,
    later_start: Ints,
    first_order: int,
    table: NeedTable,
) -> int:
    """
    Writes what orders take, and returns how many needs that are.

    Parameters
    ----------
    problem
        The network.
    made
        The orders.
    later, later_flow, later_start
        Components that are needed later, for these orders will wait, as in
        ``LaterStarts``, and those of each order, shape ``(2, K)``.
    first_order
        Number of the first of them.
    table
        Where the needs are written, from its first row.
    """
    inputs, sources, points = problem.inputs, problem.sources, problem.points
    at = 0

    for order in range(len(made)):
        source = made.activity[order]

        for row in range(sources.input_from[source], sources.input_to[source]):
            start = int(made.start[order])

            for some in range(later[0, order], later[1, order]):
                if later_flow[some] < 0 or later_flow[some] == inputs.flow[row]:
                    start = max(start, int(later_start[some]))

            day = before(
                problem.days,
                sources.calendar[source],
                start,
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
            table.quantity[at] = amount if day < points.planning_fence[point] else 0.0
            table.offset[at] = inputs.offset[row]
            at += 1

    return at


@kernel
def days_available_by(problem: Problem, point: Ints, day: Ints) -> Ints:
    """
    Returns the days on which supplies must be available for issues on some days.
    """
    points = problem.points
    found = np.empty(len(day), dtype=NARROW)

    for row in range(len(day)):
        place = point[row]
        margin = points.issue_margin[place]
        found[row] = before(problem.days, points.calendar[place], int(day[row]), margin)

    return found
