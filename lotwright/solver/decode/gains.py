"""
Gains: which demand lines a supply is for, through all levels, and how much of each.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.network import Floats, Ints, Network
from lotwright.solver.decode.relation import pairs
from lotwright.solver.schedule import NeedKind, Schedule

#: Needs that are followed up from one message on each level.
MOST_NEEDS = 100

#: Demands that are named in one message.
MOST_NAMES = 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Seeds:
    """
    Where to begin: parts of pegs, each for one message.

    Parameters
    ----------
    message, peg
        Shape ``(n,)``.
    part
        Part of the peg that the message is about, shape ``(n,)``.
    """

    message: Ints
    peg: Ints
    part: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Gains:
    """
    Parts of demand lines that messages are for.

    Parameters
    ----------
    message, line
        Shape ``(n,)``.
    quantity
        Shape ``(n,)``.
    late
        Days by which that part is late, shape ``(n,)``.
    """

    message: Ints
    line: Ints
    quantity: Floats
    late: Ints


def gains_of(network: Network, schedule: Schedule, seeds: Seeds) -> Gains:
    """
    Returns the demand lines above pegs; of many needs on one level the first count.
    """
    pegs, needs = schedule.pegs, schedule.needs
    parent = open_parents(network)
    found: list[Gains] = []
    level = seeds

    for _ in range(len(network.points) + 1):
        if not len(level.peg):
            break

        level = _first(schedule, level)
        need = pegs.need[level.peg]
        kind, ref = needs.kind[need], needs.ref[need]
        taken = pegs.quantity[level.peg] * level.part
        is_line = kind == NeedKind.LINE
        found.append(
            Gains(
                message=level.message[is_line],
                line=ref[is_line],
                quantity=taken[is_line],
                late=(pegs.day[level.peg] - needs.day[need])[is_line],
            )
        )
        level = _above(network, schedule, level, taken, parent)

    return Gains(
        message=np.concatenate([np.zeros(0, int), *(one.message for one in found)]),
        line=np.concatenate([np.zeros(0, int), *(one.line for one in found)]),
        quantity=np.concatenate([np.zeros(0), *(one.quantity for one in found)]),
        late=np.concatenate([np.zeros(0, int), *(one.late for one in found)]),
    )


def names_of(network: Network, gains: Gains, size: int) -> list[str]:
    """
    Returns the demands that each message is for: the most urgent, each once.
    """
    lines = network.lines
    order = np.lexsort(
        (gains.line, lines.due_day[gains.line], -gains.late, gains.message)
    )
    frame = pd.DataFrame({"message": gains.message[order], "line": gains.line[order]})
    frame = frame.drop_duplicates()
    frame = frame[frame.groupby("message").cumcount() < MOST_NAMES]
    names: list[list[str]] = [[] for _ in range(size)]

    for message, line in zip(
        frame["message"].tolist(), frame["line"].tolist(), strict=True
    ):
        names[message].append(str(lines.demand_id[line]))

    return [", ".join(some) for some in names]


def open_parents(network: Network) -> Ints:
    """
    Returns the row of the open supply that each open issue is of, -1 if unknown.
    """
    supplies, issues = network.supplies, network.open_issues
    rows = np.flatnonzero(supplies.kind != "stock")
    keys = pd.Index(supplies.supply_id[rows], dtype="str")
    first = ~keys.duplicated()
    place = keys[first].get_indexer(pd.Index(issues.supply_id, dtype="str"))

    return np.append(rows[first], -1)[place]


def _first(schedule: Schedule, level: Seeds) -> Seeds:
    """
    Returns the parts whose needs count first, up to a number for each message.
    """
    needs, need = schedule.needs, schedule.pegs.need[level.peg]
    order = np.lexsort(
        (level.peg, needs.day[need], needs.priority[need], level.message)
    )
    place = pd.Series(level.message[order]).groupby(level.message[order]).cumcount()
    order = order[np.asarray(place) < MOST_NEEDS]

    return Seeds(
        message=level.message[order], peg=level.peg[order], part=level.part[order]
    )


def _above(
    network: Network, schedule: Schedule, level: Seeds, taken: Floats, parent: Ints
) -> Seeds:
    """
    Returns the parts that the main products of the orders above serve.
    """
    needs, pegs, size = schedule.needs, schedule.pegs, len(network.supplies.kind)
    need = pegs.need[level.peg]
    kind, ref = needs.kind[need], needs.ref[need]
    supply = np.where(kind == NeedKind.ORDER_ISSUE, size + ref, -1)
    is_open = kind == NeedKind.OPEN_ISSUE
    supply[is_open] = parent[ref[is_open]]
    rows = np.flatnonzero((supply >= 0) & (needs.quantity[need] > 0))
    asked = np.zeros(size + len(schedule.receipts.order) + 1, dtype=np.bool_)
    asked[supply[rows]] = True
    above = np.flatnonzero(asked[pegs.supply]) if len(rows) else rows
    i, j = pairs(supply[rows], pegs.supply[above])
    part = np.minimum(taken[rows] / needs.quantity[need[rows]], 1.0)

    return Seeds(message=level.message[rows][i], peg=above[j], part=part[i])
