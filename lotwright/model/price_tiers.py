"""
Price tiers: ranges of order quantity in which a unit more costs the same.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.model.prices import run_costs

#: By how much an order stays below a quantity from which all of it would cost more.
_BELOW = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PriceTiers:
    """
    What orders cost by their quantity, where that is no single price per unit.

    Parameters
    ----------
    activity
        Sorted, shape ``(K,)``.
    low, high
        Smallest and largest order of the tier, shape ``(K,)``.
    unit_cost, order_cost
        What a unit and an order of the tier cost, the cost per lot aside; the latter is
        0 where a price holds for all units, shape ``(K,)``.
    labels
        ``activity/low``, shape ``(K,)``.
    """

    activity: Ints
    low: Floats
    high: Floats
    unit_cost: Floats
    order_cost: Floats
    labels: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.labels)


def price_tiers(network: Network) -> PriceTiers:
    """
    Returns the tiers of all activities whose price depends on the quantity.

    Below the first step of an activity lies a tier at its own cost per unit.
    """
    steps = network.rules.prices
    first = np.ones(len(steps.activity), dtype=bool)
    first[1:] = steps.activity[1:] != steps.activity[:-1]
    below = first & (steps.from_quantity > 0)
    activity = np.concatenate([steps.activity[below], steps.activity])
    low = np.concatenate([np.zeros(int(below.sum())), steps.from_quantity])
    own = network.activities.unit_cost[steps.activity[below]]
    price = np.concatenate([own, steps.unit_cost])
    order = np.lexsort((low, activity))
    activity, low, price = activity[order], low[order], price[order]
    last = np.ones(len(activity), dtype=bool)
    last[:-1] = activity[1:] != activity[:-1]
    high = np.where(last, np.inf, np.append(low[1:], np.inf)[: len(low)])
    fixed = run_costs(network, activity, low) - price * low
    fixed = np.where(low > 0, fixed, 0.0)

    return PriceTiers(
        activity=activity,
        low=low,
        high=np.where(_rises(price, fixed, high, last), high * (1.0 - _BELOW), high),
        unit_cost=price,
        order_cost=fixed,
        labels=_labels(network, activity, low),
    )


def _rises(price: Floats, fixed: Floats, high: Floats, last: Bools) -> Bools:
    """
    Returns after which tiers the cost of an order jumps up.
    """
    end = np.where(last, 0.0, high)
    following = np.append(price[1:], 0.0)[: len(price)]
    extra = np.append(fixed[1:], 0.0)[: len(price)]
    jump = (following - price) * end + extra - fixed

    rises: Bools = ~last & (jump > 1e-9 * np.abs(price * end))

    return rises


def _labels(network: Network, activity: Ints, low: Floats) -> tuple[str, ...]:
    names = network.activities.labels[activity]

    return tuple(f"{name}/{least:.15g}" for name, least in zip(names, low, strict=True))
