"""
Texts of action messages: one sentence for the planner each.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from lotwright.model.network import Bools, Ints, Network, Texts
from lotwright.model.rules import FAR
from lotwright.model.why_words import amount_text
from lotwright.solver.decode.deciding import Action, Messages
from lotwright.solver.decode.open_orders import OpenOrders
from lotwright.solver.decode.wording import date_texts


@dataclass(frozen=True, slots=True, kw_only=True)
class _Facts:
    """
    What one message says.

    Parameters
    ----------
    later
        Days by which the order comes later, below 0 where earlier, 0 where it stays.
    rest
        Date of the rest of an order of which a part comes earlier, blank where it may
        stay.
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
    released: str
    later: int
    is_rest: bool
    rest: str


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
    is_split, is_rest, rest = _parts(messages)
    released = network.rules.supplies.release_day[row]
    columns = zip(
        messages.action.tolist(),
        network.supplies.supply_id[row].tolist(),
        known.point[place].tolist(),
        date_texts(network, due),
        date_texts(network, messages.to_day),
        np.abs(messages.to_day - due).tolist(),
        known.quantity[place].tolist(),
        messages.to_qty.tolist(),
        names,
        new,
        np.append(network.supplies.supply_id, "")[cause].tolist(),
        date_texts(network, np.where(released < FAR, released, 0)),
        (messages.to_day - known.day[place]).tolist(),
        is_rest.tolist(),
        date_texts(network, rest),
        is_split.tolist(),
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
        release,
        later,
        of_rest,
        rest_date,
        has_rest,
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
            released=release,
            later=later,
            is_rest=of_rest,
            rest=rest_date if has_rest else "",
        )
        text = _SENTENCES[action](facts)
        found.append(text + (f" This follows from {by}." if by else ""))

    return np.array(found, dtype=np.object_)


def _parts(messages: Messages) -> tuple[Bools, Bools, Ints]:
    """
    Returns which messages split orders of which the rest is deferred, which defer such
    a rest, and the day of the rest.
    """
    order, size = messages.open_order, int(messages.open_order.max(initial=-1)) + 1
    is_split = messages.action == Action.SPLIT
    splits = np.zeros(size, dtype=np.bool_)
    splits[order[is_split]] = True
    is_rest = (messages.action == Action.DEFER) & splits[order]
    day = np.full(size, -1, dtype=np.int64)
    day[order[is_rest]] = messages.to_day[is_rest]

    return is_split & (day[order] >= 0), is_rest, np.maximum(day[order], 0)


def _order(facts: _Facts) -> str:
    return f"{facts.key} ({amount_text(facts.quantity)} {facts.what})"


def _for(facts: _Facts) -> str:
    return f" for {facts.names}" if facts.names else ""


def days_word(days: int) -> str:
    """
    Returns a number of days in words.
    """
    return f"{days} day" if days == 1 else f"{days} days"


def _smaller(facts: _Facts) -> str:
    less = facts.to_qty < facts.quantity

    return f", and decrease it to {amount_text(facts.to_qty)}" if less else ""


def _expedite(facts: _Facts) -> str:
    return (
        f"Expedite {_order(facts)} by {days_word(facts.days)}, from {facts.due} to "
        f"{facts.to_date}{_smaller(facts)}: it is needed then{_for(facts)}."
    )


def _split(facts: _Facts) -> str:
    rest = f"comes on {facts.rest}" if facts.rest else "may stay"

    return (
        f"Split {_order(facts)} due on {facts.due}: {amount_text(facts.to_qty)} are "
        f"needed {days_word(facts.days)} earlier, on {facts.to_date}{_for(facts)}; the "
        f"rest {rest}."
    )


def _defer(facts: _Facts) -> str:
    when = f"by {days_word(facts.days)}, from {facts.due} to {facts.to_date}"

    if facts.is_rest:
        return (
            f"Defer {amount_text(facts.to_qty)} of {_order(facts)} {when}, when the "
            "part that is needed earlier is split off: nothing needs them before."
        )

    return f"Defer {_order(facts)} {when}{_smaller(facts)}: nothing needs it before."


def _increase(facts: _Facts) -> str:
    return (
        f"Increase {_order(facts)} due on {facts.due} to {amount_text(facts.to_qty)}, "
        f"in place of the new order {facts.new} for that day{_for(facts)}."
    )


def _decrease(facts: _Facts) -> str:
    verb = "expedite" if facts.later < 0 else "defer"
    moved = f", and {verb} it to {facts.to_date}" if facts.later else ""

    return (
        f"Decrease {_order(facts)} due on {facts.due} to "
        f"{amount_text(facts.to_qty)}{moved}: nothing needs the rest."
    )


def _cancel(facts: _Facts) -> str:
    return f"Cancel {_order(facts)} due on {facts.due}: nothing needs it."


def _release_now(facts: _Facts) -> str:
    return (
        f"Release {_order(facts)} now: it is to be released by {facts.released} to "
        f"come on {facts.due}."
    )


def _change_source(facts: _Facts) -> str:
    instead = f"use {facts.new}" if facts.new else "find another one"

    return (
        f"Change the source of {_order(facts)} due on {facts.due}: its source may not "
        f"be used when it starts; {instead}."
    )


_SENTENCES: dict[int, Callable[[_Facts], str]] = {
    Action.EXPEDITE: _expedite,
    Action.SPLIT: _split,
    Action.DEFER: _defer,
    Action.INCREASE: _increase,
    Action.DECREASE: _decrease,
    Action.CANCEL: _cancel,
    Action.RELEASE_NOW: _release_now,
    Action.CHANGE_SOURCE: _change_source,
}
