"""
What is said by name of orders that wait: those that are never made, and rules that
others no longer keep.
"""

from __future__ import annotations

import datetime as dt

import numpy as np

from lotwright.model.arrays import Bools
from lotwright.model.findings import Finding, Severity
from lotwright.model.network import Network
from lotwright.solver.mrp.levelling_drop import Lost
from lotwright.solver.mrp.levelling_keep import allowances
from lotwright.solver.schedule import NeedKind, Schedule

#: Orders that are named; the others are counted.
MOST = 100

_OUTLIVED = (
    "starts when its source may no longer be used, for what it needs is not there "
    "before. Let the source be used longer, or name another."
)
_OUTLIVED_OTHERS = "orders start when their source may no longer be used"


def lost_findings(network: Network, schedule: Schedule, lost: Lost) -> list[Finding]:
    """
    Returns a finding for each order that cannot be made.

    Parameters
    ----------
    network, schedule
        What is planned, with the orders.
    lost
        What leaves the plan.
    """
    full = lost.root & (lost.resource >= 0)
    names = network.resources.resource_id
    found = [
        _finding(
            network,
            schedule,
            row,
            "X-NOT-MADE",
            f"cannot be made: {names[lost.resource[row]]} never has capacity for it. "
            "Give it capacity, or name another source.",
        )
        for row in _first(full)
    ]
    found += _others(full, "X-NOT-MADE", "orders find no capacity, ever")
    old = lost.root & ~full
    found += [
        _finding(
            network,
            schedule,
            row,
            "X-NOT-MADE",
            "is not made: when there is capacity for it, a component has expired. Add "
            "capacity, or receive the component later.",
        )
        for row in _first(old)
    ]

    return found + _others(old, "X-NOT-MADE", "orders wait until a component expires")


def outlived_findings(network: Network, schedule: Schedule) -> list[Finding]:
    """
    Returns a finding for each order that waits for a component until its source may no
    longer be used.

    Parameters
    ----------
    network, schedule
        What is planned.
    """
    orders = schedule.orders
    end = network.rules.activities.valid_to
    past = orders.start_day >= end[orders.activity]
    found = [
        _finding(network, schedule, row, "X-RULE", _OUTLIVED) for row in _first(past)
    ]

    return found + _others(past, "X-RULE", _OUTLIVED_OTHERS)


def rule_findings(
    network: Network, before: Schedule, levelled: Schedule
) -> list[Finding]:
    """
    Returns a finding for each moved order that a rule does not allow where it is.

    Parameters
    ----------
    network
        What is planned.
    before, levelled
        The schedule without limits of capacity, with the pegs of the levelled one, and
        the levelled one.
    """
    end = network.rules.activities.valid_to[levelled.orders.activity]
    past = (levelled.orders.start_day >= end) & (before.orders.start_day < end)
    early = _too_early(network, before, levelled)
    shapes = (
        (
            past,
            _OUTLIVED,
            _OUTLIVED_OTHERS,
        ),
        (
            early,
            "comes earlier than positive_days allow, for what takes it is put off. Add "
            "capacity, or allow more days.",
            "orders come earlier than positive_days allow",
        ),
    )
    found = []

    for marked, text, others in shapes:
        found += [
            _finding(network, levelled, row, "X-RULE", text) for row in _first(marked)
        ]
        found += _others(marked, "X-RULE", others)

    return found


def _too_early(network: Network, before: Schedule, levelled: Schedule) -> Bools:
    """
    Returns which orders lie too long before what they are for, shape ``(K,)``.
    """
    pegs, needs, num_open = levelled.pegs, levelled.needs, len(levelled.supply_day)
    real = needs.kind[pegs.need] <= NeedKind.ORDER_ISSUE
    row = np.flatnonzero(real & (pegs.supply >= num_open))
    _, early = allowances(network, before, row)
    receipt = pegs.supply[row] - num_open
    there = levelled.receipts.available_day[receipt]
    wrong = needs.available_by[pegs.need[row]] - there > early
    marked = np.zeros(len(levelled.orders), dtype=np.bool_)
    marked[levelled.receipts.order[receipt[wrong]]] = True

    return marked


def _finding(
    network: Network, schedule: Schedule, row: int, code: str, text: str
) -> Finding:
    orders, activities = schedule.orders, network.activities
    activity = orders.activity[row]
    source = str(activities.source_id[activity])
    label = network.points.labels[activities.point[activity]]
    wanted = network.as_of + dt.timedelta(days=int(orders.wanted_day[row]))

    return Finding(
        code=code,
        severity=Severity.ERROR if code == "X-NOT-MADE" else Severity.WARNING,
        table="sources",
        key=source,
        text=f"The order of {orders.quantity[row]:g} {label} from source {source}, "
        f"wanted on {wanted}, {text}",
    )


def _others(marked: Bools, code: str, what: str) -> list[Finding]:
    count = int(np.count_nonzero(marked)) - MOST

    if count <= 0:
        return []

    return [
        Finding(
            code=code,
            severity=Severity.ERROR if code == "X-NOT-MADE" else Severity.WARNING,
            table="sources",
            count=count,
            text=f"{count:,} more {what}. Mend the ones named first.",
        )
    ]


def _first(marked: Bools) -> list[int]:
    rows: list[int] = np.flatnonzero(marked)[:MOST].tolist()

    return rows
