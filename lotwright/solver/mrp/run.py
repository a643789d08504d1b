"""
A run of the engine: needs, orders and pegs as they grow, level by level.
"""

from __future__ import annotations

import numpy as np

from lotwright.errors import SolveError
from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.network import Network
from lotwright.model.rules import FAR
from lotwright.solver.mrp.ageing import LaterStarts
from lotwright.solver.mrp.books import (
    ORDERS,
    PEGS,
    SPAWNED,
    Book,
    NeedTable,
    OrderRows,
    SupplyTable,
    empty_book,
    larger,
    need_table,
    supply_table,
)
from lotwright.solver.mrp.explosion import days_available_by, needs_of_orders
from lotwright.solver.mrp.layers import Layers, layers_of
from lotwright.solver.mrp.lots import MOST_LOTS, TOO_MANY
from lotwright.solver.mrp.netting import AlternateRows, LevelRows, in_turn, net_level
from lotwright.solver.mrp.packing import enlarged, packed, part
from lotwright.solver.mrp.problem import Problem, ranges
from lotwright.solver.mrp.relation import grouped
from lotwright.solver.schedule import NeedKind

#: Codes of supplies while the numbers of orders and by-products are not known yet.
ORDER, BY_PRODUCT = 1 << 40, 1 << 41

#: Orders of one run that no machine of the usual size can hold.
_MOST_ORDERS = 20_000_000


