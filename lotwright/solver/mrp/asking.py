"""
Asking: the needs of one level in the order in which they are met.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Floats, Ints
from lotwright.model.kernel import kernel
from lotwright.model.network import Network
from lotwright.model.rules import FAR
from lotwright.solver.mrp.books import AskedRows, NeedTable, asked_rows
from lotwright.solver.mrp.packing import part
from lotwright.solver.mrp.relation import in_order
from lotwright.solver.schedule import NeedKind


class Asking:
    """
    Makes the tables of what a level asks for; one after the other, in the same room.

    Parameters
    ----------
    network
        What is planned.
    left
        What is not reserved of each demand line, shape ``(N,)``.

    Attributes
    ----------
    has_rules
        Whether any rule of the plan asks for more than days and quantities.
    """

    def __init__(self, network: Network, left: Floats) -> None:
        rules = network.rules
        self._lines, self._left = rules.lines, left
        self._room = asked_rows(0)
        self.has_rules = bool(
            len(rules.alternates.point)
            or rules.points.phantom.any()
            or rules.lines.own_order.any()
            or (rules.points.shelf_life < FAR).any()
            or (rules.supplies.expiry < FAR).any()
        )

    def of_level(self, needs: NeedTable, need_from: Ints, need: Ints) -> AskedRows:
        """
        Returns the needs of a level by the day on which supply must be there, then by
        priority.

        Parameters
        ----------
        needs
            All needs.
        need_from, need
            Where those of each point of the level begin, and their rows.
        """
        if len(need) > len(self._room):
            self._room = asked_rows(len(need) + len(need) // 2)

        rows = part(self._room, 0, len(need))
        columns = (needs.by, needs.priority, needs.quantity)
        _write(rows, need_from, need, *columns, self._left)

        if self.has_rules:
            self._write_rules(rows, needs)

        return rows

    def keep(self, rows: AskedRows, needs: NeedTable) -> None:
        """
        Takes over what a level handed on to phantoms and substitutes.
        """
        if self.has_rules:
            needs.quantity[rows.need] = rows.quantity

    def _write_rules(self, rows: AskedRows, needs: NeedTable) -> None:
        """
        Writes what only some rules ask for.
        """
        need, lines = rows.need, self._lines
        of_line = needs.kind[need] == NeedKind.LINE
        line = needs.ref[need[of_line]]
        rows.of_line[:] = of_line
        # What stands in for a line comes after all lines.
        rows.own_order[of_line] = lines.own_order[line] & (need[of_line] == line)
        rows.keeps[:] = keeps_of(self._lines.sellable_days, needs, need)
        rows.day[:], rows.flow[:] = needs.day[need], needs.flow[need]
        rows.offset[:] = needs.offset[need]


def keeps_of(sellable_days: Ints, needs: NeedTable, need: Ints) -> Ints:
    """
    Returns for how many days goods must still keep when they go to some needs.
    """
    of_line = needs.kind[need] == NeedKind.LINE
    keeps = np.ones(len(need), dtype=np.int64)
    keeps[of_line] = np.maximum(sellable_days[needs.ref[need[of_line]]], 1)

    return keeps


@kernel
def _write(
    rows: AskedRows,
    need_from: Ints,
    need: Ints,
    by: Ints,
    priority: Ints,
    quantity: Floats,
    line_left: Floats,
) -> None:
    key = np.empty(len(rows), dtype=np.int64)

    for at in range(len(rows)):
        row = need[at]
        key[at] = (np.int64(by[row]) + FAR) * 2**32 + np.int64(priority[row]) + 2**31

    for point in range(len(need_from) - 1):
        first, last = need_from[point], need_from[point + 1]
        turn = in_order(key[first:last])

        for at in range(last - first):
            row, own = need[first + turn[at]], key[first + turn[at]]
            to = first + at
            rows.need[to] = row
            rows.by[to] = own // 2**32 - FAR
            rows.priority[to] = own % 2**32 - 2**31
            rows.quantity[to] = quantity[row]
            rows.left[to] = line_left[row] if row < len(line_left) else quantity[row]
            rows.own_order[to] = False
