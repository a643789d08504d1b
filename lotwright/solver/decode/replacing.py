"""
Replacing: which new orders open orders could make superfluous, were they moved.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.network import Floats, Ints, Network
from lotwright.model.rules import FAR
from lotwright.solver.decode.open_orders import SLIGHT, OpenOrders
from lotwright.solver.decode.relation import least_by, pairs, sum_by
from lotwright.solver.decode.wanted import wanted_days
from lotwright.solver.schedule import NeedKind, Schedule


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Replaced:
    """
    New orders and unmet needs that spare open orders could serve, were they moved.

    Parameters
    ----------
    open_order
        Place among the open orders, shape ``(n,)``.
    target
        Receipt of a planned order, or the number of receipts plus the need that
        nothing meets, shape ``(n,)``.
    quantity
        Shape ``(n,)``.
    day
        Day on which it would have to be available, shape ``(n,)``.
    """

    open_order: Ints
    target: Ints
    quantity: Floats
    day: Ints


def replaced_by(network: Network, schedule: Schedule, known: OpenOrders) -> Replaced:
    """
    Returns what spare open orders could serve in place of new orders.

    An open order that is too late serves the earliest first. One that is too early
    does so only where nobody needs any of it, for all of it has to wait. Its batch has
    to keep for that long.
    """
    some = np.flatnonzero((known.spare > 0) & known.may_move)

    if not len(some):
        none = np.zeros(0, dtype=np.int64)

        return Replaced(open_order=none, target=none, quantity=np.zeros(0), day=none)

    some = some[np.lexsort((known.row[some], known.available_day[some]))]
    target, point, day, until, left = _targets(network, schedule, known.point[some])
    expiry = network.rules.supplies.expiry[known.row]
    i, j = pairs(known.point[some], point)
    rest = known.spare.copy()
    idle = known.needed <= SLIGHT * np.maximum(known.quantity, 1.0)
    late = day[j] < known.available_day[some[i]]
    early = idle[some[i]] & (day[j] > known.available_day[some[i]])
    rows = np.flatnonzero((late | early) & (expiry[some[i]] >= until[j]))
    found: list[tuple[int, int, float]] = []

    # One pair after the other, for each takes from what the next may have.
    for n, t in zip(some[i[rows]].tolist(), j[rows].tolist(), strict=True):
        take = min(float(rest[n]), float(left[t]))

        if take > SLIGHT:
            rest[n] -= take
            left[t] -= take
            found.append((n, t, take))

    places = np.array([row[1] for row in found], dtype=np.int64)

    return Replaced(
        open_order=np.array([row[0] for row in found], dtype=np.int64),
        target=target[places],
        quantity=np.array([row[2] for row in found], dtype=np.float64),
        day=day[places],
    )


def _targets(
    network: Network, schedule: Schedule, point: Ints
) -> tuple[Ints, Ints, Ints, Ints, Floats]:
    """
    Returns receipts of planned orders and needs that nothing meets at some points, by
    day: key as in ``Replaced``, point, day, day until which goods must keep, quantity.

    Safety stock that an order fills is wanted when the order is.
    """
    needs, pegs, lines = schedule.needs, schedule.pegs, network.rules.lines
    size, num_receipts = len(network.supplies.kind), len(schedule.receipts.order)
    asked = np.zeros(len(network.points), dtype=np.bool_)
    asked[point] = True
    wanted = asked[needs.point] & (needs.kind <= NeedKind.SAFETY)
    is_line = needs.kind == NeedKind.LINE
    wanted[is_line] &= ~lines.own_order[needs.ref[is_line]]
    rows = np.flatnonzero(wanted[pegs.need])
    receipt = pegs.supply[rows] - size
    is_main = (receipt >= 0) & (receipt < len(schedule.orders))
    is_real = needs.kind[pegs.need[rows]] < NeedKind.SAFETY
    rows = rows[is_main | (is_real & (pegs.supply[rows] < 0))]
    receipt, need = pegs.supply[rows] - size, pegs.need[rows]
    key = np.where(receipt >= 0, receipt, num_receipts + need)
    target, code = np.unique(key, return_inverse=True)
    by = wanted_days(network, schedule, need)[1]
    safety = np.flatnonzero(needs.kind[need] == NeedKind.SAFETY)
    by[safety] = _wanted_by_orders(network, schedule, receipt[safety])
    day = least_by(code, by, len(target), FAR)
    at = least_by(code, needs.point[need], len(target), FAR)
    order = np.lexsort((target, day))
    left = sum_by(code, pegs.quantity[rows], len(target))
    until = np.zeros(len(target), dtype=np.int64)
    np.maximum.at(until, code, _keeping_until(network, schedule, need, by))

    return target[order], at[order], day[order], until[order], left[order]


def _keeping_until(network: Network, schedule: Schedule, need: Ints, by: Ints) -> Ints:
    """
    Returns the first days on which goods for some needs may have expired.
    """
    needs = schedule.needs
    day, keeps = needs.day[need], np.ones(len(need), dtype=np.int64)
    lines = np.flatnonzero(needs.kind[need] == NeedKind.LINE)
    sellable = network.rules.lines.sellable_days[needs.ref[need[lines]]]
    keeps[lines] = np.maximum(sellable, 1)

    return np.where(needs.kind[need] < NeedKind.SAFETY, day, by) + keeps


def _wanted_by_orders(network: Network, schedule: Schedule, order: Ints) -> Ints:
    """
    Returns the day on which planned orders would be available if they came as wanted.
    """
    orders, points = schedule.orders, network.rules.points
    point = schedule.receipts.point[order]
    wanted = np.maximum(np.minimum(orders.wanted_day[order], orders.due_day[order]), 0)

    return network.calendars.after(
        points.calendar[point], wanted, points.receipt_margin[point]
    )