class Run:
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
    orders
        Planned orders, in parts.
    pegs
        Supply, need, quantity and whether the link was given, in parts.
    open_day, open_left
        Day from which each open supply may be used, and what is left, shape ``(S,)``.
    by_order, by_flow, by_point, by_day, by_left
        By-products: order, output, point, first day of use and what is left.
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
        self.room = room
        self._later = later
        self.given = np.zeros(len(network.activities))
        self.orders: list[OrderRows] = []
        self.num_orders = 0
        self.pegs: list[tuple[Ints, Ints, Floats, Bools]] = []
        self.most = np.zeros(len(network.points))
        self.open_day = _open_days(network)
        self.open_left = network.supplies.quantity.copy()
        self.by_order = self.by_flow = self.by_point = np.zeros(0, dtype=np.int64)
        self.by_day = np.zeros(0, dtype=np.int64)
        self.by_left = np.zeros(0)
        self._alternates, self._alternate_from = _alternate_rows(network, self.layers)
        self._turn = _turn_of(network, self.open_day)
        self._beside = _by_product_rows(network)
        size = len(network.lines) + len(network.open_issues.point)
        self.needs = need_table(2 * size + 16)
        self.num_needs = 0
        self._waiting: dict[int, list[Ints]] = {}
        self._write_first_needs(served)
        self._reserve()

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

        if len(self.room):
            np.maximum.at(several, self.layers.group, (ways > 1).astype(np.int64))

        return several[self.layers.group]

    def _plan_layer(self, number: int, points: Ints) -> None:
        place = np.full(len(self.network.points), -1, dtype=np.int64)
        place[points] = np.arange(len(points))
        parts = self._waiting.pop(number, [])
        rows = np.concatenate(parts) if parts else np.zeros(0, dtype=np.int64)
        need_from, at = grouped(place[self.needs.point[rows]], len(points))
        need = rows[at]
        in_turn(need_from, need, self.needs.by, self.needs.priority)
        supplies, supply_from = self._supplies(place, len(points))
        group = self.layers.group[points]
        new = np.flatnonzero(np.append(True, group[1:] != group[:-1]))
        level = LevelRows(
            point=points,
            group_from=np.append(new, len(points)).astype(np.int64),
            need_from=need_from,
            need=need,
            supply_from=supply_from,
        )
        book = self._net(level, supplies, place)
        self._keep(book, supplies)

    def _net(self, level: LevelRows, supplies: SupplyTable, place: Ints) -> Book:
        """
        Meets the needs of a layer; again with a larger book where it was too small.
        """
        size = len(level.need) + len(level.point)
        book = empty_book(
            size + size // 4 + 64, 2 * size + 2 * len(supplies.code) + 64, size + 64
        )
        rows = level.need
        saved = (
            self.needs.left[rows],
            self.needs.quantity[rows],
            supplies.left.copy(),
            self.given.copy(),
            self.room.copy(),
        )

        while True:
            most = net_level(
                self.problem,
                self.needs,
                supplies,
                book,
                level,
                self._alternates,
                self._alternate_from,
                place,
                self.given,
                self.room,
                self.num_needs,
                self.network.rules.latest_supply_first,
            )
            room = (len(book.orders), len(book.pegs), len(book.spawned))

            if all(book.used <= room):
                self.most[level.point] = most

                return book

            if book.used[ORDERS] > _MOST_ORDERS:
                raise SolveError(_too_many(self.network, book))

            self.needs.left[rows], self.needs.quantity[rows] = saved[0], saved[1]
            supplies.left[:], self.given[:], self.room[:] = saved[2:]
            book = larger(book)

    def _keep(self, book: Book, supplies: SupplyTable) -> None:
        """
        Takes over what a layer brought forth, and hands needs down.
        """
        orders, pegs = int(book.used[ORDERS]), int(book.used[PEGS])
        is_open = supplies.code >= 0
        self.open_left[supplies.code[is_open]] = supplies.left[is_open]
        self.by_left[-1 - supplies.code[~is_open]] = supplies.left[~is_open]
        made_pegs = part(book.pegs, 0, pegs)
        supply = made_pegs.supply.astype(np.int64)
        code = np.where(is_open, supplies.code, BY_PRODUCT - 1 - supplies.code)
        known = np.append(code, 0)[np.maximum(supply, -1)]
        made = ORDER + self.num_orders - 1 - supply
        self.pegs.append(
            (
                np.where(supply >= 0, known, made),
                made_pegs.need.astype(np.int64),
                made_pegs.amount.copy(),
                made_pegs.hard.copy(),
            )
        )
        first_order, first_need = self.num_orders, self.num_needs

        # Copied, so that the book's spare room is given back.
        made_orders = enlarged(book.orders, orders, orders)
        self.orders.append(made_orders)
        self.num_orders += orders
        self._write_spawned(book)
        self._write_order_needs(made_orders, orders, first_order)
        self._bring_by_products(made_orders, first_order)
        self._hand_down(first_need)

    def _write_first_needs(self, served: Floats) -> None:
        """
        Writes demand lines and components of open orders as the first needs.
        """
        lines, issues = self.network.lines, self.network.open_issues
        rules, points = self.network.rules.lines, self.network.rules.points
        num_lines, num_issues = len(lines), len(issues.point)
        size = num_lines + num_issues
        table = self.needs
        point = np.concatenate([lines.point, issues.point])
        day = np.concatenate([rules.required_day, np.maximum(issues.day, 0)])
        quantity = np.concatenate([lines.quantity * served, issues.quantity])
        quantity = np.where(day >= points.planning_fence[point], 0.0, quantity)
        rows = slice(0, size)
        table.kind[rows] = np.repeat(
            [NeedKind.LINE, NeedKind.OPEN_ISSUE], [num_lines, num_issues]
        )
        table.ref[rows] = np.concatenate([np.arange(num_lines), np.arange(num_issues)])
        table.flow[rows] = -1
        table.point[rows] = point
        table.day[rows] = day
        table.by[rows] = days_available_by(self.problem, point, day)
        table.priority[rows] = np.concatenate(
            [lines.priority, np.zeros(num_issues, dtype=np.int64)]
        )
        table.quantity[rows] = table.left[rows] = quantity
        table.offset[rows] = 0
        table.keeps[:num_lines] = np.maximum(rules.sellable_days, 1)
        table.keeps[num_lines:size] = 1
        table.own_order[:num_lines] = rules.own_order
        table.own_order[num_lines:size] = False
        self.num_needs = size
        self._hand_down(0)

    def _reserve(self) -> None:
        """
        Gives demand lines what is reserved for them.
        """
        reserved = self.network.rules.reserved
        left = self.needs.left
        pegs: list[tuple[int, int, float]] = []

        for line, supply, quantity in zip(
            reserved.line.tolist(),
            reserved.supply.tolist(),
            reserved.quantity.tolist(),
            strict=True,
        ):
            part = min(quantity, float(self.open_left[supply]), float(left[line]))

            if part > 0.0:
                self.open_left[supply] -= part
                left[line] -= part
                pegs.append((supply, line, part))

        if pegs:
            supplies, lines, parts = zip(*pegs, strict=True)
            self.pegs.append(
                (
                    np.array(supplies, dtype=np.int64),
                    np.array(lines, dtype=np.int64),
                    np.array(parts, dtype=np.float64),
                    np.ones(len(pegs), dtype=np.bool_),
                )
            )

    def _supplies(self, place: Ints, size: int) -> tuple[SupplyTable, Ints]:
        """
        Returns the supplies of a layer by point and turn, and where each point begins.
        """
        network, rules = self.network, self.network.rules
        open_rows = self._turn[place[network.supplies.point[self._turn]] >= 0]
        # What an order brings cannot go into that same order.
        usable = ~self.layers.recycled[self.by_flow]
        beside = np.flatnonzero((place[self.by_point] >= 0) & usable)
        life = rules.points.shelf_life[self.by_point[beside]]
        day = np.concatenate([self.open_day[open_rows], self.by_day[beside]])
        expiry = np.minimum(self.by_day[beside] + life, FAR)
        point = np.concatenate(
            [network.supplies.point[open_rows], self.by_point[beside]]
        )
        left = np.concatenate([self.open_left[open_rows], self.by_left[beside]])
        code = np.concatenate([open_rows, -1 - beside])
        turn = np.lexsort((np.arange(len(code)), day, place[point]))
        expiry = np.concatenate([rules.supplies.expiry[open_rows], expiry])
        table = supply_table(len(turn))
        table.code[:], table.day[:] = code[turn], day[turn]
        table.expiry[:], table.left[:] = expiry[turn], left[turn]

        return table, ranges(place[point[turn]], size)

    def _write_spawned(self, book: Book) -> None:
        size = int(book.used[SPAWNED])
        self._make_room(size)
        table = self.needs
        first, last = self.num_needs, self.num_needs + size
        spawned = part(book.spawned, 0, size)
        parent, point = spawned.parent, spawned.place.astype(np.int64)
        day = spawned.day.astype(np.int64)

        for name in ("kind", "ref", "priority", "keeps"):
            column: Ints = getattr(table, name)
            column[first:last] = column[parent]

        # What stands in for a component of a planned order has no row of its own.
        table.flow[first:last] = -1
        table.own_order[first:last] = False
        table.point[first:last] = point
        table.day[first:last] = day
        table.by[first:last] = days_available_by(self.problem, point, day)
        table.quantity[first:last] = table.left[first:last] = spawned.part
        table.offset[first:last] = spawned.offset
        # Substitutes are pegged as soon as they are found.
        pegs = part(book.pegs, 0, int(book.used[PEGS]))
        own = pegs.need >= first
        np.subtract.at(table.left, pegs.need[own], pegs.amount[own])
        self.num_needs = last

    def _write_order_needs(
        self, made: OrderRows, orders: int, first_order: int
    ) -> None:
        activity, wanted = made.activity, made.wanted
        start = self._later.applied(activity, wanted, made.start)
        sources = self.problem.sources
        most = sources.input_to[activity] - sources.input_from[activity]
        self._make_room(int(most.sum()))
        size = needs_of_orders(
            self.problem,
            made,
            start.astype(np.int64),
            orders,
            first_order,
            self._tail(),
        )
        rows = slice(self.num_needs, self.num_needs + size)
        point, table = self.needs.point[rows], self.needs
        fence = self.network.rules.points.planning_fence[point]
        beyond = table.day[rows] >= fence
        table.quantity[rows][beyond] = table.left[rows][beyond] = 0.0
        self.num_needs += size

    def _tail(self) -> NeedTable:
        return part(self.needs, self.num_needs, len(self.needs))

    def _make_room(self, size: int) -> None:
        room, asked = len(self.needs), self.num_needs + size

        if asked > room:
            # Much at a time: it is copied, while spare room takes no memory until used.
            self.needs = enlarged(self.needs, self.num_needs, max(3 * room, asked))

    def _bring_by_products(self, made: OrderRows, first_order: int) -> None:
        begin, flows = self._beside
        activity = made.activity
        count = begin[activity + 1] - begin[activity]

        if not count.any():
            return

        order = np.repeat(np.arange(len(activity)), count)
        at = np.arange(len(order)) - np.repeat(np.cumsum(count) - count, count)
        flow = flows[begin[activity[order]] + at]
        outputs = self.network.outputs
        point = outputs.point[flow]
        day = _receipt_days(self.network, point, made.due[order].astype(np.int64))
        self.by_order = np.append(self.by_order, first_order + order)
        self.by_flow = np.append(self.by_flow, flow)
        self.by_point = np.append(self.by_point, point)
        self.by_day = np.append(self.by_day, day)
        quantity = outputs.ratio[flow] * made.quantity[order]
        self.by_left = np.append(self.by_left, quantity)

    def _hand_down(self, first: int) -> None:
        """
        Sorts new needs by the layer in which they will be met.
        """
        rows = np.arange(first, self.num_needs)
        layer = self.layers.layer[self.needs.point[rows]]

        for number in np.unique(layer).tolist():
            self._waiting.setdefault(number, []).append(rows[layer == number])


