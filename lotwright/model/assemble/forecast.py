"""
Forecast consumption: what orders and percentages leave of forecast.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.assemble.forecast_lines import between_lines
from lotwright.model.assemble.forecast_percent import reduced
from lotwright.model.assemble.forecast_periods import by_period, period_of
from lotwright.model.assemble.forecast_settings import Settings, settings_of
from lotwright.model.assemble.forecast_sides import Side
from lotwright.model.assemble.forecast_window import in_window
from lotwright.model.assemble.time import first_text
from lotwright.model.buckets import Buckets
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.why_words import amount_text

#: How many forecast lines the finding names.
_NAMED = 3


def forecast_left(
    data: PlanningData, rows: pd.DataFrame, buckets: Buckets
) -> tuple[Floats, tuple[Finding, ...]]:
    """
    Returns what is left of each line of demand, and a finding on what was consumed.

    Forecast dated before the plan does not count: nothing of it is left, and nothing
    consumes it. Lines of other kinds stay as they are.

    Parameters
    ----------
    data
        Planning data, for the method and its settings.
    rows
        Demand in any order: ``demand_id``, ``kind``, ``item_id``, ``customer_id``,
        ``pair``, ``base`` (quantity), ``due_day`` and ``of_family``.
    buckets
        Time.
    """
    quantity = rows["base"].to_numpy(dtype=np.float64)
    day = rows["due_day"].to_numpy(dtype=np.int64)
    is_past = (rows["kind"] == "forecast").to_numpy(dtype=bool) & (day < 0)
    left = np.where(is_past, 0.0, quantity)
    method = first_text(data, "forecast_method")

    if method == "none" or not (rows["kind"] == "forecast").any():
        return left, ()

    turn = np.lexsort((rows["demand_id"].to_numpy(dtype=object).astype(str), day))
    rows = rows.iloc[turn].assign(base=left[turn]).reset_index(drop=True)
    settings = settings_of(data, rows)
    found = (
        _by_percent(data, rows, settings, buckets)
        if method == "percent"
        else _by_orders(data, rows, settings, method, buckets)
    )
    left[turn] = found

    return left, tuple(_findings(rows, found, method))


def _by_percent(
    data: PlanningData, rows: pd.DataFrame, settings: Settings, buckets: Buckets
) -> Floats:
    left = rows["base"].to_numpy(dtype=np.float64).copy()
    netted = np.flatnonzero(settings.netted)
    left[netted] = reduced(
        data,
        settings.reduction_key.iloc[netted],
        rows["due_day"].to_numpy(dtype=np.int64)[netted],
        left[netted],
        buckets,
    )

    return left


def _by_orders(
    data: PlanningData,
    rows: pd.DataFrame,
    settings: Settings,
    method: str,
    buckets: Buckets,
) -> Floats:
    """
    Returns what orders leave of forecast, the most specific forecast first.
    """
    day = rows["due_day"].to_numpy(dtype=np.int64)
    left = rows["base"].to_numpy(dtype=np.float64).copy()
    asked = np.where(settings.consumes, left, 0.0)
    period = period_of(data, first_text(data, "forecast_period"), day, buckets)

    for group, is_forecast in _levels(rows, settings.netted):
        source = np.flatnonzero(is_forecast & (left > 0))
        takers = np.flatnonzero((asked > 0) & np.isin(group, group[source]))

        if not len(takers):
            continue

        orders = _side(group, day, asked, settings, takers)
        forecast = _side(group, day, left, settings, source)

        if method == "period":
            found = by_period(orders, forecast, period[takers], period[source])
        elif method == "between_lines":
            found = between_lines(orders, forecast)
        else:
            found = in_window(orders, forecast)

        asked[takers], left[source] = found

    return left


def _levels(rows: pd.DataFrame, netted: Bools) -> Iterator[tuple[Ints, Bools]]:
    """
    Yields the groups of lines that fit each other, and the forecast among them.

    That is forecast of the item for the customer, of the item, and of its family: for
    the customer, then for all.
    """
    pair = rows["pair"].to_numpy(dtype=np.int64)
    customer, names = pd.factorize(rows["customer_id"], sort=True)
    for_one = pair * (len(names) + 1) + customer + 1
    has_customer = customer >= 0
    of_family = rows["of_family"].to_numpy(dtype=bool)

    for family in (False, True):
        mine = netted & (of_family == family)
        yield for_one, mine & has_customer
        yield pair, mine & ~has_customer


def _side(
    group: Ints, day: Ints, quantity: Floats, settings: Settings, rows: Ints
) -> Side:
    return Side(
        group=group[rows],
        day=day[rows],
        quantity=quantity[rows],
        back=settings.back[rows],
        ahead=settings.ahead[rows],
    )


def _findings(rows: pd.DataFrame, left: Floats, method: str) -> Iterator[Finding]:
    base = rows["base"].to_numpy(dtype=np.float64)
    is_less = left < base

    if not is_less.any():
        return

    counts = (rows["kind"] == "forecast").to_numpy(dtype=bool)
    total, rest = float(base[counts].sum()), float(left[counts].sum())
    names = rows.loc[is_less, "demand_id"].tolist()
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    who = "Percentages take" if method == "percent" else "Orders consume"

    yield Finding(
        code="I-FORECAST-CONSUMED",
        severity=Severity.INFO,
        table="demands",
        key=names[0] if len(names) == 1 else "",
        column="quantity",
        count=len(names),
        text=f"{who} {amount_text(total - rest)} of {amount_text(total)} units of "
        f"forecast ({', '.join(names[:_NAMED])}{more}), and {amount_text(rest)} are "
        "planned; choose another dataset.forecast_method, or none, to plan more of it.",
    )
