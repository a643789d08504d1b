"""
Oracles: slow and obvious solvers of small problems, independent of the package.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

Floats = NDArray[np.float64]


def wagner_whitin(demand: Sequence[float], set_up: float, holding: float) -> float:
    """
    Returns the least cost of lots without capacity, by dynamic programming.

    Parameters
    ----------
    demand
        Per period.
    set_up
        Cost of a lot.
    holding
        Cost of a unit in stock at the end of a period.
    """
    periods = len(demand)
    best = [0.0] * (periods + 1)

    for first in reversed(range(periods)):
        carried = 0.0
        choices = []

        for last in range(first, periods):
            carried += holding * (last - first) * demand[last]
            choices.append(set_up + carried + best[last + 1])

        best[first] = min(choices)

        if demand[first] == 0.0:
            best[first] = min(best[first], best[first + 1])

    return best[0]


def capacitated_optimum(
    demand: Floats,
    holding: Floats,
    set_up_cost: Floats,
    set_up_time: Floats,
    run_time: Floats,
    capacity: Floats,
    needs: Floats | None = None,
) -> float:
    """
    Returns the least cost on one resource, by trying every pattern of set-ups.

    Infinite when no pattern meets all demand in time.

    Parameters
    ----------
    demand
        Shape ``(items, periods)``.
    holding, set_up_cost, set_up_time, run_time
        Shape ``(items,)``.
    capacity
        Shape ``(periods,)``.
    needs
        Component by parent, quantity for one unit, shape ``(items, items)``.
    """
    items, periods = demand.shape
    patterns = itertools.product((0.0, 1.0), repeat=items * periods)
    needs = np.zeros((items, items)) if needs is None else needs

    return min(
        _cost_of_pattern(
            np.array(pattern).reshape(items, periods),
            demand,
            holding,
            set_up_cost,
            set_up_time,
            run_time,
            capacity,
            needs,
        )
        for pattern in patterns
    )


def _cost_of_pattern(
    pattern: Floats,
    demand: Floats,
    holding: Floats,
    set_up_cost: Floats,
    set_up_time: Floats,
    run_time: Floats,
    capacity: Floats,
    needs: Floats,
) -> float:
    """
    Returns the cost of the best quantities for given set-ups, as a linear programme.

    Stock is what was produced up to a period less what was used, so that quantities are
    the only columns.
    """
    items, periods = demand.shape
    free = capacity - set_up_time @ pattern

    if (free < 0.0).any():
        return np.inf

    running_sum = np.tril(np.ones((periods, periods)))
    stock = np.kron(np.eye(items) - needs, running_sum)
    wanted = np.cumsum(demand, axis=1).ravel()
    weight = np.repeat(holding, periods)
    load = np.kron(run_time, np.eye(periods))
    result = linprog(
        weight @ stock,
        A_ub=np.vstack([-stock, load]),
        b_ub=np.concatenate([-wanted, free]),
        bounds=[(0.0, None if open_ else 0.0) for open_ in pattern.ravel()],
    )

    if not result.success:
        return np.inf

    return float(result.fun - weight @ wanted + set_up_cost @ pattern.sum(axis=1))
