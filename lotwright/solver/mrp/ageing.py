"""
Ageing: what expires while an order waits for something else is not taken for it.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Bools
from lotwright.model.network import Network
from lotwright.model.rules import FAR
from lotwright.solver.mrp.asking import keeps_of
from lotwright.solver.mrp.later import LaterStarts, order_keys
from lotwright.solver.mrp.state import State
from lotwright.solver.schedule import NeedKind


def too_old(network: Network, state: State) -> Bools:
    """
    Returns which pegs take something that has expired by then, shape ``(G,)``.

    What was reserved is given all the same.
    """
    rules, pegs = network.rules, state.links.pegs
    supplies, life = rules.supplies.expiry, rules.points.shelf_life
    none = np.zeros(len(pegs.need), dtype=np.bool_)

    if np.all(supplies >= FAR) and np.all(life >= FAR):
        return none

    life = life[state.brought.point]
    there = state.brought.available[len(supplies) :]
    expiry = np.concatenate([supplies, np.where(life >= FAR, FAR, there + life)])
    keeps = keeps_of(rules.lines.sellable_days, state.links.needs, pegs.need)
    last = expiry[pegs.supply] - keeps
    old = (last < state.peg_days(network)) & ~pegs.hard & (pegs.amount > 0.0)

    return np.asarray(old, dtype=np.bool_)


def later_starts(state: State, old: Bools) -> LaterStarts:
    """
    Returns the orders whose components would be too old, with their starts.
    """
    needs, need = state.links.needs, state.links.pegs.need[old]
    order = np.unique(needs.ref[need[needs.kind[need] == NeedKind.ORDER_ISSUE]])
    orders = state.orders
    key = order_keys(orders.activity, orders.wanted)[order]
    turn = np.argsort(key)

    return LaterStarts(key=key[turn], start=orders.start[order][turn].astype(np.int64))
