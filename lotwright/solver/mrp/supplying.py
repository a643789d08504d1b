"""
Supplying: what a plan can use that exists before its orders are made.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from lotwright.model.arrays import Floats, Ints
from lotwright.model.network import Network
from lotwright.model.rules import FAR
from lotwright.solver.mrp.books import OrderRows, SupplyTable, supply_table
from lotwright.solver.mrp.layers import Layers
from lotwright.solver.mrp.packing import narrow
from lotwright.solver.mrp.problem import ranges
from lotwright.solver.mrp.relation import grouped


@dataclass(slots=True, kw_only=True, eq=False)
class ByProducts:
    """
    What orders bring besides their main products, B of them; grows with the orders.

    Parameters
    ----------
    order, flow, point
        Planned order, row of the network's outputs and stock point, shape ``(B,)``.
    day, left
        Day from which each may be used, and what serves nothing yet, shape ``(B,)``.
    """

    order: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    flow: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    point: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    day: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    left: Floats = field(default_factory=lambda: np.zeros(0))

    def add(
        self, network: Network, flows: tuple[Ints, Ints], made: OrderRows, first: int
    ) -> None:
        """
        Adds what some orders bring.

        Parameters
        ----------
        network
            What is planned.
        flows
            As ``by_product_flows`` returns them.
        made, first
            The orders, and the number of the first of them.
        """
        begin, rows = flows
        activity = made.activity
        count = begin[activity + 1] - begin[activity]

        if not count.any():
            return

        order = np.repeat(np.arange(len(activity)), count)
        at = np.arange(len(order)) - np.repeat(np.cumsum(count) - count, count)
        flow = rows[begin[activity[order]] + at]
        outputs, rules = network.outputs, network.rules.points
        point = outputs.point[flow]
        day = network.calendars.after(
            rules.calendar[point],
            made.due[order].astype(np.int64),
            rules.receipt_margin[point],
        )
        quantity = outputs.ratio[flow] * made.quantity[order]
        self.order = np.append(self.order, first + order)
        self.flow = np.append(self.flow, flow)
        self.point = np.append(self.point, point)
        self.day = np.append(self.day, day)
        self.left = np.append(self.left, quantity)


class Supplies:
    """
    Open supplies and by-products, and what is left of them.

    Parameters
    ----------
    network, layers
        What is planned, and in which order.

    Attributes
    ----------
    day, left
        Day from which each open supply may be used, and what is left, shape ``(S,)``.
    beside
        By-products of the orders so far.
    """

    def __init__(self, network: Network, layers: Layers) -> None:
        self._network = network
        self._recycled = layers.recycled
        self.day = open_supply_days(network)
        self.left = network.supplies.quantity.copy()
        self.beside = ByProducts()
        self._turn = _turn_of(network, self.day)

    def of_level(self, place: Ints, size: int) -> tuple[SupplyTable, Ints]:
        """
        Returns the supplies of a level by point and turn, and where each point begins.

        Parameters
        ----------
        place, size
            Position of each stock point in the level, -1 elsewhere, shape ``(P,)``; and
            how many there are.
        """
        network, rules, made = self._network, self._network.rules, self.beside
        open_rows = self._turn[place[network.supplies.point[self._turn]] >= 0]
        # What an order brings cannot go into that same order.
        usable = ~self._recycled[made.flow]
        beside = np.flatnonzero((place[made.point] >= 0) & usable)
        life = rules.points.shelf_life[made.point[beside]]
        day = np.concatenate([self.day[open_rows], made.day[beside]])
        expiry = np.minimum(made.day[beside] + life, FAR)
        point = np.concatenate([network.supplies.point[open_rows], made.point[beside]])
        left = np.concatenate([self.left[open_rows], made.left[beside]])
        code = np.concatenate([open_rows, -1 - beside])
        turn = np.lexsort((np.arange(len(code)), day, place[point]))
        expiry = np.concatenate([rules.supplies.expiry[open_rows], expiry])
        table = supply_table(len(turn))
        table.code[:], table.day[:] = code[turn], day[turn]
        table.expiry[:], table.left[:] = expiry[turn], left[turn]

        return table, narrow(ranges(place[point[turn]], size))

    def keep(self, table: SupplyTable) -> None:
        """
        Takes over what a level leaves of its supplies.
        """
        is_open = table.code >= 0
        self.left[table.code[is_open]] = table.left[is_open]
        self.beside.left[-1 - table.code[~is_open]] = table.left[~is_open]


def open_supply_days(network: Network) -> Ints:
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


def by_product_flows(network: Network) -> tuple[Ints, Ints]:
    """
    Returns where the by-products of each activity begin, and their rows of the outputs.
    """
    outputs, size = network.outputs, len(network.activities)
    owner = outputs.activity.copy()
    owner[:size] = -1

    return grouped(owner, size)


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
