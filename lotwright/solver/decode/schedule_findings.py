"""
Findings of a schedule: lines that come late, orders that could not come earlier, and
what levelling moved.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.codes import CODES
from lotwright.model.findings import Finding
from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.model.rules import FAR
from lotwright.model.why_words import amount_text
from lotwright.solver.decode.findings import MOST_FINDINGS, runs_with_most
from lotwright.solver.decode.gains import open_parents
from lotwright.solver.decode.line_fulfilment import LineFulfilment
from lotwright.solver.decode.relation import run_starts, sum_by
from lotwright.solver.decode.text_columns import Keys
from lotwright.solver.decode.wording import (
    date_texts,
    days_word,
    due_text,
    line_text,
    ship_word,
    span_text,
)
from lotwright.solver.schedule import Bound, Move, NeedKind, Schedule

_KINDS = ("make", "buy", "transfer")

_ANY_REMEDY = "Raise its priority, add supply or capacity, or agree on the date."

_REMEDIES = {
    "C-LEADTIME": "No new supply can arrive earlier: expedite it, find a faster "
    "source, or agree on the date.",
    "C-MATERIAL": "A component is not there: add a source or supply for it.",
    "C-CAPACITY": "A resource is full when it would be needed: add capacity there, use "
    "another source, or agree on the date.",
    "C-SUPPLIER": "A supplier gives no more when it would be needed: raise that limit, "
    "use another source, or agree on the date.",
    "C-FENCE": "A freeze fence keeps new orders out: lift it, or agree on the date.",
    "C-AWAIT": "It waits for a supply that comes late: expedite that, or agree on the "
    "date.",
    "C-CALENDAR": "Closed days leave no earlier date: open one of them, or agree on "
    "the date.",
    "C-POLICY": "A rule that was set decides so, and its explanation names it: change "
    "it, or agree on the date.",
    "C-PAST": "Its last day of delivery was before the plan starts: agree on a new "
    "date, or close it.",
    "C-PRIORITY": "Demand of higher priority comes first: raise its priority, or add "
    "supply.",
}

_MOVES = {
    Move.EARLIER: (
        "made ahead, for the bucket in which it is wanted is full",
        "Add capacity there, or accept the stock.",
    ),
    Move.LATER: (
        "put off, for no earlier bucket has room",
        "Add capacity, use another source, or agree on the date.",
    ),
    Move.OTHER_ACTIVITY: (
        "got in another way, for its first source is full",
        "Add capacity there, or accept the other source.",
    ),
    Move.SPLIT: (
        "done in parts, for no bucket has room for all of it",
        "Add capacity, or accept the parts.",
    ),
    Move.TOGETHER: (
        "moved along, for what it takes or what it is for was moved",
        "Look at the orders that it is pegged to, or accept the date.",
    ),
}


def line_findings(
    network: Network,
    fulfilment: LineFulfilment,
    cost: Floats,
    causes: tuple[str, ...],
    cause: Ints,
) -> list[Finding]:
    """
    Returns a finding for each demand line that is late or short, the costliest first;
    where they are very many, one for the rest.

    Parameters
    ----------
    network, fulfilment
        What the lines of a network get.
    cost
        What lateness and shortness of each line cost, shape ``(N,)``.
    causes, cause
        Codes of root causes, and the one of each line, -1 for none, shape ``(N,)``.
    """
    late, short = fulfilment.is_late, fulfilment.is_short
    late_cost = np.where(short, 0.0, cost)
    found = [
        _finding(
            "X-LATE",
            table="demands",
            key=network.lines.demand_id[line],
            value=float(late_cost[line]),
            text=f"{line_text(network, line, fulfilment.late[line])} "
            f"{ship_word(fulfilment.late[line])} {fulfilment.days_late[line]} "
            f"{days_word(fulfilment.days_late[line])} late, on "
            f"{_date(network, fulfilment.last_day[line])} instead of "
            f"{due_text(network, line)}. {_remedy(causes, cause[line])}",
        )
        for line in _first(late, late_cost, fulfilment.days_late)
    ]
    found += _others(late, "X-LATE", "demands", "demand lines are late", late_cost)
    found += [
        _finding(
            "X-SHORT",
            table="demands",
            key=network.lines.demand_id[line],
            value=float(cost[line]),
            text=f"{line_text(network, line, fulfilment.short[line])}, due on "
            f"{due_text(network, line)}, will not be delivered. "
            f"{_remedy(causes, cause[line])}",
        )
        for line in _first(short, cost, fulfilment.short)
    ]
    found += _others(short, "X-SHORT", "demands", "demand lines are short", cost)

    return found


def late_order_findings(
    network: Network, schedule: Schedule, order_id: Keys
) -> list[Finding]:
    """
    Returns a finding for each order that is late because it could not be ordered in
    time, or because a freeze fence keeps it out; where they are very many, one for the
    rest.
    """
    orders = schedule.orders
    delay = orders.due_day - orders.wanted_day
    shapes = (
        (
            Bound.TODAY,
            "X-RELEASE-PAST",
            f"would have had to start before {network.as_of}",
            "Release it at once and expedite it, or use another source.",
            "planned orders would have had to start before the plan does",
        ),
        (
            Bound.FENCE,
            "X-FENCE",
            "would have had to come inside the freeze fence",
            "Lift the fence for it, or agree on the date.",
            "planned orders are kept out by a freeze fence",
        ),
    )
    found = []

    for bound, code, why, remedy, others in shapes:
        marked = (orders.bound == bound) & (delay > 0)
        rows = _first(marked, delay.astype(np.float64), orders.quantity)
        found += [
            _finding(
                code,
                table="planned_orders",
                key=key,
                text=f"To have {_what(network, schedule, row)} on "
                f"{_date(network, orders.wanted_day[row])}, the "
                f"{_KINDS[network.activities.kind[orders.activity[row]]]} order {key} "
                f"{why}; it comes on {_date(network, orders.due_day[row])}, "
                f"{delay[row]} {days_word(delay[row])} later. {remedy}",
            )
            for row, key in zip(rows, order_id.column(np.array(rows, int)), strict=True)
        ]
        found += _others(marked, code, "planned_orders", others)

    return found


def open_component_findings(network: Network, schedule: Schedule) -> list[Finding]:
    """
    Returns a finding for each open order and component that comes too late for it, or
    never; where they are very many, one for the rest.
    """
    needs, supplies, labels = schedule.needs, network.supplies, network.points.labels
    order, need, day, lacks = _late_open_issues(network, schedule)
    wait = day - needs.day[need]
    marked = np.ones(len(order), dtype=np.bool_)
    found = []

    for n in _first(marked, np.zeros(len(order)), wait):
        row, label = int(order[n]), labels[needs.point[need[n]]]
        key, what = supplies.supply_id[row], labels[supplies.point[row]]
        due, wanted = int(supplies.day[row]), int(needs.day[need[n]])
        late = f"{wait[n]} {days_word(wait[n])} later"
        comes = f"come on {_date(network, int(day[n]))}, {late}"
        found.append(
            _finding(
                "X-COMPONENT-LATE",
                table="supplies",
                key=str(key),
                text=f"{key} ({amount_text(supplies.quantity[row])} {what}) keeps its "
                f"date {_date(network, due)}, but {amount_text(lacks[n])} of its "
                f"component {label}, needed on {_date(network, wanted)}, "
                f"{comes if day[n] < FAR else 'never come'}. Bring {label} forward, or "
                f"move {key}.",
            )
        )

    what = "components come too late for open orders"

    return [*found, *_others(marked, "X-COMPONENT-LATE", "supplies", what)]


def _late_open_issues(
    network: Network, schedule: Schedule
) -> tuple[Ints, Ints, Ints, Floats]:
    """
    Returns the components that come too late for open orders: the row of the order, the
    need, the day on which the last of it comes, and how much is late.
    """
    needs, pegs, parent = schedule.needs, schedule.pegs, open_parents(network)
    rows = np.zeros(0, dtype=np.int64)

    if len(parent):
        rows = np.flatnonzero(needs.kind[pegs.need] == NeedKind.OPEN_ISSUE)
        rows = rows[parent[needs.ref[pegs.need[rows]]] >= 0]

    day = np.where(pegs.supply[rows] < 0, FAR, np.minimum(pegs.day[rows], FAR))
    late = day > needs.day[pegs.need[rows]]
    need, day, part = pegs.need[rows[late]], day[late], pegs.quantity[rows[late]]
    order, point = parent[needs.ref[need]], needs.point[need]
    turn = np.lexsort((needs.day[need], -day, point, order))
    first = run_starts(order[turn], point[turn])
    last = turn[first]
    lacks = sum_by(np.cumsum(first) - 1, part[turn], len(last))

    return order[last], need[last], day[last], lacks


def _arrival(network: Network, schedule: Schedule, row: int) -> str:
    day, before = schedule.orders.due_day[row], schedule.orders.moved_from[row]

    if day == before:
        return f"still comes on {_date(network, day)}"

    return f"comes on {_date(network, day)} instead of {_date(network, before)}"


def move_findings(
    network: Network, schedule: Schedule, order_id: Keys
) -> list[Finding]:
    """
    Returns a finding for each order that levelling moved; where they are very many, one
    for the rest.
    """
    orders = schedule.orders
    distance = np.abs(orders.due_day - orders.moved_from).astype(np.float64)
    found = []

    for move, (why, remedy) in _MOVES.items():
        marked = orders.move == move
        rows = _first(marked, distance, orders.quantity)
        found += [
            _finding(
                "X-LEVELLED",
                table="planned_orders",
                key=key,
                text=f"Order {key} of {_what(network, schedule, row)} is {why}: it "
                f"{_arrival(network, schedule, row)}. {remedy}",
            )
            for row, key in zip(rows, order_id.column(np.array(rows, int)), strict=True)
        ]
        found += _others(
            marked, "X-LEVELLED", "planned_orders", f"planned orders are {why}"
        )

    return found


def expiry_findings(network: Network, expired: Floats) -> list[Finding]:
    """
    Returns a finding for every unbroken run of buckets in which stock of a point
    expires.

    Parameters
    ----------
    network
        A network.
    expired
        Scrapped by age, shape ``(P, T)``.
    """
    value = network.points.value
    runs, others = runs_with_most(expired > 0, expired * value[:, None])
    found = [
        _finding(
            "X-EXPIRE",
            table="inventory_projection",
            key=network.points.labels[point],
            value=cost,
            count=last - first + 1,
            text=f"{amount_text(expired[point, first : last + 1].sum())} "
            f"{network.points.labels[point]} expire {_when(network, first, last)}. "
            "Use it up earlier, or order less.",
        )
        for point, first, last, cost in runs
    ]

    if others:
        found += [_rest("X-EXPIRE", "inventory_projection", "stocks expire", others)]

    return found


def _when(network: Network, first: int, last: int) -> str:
    """
    Returns the buckets from one to another in words, a single day as a date.
    """
    if first == last and network.buckets.days[first] == 1:
        return f"on {_date(network, int(network.buckets.start[first]))}"

    return span_text(network, first, last)


def _finding(code: str, **cells: object) -> Finding:
    return Finding(code=code, severity=CODES[code].severity, **cells)  # type: ignore[arg-type]  # cells are named by the caller


def _first(marked: Bools, value: Floats, size: Floats | Ints) -> list[int]:
    """
    Returns the marked rows of the greatest value, the first of those that are equal.
    """
    rows = np.flatnonzero(marked)

    if len(rows) > MOST_FINDINGS:
        keys = (rows, -size[rows].astype(np.float64), -value[rows])
        rows = np.sort(rows[np.lexsort(keys)[:MOST_FINDINGS]])

    return [int(row) for row in rows]


def _others(
    marked: Bools, code: str, table: str, what: str, cost: Floats | None = None
) -> list[Finding]:
    """
    Returns one finding on all marked rows but those with one of their own.
    """
    count = int(np.count_nonzero(marked)) - MOST_FINDINGS

    if count <= 0:
        return []

    value = 0.0

    if cost is not None:
        chosen = np.sort(cost[marked])
        value = float(chosen[: len(chosen) - MOST_FINDINGS].sum())

    return [_rest(code, table, what, count, value)]


def _rest(code: str, table: str, what: str, count: int, value: float = 0.0) -> Finding:
    return _finding(
        code,
        table=table,
        count=count,
        value=value,
        text=f"{count:,} more {what}. Mend the ones named first; the table of the plan "
        "lists them all.",
    )


def _what(network: Network, schedule: Schedule, row: int) -> str:
    point = network.activities.point[schedule.orders.activity[row]]

    return (
        f"{amount_text(schedule.orders.quantity[row])} {network.points.labels[point]}"
    )


def _date(network: Network, day: int) -> str:
    return date_texts(network, np.array([day], dtype=np.int64))[0]


def _remedy(causes: tuple[str, ...], cause: int) -> str:
    return _ANY_REMEDY if cause < 0 else _REMEDIES.get(causes[cause], _ANY_REMEDY)
