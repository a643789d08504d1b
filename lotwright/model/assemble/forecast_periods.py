"""
Consumption by period: orders take the forecast of their month, week or given period.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.arrays import Floats, Ints
from lotwright.model.assemble.forecast_sides import Side
from lotwright.model.assemble.time import days_from
from lotwright.model.assemble.turns import drawn, less, places_in, sums
from lotwright.model.buckets import Buckets
from lotwright.model.data import PlanningData

#: The epoch's first Monday lies so many days before its fourth.
_MONDAY = 3


def period_of(data: PlanningData, kind: str, day: Ints, buckets: Buckets) -> Ints:
    """
    Returns the number of the period of each day, -1 for a day in none.

    Parameters
    ----------
    data
        Planning data, for the table of periods.
    kind
        ``month``, ``week`` or ``periods``.
    day, buckets
        Days from the start of the plan.
    """
    if kind == "periods":
        return _given(data.table("periods"), day, buckets)

    date = buckets.date(day)

    if kind == "week":
        return (date.astype("datetime64[D]").astype(np.int64) + _MONDAY) // 7

    return date.astype("datetime64[M]").astype(np.int64)


def by_period(
    orders: Side, forecast: Side, order_period: Ints, forecast_period: Ints
) -> tuple[Floats, Floats]:
    """
    Returns what is left of orders and of forecast.

    Orders take the forecast of their own period, earliest line first; what is left over
    takes what the period before has left, then the one after, period by period. Orders
    that are past due take nothing of other periods.

    Parameters
    ----------
    orders, forecast
        The lines.
    order_period, forecast_period
        Their periods, -1 where there is none.
    """
    fits, counts = order_period >= 0, forecast_period >= 0
    width = int(max(order_period.max(initial=0), forecast_period.max(initial=0))) + 3
    # A gap between groups keeps the last period of one from the first of the next.
    order_key = orders.group[fits] * width + order_period[fits] + 1
    key = forecast.group[counts] * width + forecast_period[counts] + 1
    cells, both = np.unique(np.concatenate([order_key, key]), return_inverse=True)
    order_cell, cell = both[: len(order_key)], both[len(order_key) :]
    asked, stock = orders.quantity[fits], forecast.quantity[counts]
    given = sums(cell, stock, len(cells))

    own = np.minimum(sums(order_cell, asked, len(cells)), given)
    asked_left = less(asked, drawn(order_cell, asked, own))
    may_spill = np.where(orders.day[fits] >= 0, asked_left, 0.0)
    wanted = sums(order_cell, may_spill, len(cells))
    spilt, lent = _spill(cells, cells % width, wanted, less(given, own))
    asked_left = less(asked_left, drawn(order_cell, may_spill, spilt))
    stock_left = less(stock, drawn(cell, stock, own + lent))

    left, forecast_left = orders.quantity.copy(), forecast.quantity.copy()
    left[fits], forecast_left[counts] = asked_left, stock_left

    return left, forecast_left


def _spill(
    cells: Ints, period: Ints, wanted: Floats, free: Floats
) -> tuple[Floats, Floats]:
    """
    Returns what each cell gets of its neighbours, and what each gives to them.
    """
    got, lent = np.zeros(len(cells)), np.zeros(len(cells))
    order = np.argsort(period, kind="stable")
    order = order[wanted[order] > 0]
    bounds = np.flatnonzero(np.diff(period[order], prepend=-1))

    for rows in np.split(order, bounds[1:]):
        for step in (-1, 1):
            place, found = places_in(cells, cells[rows] + step)
            mine, other = rows[found], place[found]
            part = np.minimum(wanted[mine] - got[mine], free[other] - lent[other])
            got[mine] += part
            lent[other] += part

    return got, lent


def _given(periods: pd.DataFrame, day: Ints, buckets: Buckets) -> Ints:
    if not len(periods):
        return np.full(len(day), -1, dtype=np.int64)

    ordered = periods.sort_values(["start", "end", "period_id"])
    start = days_from(ordered["start"], buckets.as_of)
    end = days_from(ordered["end"], buckets.as_of)
    place = np.searchsorted(start, day, side="right") - 1

    return np.where((place >= 0) & (day < end[np.maximum(place, 0)]), place, -1)
