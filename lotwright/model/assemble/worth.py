"""
Worth: values of stock and the cost of serving, rolled up from the bottom level.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Floats, Ints


def roll_up(
    level: Ints,
    product: Ints,
    own_cost: Floats,
    flow_activity: Ints,
    flow_point: Ints,
    flow_ratio: Floats,
    given: Floats,
) -> Floats:
    """
    Returns the least cost of one unit at each point, through all levels, ``(P,)``.

    Parameters
    ----------
    level
        Low-level codes, shape ``(P,)``.
    product, own_cost
        Product of each activity and its own cost per unit, shape ``(A,)``.
    flow_activity, flow_point, flow_ratio
        What activities consume, shape ``(F,)``.
    given
        Known costs, NaN where they are to be found, shape ``(P,)``. A point that nothing
        supplies costs 0.
    """
    cost = np.where(np.isnan(given), np.inf, given)
    upper = product[flow_activity]

    for code in range(int(level.max(initial=0)), -1, -1):
        flows = level[upper] == code
        material = np.bincount(
            flow_activity[flows],
            weights=flow_ratio[flows]
            * np.nan_to_num(cost[flow_point[flows]], posinf=0.0),
            minlength=len(product),
        )
        here = (level[product] == code) & np.isnan(given[product])
        np.minimum.at(cost, product[here], (own_cost + material)[here])

    return np.nan_to_num(cost, posinf=0.0)


def largest_on_the_way(
    level: Ints,
    product: Ints,
    own_cost: Floats,
    flow_activity: Ints,
    flow_point: Ints,
) -> Floats:
    """
    Returns the largest lot cost on the way to each point, by its cheapest source.

    The parameters are those of ``roll_up``; shape ``(P,)``.
    """
    largest = np.full(len(level), np.inf)
    upper = product[flow_activity]

    for code in range(int(level.max(initial=0)), -1, -1):
        below = np.zeros(len(product))
        flows = level[upper] == code
        known = np.nan_to_num(largest[flow_point[flows]], posinf=0.0)
        np.maximum.at(below, flow_activity[flows], known)
        here = level[product] == code
        np.minimum.at(largest, product[here], np.maximum(own_cost, below)[here])

    return np.nan_to_num(largest, posinf=0.0)
