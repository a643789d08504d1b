"""
Findings of a plan: what is late, short, too low, too high, too full or too late.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from operator import attrgetter

import numpy as np
import pandas as pd

from lotwright.model.findings import Finding, Severity
from lotwright.model.kpis import line_costs
from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.model.why_words import amount_text
from lotwright.solver.decode.causes import (
    CAPACITY,
    FENCE,
    LEAD_TIME,
    MATERIAL,
    SUPPLIER,
    Causes,
)
from lotwright.solver.decode.frames import as_table
from lotwright.solver.decode.fulfilment import Deliveries, Fulfilment, is_in_time
from lotwright.solver.decode.loads import LoadGrid
from lotwright.solver.decode.wording import (
    date_texts,
    days_word,
    due_text,
    line_text,
    ship_word,
    span_text,
)

#: Findings of one kind that are given one by one; one more stands for the rest.
MOST_FINDINGS = 1000

#: Differences beside a quantity that are not worth a finding.
_SLIGHT = 1e-5

_RANKS = {
    severity: rank
    for rank, severity in enumerate(
        (
            Severity.ERROR,
            Severity.WARNING,
            Severity.DEGRADED,
            Severity.IGNORED,
            Severity.INFO,
        )
    )
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Runs:
    """
    Unbroken runs of marked buckets, one row of a grid each.
    """

    row: Ints
    first: Ints
    last: Ints


def demand_findings(
    network: Network,
    deliveries: pd.DataFrame,
    fulfilment: Fulfilment,
    causes: Causes,
) -> list[Finding]:
    """
    Returns a finding for every demand line that is late or short.

    Parameters
    ----------
    network, deliveries, fulfilment, causes
        A network, its table of deliveries, and what its lines get and why.
    """
    late_cost, lost_cost = line_costs(network, deliveries)
    cost = late_cost + lost_cost
    late = np.flatnonzero(fulfilment.is_late)
    short = np.flatnonzero(fulfilment.is_short)
    shipped = date_texts(network, fulfilment.last_day[late])
    end = date_texts(network, np.array([network.buckets.horizon - 1]))[0]

    found = [
        Finding(
            code="X-LATE",
            severity=Severity.WARNING,
            table="demands",
            key=network.lines.demand_id[line],
            value=float(cost[line]) if not fulfilment.is_short[line] else 0.0,
            text=f"{line_text(network, line, fulfilment.late[line])} "
            f"{ship_word(fulfilment.late[line])} {fulfilment.days_late[line]} "
            f"{days_word(fulfilment.days_late[line])} late, on {date} instead of "
            f"{due_text(network, line)}. {_remedy(network, causes, line)}",
        )
        for line, date in zip(late.tolist(), shipped, strict=True)
    ]
    found += [
        Finding(
            code="X-SHORT",
            severity=Severity.ERROR,
            table="demands",
            key=network.lines.demand_id[line],
            value=float(cost[line]),
            text=f"{line_text(network, line, fulfilment.short[line])}, due on "
            f"{due_text(network, line)}, will not be delivered by {end}. "
            f"{_remedy(network, causes, line)}",
        )
        for line in short.tolist()
    ]

    return found


def stock_findings(network: Network, projection: pd.DataFrame) -> list[Finding]:
    """
    Returns a finding for every unbroken run of buckets in which a point's stock is
    below its safety stock, above its largest stock, or missing.

    Parameters
    ----------
    network, projection
        A network and its stock projection.
    """
    shape = (len(network.points), network.num_buckets)
    end = projection["end"].to_numpy().reshape(shape)

    return [
        *_below_safety(network, end),
        *_above_largest(network, end),
        *_missing(network, projection, end),
    ]


def _below_safety(network: Network, end: Floats) -> list[Finding]:
    points = network.points
    below = points.safety_stock - np.maximum(end, 0.0)
    below[~(below > _SLIGHT * np.maximum(points.safety_stock, 1.0))] = 0.0

    return _point_findings(
        network,
        below,
        points.safety_penalty,
        "X-BELOW-SAFETY",
        "below its safety stock",
        "Order earlier or more, or accept the risk for these days.",
    )


def _above_largest(network: Network, end: Floats) -> list[Finding]:
    points = network.points

    # Long grids are dear to make: most plans know no largest stock.
    if not np.isfinite(points.largest_stock).any():
        return []

    above = end - points.largest_stock
    above[~(above > _SLIGHT * np.maximum(end, 1.0))] = 0.0

    return _point_findings(
        network,
        above,
        points.excess_penalty,
        "X-EXCESS",
        "above its largest stock",
        "Order later or in smaller lots, or find room for it.",
    )


def _missing(network: Network, projection: pd.DataFrame, end: Floats) -> list[Finding]:
    waiting = projection["waiting"].to_numpy().reshape(end.shape)

    if not waiting.any() and end.min(initial=0.0) >= 0.0:
        return []

    missing = waiting + np.maximum(-end, 0.0)
    brought = projection["receipts_planned"] + projection["receipts_open"]
    through = brought.to_numpy().reshape(end.shape).sum(axis=1)[:, None]
    is_missing = missing > _SLIGHT * np.maximum(through, 1.0)
    waits = waiting > _SLIGHT * np.maximum(through, 1.0)
    sides = (
        (waits, "open orders that wait for it", "open"),
        (~waits, "planned orders that take it", "planned"),
    )

    return [
        finding
        for side, whose, kind in sides
        for finding in _point_findings(
            network,
            np.where(is_missing & side, missing, 0.0),
            network.points.shortage_cost,
            "X-STOCKOUT",
            f"missing for {whose}",
            f"Bring supply forward, or move the {kind} orders.",
        )
    ]


def capacity_findings(network: Network, grid: LoadGrid) -> list[Finding]:
    """
    Returns a finding for every unbroken run of buckets in which a resource works
    overtime or is loaded beyond it.
    """
    resources = network.resources
    price = resources.overtime_cost[:, None]
    shapes = (
        (
            "X-OVERTIME",
            Severity.INFO,
            grid.overtime,
            grid.overtime * price,
            "works overtime",
            "Plan the shifts, or move work to another source.",
        ),
        (
            "X-OVERLOAD",
            Severity.ERROR,
            grid.overload,
            np.zeros(grid.overload.shape),
            "is loaded beyond capacity and overtime",
            "Add capacity, use another source, or move orders.",
        ),
    )

    return [
        Finding(
            code=code,
            severity=severity,
            table="resources",
            key=resources.resource_id[row],
            value=value,
            count=last - first + 1,
            text=f"{resources.resource_id[row]} {what} "
            f"{span_text(network, first, last)}: {amount_text(total)} "
            f"{resources.unit[row]} in all. {remedy}",
        )
        for code, severity, amount, cost, what, remedy in shapes
        for row, first, last, total, value in _each(_runs(amount > 0), amount, cost)
    ]


def order_findings(
    network: Network, orders: pd.DataFrame, is_past: Bools
) -> list[Finding]:
    """
    Returns a finding for every order that should have been released before day 0.

    Parameters
    ----------
    network, orders
        A network and its table of planned orders.
    is_past
        Which of its rows should have been released before.
    """
    past = orders[is_past]
    columns = ("order_id", "kind", "item_id", "location_id", "quantity", "delay_days")
    dates = (past["due_date"].dt.strftime("%Y-%m-%d"),)
    asked = past["requested_date"].dt.strftime("%Y-%m-%d")

    return [
        Finding(
            code="X-RELEASE-PAST",
            severity=Severity.WARNING,
            table="planned_orders",
            key=order,
            text=f"To have {amount_text(quantity)} {item}@{location} on {wanted}, the "
            f"{kind} order {order} would have had to start before {network.as_of}; it "
            f"comes on {due}, {amount_text(delay)} {days_word(delay)} later. Release "
            "it at once and expedite it, or use another source.",
        )
        for order, kind, item, location, quantity, delay, due, wanted in zip(
            *(past[column] for column in columns), *dates, asked, strict=True
        )
    ]


def bucket_findings(
    network: Network, deliveries: Deliveries, supply_day: Ints
) -> list[Finding]:
    """
    Returns one finding on deliveries whose supply comes inside the bucket of the due
    date, yet after that date.

    Parameters
    ----------
    network, deliveries
        The deliveries of a network.
    supply_day
        Latest day of the supplies pegged to each delivery, -1 without any.
    """
    lines = network.lines
    required = np.maximum(lines.due_day[deliveries.line], 0)
    served = is_in_time(network, deliveries) & ~deliveries.is_lost
    later = np.where(served, supply_day - required, 0)
    count = len(np.unique(deliveries.line[later > 0]))

    if not count:
        return []

    most = int(later.max())

    return [
        Finding(
            code="I-BUCKET-DATE",
            severity=Severity.INFO,
            table="demands",
            count=count,
            text=f"{count} demand {'line counts' if count == 1 else 'lines count'} as "
            "in time because the supply comes in the same bucket, yet up to "
            f"{most} {days_word(most)} after the due date. Use shorter "
            "buckets where the day matters.",
        )
    ]


def findings_frame(findings: Iterable[Finding], run_id: str) -> pd.DataFrame:
    """
    Returns the table of findings: the gravest first, then the costliest.
    """
    ranked = sorted(
        findings,
        key=lambda found: (
            _RANKS[found.severity],
            -found.value,
            found.code,
            found.key,
            found.row,
            found.text,
        ),
    )
    names = (
        "code",
        "severity",
        "table",
        "key",
        "column",
        "row",
        "text",
        "value",
        "hint",
        "count",
    )

    columns: dict[str, list[object]] = {
        name: list(map(attrgetter(name), ranked)) for name in names
    }
    columns["severity"] = [found.severity.value for found in ranked]

    return as_table("findings", {"run_id": [run_id] * len(ranked), **columns})


def _point_findings(
    network: Network, amount: Floats, price: Floats, code: str, what: str, remedy: str
) -> list[Finding]:
    points = np.flatnonzero((amount > 0).any(axis=1))

    if not len(points):
        return []

    amount = amount[points]
    marked, labels = amount > 0, [network.points.labels[row] for row in points.tolist()]
    severity = Severity.ERROR if code == "X-STOCKOUT" else Severity.WARNING
    cost = price[points, None] * network.buckets.days * amount
    chosen, others = runs_with_most(marked, cost)
    found = [
        Finding(
            code=code,
            severity=severity,
            table="inventory_projection",
            key=labels[row],
            value=value,
            count=last - first + 1,
            text=f"{labels[row]} is {what} {span_text(network, first, last)}, by up to "
            f"{amount_text(amount[row, first : last + 1].max())}. {remedy}",
        )
        for row, first, last, value in chosen
    ]

    if others:
        found.append(
            Finding(
                code=code,
                severity=severity,
                table="inventory_projection",
                count=others,
                text=f"{others:,} more stocks are {what} for some buckets. {remedy}",
            )
        )

    return found


def runs_with_most(
    marked: Bools, cost: Floats
) -> tuple[list[tuple[int, int, int, float]], int]:
    """
    Returns the unbroken runs of marked buckets that cost most, as row, first bucket,
    last bucket and cost, and how many there are besides.

    Parameters
    ----------
    marked, cost
        By row and bucket, shape ``(n, T)``.
    """
    if not marked.any():
        return [], 0

    runs = _runs(marked)
    sums = np.zeros((len(cost), cost.shape[1] + 1))
    np.cumsum(np.where(marked, cost, 0.0), axis=1, out=sums[:, 1:])
    value = sums[runs.row, runs.last + 1] - sums[runs.row, runs.first]
    most = np.lexsort((np.arange(len(value)), -value))[:MOST_FINDINGS]
    most = np.sort(most)
    columns = (runs.row, runs.first, runs.last)
    chosen = zip(*(part[most].tolist() for part in (*columns, value)), strict=True)

    return list(chosen), len(value) - len(most)


def _runs(marked: Bools) -> _Runs:
    edge = np.zeros((len(marked), 1), dtype=np.int8)
    steps = np.diff(np.hstack([edge, marked.astype(np.int8), edge]), axis=1)
    row, first = np.nonzero(steps == 1)
    _, after = np.nonzero(steps == -1)

    return _Runs(row=row, first=first, last=after - 1)


def _each(
    runs: _Runs, amount: Floats, cost: Floats
) -> Iterable[tuple[int, int, int, float, float]]:
    """
    Returns row, first and last bucket of each run, its amount and its cost.
    """
    columns = (runs.row, runs.first, runs.last, _sums(runs, amount), _sums(runs, cost))

    return zip(*(column.tolist() for column in columns), strict=True)


def _sums(runs: _Runs, values: Floats) -> Floats:
    """
    Returns the sum of the values of each run.
    """
    if not len(runs.row):
        return np.zeros(0)

    begin = runs.row * values.shape[1]
    edges = np.column_stack([begin + runs.first, begin + runs.last + 1]).ravel()

    # The last run may end where the values do, and an edge has to be inside.
    return np.add.reduceat(np.append(values, 0.0), edges)[::2]


def _remedy(network: Network, causes: Causes, line: int) -> str:
    if causes.code[line] == MATERIAL:
        label = network.points.labels[causes.point[line]]

        return f"Nothing supplies {label}: add a source."

    if causes.code[line] == LEAD_TIME and causes.point[line] >= 0:
        label = network.points.labels[causes.point[line]]

        return (
            f"No new {label} can arrive earlier: expedite it, find a faster source, or "
            "agree on the date."
        )

    if causes.code[line] == FENCE:
        label = network.points.labels[causes.point[line]]

        return (
            f"No new {label} may arrive before its freeze fence ends: lift it, or "
            "agree on the date."
        )

    if causes.code[line] == CAPACITY:
        resource = network.resources.resource_id[causes.resource[line]]

        return (
            f"{resource} is full when it would be needed: add capacity there, use "
            "another source, or agree on the date."
        )

    if causes.code[line] == SUPPLIER:
        resource = network.resources.resource_id[causes.resource[line]]

        return (
            f"{resource} gives no more when it would be needed: raise that limit, use "
            "another source, or agree on the date."
        )

    return "Raise its priority, add supply or capacity, or agree on the date."
