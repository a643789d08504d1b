"""
Consumption between lines: a forecast line counts until the day before the next one.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Floats
from lotwright.model.assemble.forecast_sides import Side
from lotwright.model.assemble.turns import drawn, less, sums


def between_lines(orders: Side, forecast: Side) -> tuple[Floats, Floats]:
    """
    Returns what is left of orders and of forecast.

    Orders take what the last forecast line on or before their day has, and nothing
    more; lines of one day share their period, the first by name first.
    """
    first = int(min(orders.day.min(initial=0), forecast.day.min(initial=0)))
    last = int(max(orders.day.max(initial=0), forecast.day.max(initial=0)))
    width = last - first + 1
    order_key = orders.group * width + orders.day - first
    cells, cell = np.unique(
        forecast.group * width + forecast.day - first, return_inverse=True
    )
    place = np.searchsorted(cells, order_key, side="right") - 1
    fits = place >= 0
    fits[fits] = cells[place[fits]] // width == orders.group[fits]

    place, asked = place[fits].astype(np.int64), orders.quantity[fits]
    size = len(cells)
    both = np.minimum(sums(place, asked, size), sums(cell, forecast.quantity, size))
    left = orders.quantity.copy()
    left[fits] = less(asked, drawn(place, asked, both))

    return left, less(forecast.quantity, drawn(cell, forecast.quantity, both))
