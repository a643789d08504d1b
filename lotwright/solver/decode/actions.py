"""
Action messages: what to change about open orders, and why.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from lotwright.model.findings import Finding, Severity
from lotwright.model.network import Floats, Ints, Network, Texts
from lotwright.model.rules import FAR
from lotwright.solver.decode.action_texts import texts_of
from lotwright.solver.decode.deciding import (
    Action,
    Messages,
    appended,
    decide,
    joined,
)
from lotwright.solver.decode.frames import as_table, dates
from lotwright.solver.decode.gains import (
    Gains,
    Seeds,
    gains_of,
    names_of,
    open_parents,
)
from lotwright.solver.decode.open_orders import OpenOrders, open_orders_of
from lotwright.solver.decode.relation import pairs, sum_by
from lotwright.solver.decode.replacing import Replaced, replaced_by
from lotwright.solver.decode.standing import standing_of
from lotwright.solver.decode.text_columns import Keys, words_at
from lotwright.solver.decode.wanted import lateness
from lotwright.solver.schedule import NeedKind, Schedule

_CODES = {
    "expedite": "A-EXPEDITE",
    "split": "A-SPLIT",
    "defer": "A-DEFER",
    "increase": "A-INCREASE",
    "decrease": "A-DECREASE",
    "cancel": "A-CANCEL",
    "release_now": "A-RELEASE",
    "change_source": "A-SOURCE",
}

#: Levels of open orders through which one message leads to another.
_MOST_ROUNDS = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Round:
    """
    Messages, and what they were made from.
    """

    known: OpenOrders
    instead: Replaced
    messages: Messages


def actions_of(
    network: Network, schedule: Schedule, order_id: Keys | pd.Series | Texts
) -> pd.DataFrame:
    """
    Returns the table of action messages, by open order and action.

    Where an open order is to be deferred or cancelled, its components are needed later
    or not at all, and open orders that bring them get messages that follow from it.

    Parameters
    ----------
    network, schedule
        What was planned.
    order_id
        Identifier of each planned order.
    """
    first = _round(network, schedule)
    known, supplies = first.known, network.supplies
    messages, cause = _with_following(network, schedule, first)
    standing = standing_of(network, known, messages)
    messages = appended(messages, standing)
    cause = np.append(cause, np.full(len(standing), -1, dtype=np.int64))
    row = known.row[messages.open_order]
    gains = _gains(network, schedule, first, messages)
    names = names_of(network, gains, len(messages))
    due = network.rules.supplies.due_day[row]
    to_day, is_cancel = messages.to_day, messages.action == Action.CANCEL
    new = _others(network, order_id, messages)
    point = known.point[messages.open_order]
    frame = as_table(
        "action_messages",
        {
            "supply_id": supplies.supply_id[row],
            "action": _words(messages.action),
            "item_id": network.points.item_id[point],
            "location_id": network.points.location_id[point],
            "from_date": dates(network, due, known=due < FAR),
            "to_date": dates(network, to_day, known=~is_cancel),
            "from_qty": supplies.quantity[row],
            "to_qty": messages.to_qty,
            "benefit": _benefit(network, known, messages, gains),
            "derived_from": np.append(supplies.supply_id, "")[cause],
            "demand_ids": np.array(names, dtype=np.object_),
            "text": texts_of(network, known, messages, names, new, cause),
        },
    )

    return frame.sort_values(["supply_id", "action"], kind="stable", ignore_index=True)


def action_findings(network: Network, actions: pd.DataFrame) -> Iterator[Finding]:
    """
    Yields a finding for every action message.

    Parameters
    ----------
    network
        What was planned.
    actions
        Its table of action messages.
    """
    del network

    for key, action, benefit, text in zip(
        actions["supply_id"].tolist(),
        actions["action"].tolist(),
        actions["benefit"].tolist(),
        actions["text"].tolist(),
        strict=True,
    ):
        yield Finding(
            code=_CODES[action],
            severity=Severity.WARNING,
            table="supplies",
            key=key,
            value=benefit,
            text=text,
        )


def _round(network: Network, schedule: Schedule) -> _Round:
    known = open_orders_of(network, schedule)
    instead = replaced_by(network, schedule, known)

    return _Round(
        known=known,
        instead=instead,
        messages=decide(network, schedule, known, instead),
    )


def _with_following(
    network: Network, schedule: Schedule, first: _Round
) -> tuple[Messages, Ints]:
    """
    Returns all messages, and the open supply whose message each follows from, or -1.
    """
    found, cause = first.messages, np.full(len(first.messages), -1, dtype=np.int64)
    parent = open_parents(network)

    if not len(parent):
        return found, cause

    for _ in range(_MOST_ROUNDS):
        eased = _eased(network, schedule, first.known, found, parent)
        again = _round(network, eased).messages
        again = again.take(np.isin(again.action, _FOLLOWING))
        new = again.take(~np.isin(again.open_order, found.open_order))

        if not len(new):
            break

        by = _cause(network, schedule, first.known, found, new, parent)
        new, by = new.take(by >= 0), by[by >= 0]
        order = np.lexsort(
            (
                np.append(found.action, new.action),
                np.append(found.open_order, new.open_order),
            )
        )
        found, cause = joined([found, new]), np.append(cause, by)[order]

    return found, cause


#: Actions that make components needed later or not at all, or that follow from it.
_FOLLOWING = (Action.DEFER, Action.DECREASE, Action.CANCEL)


def _eased(
    network: Network,
    schedule: Schedule,
    known: OpenOrders,
    messages: Messages,
    parent: Ints,
) -> Schedule:
    """
    Returns the schedule with the components of open orders needed when they are wanted
    once those orders are deferred or cancelled.
    """
    needs, size = schedule.needs, len(network.supplies.kind)
    later = np.zeros(size + 1, dtype=np.int64)
    gone = np.zeros(size + 1, dtype=np.bool_)
    split = messages.open_order[messages.action == Action.SPLIT]
    rows = messages.action == Action.DEFER
    # Of an order that is split a part comes earlier, and with it what that needs.
    rows &= ~np.isin(messages.open_order, split)
    places = messages.open_order[rows]
    later[known.row[places]] = messages.to_day[rows] - known.day[places]
    gone[known.row[messages.open_order[messages.action == Action.CANCEL]]] = True
    issue = np.flatnonzero(needs.kind == NeedKind.OPEN_ISSUE)
    above = parent[needs.ref[issue]]
    by, day, kind = needs.available_by.copy(), needs.day.copy(), needs.kind.copy()
    by[issue] += later[above]
    day[issue] += later[above]
    kind[issue[gone[above]]] = NeedKind.EXCESS

    return replace(schedule, needs=replace(needs, available_by=by, day=day, kind=kind))


def _cause(
    network: Network,
    schedule: Schedule,
    known: OpenOrders,
    found: Messages,
    new: Messages,
    parent: Ints,
) -> Ints:
    """
    Returns the open supply with a message whose components new messages are about.
    """
    needs, pegs, size = schedule.needs, schedule.pegs, len(network.supplies.kind)
    told = np.zeros(size + 1, dtype=np.bool_)
    told[known.row[found.open_order[np.isin(found.action, _FOLLOWING)]]] = True
    rows = np.flatnonzero(needs.kind[pegs.need] == NeedKind.OPEN_ISSUE)
    above = parent[needs.ref[pegs.need[rows]]]
    is_told = told[above] & (pegs.supply[rows] >= 0) & (pegs.supply[rows] < size)
    by = np.full(size, -1, dtype=np.int64)
    by[pegs.supply[rows[is_told]][::-1]] = above[is_told][::-1]

    return by[known.row[new.open_order]]


def _gains(
    network: Network, schedule: Schedule, first: _Round, messages: Messages
) -> Gains:
    """
    Returns the parts of demand lines that each message is for.
    """
    known, pegs, size = first.known, schedule.pegs, len(network.supplies.kind)
    numbers = np.arange(len(messages), dtype=np.int64)
    early = messages.action <= Action.SPLIT
    defer, more = messages.action == Action.DEFER, messages.action == Action.INCREASE
    stays = messages.action >= Action.RELEASE_NOW
    asked = early | defer | stays
    all_of = known.row[messages.open_order[asked]]
    seeds = [_seeds(schedule, numbers[asked], all_of)]
    is_late = lateness(network, schedule, seeds[0].peg) > 0
    keep = is_late | ~early[seeds[0].message]
    seeds[0] = Seeds(
        message=seeds[0].message[keep], peg=seeds[0].peg[keep], part=seeds[0].part[keep]
    )
    seeds.append(_seeds(schedule, numbers[more], size + messages.other[more]))

    moved = np.flatnonzero(early | defer)
    i, j = pairs(messages.open_order[moved], first.instead.open_order)
    target = first.instead.target[j]
    is_new = target < len(schedule.receipts.order)
    seeds.append(_seeds(schedule, moved[i][is_new], size + target[is_new]))
    unmet = np.flatnonzero(pegs.supply < 0) if not is_new.all() else np.zeros(0, int)
    k, peg = pairs(target[~is_new] - len(schedule.receipts.order), pegs.need[unmet])
    message = moved[i][~is_new][k]
    seeds.append(Seeds(message=message, peg=unmet[peg], part=np.ones(len(peg))))

    return gains_of(
        network,
        schedule,
        Seeds(
            message=np.concatenate([one.message for one in seeds]),
            peg=np.concatenate([one.peg for one in seeds]),
            part=np.concatenate([one.part for one in seeds]),
        ),
    )


def _seeds(schedule: Schedule, message: Ints, supply: Ints) -> Seeds:
    """
    Returns the pegs to real needs of the supplies that messages are about.
    """
    pegs, needs = schedule.pegs, schedule.needs
    asked = np.zeros(int(max(pegs.supply.max(initial=0), supply.max(initial=0))) + 2)
    asked[supply] = 1.0
    rows = np.flatnonzero(asked[pegs.supply] > 0) if len(supply) else np.zeros(0, int)
    rows = rows[needs.kind[pegs.need[rows]] < NeedKind.SAFETY]
    i, j = pairs(supply, pegs.supply[rows])

    return Seeds(message=message[i], peg=rows[j], part=np.ones(len(j)))


def _benefit(
    network: Network, known: OpenOrders, messages: Messages, gains: Gains
) -> Floats:
    """
    Returns the money that each message saves: being late or short, holding stock until
    it is needed or the horizon ends, and the new order that an increase replaces.
    """
    place, action = messages.open_order, messages.action
    holding = network.points.holding_cost[known.point[place]]
    shift = messages.to_day - known.day[place]
    rest = np.maximum(network.buckets.horizon - known.day[place], 0)
    less = known.quantity[place] - messages.to_qty
    held = np.where(action == Action.DEFER, messages.to_qty * shift, less * rest)
    is_early, stays = action <= Action.SPLIT, action >= Action.RELEASE_NOW
    held = np.where(is_early | stays, 0.0, held * holding)
    activity = network.rules.supplies.activity[known.row[place]]
    order = np.append(network.activities.lot_cost, 0.0)[activity]

    of_line = network.lines.demand_class[gains.line]
    days = np.minimum(gains.late, -shift[gains.message])
    cost = np.where(
        gains.late < FAR // 2,
        np.maximum(days, 0) * network.classes.late_cost[of_line],
        network.classes.lost_cost[of_line],
    )
    saved = sum_by(gains.message, gains.quantity * cost, len(messages))
    saved = np.where(action <= Action.SPLIT, saved, held)

    return np.where(action == Action.INCREASE, order, saved)


def _others(
    network: Network, order_id: Keys | pd.Series | Texts, messages: Messages
) -> list[str]:
    """
    Returns the planned order that each message is in place of, or the source that it
    names, blank where there is none.
    """
    is_source = messages.action == Action.CHANGE_SOURCE
    found = _identifiers(order_id, np.where(is_source, -1, messages.other))
    source = np.where(is_source, messages.other, -1)
    sources = np.append(network.activities.source_id, "")[source]

    for place in np.flatnonzero(is_source).tolist():
        found[place] = str(sources[place])

    return found


def _identifiers(order_id: Keys | pd.Series | Texts, rows: Ints) -> list[str]:
    """
    Returns the identifiers of some planned orders, blank for -1.
    """
    found: list[str] = [""] * len(rows)
    some = np.flatnonzero(rows >= 0)

    for place, key in zip(some.tolist(), words_at(order_id, rows[some]), strict=True):
        found[place] = key

    return found


def _words(action: Ints) -> Texts:
    names = np.array([one.name.lower() for one in Action], dtype=np.object_)

    return names[action]
