"""
Texts of explanations: what would mend a delay, and the path from demand to cause.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.network import Ints, Network, Texts
from lotwright.model.rules import FAR
from lotwright.solver.decode.causes_of_lines import OF_LINE, OF_SOURCE, Cause
from lotwright.solver.decode.chains import Chains, Steps
from lotwright.solver.decode.deciding import receipt_day
from lotwright.solver.decode.text_columns import Keys, words_at
from lotwright.solver.decode.wanted import wanted_days
from lotwright.solver.decode.wording import date_texts, days_word
from lotwright.solver.schedule import Schedule


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """
    What one hint is made of; ``date`` is that of the delivery, empty where it never
    comes.
    """

    what: str
    item: str
    days: str
    date: str
    other_date: str
    source: str
    lead_time: int
    period: str
    may_move: bool


def hints_of(
    network: Network,
    activity: Ints,
    steps: Steps,
    day: Ints,
    what: Texts,
    other_day: Ints,
) -> Texts:
    """
    Returns what would mend each step, as a sentence.

    Parameters
    ----------
    network
        What was planned.
    activity
        Activity of each planned order.
    steps
        Steps of a plan.
    day
        Day of the delivery that each delays, shape ``(n,)``.
    what
        Name of the object of each step, shape ``(n,)``.
    other_day
        Day to which to expedite what is awaited, or the last day of delivery, ``(n,)``.
    """
    labels = np.array([*network.points.labels, ""], dtype=np.object_)
    items = labels[points_of(network, activity, steps)].tolist()
    activity = np.append(activity, -1)[steps.order]
    lead_time = np.append(network.activities.lead_time, 0)[activity]
    source = np.append(network.activities.source_id, "")[activity]
    may_move = np.append(network.rules.supplies.can_move, True)[steps.supply]
    columns = zip(
        steps.cause.tolist(),
        what.tolist(),
        items,
        steps.days.tolist(),
        _dates_or_none(network, day),
        date_texts(network, other_day),
        source.tolist(),
        lead_time.tolist(),
        np.array([*network.buckets.period_id, ""])[steps.bucket].tolist(),
        may_move.tolist(),
        strict=True,
    )
    hints = [
        _HINTS[cause](
            _Facts(
                what=str(name),
                item=item,
                days=f"{days} {days_word(days)}",
                date=date,
                other_date=other,
                source=str(by),
                lead_time=lead,
                period=str(period),
                may_move=may,
            )
        )
        for cause, name, item, days, date, other, by, lead, period, may in columns
    ]

    return np.array(hints, dtype=np.object_)


def paths_of(
    network: Network,
    activity: Ints,
    chains: Chains,
    order_id: Keys | pd.Series | Texts,
    kept: Ints,
) -> Texts:
    """
    Returns the path of each chain: the demand, then orders with the days they add.

    Parameters
    ----------
    network
        What was planned.
    activity
        Activity of each planned order.
    chains
        Chains of a plan.
    order_id
        Identifier of each planned order.
    kept
        Chains that need a path; it is empty for others.
    """
    steps, size = chains.steps, len(chains.line)
    asked = np.zeros(size, dtype=np.bool_)
    asked[kept] = True
    rows = np.flatnonzero(asked[steps.chain])
    parts: list[list[str]] = [[] for _ in range(size)]

    for chain, demand in zip(
        kept.tolist(), network.lines.demand_id[chains.line[kept]], strict=True
    ):
        parts[chain].append(str(demand))

    for chain, name, days in zip(
        steps.chain[rows].tolist(),
        _names(network, activity, steps, rows, order_id),
        steps.days[rows].tolist(),
        strict=True,
    ):
        parts[chain].append(f"{name} +{days}" if days < FAR else f"{name}: never")

    return np.array([" > ".join(some) for some in parts], dtype=np.object_)


def _names(
    network: Network,
    activity: Ints,
    steps: Steps,
    rows: Ints,
    order_id: Keys | pd.Series | Texts,
) -> list[str]:
    """
    Returns what stands for some steps in a path: an order with its item, or a place.
    """
    order, supply = steps.order[rows], steps.supply[rows]
    labels = network.points.labels
    items = points_of(network, activity, steps)[rows].tolist()
    names = ["before today" if one < 0 else labels[one] for one in items]
    planned = np.flatnonzero(order >= 0)

    for place, key in zip(
        planned.tolist(), words_at(order_id, order[planned]), strict=True
    ):
        names[place] = f"{key} {names[place]}"

    for place in np.flatnonzero(supply >= 0).tolist():
        key = network.supplies.supply_id[supply[place]] or "stock"
        names[place] = f"{key} {names[place]}"

    return names


def points_of(network: Network, activity: Ints, steps: Steps) -> Ints:
    """
    Returns the stock point of each step, -1 where it has none.

    Parameters
    ----------
    network
        What was planned.
    activity
        Activity of each planned order.
    steps
        Steps of a plan.
    """
    made = np.append(network.activities.point, -1)[np.append(activity, -1)[steps.order]]
    given = np.append(network.supplies.point, -1)[steps.supply]
    point = np.where(steps.order >= 0, made, given)
    point = np.where(point < 0, steps.point, point)
    of_line = np.isin(steps.cause, OF_LINE) & (steps.cause != Cause.BEFORE_TODAY)
    of_source = np.isin(steps.cause, OF_SOURCE)
    what = steps.object.copy()
    what[of_line] = network.lines.point[what[of_line]]
    what[of_source] = network.activities.point[what[of_source]]
    alone = (point < 0) & (steps.cause != Cause.BEFORE_TODAY)

    return np.where(alone, what, point)


def other_days(network: Network, schedule: Schedule, steps: Steps) -> Ints:
    """
    Returns the day to which to expedite what is awaited, or the last day of delivery,
    of steps of a schedule, shape ``(n,)``.
    """
    day = np.zeros(len(steps), dtype=np.int64)
    rows = np.flatnonzero((steps.cause == Cause.AWAIT) & (steps.need >= 0))
    _, by = wanted_days(network, schedule, steps.need[rows])
    point = schedule.needs.point[steps.need[rows]]
    day[rows] = np.maximum(receipt_day(network, point, by), 0)
    rows = np.flatnonzero(np.isin(steps.cause, (Cause.LAST_DAY, Cause.OVER)))
    day[rows] = network.rules.lines.last_day[steps.object[rows]]

    return day


def _dates_or_none(network: Network, day: Ints) -> list[str]:
    """
    Returns the calendar date of each day as text, empty where it is never.
    """
    texts = date_texts(network, np.where(day < FAR, day, 0))

    return [
        text if is_known else ""
        for text, is_known in zip(texts, (day < FAR).tolist(), strict=True)
    ]


def _or_agree(facts: _Facts) -> str:
    return f", or agree on {facts.date}." if facts.date else "."


def _sooner(facts: _Facts) -> str:
    """
    Returns by how much something is to come sooner; never is not a number of days.
    """
    return f"{facts.days} sooner" if facts.date else "sooner"


def _earlier(facts: _Facts) -> str:
    return f"{facts.days} earlier" if facts.date else "earlier"


def _by_days(facts: _Facts) -> str:
    return f" by {facts.days}" if facts.date else ""


def _by_then(facts: _Facts) -> str:
    """
    Returns the period that is full; what is never free has none.
    """
    if not facts.period:
        return ", which has none, or name another source."

    return f" in {facts.period} or before{_or_agree(facts)}"


def _source_takes(facts: _Facts) -> str:
    if not facts.source:
        return " than its sources can"

    lead = f"{facts.lead_time} {days_word(facts.lead_time)}"

    return f": source {facts.source} takes {lead}"


def _lead_time(facts: _Facts) -> str:
    return f"Get {facts.item} {_sooner(facts)}{_source_takes(facts)}{_or_agree(facts)}"


def _await(facts: _Facts) -> str:
    if not facts.may_move:
        return (
            f"{facts.what} may not move: get {facts.item} elsewhere{_or_agree(facts)}"
        )

    return f"Expedite {facts.what} to {facts.other_date}{_or_agree(facts)}"


_HINTS: dict[int, Callable[[_Facts], str]] = {
    Cause.LEAD_TIME: _lead_time,
    Cause.BEFORE_TODAY: lambda facts: (
        f"It was due {facts.days} before today: agree on {facts.date}."
    ),
    Cause.AWAIT: _await,
    Cause.MARGIN: lambda facts: (
        f"Shorten the margins of {facts.item} by {facts.days}{_or_agree(facts)}"
    ),
    Cause.CAPACITY: lambda facts: f"Add capacity of {facts.what}{_by_then(facts)}",
    Cause.SUPPLIER: lambda facts: f"Raise the limit of {facts.what}{_by_then(facts)}",
    Cause.FENCE: lambda facts: (
        f"Shorten the freeze fence of {facts.item}{_by_days(facts)}{_or_agree(facts)}"
    ),
    Cause.VALIDITY: lambda facts: (
        f"Let source {facts.what} be used {_earlier(facts)}{_or_agree(facts)}"
    ),
    Cause.TOLERANCE: lambda facts: (
        f"Order {facts.item} apart: it shares an order that comes {facts.days} later"
        f"{_or_agree(facts)}"
    ),
    Cause.CALENDAR: lambda facts: (
        f"Open closed days of source {facts.what} or of where {facts.item} is received"
        f"{_or_agree(facts)}"
    ),
    Cause.NO_SOURCE: lambda facts: f"Add a source or supply of {facts.item}.",
    Cause.MANUAL: lambda facts: f"Order {facts.item} by hand: its lot rule is manual.",
    Cause.LAST_DAY: lambda facts: (
        f"Accept delivery after {facts.other_date}, or add supply of {facts.item}."
    ),
    Cause.PRIORITY: lambda facts: (
        f"Raise its priority, or add supply of {facts.item}: demand of higher priority "
        "has taken what there is."
    ),
    Cause.NO_USE: lambda facts: (
        f"No source of {facts.item} may be used for it: look at their validity and lot "
        "limits."
    ),
    Cause.BEYOND: lambda facts: (
        f"Lengthen the planning fence of {facts.item}: it lies beyond."
    ),
    Cause.OVER: lambda facts: (
        f"Agree on a new date, or close it: {facts.other_date} was the last day on "
        "which it might be delivered."
    ),
    Cause.PERISHES: lambda facts: (
        f"Agree on fewer sellable days of {facts.what}: new {facts.item} does not keep "
        "as long."
    ),
    Cause.COST: lambda facts: (
        "Raise its costs of being late and lost, or search longer: nothing stands in "
        f"the way of {facts.item}, but to serve it in time costs more."
    ),
    Cause.LOT: lambda facts: (
        f"Allow smaller lots of source {facts.what}: they are larger than the "
        f"{facts.item} that is missing, or than what there is room for."
    ),
    Cause.CLOSED: lambda facts: (
        f"Open days of source {facts.what} or of where {facts.item} is received: one "
        "of their calendars is never open again."
    ),
    Cause.TOO_LONG: lambda facts: (
        f"Correct the lead time of source {facts.what}: it is longer than any plan."
    ),
    Cause.OUTDATED: lambda facts: (
        f"Lengthen the validity of source {facts.what}, of its bill or its routing, or "
        f"add a source of {facts.item}."
    ),
}
