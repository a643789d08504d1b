"""
Classic lot-sizing rules level by level, their quantities re-timed within capacity.
"""

from __future__ import annotations

import time

import highspy
import numpy as np
from numpy.typing import NDArray

from benchmarks.found import Found
from benchmarks.instances import Floats, Instance
from benchmarks.natural import natural_model
from benchmarks.validate import TINY, validate

Bools = NDArray[np.bool_]


def lot_for_lot(instance: Instance) -> Found:
    """
    Returns a lot in every period with a need, re-timed within capacity.
    """
    return _retimed(instance, instance.echelon_demand(), time.monotonic())


def wagner_whitin(instance: Instance) -> Found:
    """
    Returns the lots of Wagner and Whitin, item by item from the top level down, as MRP
    would plan them, re-timed within capacity where that can be done.
    """
    began = time.monotonic()
    made = np.zeros_like(instance.demand)

    for item in _from_the_top(instance):
        needs = instance.demand[item] + instance.explode(made)[item]
        made[item] = _cheapest_lots(
            needs, instance.setup_cost[item], instance.holding[item]
        )

    return _retimed(instance, made, began)


def _cheapest_lots(needs: Floats, setup: float, holding: float) -> Floats:
    """
    Returns the lots of least cost of one item without limits, shape ``(periods,)``.
    """
    periods = len(needs)
    best = np.full(periods + 1, np.inf)
    best[0] = 0.0
    begins = np.zeros(periods + 1, dtype=np.int64)

    for begin in range(periods):
        wanted = np.cumsum(needs[begin:])
        held = holding * np.cumsum(np.arange(periods - begin) * needs[begin:])
        total = best[begin] + np.where(wanted > 0.0, setup + held, 0.0)
        better = total < best[begin + 1 :]
        best[begin + 1 :][better] = total[better]
        begins[begin + 1 :][better] = begin

    lots = np.zeros(periods)
    end = periods

    while end > 0:
        begin = int(begins[end])
        lots[begin] = needs[begin:end].sum()
        end = begin

    return lots


def _from_the_top(instance: Instance) -> list[int]:
    """
    Returns the items, each after all that it goes into.
    """
    waiting = np.bincount(instance.component, minlength=instance.num_items)
    ready = [int(item) for item in np.flatnonzero(waiting == 0)]

    for item in ready:
        for component in instance.component[instance.parent == item]:
            waiting[component] -= 1

            if waiting[component] == 0:
                ready.append(int(component))

    return ready


def _retimed(instance: Instance, made: Floats, began: float) -> Found:
    """
    Returns quantities of least cost for the lots of a plan; idle lots are left out.
    """
    retimed = _within_capacity(instance, made > TINY)

    if retimed is None:
        return Found(
            production=None,
            note=f"needs {_overload(instance, made):.0%} more than all capacity",
        )

    verdict = validate(instance, retimed)

    return Found(
        production=retimed,
        trail=((time.monotonic() - began, verdict.cost),),
    )


def _within_capacity(instance: Instance, lots: Bools) -> Floats | None:
    """
    Returns the cheapest quantities with these lots; None where capacity is too small.
    """
    lp = natural_model(instance)
    size = lots.size
    upper = np.array(lp.col_upper_)
    upper[size : 2 * size] = lots.ravel()
    lower = np.array(lp.col_lower_)
    lower[size : 2 * size] = lots.ravel()
    lp.col_upper_, lp.col_lower_ = upper, lower
    lp.integrality_ = []
    highs = highspy.Highs()
    highs.setOptionValue("output_flag", False)
    highs.passModel(lp)
    highs.run()

    if highs.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None

    return np.array(highs.getSolution().col_value)[:size].reshape(lots.shape)


def _overload(instance: Instance, made: Floats) -> float:
    """
    Returns the load of a plan beyond capacity as part of all capacity.
    """
    load = np.zeros_like(instance.capacity)
    np.add.at(
        load,
        instance.resource,
        instance.unit_time[:, None] * made
        + instance.setup_time[:, None] * (made > TINY),
    )
    beyond = np.maximum(load - instance.capacity, 0.0)

    return float(beyond.sum() / instance.capacity.sum())
