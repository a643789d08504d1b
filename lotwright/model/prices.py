"""
Prices that depend on the quantity of an order.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.kernel import kernel
from lotwright.model.network import Bools, Floats, Ints, Network


def run_costs(network: Network, activity: Ints, quantity: Floats) -> Floats:
    """
    Returns what orders cost, the cost of their lots aside, shape ``(n,)``.

    Where an activity has price steps, the price of the highest step that the quantity
    reaches holds for all of it, or, for incremental steps, each price for what lies
    between its step and the next. Below the first step, the cost per unit of the
    activity holds.

    Parameters
    ----------
    network
        Only its activities and price steps are read.
    activity, quantity
        Of each order, shape ``(n,)``.
    """
    steps = network.rules.prices
    cost = network.activities.unit_cost[activity] * quantity

    if len(steps.activity):
        first = np.searchsorted(steps.activity, activity, side="left")
        last = np.searchsorted(steps.activity, activity, side="right")
        _step_costs(
            cost,
            quantity,
            first.astype(np.int64),
            last.astype(np.int64),
            steps.from_quantity,
            steps.unit_cost,
            steps.incremental,
        )

    return cost


@kernel
def _step_costs(
    cost: Floats,
    quantity: Floats,
    first: Ints,
    last: Ints,
    from_quantity: Floats,
    price: Floats,
    incremental: Bools,
) -> None:
    for n in range(len(cost)):
        base, reached, above = cost[n], cost[n], 0.0

        for step in range(first[n], last[n]):
            start = from_quantity[step]

            if quantity[n] < start:
                break

            if not incremental[step]:
                reached = price[step] * quantity[n]
                continue

            # What lay above this step at the price before it now has its own.
            before = base / quantity[n] if step == first[n] else price[step - 1]
            above += (price[step] - before) * (quantity[n] - start)
            reached = base + above

        cost[n] = reached
