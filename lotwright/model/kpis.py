"""
Key figures: cost by term and service, recomputed from the tables of a plan alone.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.codes_of_rows import activities_of, codes_of, days_of
from lotwright.model.nervousness import Nervousness, nervousness_of
from lotwright.model.network import Floats, Ints, Network
from lotwright.model.shares import below_shares, shares_of

#: Names of the cost terms; they add up to ``cost``.
COST_TERMS = (
    "run",
    "lot",
    "changeover",
    "holding",
    "late",
    "lost",
    "overtime",
    "least_use",
    "below_safety",
    "excess",
    "end_stock",
    "room",
    "expired",
    "off_share",
    "shortage",
    "change",
)

#: What is left unmet by less than this is rounding.
_NOTHING = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Kpi:
    """
    One figure of a plan.

    Parameters
    ----------
    name, value, unit
        What it is and how much.
    definition
        How it is computed.
    """

    name: str
    value: float
    unit: str
    definition: str


_DEFINITIONS = {
    "run": "Planned receipts at the cost per unit, or the price, of their source.",
    "lot": "Planned lots times the cost per lot of their source.",
    "changeover": "Opening the set-up groups that resources work for in a bucket, less "
    "set-ups carried over.",
    "holding": "Stock at the end of each bucket, held for the days of the bucket.",
    "late": "Units that wait, per day from the bucket in which they are due to the "
    "bucket in which they are delivered or given up, or to the horizon's end.",
    "lost": "Units given up or not delivered by the horizon's end.",
    "overtime": "Overtime at the price of its resource.",
    "least_use": "Capacity that resources are to use where they work, and do not.",
    "below_safety": "Units missing to the safety stock, per day.",
    "excess": "Units above the largest stock, per day.",
    "end_stock": "Units missing to the stock that is wanted at the end of the plan.",
    "room": "Room that stock lacks at its location, per day.",
    "expired": "Units scrapped by age, at their value.",
    "off_share": "Units that sources bring too little for their agreed share.",
    "shortage": "Units that open orders wait for, per day.",
    "change": "Units that come otherwise than in the reference plan.",
}


def kpis(
    network: Network,
    frames: Mapping[str, pd.DataFrame],
    of_lines: tuple[Floats, Floats] | None = None,
    of_orders: Ints | None = None,
) -> pd.DataFrame:
    """
    Returns the key figures of a plan: its cost by term, then its service.

    Parameters
    ----------
    network
        Only its rates, limits and demand lines are read.
    frames
        Tables of the plan by name.
    of_lines
        What ``line_costs`` returns, where it is known.
    of_orders
        Activity of each planned order, where it is known.
    """
    terms = costs(network, frames, of_lines, of_orders)
    figures = [
        _figure(name, value, network.currency, _DEFINITIONS[name])
        for name, value in terms.items()
    ]
    total = sum(terms.values())
    decimals = _decimals(total)
    figures = [
        _figure("cost", total, network.currency, "Sum of the cost terms."),
        *figures,
        *_service(frames["demand_fulfilment"]),
        *_stock(network, frames["inventory_projection"]),
        *_capacity(frames["capacity_load"]),
        *_orders(frames["planned_orders"]),
        *_changes(nervousness_of(network, frames["planned_orders"])),
    ]

    return pd.DataFrame(
        {
            "name": pd.Series([figure.name for figure in figures], dtype="str"),
            "value": np.round([figure.value for figure in figures], decimals) + 0.0,
            "unit": pd.Series([figure.unit for figure in figures], dtype="str"),
            "scope": pd.Series(["all"] * len(figures), dtype="str"),
            "definition": pd.Series([f.definition for f in figures], dtype="str"),
        }
    )


def _decimals(cost: float) -> int:
    """
    Returns to how many decimals figures are told: six, and more where money is tiny.
    """
    return 6 if cost <= 0 or cost >= 1 else 6 - math.floor(math.log10(cost))


def cost_terms(figures: pd.DataFrame) -> dict[str, float]:
    """
    Returns the cost of a plan by term, in the order of ``COST_TERMS``.

    Parameters
    ----------
    figures
        Key figures of the plan.
    """
    value = figures.set_index("name")["value"]

    return {name: float(value.loc[name]) for name in COST_TERMS}


def costs(
    network: Network,
    frames: Mapping[str, pd.DataFrame],
    of_lines: tuple[Floats, Floats] | None = None,
    of_orders: Ints | None = None,
) -> dict[str, float]:
    """
    Returns the cost of a plan by term, in the order of ``COST_TERMS``.

    Parameters
    ----------
    network
        Only its rates, limits and demand lines are read.
    frames
        Tables of the plan by name.
    of_lines
        What ``line_costs`` returns, where it is known.
    of_orders
        Activity of each planned order, where it is known.
    """
    orders = frames["planned_orders"]
    source = activities_of(network, orders) if of_orders is None else of_orders
    late, lost = of_lines or line_costs(network, frames["deliveries"])
    price = np.repeat(network.resources.overtime_cost, network.num_buckets)
    overtime = frames["capacity_load"]["overtime"].to_numpy()
    stock = stock_costs(network, frames["inventory_projection"])
    lot = network.activities.lot_cost[source] * orders["lots"].to_numpy()
    run = orders["cost"].to_numpy() - lot
    change = nervousness_of(network, orders)

    return {
        "run": float(run.sum()),
        "lot": float(lot.sum()),
        "changeover": float(frames["capacity_load"]["changeover_cost"].sum()),
        "holding": stock["holding"],
        "late": float(late.sum()),
        "lost": float(lost.sum()),
        "overtime": float((price * overtime).sum()),
        "least_use": float(np.sum(least_use_costs(network, frames["capacity_load"]))),
        "below_safety": stock["below_safety"],
        "excess": stock["excess"],
        "end_stock": stock["end_stock"],
        "room": stock["room"],
        "expired": stock["expired"],
        "off_share": _off_share(network, source, orders["quantity"].to_numpy()),
        "shortage": stock["shortage"],
        "change": 0.0 if change is None else change.cost,
    }


def least_use_costs(network: Network, loads: pd.DataFrame) -> Floats:
    """
    Returns what it costs that resources work too little, by resource and bucket.

    Parameters
    ----------
    network
        Only its rates and limits are read.
    loads
        Load table, in the order of the network's resources and buckets.

    Returns
    -------
    Floats
        Of the resources with a least use, shape ``(U, T)``.
    """
    resources, use = network.resources, network.rules.least_use
    shape = (len(resources), network.num_buckets)
    planned = loads["load_planned"].to_numpy()
    missing = use.missing(
        resources.capacity, resources.open_load, planned.reshape(shape)
    )

    return use.penalty[:, None] * missing


def _off_share(network: Network, activity: Ints, quantity: Floats) -> float:
    shares = shares_of(network)
    received = _sums(activity, quantity, len(network.activities))
    below = below_shares(shares, network.activities.point, received)

    return float((shares.penalty * below).sum())


def line_costs(
    network: Network, deliveries: pd.DataFrame, line: Ints | None = None
) -> tuple[Floats, Floats]:
    """
    Returns what lateness and loss of each demand line cost, both of shape ``(N,)``.

    A unit waits from the first day of the bucket in which it is due to the first day of
    the bucket in which it is delivered or given up, or to the day itself beyond the
    horizon. A unit that is neither waits to the end of the horizon and is lost then.

    Parameters
    ----------
    network
        Only its demand lines, buckets and rates are read.
    deliveries
        Table of deliveries.
    line
        Demand line of each of its rows, where it is known.
    """
    lines, classes, buckets = network.lines, network.classes, network.buckets
    size = len(lines)
    line = codes_of(lines.demand_id, deliveries["demand_id"]) if line is None else line
    bucket = codes_of(buckets.period_id, deliveries["period_id"])
    quantity = deliveries["quantity"].to_numpy()
    is_lost = (deliveries["status"] == "lost").to_numpy()

    due = buckets.start[lines.bucket]
    day = days_of(network, deliveries["date"])
    until = np.where(bucket >= 0, buckets.start[bucket], day)
    waited = np.maximum(until - due[line], 0)
    unmet = lines.quantity - _sums(line, quantity, size)
    unmet = np.where(unmet > _NOTHING, unmet, 0.0)
    unit_days = _sums(line, quantity * waited, size) + unmet * (buckets.horizon - due)
    lost = _sums(line[is_lost], quantity[is_lost], size) + unmet

    return (
        unit_days * classes.late_cost[lines.demand_class],
        lost * classes.lost_cost[lines.demand_class],
    )


def stock_costs(network: Network, projection: pd.DataFrame) -> dict[str, float]:
    """
    Returns what stock costs by term.

    What open orders wait for costs as much as stock below zero, which only a plan has
    that issues what is not there.

    Parameters
    ----------
    network
        Only its rates and limits are read.
    projection
        Stock projection, in the order of the network's points and buckets.
    """
    points, days = network.points, network.buckets.days
    shape = (len(points), network.num_buckets)
    end = projection["end"].to_numpy().reshape(shape)
    waiting = projection["waiting"].to_numpy().reshape(shape)
    expired = projection["expired"].to_numpy().reshape(shape)
    on_hand, rooms = np.maximum(end, 0.0), network.rules.rooms
    wanted = network.rules.end_stock
    # Long grids are dear to make: one array holds one amount after the other.
    amount, cost = np.empty(shape), np.empty(shape)
    terms = {"holding": _priced(points.holding_cost, days, on_hand, cost)}
    np.subtract(points.safety_stock, on_hand, out=amount)
    np.maximum(amount, 0.0, out=amount)
    terms["below_safety"] = _priced(points.safety_penalty, days, amount, cost)
    np.subtract(on_hand, points.largest_stock, out=amount)
    np.maximum(amount, 0.0, out=amount)
    terms["excess"] = _priced(points.excess_penalty, days, amount, cost)
    np.negative(end, out=amount)
    np.maximum(amount, 0.0, out=amount)
    amount += waiting
    terms["shortage"] = _priced(points.shortage_cost, days, amount, cost)
    terms["expired"] = _priced(points.expired_cost, np.ones(shape[1]), expired, cost)
    beyond = rooms.beyond(on_hand)
    terms["end_stock"] = float((wanted.penalty * wanted.missing(on_hand[:, -1])).sum())
    terms["room"] = _priced(rooms.penalty, days, beyond, np.empty(beyond.shape))

    return terms


def _priced(price: Floats, days: Floats | Ints, amount: Floats, cost: Floats) -> float:
    """
    Returns what amounts cost, at a price by row, per day of each column.

    Parameters
    ----------
    price, days, amount
        Of shape ``(n,)``, ``(T,)`` and ``(n, T)``.
    cost
        Room for the cost of each cell, which is written over.
    """
    if not price.any():
        return 0.0

    np.multiply(price[:, None], days, out=cost)
    cost *= amount

    return float(cost.sum())


def _service(fulfilment: pd.DataFrame) -> list[Kpi]:
    wanted = float(fulfilment["quantity"].sum())
    on_time = float(fulfilment["on_time_qty"].sum())
    is_late = fulfilment["late_qty"] > 0
    is_short = fulfilment["short_qty"] > 0
    complete = float((~(is_late | is_short)).mean()) if len(fulfilment) else 1.0
    days_late = fulfilment["days_late"][is_late]

    return [
        _figure("lines", len(fulfilment), "lines", "Demand lines."),
        _figure(
            "on_time_in_full", complete, "fraction", "Lines delivered whole in time."
        ),
        _figure(
            "quantity_on_time",
            on_time / wanted if wanted > 0 else 1.0,
            "fraction",
            "Quantity delivered in time, of all that is wanted.",
        ),
        _figure("late_lines", is_late.sum(), "lines", "Lines delivered late in part."),
        _figure("short_lines", is_short.sum(), "lines", "Lines not delivered whole."),
        _figure("days_late", days_late.sum(), "days", "Days late, summed over lines."),
        _figure(
            "days_late_max",
            days_late.max() if len(days_late) else 0.0,
            "days",
            "Days that the latest line is late.",
        ),
        _figure(
            "late_quantity", fulfilment["late_qty"].sum(), "units", "Delivered late."
        ),
        _figure(
            "short_quantity", fulfilment["short_qty"].sum(), "units", "Not delivered."
        ),
    ]


def _stock(network: Network, projection: pd.DataFrame) -> list[Kpi]:
    shape = (len(network.points), network.num_buckets)
    days, unit_value = network.buckets.days, network.points.value[:, None]
    value = projection["value"].to_numpy().reshape(shape).sum(axis=0)
    issued = projection["issues_independent"].to_numpy().reshape(shape) * unit_value
    average = float((value * days).sum() / days.sum())
    year = float(issued.sum()) * 365.0 / float(days.sum())

    return [
        _figure(
            "stock_value_average",
            average,
            network.currency,
            "Value of stock at the ends of buckets, weighed by their days.",
        ),
        _figure(
            "stock_value_end", value[-1], network.currency, "Stock value at the end."
        ),
        _figure(
            "stock_turns",
            year / average if average > 0 else 0.0,
            "per year",
            "Value delivered to demand in a year, per average stock value.",
        ),
    ]


def _capacity(loads: pd.DataFrame) -> list[Kpi]:
    limited = loads[loads["capacity"] > 0]
    used = limited[["load_open", "load_planned", "setup"]].sum(axis=1)
    shares = limited.assign(used=used).groupby("resource_id", sort=True)
    sums = shares[["used", "capacity"]].sum()
    mean = (sums["used"] / sums["capacity"]).mean() if len(sums) else 0.0
    most = limited["utilisation"].max() if len(limited) else 0.0

    return [
        _figure(
            "utilisation_mean",
            mean,
            "fraction",
            "Load per capacity over the horizon, mean of the limited resources.",
        ),
        _figure(
            "utilisation_max", most, "fraction", "Highest of any resource and bucket."
        ),
        _figure("overtime_hours", loads["overtime"].sum(), "h", "Overtime used."),
        _figure(
            "overload_hours",
            loads["overload"].sum(),
            "h",
            "Load beyond capacity and overtime.",
        ),
    ]


def _orders(orders: pd.DataFrame) -> list[Kpi]:
    return [
        _figure("orders", len(orders), "orders", "Planned orders."),
        _figure(
            "planned_receipts",
            orders["quantity"].sum(),
            "units",
            "Quantity of planned orders.",
        ),
        _figure(
            "delayed_orders",
            (orders["delay_days"] > 0).sum(),
            "orders",
            "Planned orders received after the day on which they are needed.",
        ),
    ]


def _changes(change: Nervousness | None) -> list[Kpi]:
    if change is None:
        return []

    return [
        _figure(
            "changed_quantity",
            change.quantity,
            "units",
            "Quantity that comes in another bucket or from another source than in the "
            "reference plan, anew or no more.",
        ),
        _figure(
            "changed_orders",
            change.changed,
            "orders",
            "Orders of the reference plan with another quantity or date.",
        ),
        _figure(
            "new_orders",
            change.new,
            "orders",
            "Orders without a partner in the reference plan, as far as that reaches.",
        ),
        _figure(
            "gone_orders",
            change.gone,
            "orders",
            "Orders of the reference plan without a partner.",
        ),
    ]


def _figure(name: str, value: float, unit: str, definition: str) -> Kpi:
    return Kpi(name=name, value=float(value), unit=unit, definition=definition)


def _sums(group: Ints, values: Floats, size: int) -> Floats:
    return np.bincount(group, weights=values, minlength=size).astype(np.float64)
