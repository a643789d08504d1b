"""
Validates plans of instances from the raw instance alone.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from benchmarks.instances import AS_OF, Floats, Instance, item_names

#: Quantities below this are no production.
TINY = 1e-6

#: Part of a capacity or of total demand that may be exceeded by rounding.
TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """
    What a plan costs and what is wrong with it.

    Parameters
    ----------
    cost
        Set-ups, holding and lateness, recomputed.
    problems
        What is broken; empty for a valid plan.
    """

    cost: float
    problems: tuple[str, ...]

    @property
    def is_valid(self) -> bool:
        """
        Whether nothing is broken.
        """
        return not self.problems


def production_of(instance: Instance, orders: pd.DataFrame) -> Floats:
    """
    Returns what planned orders produce, shape ``(items, periods)``.

    What comes after the last period is left out, as it serves nothing.
    """
    item = pd.Index(item_names(instance)).get_indexer(pd.Index(orders["item_id"]))
    due = pd.to_datetime(orders["due_date"])
    period = np.asarray((due - pd.Timestamp(AS_OF)).dt.days, dtype=np.int64)
    production = np.zeros((instance.num_items, instance.num_periods))
    quantity = orders["quantity"].to_numpy(dtype=np.float64)
    seen = period < instance.num_periods
    np.add.at(production, (item[seen], period[seen]), quantity[seen])

    return production


def validate(instance: Instance, production: Floats) -> Verdict:
    """
    Returns the verdict on a production plan, shape ``(items, periods)``.
    """
    production = np.where(production > TINY, production, 0.0)
    set_up = production > 0.0
    issues = instance.demand + instance.explode(production)
    stock = np.cumsum(production - issues, axis=1)
    load = np.zeros_like(instance.capacity)
    np.add.at(
        load,
        instance.resource,
        instance.unit_time[:, None] * production
        + instance.setup_time[:, None] * set_up,
    )
    scale = 1.0 + issues.sum(axis=1, keepdims=True)
    patient = np.isfinite(instance.late_cost)
    short = stock < -TOLERANCE * scale
    short[patient, :-1] = False
    over = load > instance.capacity * (1.0 + TOLERANCE) + TOLERANCE
    problems = []

    if short.any():
        item, period = np.argwhere(short)[0]
        problems.append(
            f"{int(short.sum())} stocks below zero, first {stock[item, period]:g} of "
            f"item {item} in period {period}"
        )

    if over.any():
        resource, period = np.argwhere(over)[0]
        problems.append(
            f"{int(over.sum())} capacities exceeded, first resource {resource} in "
            f"period {period}: {load[resource, period]:g} of "
            f"{instance.capacity[resource, period]:g}"
        )

    cost = instance.holding @ np.maximum(stock, 0.0).sum(axis=1)
    cost += instance.setup_cost @ set_up.sum(axis=1)
    late = np.maximum(-stock[patient], 0.0).sum(axis=1)
    cost += instance.late_cost[patient] @ late

    return Verdict(cost=float(cost), problems=tuple(problems))
