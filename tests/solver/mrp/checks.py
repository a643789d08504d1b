"""
What holds for every schedule, whatever the data: each check returns what breaks it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lotwright.model.kinds import LotRule
from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.model.rules import FAR
from lotwright.solver.schedule import NeedKind, Schedule

#: Quantities that differ by no more are the same.
CLOSE = 1e-6

Check = Callable[[Network, Schedule], list[str]]


def nothing_in_the_past(network: Network, schedule: Schedule) -> list[str]:
    """
    Rules 1.2, 4.1: nothing before today, and the dates of an order in their order.
    """
    orders = schedule.orders
    days = np.stack(
        [
            np.zeros_like(orders.order_day),
            orders.order_day,
            orders.start_day,
            orders.due_day,
            orders.available_day,
        ]
    )
    wrong = np.flatnonzero((np.diff(days, axis=0) < 0).any(axis=0)).tolist()

    return [f"order {_order(network, schedule, k)}: {days[1:, k]}" for k in wrong]


def lots_obeyed(network: Network, schedule: Schedule) -> list[str]:
    """
    Rule 3.6: minimum, maximum, multiple and fixed lots.
    """
    orders, made_by = schedule.orders, network.activities
    a, quantity = orders.activity, orders.quantity / np.maximum(orders.lots, 1.0)
    step = made_by.lot_multiple[a]
    steps = quantity / np.where(step > 0, step, 1.0)
    wrong = (
        (quantity < made_by.min_lot[a] - CLOSE)
        | (quantity > made_by.max_lot[a] + CLOSE)
        | ((step > 0) & (np.abs(steps - steps.round()) > CLOSE))
        | (quantity <= 0)
    )

    return [
        f"order {_order(network, schedule, k)}: {quantity[k]}"
        for k in np.flatnonzero(wrong).tolist()
    ]


def manual_points_have_no_orders(network: Network, schedule: Schedule) -> list[str]:
    """
    Rule 3.7: nothing is ordered where somebody else decides.
    """
    orders = schedule.orders
    rule = network.points.lot_rule[network.activities.point[orders.activity]]

    return [
        f"order {_order(network, schedule, k)}"
        for k in np.flatnonzero(rule == LotRule.MANUAL).tolist()
    ]


def supplies_are_given_once(network: Network, schedule: Schedule) -> list[str]:
    """
    Rule 7.2: the pegs of a supply add up to its quantity.
    """
    given = _sum(
        schedule.pegs.supply, schedule.pegs.quantity, _supplies(network, schedule)
    )
    off = np.abs(given - _quantity(network, schedule))

    return [
        f"supply {s}: {given[s]} given of {_quantity(network, schedule)[s]}"
        for s in np.flatnonzero(off > CLOSE)
    ]


def needs_are_met_or_short(network: Network, schedule: Schedule) -> list[str]:
    """
    Rule 7.2: the pegs of a need add up to it, those that nothing meets included.
    """
    needs, pegs = schedule.needs, schedule.pegs
    got = np.zeros(len(needs))
    np.add.at(got, pegs.need, pegs.quantity)
    wrong = np.flatnonzero(np.abs(got - needs.quantity) > CLOSE).tolist()

    return [
        f"{_need(network, schedule, m)}: {got[m]} of {needs.quantity[m]}" for m in wrong
    ]


def every_line_is_a_need(network: Network, schedule: Schedule) -> list[str]:
    """
    Rule 1.1: demand lines and open components are all there, with their quantity.

    Needs of phantoms, and of points with substitutes, may be elsewhere.
    """
    needs = schedule.needs
    wrong = []

    for kind, wanted in (
        (NeedKind.LINE, network.lines.quantity),
        (NeedKind.OPEN_ISSUE, network.open_issues.quantity),
    ):
        rows = needs.kind == kind
        is_line = kind == NeedKind.LINE
        place = network.lines.point if is_line else network.open_issues.point
        day = network.rules.lines.required_day if is_line else network.open_issues.day
        found = np.zeros(len(wanted))
        np.add.at(found, needs.ref[rows], needs.quantity[rows])
        off = (np.abs(found - wanted) > CLOSE) & _stays(network)[place]
        off &= day < network.rules.points.planning_fence[place]
        wrong += [
            f"{kind.name} {row}: {found[row]} of {wanted[row]}"
            for row in np.flatnonzero(off).tolist()
        ]

    return wrong


def components_are_needs(network: Network, schedule: Schedule) -> list[str]:
    """
    Rule 4.3: every order needs its components, by ratio and per lot.

    Needs of phantoms, and of points with substitutes, may be elsewhere.
    """
    orders, needs, inputs = schedule.orders, schedule.needs, network.inputs
    found: dict[tuple[int, int], float] = {}

    rows = (needs.kind == NeedKind.ORDER_ISSUE) & (needs.flow >= 0)

    for m in np.flatnonzero(rows):
        key = int(needs.ref[m]), int(needs.flow[m])
        found[key] = found.get(key, 0.0) + float(needs.quantity[m])

    wrong = []

    for k in range(len(orders)):
        for flow in np.flatnonzero(inputs.activity == orders.activity[k]).tolist():
            wanted = orders.quantity[k] * inputs.ratio[flow]
            wanted += orders.lots[k] * inputs.per_lot[flow]
            got = found.pop((k, flow), 0.0)
            always = network.rules.input_from[flow] <= 0 and (
                network.rules.input_to[flow] >= FAR
            )

            point = inputs.point[flow]
            stays = bool(_stays(network)[point]) and (
                network.rules.points.planning_fence[point] >= FAR
            )

            if stays and abs(got - wanted) > CLOSE and (always or got > 0):
                wrong.append(f"flow {flow} of {_order(network, schedule, k)}: {got}")

    return wrong + [f"need {key}" for key in found]


def nothing_before_it_comes(network: Network, schedule: Schedule) -> list[str]:
    """
    Rule 4.1: whatever is issued has come, and what is needed is not issued before.
    """
    pegs, needs = schedule.pegs, schedule.needs
    there = np.concatenate([schedule.supply_day, schedule.receipts.available_day])
    real = _real(schedule) & (pegs.supply >= 0)
    wrong = real & (
        (pegs.day < there[np.maximum(pegs.supply, 0)] if len(there) else real)
        | (pegs.day < needs.day[pegs.need])
    )

    return [
        f"{_need(network, schedule, int(pegs.need[g]))}: issued on {pegs.day[g]}"
        for g in np.flatnonzero(wrong)
    ]


def stock_is_never_negative(network: Network, schedule: Schedule) -> list[str]:
    """
    At each stock point receipts up to any day cover the issues up to it.
    """
    pegs, needs = schedule.pegs, schedule.needs
    there = np.concatenate([schedule.supply_day, schedule.receipts.available_day])
    place = np.concatenate([network.supplies.point, schedule.receipts.point])
    quantity = _quantity(network, schedule)
    out = _real(schedule) & (pegs.supply >= 0) & (pegs.day < FAR)
    wrong = []

    for point, label in enumerate(network.points.labels):
        of_point = out & (needs.point[pegs.need] == point)
        receipts = place == point

        for day in np.unique(pegs.day[of_point]):
            issued = pegs.quantity[of_point & (pegs.day <= day)].sum()
            received = quantity[receipts & (there <= day)].sum()

            if issued > received + CLOSE:
                wrong.append(f"{label} on {day}: {issued} of {received}")

    return wrong


def orders_start_after_components(network: Network, schedule: Schedule) -> list[str]:
    """
    Rules 4.3, 5.1: an order starts when its components have come, or later.
    """
    pegs, needs, orders = schedule.pegs, schedule.needs, schedule.orders
    rows = needs.kind[pegs.need] == NeedKind.ORDER_ISSUE
    wrong = []

    for g in np.flatnonzero(rows & (pegs.day < FAR) & (pegs.supply >= 0)):
        m = int(pegs.need[g])
        k, flow = int(needs.ref[m]), int(needs.flow[m])
        first = pegs.day[g]

        if flow >= 0 and pegs.day[g] > needs.day[m]:
            first = network.calendars.after(
                network.activities.calendar[orders.activity[k]],
                pegs.day[g],
                network.inputs.offset[flow],
            )

        if orders.start_day[k] < first:
            wrong.append(f"{_need(network, schedule, m)} comes on {pegs.day[g]}")

    return wrong


def same_point(network: Network, schedule: Schedule) -> list[str]:
    """
    A need takes from supplies of its own stock point.
    """
    pegs, needs = schedule.pegs, schedule.needs
    place = np.concatenate([network.supplies.point, schedule.receipts.point])
    some = pegs.supply >= 0
    wrong = place[pegs.supply[some]] != needs.point[pegs.need[some]]

    return [
        f"{_need(network, schedule, int(m))}" for m in pegs.need[some][wrong].tolist()
    ]


def nothing_expired_is_used(network: Network, schedule: Schedule) -> list[str]:
    """
    Rule 8: what has expired serves nobody, and lines get what keeps long enough.
    """
    pegs, needs, rules = schedule.pegs, schedule.needs, network.rules
    there = schedule.receipts.available_day
    life = rules.points.shelf_life[schedule.receipts.point]
    ends = np.concatenate([rules.supplies.expiry, there + life])
    wrong = []

    found = _real(schedule) & (pegs.supply >= 0) & (pegs.day < FAR) & ~pegs.hard

    for g in np.flatnonzero(found):
        m = int(pegs.need[g])
        is_line = needs.kind[m] == NeedKind.LINE
        kept = rules.lines.sellable_days[needs.ref[m]] if is_line else 0
        end = ends[pegs.supply[g]]

        if end < FAR and (pegs.day[g] >= end or pegs.day[g] + kept > end):
            wrong.append(f"{_need(network, schedule, m)} on {pegs.day[g]}, until {end}")

    return wrong


def reservations_are_kept(network: Network, schedule: Schedule) -> list[str]:
    """
    Rule 7.1: what is reserved goes to whom it is for, by a hard peg, unless it comes
    after the last day of the line.
    """
    reserved, pegs, needs = network.rules.reserved, schedule.pegs, schedule.needs
    points, lines = network.rules.points, network.rules.lines
    place = network.lines.point[reserved.line]
    there = schedule.supply_day[reserved.supply]
    ready = network.calendars.after(
        points.calendar[place], there, points.issue_margin[place]
    )
    in_time = ready <= lines.last_day[reserved.line]
    wrong = []

    for row in np.flatnonzero(in_time).tolist():
        m = np.flatnonzero(
            (needs.kind == NeedKind.LINE) & (needs.ref == reserved.line[row])
        )
        rows = pegs.hard & np.isin(pegs.need, m) & (pegs.supply == reserved.supply[row])
        given = pegs.quantity[rows].sum()

        if len(m) and abs(given - reserved.quantity[row]) > CLOSE:
            wrong.append(f"line {reserved.line[row]}: {given}")

    return wrong


def freeze_fence_kept(network: Network, schedule: Schedule) -> list[str]:
    """
    Rule 9.2: nothing new is received before the end of the freeze fence.
    """
    orders = schedule.orders
    fence = network.rules.points.freeze_fence
    point = network.activities.point[orders.activity]

    return [
        f"order {_order(network, schedule, k)}: {orders.due_day[k]}"
        for k in np.flatnonzero(orders.due_day < fence[point]).tolist()
    ]


def sources_hold(network: Network, schedule: Schedule) -> list[str]:
    """
    Rule 3.9: a source is used for the days and the lots for which it holds.
    """
    orders, rules = schedule.orders, network.rules.activities
    a, lot = orders.activity, orders.quantity / np.maximum(orders.lots, 1.0)
    wrong = (
        (orders.start_day < rules.valid_from[a])
        | (lot < rules.lot_from[a] - CLOSE)
        | (lot > rules.lot_to[a] + CLOSE)
    )

    return [
        f"order {_order(network, schedule, k)}: {lot[k]} on {orders.start_day[k]}"
        for k in np.flatnonzero(wrong).tolist()
    ]


CHECKS: tuple[Check, ...] = (
    nothing_in_the_past,
    lots_obeyed,
    manual_points_have_no_orders,
    supplies_are_given_once,
    needs_are_met_or_short,
    every_line_is_a_need,
    components_are_needs,
    nothing_before_it_comes,
    stock_is_never_negative,
    orders_start_after_components,
    same_point,
    nothing_expired_is_used,
    reservations_are_kept,
    freeze_fence_kept,
    sources_hold,
)


def _stays(network: Network) -> Bools:
    """
    Returns the points whose needs are met at the point itself.
    """
    stays = ~network.rules.points.phantom
    stays[network.rules.alternates.point] = False

    return stays


def _real(schedule: Schedule) -> Bools:
    return schedule.needs.kind[schedule.pegs.need] <= NeedKind.ORDER_ISSUE


def _quantity(network: Network, schedule: Schedule) -> Floats:
    return np.concatenate([network.supplies.quantity, schedule.receipts.quantity])


def _supplies(network: Network, schedule: Schedule) -> int:
    return len(network.supplies.day) + len(schedule.receipts.quantity)


def _sum(rows: Ints, values: Floats, size: int) -> Floats:
    total = np.zeros(size)
    np.add.at(total, rows[rows >= 0], values[rows >= 0])

    return total


def _order(network: Network, schedule: Schedule, k: int) -> str:
    orders = schedule.orders
    name = network.activities.source_id[orders.activity[k]]

    return f"{name} due {orders.due_day[k]}"


def _need(network: Network, schedule: Schedule, m: int) -> str:
    needs = schedule.needs
    kind = NeedKind(int(needs.kind[m])).name

    return f"{kind} {needs.ref[m]} at {network.points.labels[int(needs.point[m])]}"
