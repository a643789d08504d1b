"""
Standing: what to do about approved orders as they are: release them, or get them from
another source.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.solver.decode.deciding import Action, Messages, inside_action_fence
from lotwright.solver.decode.open_orders import OpenOrders


def standing_of(network: Network, known: OpenOrders, messages: Messages) -> Messages:
    """
    Returns the messages to release orders and to change their sources.

    An order that is approved or firmed is to be released when its order day is today or
    past, later by as much as it is to be deferred; its source is to be changed when it
    may not be used on the day of the start. Neither where it is to be cancelled.

    Parameters
    ----------
    network, known
        Open orders of a network.
    messages
        What else is to change about them.
    """
    rules, size = network.rules.supplies, len(known)
    gone = np.zeros(size, dtype=np.bool_)
    gone[messages.open_order[messages.action == Action.CANCEL]] = True
    day, quantity = _as_wanted(known, messages)
    may = ~gone & inside_action_fence(network, known, known.day)
    start = rules.start_day[known.row]
    wrong = may & rules.needs_source[known.row] & ~_fits(network, known, start)
    due = rules.release_day[known.row] + np.maximum(day - known.day, 0)
    release = may & ~wrong & (due <= 0)
    rows = np.concatenate([np.flatnonzero(release), np.flatnonzero(wrong)])
    count = int(np.count_nonzero(release))
    action = np.full(len(rows), Action.CHANGE_SOURCE, dtype=np.int64)
    action[:count] = Action.RELEASE_NOW
    other = np.full(len(rows), -1, dtype=np.int64)
    other[count:] = _other_sources(network, known, rows[count:], start[rows[count:]])

    return Messages(
        action=action,
        open_order=rows,
        to_day=day[rows],
        to_qty=quantity[rows],
        other=other,
    )


def _as_wanted(known: OpenOrders, messages: Messages) -> tuple[Ints, Floats]:
    """
    Returns receipt and quantity of each open order when the messages are followed; an
    order that is split stays as it is here.
    """
    day, quantity = known.day.copy(), known.quantity.copy()
    split = messages.open_order[messages.action == Action.SPLIT]
    rows = ~np.isin(messages.open_order, split)
    place = messages.open_order[rows]
    day[place], quantity[place] = messages.to_day[rows], messages.to_qty[rows]

    return day, quantity


def _fits(network: Network, known: OpenOrders, start: Ints) -> Bools:
    """
    Returns which open orders start on a day on which their source may be used.
    """
    rules = network.rules.activities
    activity = network.rules.supplies.activity[known.row]
    first, last = np.append(rules.valid_from, 0), np.append(rules.valid_to, 0)
    begun = np.maximum(start, 0)
    fits: Bools = (first[activity] <= begun) & (begun < last[activity])

    return fits & (activity >= 0)


def _other_sources(
    network: Network, known: OpenOrders, rows: Ints, start: Ints
) -> Ints:
    """
    Returns the first source that may be used for some orders instead, -1 without one.
    """
    activities, rules = network.activities, network.rules.activities
    ranked = np.lexsort((activities.unit_cost, activities.priority))
    found = np.full(len(rows), -1, dtype=np.int64)

    for n, (point, day) in enumerate(
        zip(known.point[rows].tolist(), np.maximum(start, 0).tolist(), strict=True)
    ):
        some = ranked[activities.point[ranked] == point]
        some = some[(rules.valid_from[some] <= day) & (day < rules.valid_to[some])]
        found[n] = some[0] if len(some) else -1

    return found
