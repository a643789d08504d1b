"""
Shipments: when the parts of a demand line leave, if it may not come in any parts.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Floats, Ints
from lotwright.model.network import Network
from lotwright.model.rules import FAR
from lotwright.solver.schedule import NeedKind, Schedule

#: Parts that differ by less than this share are the same.
_TOLERANCE = 1e-9


def shipped_days(network: Network, schedule: Schedule) -> Ints:
    """
    Returns the day on which each peg is issued or delivered, shape ``(G,)``.

    A line that may not be delivered in parts waits for the last of them; one with a
    smallest part delivery waits until that much is there, or all that will come.
    """
    pegs, needs, rules = schedule.pegs, schedule.needs, network.rules.lines
    waits = ~rules.split_allowed | (rules.min_shipment > 0)

    if not waits.any():
        return pegs.day

    is_line = needs.kind == NeedKind.LINE
    held = np.zeros(len(needs), dtype=np.bool_)
    held[is_line] = waits[needs.ref[is_line]]
    rows = np.flatnonzero(held[pegs.need] & (pegs.supply >= 0) & (pegs.day < FAR))
    line, day = needs.ref[pegs.need[rows]], pegs.day[rows]
    turn = np.lexsort((day, line))
    rows, line, day = rows[turn], line[turn], day[turn]
    least = np.where(rules.split_allowed, rules.min_shipment, np.inf)
    shipped = pegs.day.copy()
    shipped[rows] = _together(line, day, pegs.quantity[rows], least)

    return shipped


def _together(line: Ints, day: Ints, quantity: Floats, least: Floats) -> Ints:
    """
    Returns the days of parts that wait until there is enough, by line and day.

    Only lines that ask for it come here, so that a loop is quick enough.
    """
    shipped = day.copy()
    begin, collected = 0, 0.0

    for row in range(len(line)):
        if row and line[row] != line[row - 1]:
            begin, collected = row, 0.0

        collected += float(quantity[row])
        shipped[begin : row + 1] = day[row]

        if collected >= least[line[row]] * (1.0 - _TOLERANCE):
            begin, collected = row + 1, 0.0

    return shipped
