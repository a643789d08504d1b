"""
End stock of the network: what policies want to be there when the plan ends.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.assemble.policies import numbers
from lotwright.model.assemble.worth import Worth
from lotwright.model.buckets import Buckets
from lotwright.model.end_stock import EndStock
from lotwright.model.network import Floats
from lotwright.model.rules import SafetySteps

#: What is missing costs a unit anew, and so many times its holding through the plan.
_PENALTY = 5.0


def end_stock_of(policies: pd.DataFrame, worth: Worth, buckets: Buckets) -> EndStock:
    """
    Returns the stock to have at the end of the plan, and what missing it costs.

    Where no price is given, a unit that is missing costs what it is worth, or what it
    costs to supply through all levels where that is more, and five times its holding
    through the plan: more than to have it there, and less than to lose demand for it.

    Parameters
    ----------
    policies
        What holds for each stock point.
    worth
        Values and costs of all stock points.
    buckets
        Time buckets.
    """
    wanted = numbers(policies, "end_stock", 0.0)
    given = numbers(policies, "end_stock_penalty")
    again = np.maximum(worth.value, worth.unit_cost)
    usual = again + _PENALTY * worth.holding_cost * buckets.horizon
    penalty = np.where(np.isnan(given), usual, given)
    point = np.flatnonzero(wanted > 0)

    return EndStock(
        point=point.astype(np.int64), quantity=wanted[point], penalty=penalty[point]
    )


def with_end_stock(
    steps: SafetySteps, end_stock: EndStock, fixed: Floats, buckets: Buckets
) -> SafetySteps:
    """
    Returns safety stock by date in which the last day asks for the end stock, too.

    So the engine that plans by the day orders for it like for any safety stock.

    Parameters
    ----------
    steps
        Safety stock by date.
    end_stock
        What is wanted at the end.
    fixed
        Safety stock where no step holds, shape ``(P,)``.
    buckets
        Time buckets.
    """
    if not len(end_stock):
        return steps

    last = buckets.horizon - 1
    safety = fixed.copy()
    held = np.flatnonzero(steps.day <= last)
    given, own = steps.quantity[held], fixed[steps.point[held]]
    # Sorted by day: of the steps of a point, the last one is what stays.
    safety[steps.point[held]] = np.where(given >= 0, given, own)
    wanted = np.maximum(safety[end_stock.point], end_stock.quantity)
    replaced = np.isin(steps.point, end_stock.point) & (steps.day == last)
    point = np.append(steps.point[~replaced], end_stock.point)
    day = np.append(steps.day[~replaced], np.full(len(end_stock), last))
    quantity = np.append(steps.quantity[~replaced], wanted)
    order = np.lexsort([day, point])

    return SafetySteps(
        point=point[order].astype(np.int64),
        day=day[order].astype(np.int64),
        quantity=quantity[order],
    )
