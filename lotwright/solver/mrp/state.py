"""
State: what a run has planned, while delays and shortages go up its levels.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.network import Network
from lotwright.solver.mrp.packing import enlarged, part
from lotwright.solver.mrp.settling import Brought, NeedLinks, OrderTable
from lotwright.solver.schedule import NeedKind


@dataclass(slots=True, kw_only=True, eq=False)
class State:
    """
    What a run has planned; the arrays change while it settles, and go as the schedule
    is written: together they would take the room twice.

    Parameters
    ----------
    orders, links, brought
        Orders, needs with their pegs, and receipts.
    peg_need, hard
        Need of each peg, and whether the link was given, shape ``(G,)``.
    by_flow
        Row of the network's outputs of each by-product.
    point, free
        Stock point of each supply and what is left over of it: open ones, then
        receipts, shape ``(S + R,)``.
    supply_from, of_supply
        Pegs of each supply, as row ranges.
    """

    orders: OrderTable
    links: NeedLinks
    brought: Brought
    peg_need: Ints
    hard: Bools
    by_flow: Ints
    point: Ints
    free: Floats
    supply_from: Ints
    of_supply: Ints

    def forget_pegs(self) -> None:
        """
        Gives up the pegs and the room that they take.
        """
        none = np.zeros(0, dtype=np.int64)
        links = self.links
        self.links = links._replace(
            of_need=none, supply=none, amount=np.zeros(0), peg_from=none
        )
        self.peg_need = self.supply_from = self.of_supply = none
        self.hard = np.zeros(0, dtype=np.bool_)

    def forget_needs(self) -> None:
        """
        Gives up the needs and the room that they take.
        """
        none, links = np.zeros(0, dtype=np.int64), self.links
        needs = part(links.needs, 0, 0)
        self.links = links._replace(
            needs=enlarged(needs, 0, 0), order_from=none, of_order=none
        )

    def peg_days(self, network: Network) -> Ints:
        """
        Returns the day on which each peg is issued or delivered, shape ``(G,)``.

        A component of a planned order is issued when that starts; all else when it is
        needed, or as soon as it is there.
        """
        links, need = self.links, self.peg_need
        day = links.needs.day[need].astype(np.int64)
        rows = np.flatnonzero(
            (self.brought.available[links.supply] > links.needs.by[need])
            & (links.needs.kind[need] != NeedKind.ORDER_ISSUE)
        )
        rules = network.rules.points
        point = links.needs.point[need[rows]]
        ready = network.calendars.after(
            rules.calendar[point],
            self.brought.available[links.supply[rows]],
            rules.issue_margin[point],
        )
        day[rows] = np.maximum(day[rows], ready)

        return day
