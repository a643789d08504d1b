"""
State: what a run has planned, while delays and shortages go up its levels.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from lotwright.model.arrays import Floats, Ints
from lotwright.model.network import Network
from lotwright.solver.mrp.books import (
    NeedTable,
    OrderRows,
    PegTable,
    needs_between,
    peg_rows,
    peg_table,
    pegs_between,
)
from lotwright.solver.mrp.descent import Descent
from lotwright.solver.mrp.packing import NARROW, narrow, part
from lotwright.solver.mrp.peg_rows import pegs_by_need, pegs_by_supply
from lotwright.solver.mrp.relation import grouped
from lotwright.solver.mrp.settling import Brought, NeedLinks
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
    spare, spare_pegs
        The needs and the pegs with the room behind them: for a peg of each supply to
        safety stock, and one to excess.
    by_flow
        Row of the network's outputs of each by-product.
    point, free
        Stock point of each supply and what is left over of it: open ones, then
        receipts, shape ``(S + R,)``.
    """

    orders: OrderRows
    links: NeedLinks
    brought: Brought
    spare: NeedTable
    spare_pegs: PegTable
    by_flow: Ints
    point: Ints
    free: Floats
    _by_supply: tuple[Ints, Ints] | None = field(default=None, init=False)

    def pegs_by_supply(self) -> tuple[Ints, Ints]:
        """
        Returns where the pegs of each supply begin, and their rows in the order in
        which they were found.
        """
        if self._by_supply is None:
            self._by_supply = pegs_by_supply(self.links.pegs, len(self.point))

        return self._by_supply

    def forget_pegs(self) -> None:
        """
        Gives up the pegs and the room that they take.
        """
        none = np.zeros(0, dtype=NARROW)
        self.spare_pegs = peg_table(0)
        self.links = self.links._replace(
            pegs=self.spare_pegs, peg_from=none, order_from=none, of_order=none
        )
        self._by_supply = None

    def peg_days(self, network: Network) -> Ints:
        """
        Returns the day on which each peg is issued or delivered, shape ``(G,)``.

        A component of a planned order is issued when that starts; all else when it is
        needed, or as soon as it is there.
        """
        needs, pegs = self.links.needs, self.links.pegs
        available = self.brought.available
        day = needs.day[pegs.need].astype(np.int64)
        rows = np.flatnonzero(
            (available[pegs.supply] > needs.by[pegs.need])
            & (needs.kind[pegs.need] != NeedKind.ORDER_ISSUE)
        )
        rules = network.rules.points
        point = needs.point[pegs.need[rows]]
        ready = network.calendars.after(
            rules.calendar[point],
            available[pegs.supply[rows]],
            rules.issue_margin[point],
        )
        day[rows] = np.maximum(day[rows], ready)

        return day


def state_of(network: Network, descent: Descent) -> State:
    """
    Returns what planning brought forth, before delays and shortages go up the levels;
    it has nothing of it any more then.
    """
    supplies, beside = descent.supplies, descent.supplies.beside
    num_open, num_orders = len(supplies.day), descent.num_orders
    orders = part(descent.orders, 0, num_orders)
    needs = needs_between(descent.needs, 0, descent.num_needs)
    num_supplies = num_open + num_orders + len(beside.order)
    pegs, peg_from = pegs_by_need(
        part(descent.pegs, 0, descent.num_pegs),
        descent.num_needs,
        num_open + num_orders,
        2 * num_supplies,
    )
    # Given up at once: together they would take the room twice.
    descent.pegs = peg_rows(0)
    brought = _brought(network, descent, orders)

    return State(
        orders=orders,
        links=_links(
            needs, pegs_between(pegs, 0, int(peg_from[-1])), peg_from, num_orders
        ),
        brought=brought,
        spare=descent.needs,
        spare_pegs=pegs,
        by_flow=narrow(beside.flow),
        point=np.concatenate([narrow(network.supplies.point), brought.point]),
        free=np.concatenate([supplies.left, orders.left, beside.left]),
    )


def _brought(network: Network, descent: Descent, orders: OrderRows) -> Brought:
    """
    Returns what all orders bring.
    """
    supplies, beside = descent.supplies, descent.supplies.beside
    num_orders = descent.num_orders
    own = np.arange(num_orders, dtype=NARROW)
    none = np.full(num_orders, -1, dtype=NARROW)
    owner = np.concatenate([none, narrow(beside.order)])
    begin, of_order = grouped(owner, num_orders)
    main = narrow(network.activities.point)[orders.activity]

    return Brought(
        order=np.concatenate([own, narrow(beside.order)]),
        point=np.concatenate([main, narrow(beside.point)]),
        available=np.concatenate(
            [narrow(supplies.day), orders.available, narrow(beside.day)]
        ),
        begin=begin,
        of_order=of_order,
    )


def _links(
    needs: NeedTable, pegs: PegTable, peg_from: Ints, num_orders: int
) -> NeedLinks:
    owner = np.where(needs.kind == NeedKind.ORDER_ISSUE, needs.ref, NARROW(-1))
    order_from, of_order = grouped(owner, num_orders)

    return NeedLinks(
        needs=needs,
        order_from=order_from,
        of_order=of_order,
        pegs=pegs,
        peg_from=peg_from,
    )
