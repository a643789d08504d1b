"""
Ageing: what expires while an order waits for something else is not taken for it.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Bools, Ints
from lotwright.model.network import Network
from lotwright.model.rules import FAR
from lotwright.solver.mrp.asking import keeps_of
from lotwright.solver.mrp.later import LaterStarts, no_later_starts, order_keys
from lotwright.solver.mrp.state import State
from lotwright.solver.schedule import NeedKind


def too_old(network: Network, state: State) -> Bools:
    """
    Returns which pegs take something that has expired by then, shape ``(G,)``.

    What was reserved is given all the same.
    """
    rules, pegs = network.rules, state.links.pegs

    if np.all(rules.supplies.expiry >= FAR) and np.all(rules.points.shelf_life >= FAR):
        return np.zeros(len(pegs.need), dtype=np.bool_)

    expiry = expiry_days(network, state)
    keeps = keeps_of(rules.lines.sellable_days, state.links.needs, pegs.need)
    last = expiry[pegs.supply] - keeps
    old = (last < state.peg_days(network)) & ~pegs.hard & (pegs.amount > 0.0)

    return np.asarray(old, dtype=np.bool_)


def expiry_days(network: Network, state: State) -> Ints:
    """
    Returns the first day on which each supply may not be used, shape ``(S + R,)``.
    """
    supplies = network.rules.supplies.expiry
    life = network.rules.points.shelf_life[state.brought.point]
    there = state.brought.available[len(supplies) :]

    return np.concatenate([supplies, np.where(life >= FAR, FAR, there + life)])


def later_starts(state: State, old: Bools) -> LaterStarts:
    """
    Returns the orders some of whose components would be too old, with these and the
    start.

    What stands in for a component is of no row of its own: all components count then.
    """
    needs, need = state.links.needs, state.links.pegs.need[old]
    need = np.unique(need[needs.kind[need] == NeedKind.ORDER_ISSUE])
    orders, order = state.orders, needs.ref[need]
    found = LaterStarts(
        key=order_keys(orders.activity, orders.wanted)[order],
        flow=needs.flow[need].astype(np.int64),
        start=orders.start[order].astype(np.int64),
    )

    return no_later_starts().joined(found)
