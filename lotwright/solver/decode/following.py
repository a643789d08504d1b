"""
Following: orders start when the components that they are pegged to are there.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lotwright.model.choices import levels_with_choices
from lotwright.model.network import Ints, Network
from lotwright.solver.decode.dates import (
    NEVER,
    OrderDates,
    asked_too_late,
    issue_days,
)
from lotwright.solver.decode.needs import NeedKind, Needs
from lotwright.solver.decode.orders import Issues, Orders
from lotwright.solver.decode.relation import most_by
from lotwright.solver.decode.supplies import Supplies, supply_days

#: Sweeps over all levels: by-products may tie levels together in both directions.
_SWEEPS = 5


def following(
    network: Network,
    orders: Orders,
    issues: Issues,
    supplies: Supplies,
    supply: Ints,
    need: Needs,
    dates: OrderDates,
) -> OrderDates:
    """
    Returns the days of orders that wait for the components pegged to them.

    From the lowest level up, an order starts no earlier than its components are there,
    and its receipt moves with its start. A supply that the quantities themselves bring
    in a later bucket than that of the issue moves nothing: there, stock is missing.

    Parameters
    ----------
    network, orders, issues, supplies
        What was pegged.
    supply, need
        The pegs, shape ``(n,)``.
    dates
        Days from needs alone.
    """
    is_issue = (need.kind == NeedKind.ORDER_ISSUE) & (supply >= 0)
    rows = np.flatnonzero(is_issue)
    rows = rows[supplies.bucket[supply[rows]] <= need.bucket[rows]]
    brought, issue = supply[rows], need.ref[rows]
    parent = issues.order[issue]
    flow, activity = issues.flow[issue], orders.activity[parent]
    calendar = network.activities.calendar
    lead_time = network.activities.lead_time
    level = levels_with_choices(network)[network.activities.point[activity]]
    start, due = dates.start.copy(), dates.due.copy()

    for _ in range(_SWEEPS):
        before = start.copy()

        for at in np.unique(level)[::-1].tolist():
            here = np.flatnonzero(level == at)
            there = supply_days(network, supplies, due)[brought[here]]
            needed = issue_days(network, issues.take(issue[here]), start[parent[here]])
            late = there > needed
            here, there = here[late], there[late]
            possible = network.calendars.after(
                calendar[activity[here]], there, network.inputs.offset[flow[here]]
            )
            first = most_by(parent[here], possible, len(orders), -1)
            moved = np.flatnonzero(first > start)
            start[moved] = first[moved]
            what = orders.activity[moved]
            arrival = network.calendars.after(
                calendar[what], start[moved], lead_time[what]
            )
            due[moved] = np.maximum(due[moved], arrival)

        if np.array_equal(before, start):
            break

    serves = dates.requested != NEVER
    requested = np.where(serves, dates.requested, due)
    is_past = dates.is_past | asked_too_late(network, orders, due, requested)

    return replace(dates, start=start, due=due, requested=requested, is_past=is_past)
