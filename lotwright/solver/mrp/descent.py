"""
The descent of a plan: needs, orders and pegs as they grow, level by level.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lotwright.errors import SolveError
from lotwright.model.arrays import Floats, Ints
from lotwright.model.kernel import kernel
from lotwright.model.network import Network
from lotwright.solver.mrp.asking import Asking
from lotwright.solver.mrp.books import (
    ORDERS,
    Book,
    OrderRows,
    PegRows,
    SupplyTable,
    empty_book,
    larger,
    larger_needs,
    need_table,
    needs_between,
    order_rows,
    peg_rows,
    with_room,
    written,
)
from lotwright.solver.mrp.explosion import days_available_by, needs_of_orders
from lotwright.solver.mrp.later import LaterStarts
from lotwright.solver.mrp.layers import Layers, layers_of
from lotwright.solver.mrp.lots import MOST_LOTS, TOO_MANY
from lotwright.solver.mrp.netting import AlternateRows, LevelRows, net_level
from lotwright.solver.mrp.packing import narrow, packed, part
from lotwright.solver.mrp.problem import Problem, ranges
from lotwright.solver.mrp.relation import grouped
from lotwright.solver.mrp.supplying import Supplies, by_product_flows
from lotwright.solver.schedule import NeedKind

#: Orders of one run that no machine of the usual size can hold.
_MOST_ORDERS = 20_000_000

#: Needs of all levels for which there is room, for each demand line.
_NEEDS_PER_LINE = 16

#: Orders of all levels for which there is room, for each demand line.
_ORDERS_PER_LINE = 16

#: Pegs of all levels for which there is room, for each demand line.
_PEGS_PER_LINE = 32

#: Needs of the points that are planned together, in room that the next ones take over.
_BLOCK_NEEDS = 2**20

#: By-product 0 as the supply of a peg, the others below, while the number of orders is
#: not known yet.
BY_PRODUCT = -2


class Descent:
    """
    What is known while planning goes down the levels.

    Parameters
    ----------
    network, problem
        What is planned.
    served
        Part of each demand line's quantity that is planned at all, shape ``(N,)``.
    room
        Capacity that orders may take, shape ``(R, T)``; without rows where capacity
        does not matter.
    later
        Orders of which it is known that they will wait.

    Attributes
    ----------
    needs, num_needs
        Needs of all levels so far, and how many there are.
    orders, num_orders
        Planned orders so far, and how many there are.
    pegs, num_pegs
        Pegs as they are found, and how many there are, by supply in the schedule;
        by-products count down from ``BY_PRODUCT``.
    supplies
        Open supplies and by-products.
    most
        Most safety stock that each point keeps, shape ``(P,)``.
    """

    def __init__(
        self,
        network: Network,
        problem: Problem,
        served: Floats,
        room: Floats,
        later: LaterStarts,
    ) -> None:
        self.network = network
        self.problem = problem
        self.layers: Layers = layers_of(network)
        self.num_orders = 0
        self.num_pegs = 0
        self.most = np.zeros(len(network.points))
        self.supplies = Supplies(network, self.layers)
        size = len(network.lines) + len(network.open_issues.point)
        # Spare room takes no memory until it is used, and room that is too small is
        # copied.
        self.needs = need_table(_NEEDS_PER_LINE * size + 16)
        self.num_needs = 0
        self.orders = order_rows(_ORDERS_PER_LINE * size + 16)
        self.pegs = peg_rows(_PEGS_PER_LINE * size + 16)
        self._later = later
        self._room = room
        self._given = np.zeros(len(network.activities))
        self._layer = narrow(self.layers.layer)
        self._waiting: dict[int, list[Ints]] = {}
        self._alternates, self._alternate_from = _alternate_rows(network, self.layers)
        self._flows = by_product_flows(network)
        self._write_first_needs(served)
        self._asking = Asking(network, self._reserve())

    def plan(self) -> None:
        """
        Plans all points, top down.
        """
        layer, group = self.layers.layer, self.layers.group
        turn = np.lexsort((np.arange(len(layer)), group, self._has_choice(), layer))
        begin = ranges(layer, int(layer.max(initial=-1)) + 1)

        for number in range(len(begin) - 1):
            points = turn[begin[number] : begin[number + 1]]
            self._plan_layer(number, points)

    def _has_choice(self) -> Ints:
        """
        Returns 1 where a point may be supplied in several ways and capacity matters:
        then the points without a choice come first, shape ``(P,)``.
        """
        ways = self.problem.points.source_to - self.problem.points.source_from
        several = np.zeros(len(ways), dtype=np.int64)

        if len(self._room):
            np.maximum.at(several, self.layers.group, (ways > 1).astype(np.int64))

        return several[self.layers.group]

    def _plan_layer(self, number: int, points: Ints) -> None:
        """
        Plans the points of a layer, in blocks one after the other.
        """
        parts = self._waiting.pop(number, [])
        rows = np.concatenate(parts) if parts else narrow(np.zeros(0))
        del parts

        for some, need in self._blocks(points, rows):
            self._plan_block(some, need)

    def _blocks(self, points: Ints, rows: Ints) -> Iterator[tuple[Ints, Ints]]:
        """
        Yields points that are planned together, and the rows of their needs.

        Where orders bring by-products, or points hand needs on, a layer is one block:
        what one of its points brings forth would count for the next.
        """
        alone = self._asking.has_rules or len(self._flows[1]) > 0

        if alone or len(rows) <= _BLOCK_NEEDS:
            yield points, rows
            return

        place = narrow(np.full(len(self.network.points), -1))
        place[points] = np.arange(len(points))
        begin, at = grouped(place[self.needs.point[rows]], len(points))
        # A group of points stays together.
        group = self.layers.group[points]
        new = np.append(True, group[1:] != group[:-1])
        block = np.maximum.accumulate(np.where(new, begin[:-1] // _BLOCK_NEEDS, 0))
        first = np.flatnonzero(np.append(True, block[1:] != block[:-1]))

        for one, last in zip(first, [*first[1:], len(points)], strict=True):
            yield points[one:last], rows[at[begin[one] : begin[last]]]

    def _plan_block(self, points: Ints, rows: Ints) -> None:
        place = narrow(np.full(len(self.network.points), -1))
        place[points] = np.arange(len(points))
        need_from, at = grouped(place[self.needs.point[rows]], len(points))
        supplies, supply_from = self.supplies.of_level(place, len(points))
        group = self.layers.group[points]
        new = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
        level = LevelRows(
            point=narrow(points),
            group_from=narrow(np.append(new, len(points))),
            need_from=need_from,
            supply_from=supply_from,
            place=place,
        )
        self._keep(self._net(level, rows[at], supplies), supplies)

    def _net(self, level: LevelRows, need: Ints, supplies: SupplyTable) -> Book:
        """
        Meets the needs of a block; again with a larger book where it was too small.
        """
        size = len(need) + len(level.point)
        most = (
            size + size // 4 + 64,
            2 * size + 2 * len(supplies.code) + 64,
            size + 64,
        )
        book = self._book(*most)
        saved = supplies.left.copy(), self._given.copy(), self._room.copy()

        while True:
            asked = self._asking.of_level(self.needs, level.need_from, need)
            safety = net_level(
                self.problem,
                asked,
                supplies,
                book,
                level,
                self._alternates,
                self._alternate_from,
                self._given,
                self._room,
                self.num_needs,
                self.network.rules.latest_supply_first,
            )
            room = (len(book.orders), len(book.pegs), len(book.spawned))

            if all(book.used <= room):
                self.most[level.point] = safety
                self._asking.keep(asked, self.needs)

                return written(book)

            if book.used[ORDERS] > _MOST_ORDERS:
                raise SolveError(_too_many(self.network, book))

            supplies.left[:], self._given[:], self._room[:] = saved
            book = self._book(*larger(book))

    def _book(self, orders: int, pegs: int, spawned: int) -> Book:
        """
        Returns an empty book whose orders and pegs stand behind all those so far.
        """
        first_order, first_peg = self.num_orders, self.num_pegs
        self.orders = with_room(self.orders, first_order, orders)
        self.pegs = with_room(self.pegs, first_peg, pegs)

        return empty_book(
            part(self.orders, first_order, first_order + orders),
            part(self.pegs, first_peg, first_peg + pegs),
            spawned,
        )

    def _keep(self, book: Book, supplies: SupplyTable) -> None:
        """
        Takes over what a block brought forth, and hands needs down.
        """
        self.supplies.keep(supplies)
        first_order, first_need = self.num_orders, self.num_needs
        _number(book.pegs, supplies, len(self.supplies.day) + first_order)
        self.num_pegs += len(book.pegs)
        self.num_orders += len(book.orders)
        self._write_spawned(book)
        self._write_order_needs(book.orders, first_order)
        self.supplies.beside.add(self.network, self._flows, book.orders, first_order)
        self._hand_down(first_need)

    def _write_first_needs(self, served: Floats) -> None:
        """
        Writes demand lines and components of open orders as the first needs.
        """
        lines, issues = self.network.lines, self.network.open_issues
        rules, points = self.network.rules.lines, self.network.rules.points
        num_lines, num_issues = len(lines), len(issues.point)
        table = needs_between(self.needs, 0, num_lines + num_issues)
        table.kind[:num_lines] = NeedKind.LINE
        table.kind[num_lines:] = NeedKind.OPEN_ISSUE
        table.ref[:num_lines] = np.arange(num_lines)
        table.ref[num_lines:] = np.arange(num_issues)
        table.point[:] = np.concatenate([lines.point, issues.point])
        table.day[:num_lines] = rules.required_day
        table.day[num_lines:] = np.maximum(issues.day, 0)
        table.by[:] = days_available_by(self.problem, table.point, table.day)
        table.priority[:num_lines] = lines.priority
        table.priority[num_lines:] = 0
        table.quantity[:num_lines] = lines.quantity * served
        table.quantity[num_lines:] = issues.quantity
        table.quantity[table.day >= points.planning_fence[table.point]] = 0.0
        table.flow[:], table.offset[:] = -1, 0
        self.num_needs = len(table.kind)
        self._hand_down(0)

    def _reserve(self) -> Floats:
        """
        Gives demand lines what is reserved for them, and returns what each still needs.
        """
        reserved = self.network.rules.reserved
        supply_left = self.supplies.left
        left = self.needs.quantity[: len(self.network.lines)].copy()
        self.pegs = with_room(self.pegs, 0, len(reserved.line))
        pegs, used = self.pegs, 0

        for line, supply, quantity in zip(
            reserved.line.tolist(),
            reserved.supply.tolist(),
            reserved.quantity.tolist(),
            strict=True,
        ):
            amount = min(quantity, float(supply_left[supply]), float(left[line]))

            if amount > 0.0:
                supply_left[supply] -= amount
                left[line] -= amount
                pegs.supply[used], pegs.need[used] = supply, line
                pegs.amount[used], pegs.hard[used] = amount, True
                used += 1

        self.num_pegs = used

        return left

    def _write_spawned(self, book: Book) -> None:
        spawned, last = book.spawned, self.num_needs + len(book.spawned)
        self._make_room(len(spawned))
        table = needs_between(self.needs, self.num_needs, last)
        table.kind[:] = self.needs.kind[spawned.parent]
        table.ref[:] = self.needs.ref[spawned.parent]
        table.priority[:] = self.needs.priority[spawned.parent]
        # What stands in for a component of a planned order has no row of its own.
        table.flow[:] = -1
        table.point[:], table.day[:] = spawned.place, spawned.day
        table.by[:] = days_available_by(self.problem, table.point, table.day)
        table.quantity[:], table.offset[:] = spawned.part, spawned.offset
        self.num_needs = last

    def _write_order_needs(self, made: OrderRows, first_order: int) -> None:
        later = self._later
        sources = self.problem.sources
        most = sources.input_to - sources.input_from
        self._make_room(int(most[made.activity].sum()))
        self.num_needs += needs_of_orders(
            self.problem,
            made,
            later.rows_of(made.activity, made.wanted),
            later.flow,
            later.start,
            first_order,
            needs_between(self.needs, self.num_needs, len(self.needs.kind)),
        )

    def _make_room(self, size: int) -> None:
        room, asked = len(self.needs.kind), self.num_needs + size

        if asked > room:
            # Much at a time: it is copied, while spare room takes no memory until used.
            self.needs = larger_needs(self.needs, self.num_needs, max(3 * room, asked))

    def _hand_down(self, first: int) -> None:
        """
        Sorts new needs by the layer in which they will be met.
        """
        point = self.needs.point[first : self.num_needs]
        size = int(self._layer.max(initial=-1)) + 1
        begin, rows = grouped(self._layer[point], size)
        rows += first

        for number in np.flatnonzero(np.diff(begin)).tolist():
            some = rows[begin[number] : begin[number + 1]]
            self._waiting.setdefault(number, []).append(some)


@kernel
def _number(pegs: PegRows, supplies: SupplyTable, first: int) -> None:
    """
    Writes which supply of the schedule each peg takes, for the rows of its level.

    Parameters
    ----------
    pegs, supplies
        Pegs and supplies of a level.
    first
        Number of the first order of the level among all supplies.
    """
    for peg in range(len(pegs)):
        row = pegs.supply[peg]

        if row < 0:
            pegs.supply[peg] = first - 1 - row
            continue

        code = supplies.code[row]
        pegs.supply[peg] = code if code >= 0 else BY_PRODUCT + 1 + code


def _too_many(network: Network, book: Book) -> str:
    """
    Returns why a plan with so many orders is refused.
    """
    if book.used[ORDERS] < TOO_MANY:
        return (
            f"Expected at most {_MOST_ORDERS:,} planned orders on a level, got more: "
            "check the largest and the fixed lots of its items."
        )

    activities = network.activities
    row = min(int(book.used[ORDERS] % TOO_MANY), len(book.orders)) - 1
    activity = int(part(book.orders, row, row + 1).activity[0])
    label = network.points.labels[activities.point[activity]]

    return (
        f"Expected at most {MOST_LOTS:,} lots for one requirement, got more at "
        f"{label}: lots of source {activities.source_id[activity]} are too small, at "
        f"most {activities.max_lot[activity]:g}. Check its max_lot and fixed_lot."
    )


def _alternate_rows(network: Network, layers: Layers) -> tuple[AlternateRows, Ints]:
    alternates = network.rules.alternates
    rows = np.lexsort((alternates.other, alternates.rank, alternates.point))
    rows = rows[layers.followed[rows]]
    names = AlternateRows._fields
    table = packed(
        AlternateRows, {name: getattr(alternates, name)[rows] for name in names}
    )

    return table, narrow(ranges(alternates.point[rows], len(network.points)))
