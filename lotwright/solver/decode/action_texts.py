"""
Texts of action messages: one sentence for the planner each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lotwright.model.network import Ints, Network, Texts
from lotwright.solver.decode.deciding import Action, Messages
from lotwright.solver.decode.open_orders import OpenOrders
from lotwright.solver.decode.wording import amount_text


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """
    What one message says.
    """

    key: str
    what: str
    due: str
    to_date: str
    days: int
    quantity: float
    to_qty: float
    names: str
    new: str


def texts_of(
    network: Network,
    known: OpenOrders,
    messages: Messages,
    names: list[str],
    new: list[str],
    cause: Ints,
) -> Texts:
    """
    Returns the sentence of each message.

    Parameters
    ----------
    network, known, messages
        What to change about which orders.
    names
        Demands that each message is for.
    new
        Planned order that it replaces, where it does.
    cause
        Open supply whose message it follows from, else -1, shape ``(n,)``.
    """
    place = messages.open_order
    row = known.row[place]
    due = network.rules.supplies.due_day[row]
    columns = zip(
        messages.action.tolist(),
        network.supplies.supply_id[row].tolist(),
        known.point[place].tolist(),
        _date_words(network, due),
        _date_words(network, messages.to_day),
        np.abs(messages.to_day - due).tolist(),
        known.quantity[place].tolist(),
        messages.to_qty.tolist(),
        names,
        new,
        np.append(network.supplies.supply_id, "")[cause].tolist(),
        strict=True,
    )
    found: list[str] = []

    for (
        action,
        key,
        point,
        date,
        to_date,
        days,
        quantity,
        to_qty,
        who,
        other,
        by,
    ) in columns:
        facts = _Facts(
            key=str(key),
            what=network.points.labels[point],
            due=date,
            to_date=to_date,
            days=days,
            quantity=quantity,
            to_qty=to_qty,
            names=who,
            new=other,
        )
        text = _SENTENCES[action](facts)
        found.append(text + (f" This follows from {by}." if by else ""))

    return np.array(found, dtype=np.object_)


def _date_words(network: Network, day: Ints) -> list[str]:
    words: list[str] = np.datetime_as_string(network.buckets.date(day)).tolist()

    return words


def _order(facts: _Facts) -> str:
    return f"{facts.key} ({amount_text(facts.quantity)} {facts.what})"


def _for(facts: _Facts) -> str:
    return f" for {facts.names}" if facts.names else ""


def days_word(days: int) -> str:
    """
    Returns a number of days in words.
    """
    return f"{days} day" if days == 1 else f"{days} days"


def _expedite(facts: _Facts) -> str:
    return (
        f"Expedite {_order(facts)} by {days_word(facts.days)}, from {facts.due} to "
        f"{facts.to_date}: it is needed then{_for(facts)}."
    )


def _split(facts: _Facts) -> str:
    return (
        f"Split {_order(facts)} due on {facts.due}: {amount_text(facts.to_qty)} are "
        f"needed {days_word(facts.days)} earlier, on {facts.to_date}{_for(facts)}; the "
        "rest may stay."
    )


def _defer(facts: _Facts) -> str:
    return (
        f"Defer {_order(facts)} by {days_word(facts.days)}, from {facts.due} to "
        f"{facts.to_date}: nothing needs it before."
    )


def _increase(facts: _Facts) -> str:
    return (
        f"Increase {_order(facts)} due on {facts.due} to {amount_text(facts.to_qty)}, "
        f"in place of the new order {facts.new} for that day{_for(facts)}."
    )


def _decrease(facts: _Facts) -> str:
    return (
        f"Decrease {_order(facts)} due on {facts.due} to {amount_text(facts.to_qty)}: "
        "nothing needs the rest."
    )


def _cancel(facts: _Facts) -> str:
    return f"Cancel {_order(facts)} due on {facts.due}: nothing needs it."


_SENTENCES: dict[int, Callable[[_Facts], str]] = {
    Action.EXPEDITE: _expedite,
    Action.SPLIT: _split,
    Action.DEFER: _defer,
    Action.INCREASE: _increase,
    Action.DECREASE: _decrease,
    Action.CANCEL: _cancel,
}
