"""
How findings put dates, lines and buckets into words.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lotwright.model.network import Ints, Network
from lotwright.model.why_words import amount_text


def date_texts(network: Network, day: Ints) -> Sequence[str]:
    """
    Returns the calendar date of each day as text.
    """
    found: list[str] = np.datetime_as_string(network.buckets.date(day)).tolist()

    return found


def span_text(network: Network, first: int, last: int) -> str:
    """
    Returns the buckets from one to another in words.
    """
    names = network.buckets.period_id

    if first == last:
        return f"in {names[first]}"

    return f"from {names[first]} to {names[last]}"


def line_text(network: Network, line: int, quantity: float) -> str:
    """
    Returns a demand line and a part of its quantity in words.
    """
    lines = network.lines
    label = network.points.labels[lines.point[line]]
    word = str(lines.kind[line]).capitalize()

    return (
        f"{word} {lines.demand_id[line]}: {amount_text(quantity)} of "
        f"{amount_text(lines.quantity[line])} {label}"
    )


def due_text(network: Network, line: int) -> str:
    """
    Returns the due date of a demand line.
    """
    return date_texts(network, network.lines.due_day[line : line + 1])[0]


def ship_word(quantity: float) -> str:
    """
    Returns the verb that goes with a quantity.
    """
    return "ships" if quantity == 1 else "ship"


def days_word(days: float) -> str:
    """
    Returns the noun that goes with a number of days.
    """
    return "day" if days == 1 else "days"