def _receipt_days(network: Network, point: Ints, day: Ints) -> Ints:
    """
    Returns the days from which receipts on some days may be used.
    """
    rules = network.rules.points

    return network.calendars.after(
        rules.calendar[point], day, rules.receipt_margin[point]
    )


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


def _open_days(network: Network) -> Ints:
    """
    Returns the day from which each open supply may be used: stock today, an order once
    its receipt margin is over, shape ``(S,)``.
    """
    supplies, rules = network.supplies, network.rules.points
    day = np.maximum(supplies.day, 0)
    is_order = supplies.kind != "stock"
    point = supplies.point
    ready = network.calendars.after(
        rules.calendar[point], day, rules.receipt_margin[point]
    )
    moved = is_order & (rules.receipt_margin[point] > 0)

    return np.where(moved, ready, day)


def _turn_of(network: Network, day: Ints) -> Ints:
    """
    Returns the open supplies by day, stock before orders, then expiry and key.
    """
    supplies, rules = network.supplies, network.rules
    is_order = (supplies.kind != "stock").astype(np.int64)
    fefo = rules.points.first_expired_first[supplies.point]
    expiry = np.where(fefo, rules.supplies.expiry, FAR)
    keys = (np.arange(len(day)), expiry, is_order, day)

    return np.lexsort(keys).astype(np.int64)


def _by_product_rows(network: Network) -> tuple[Ints, Ints]:
    """
    Returns where the by-products of each activity begin, and their rows of the outputs.
    """
    outputs, size = network.outputs, len(network.activities)
    owner = outputs.activity.copy()
    owner[:size] = -1

    return grouped(owner, size)


def _alternate_rows(network: Network, layers: Layers) -> tuple[AlternateRows, Ints]:
    alternates = network.rules.alternates
    rows = np.lexsort((alternates.other, alternates.rank, alternates.point))
    rows = rows[layers.followed[rows]]
    names = AlternateRows._fields
    table = packed(
        AlternateRows, {name: getattr(alternates, name)[rows] for name in names}
    )

    return table, ranges(alternates.point[rows], len(network.points))
