"""
Consumption in a window: each order takes the nearest forecast around it.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Floats, Ints
from lotwright.model.assemble.forecast_sides import Side
from lotwright.model.assemble.turns import less
from lotwright.model.kernel import kernel


def in_window(orders: Side, forecast: Side) -> tuple[Floats, Floats]:
    """
    Returns what is left of orders and of forecast.

    Orders take their turn by due day. Each takes forecast from so many days back to so
    many days ahead, nearest first, and of two as near the earlier.
    """
    turn = np.argsort(forecast.group, kind="stable")
    group = forecast.group[turn]
    asked, left = _take_nearest(
        np.searchsorted(group, orders.group, side="left").astype(np.int64),
        np.searchsorted(group, orders.group, side="right").astype(np.int64),
        orders.day,
        orders.back,
        orders.ahead,
        orders.quantity.copy(),
        forecast.day[turn],
        forecast.quantity[turn],
    )
    forecast_left = np.empty_like(left)
    forecast_left[turn] = left

    return (
        less(orders.quantity, orders.quantity - asked),
        less(forecast.quantity, forecast.quantity - forecast_left),
    )


@kernel
def _take_nearest(
    first: Ints,
    end: Ints,
    due: Ints,
    back: Floats,
    ahead: Floats,
    asked: Floats,
    day: Ints,
    left: Floats,
) -> tuple[Floats, Floats]:
    for order in range(len(due)):
        before = first[order] + np.searchsorted(
            day[first[order] : end[order]], due[order]
        )
        after = before
        before -= 1

        while asked[order] > 0.0:
            earlier = before >= first[order] and due[order] - day[before] <= back[order]
            later = after < end[order] and day[after] - due[order] <= ahead[order]

            if not earlier and not later:
                break

            if later and earlier:
                earlier = due[order] - day[before] <= day[after] - due[order]

            place = before if earlier else after
            part = min(asked[order], left[place])
            asked[order] -= part
            left[place] -= part

            if earlier:
                before -= 1
            else:
                after += 1

    return asked, left
