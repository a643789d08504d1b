"""
What holds for every levelled schedule: each check returns what breaks it.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lotwright.model.network import Bools, Network
from lotwright.model.rules import FAR
from lotwright.solver.schedule import Bound, Move, NeedKind, Schedule

#: Days that are later than any plan of a test goes on.
_NEVER = 36_525

LevelledCheck = Callable[[Network, Schedule, Schedule], list[str]]


def capacity_is_kept(
    network: Network, before: Schedule, levelled: Schedule
) -> list[str]:
    """
    No resource is loaded beyond its capacity, where nothing is open, and its overtime.
    """
    del before
    resources, work = network.resources, levelled.work
    load = np.zeros(resources.capacity.shape)
    place = (network.loads.resource[work.load], work.bucket)
    np.add.at(load, place, work.run + work.setup)
    limit = resources.free().copy()
    np.add.at(limit, resources.pool_row, levelled.overtime[resources.pool_member])
    wrong = np.argwhere(load > limit + 1e-6).tolist()
    dear = np.argwhere(levelled.overtime > resources.overtime_max + 1e-9).tolist()

    return [f"load of {r} in {t}" for r, t in wrong] + [f"overtime {c}" for c in dear]


def work_is_done(network: Network, before: Schedule, levelled: Schedule) -> list[str]:
    """
    An order that comes inside the horizon has all its work there.
    """
    del before
    orders, loads, work = levelled.orders, network.loads, levelled.work
    done = np.zeros(len(orders))
    np.add.at(done, work.order, work.run + work.setup)
    run = np.bincount(
        loads.activity, weights=loads.run, minlength=len(network.activities)
    )
    setup = np.bincount(
        loads.activity, weights=loads.setup, minlength=len(network.activities)
    )
    wanted = run[orders.activity] * orders.quantity + (
        setup[orders.activity] * orders.lots
    )
    inside = orders.due_day < network.buckets.horizon
    wrong = np.flatnonzero(inside & (np.abs(done - wanted) > 1e-6)).tolist()

    return [f"order {k}: {done[k]} of {wanted[k]}" for k in wrong]


def nothing_comes_in_the_far_future(
    network: Network, before: Schedule, levelled: Schedule
) -> list[str]:
    """
    What never comes has no date.
    """
    del network, before
    far = np.flatnonzero(levelled.orders.due_day >= _NEVER).tolist()
    day = levelled.pegs.day
    wrong = np.flatnonzero((day >= _NEVER) & (levelled.pegs.supply >= 0)).tolist()

    return [f"order {k}" for k in far] + [f"peg {g} on {day[g]}" for g in wrong]


def sources_are_used_while_they_hold(
    network: Network, before: Schedule, levelled: Schedule
) -> list[str]:
    """
    Rule 3.9: no order starts after its source, other than before or by name.
    """
    end = network.rules.activities.valid_to
    wrong = levelled.orders.start_day >= end[levelled.orders.activity]
    old = np.any(before.orders.start_day >= end[before.orders.activity])
    named = _named(network, levelled, "X-RULE")

    return [
        f"order {k} on {levelled.orders.start_day[k]}"
        for k in np.flatnonzero(wrong & ~named & (not old)).tolist()
    ]


def nothing_comes_too_early(
    network: Network, before: Schedule, levelled: Schedule
) -> list[str]:
    """
    Rule 2.5: no order comes longer before a need than positive days allow.
    """
    pegs, needs, num_open = levelled.pegs, levelled.needs, len(levelled.supply_day)
    real = (needs.kind[pegs.need] <= NeedKind.ORDER_ISSUE) & (pegs.supply >= num_open)
    row = np.flatnonzero(real & ~pegs.hard)
    receipt = pegs.supply[row] - num_open
    ahead = needs.available_by[pegs.need[row]]
    ahead = ahead - levelled.receipts.available_day[receipt]
    most = np.maximum(
        network.rules.points.positive_days[needs.point[pegs.need[row]]],
        _earliest(network, before)[needs.point[pegs.need[row]]],
    )
    named = _named(network, levelled, "X-RULE")[levelled.receipts.order[receipt]]

    return [
        f"order {levelled.receipts.order[receipt[g]]}: {ahead[g]} days, {most[g]}"
        for g in np.flatnonzero((ahead > most) & ~named).tolist()
    ]


def lines_end_on_their_last_day(
    network: Network, before: Schedule, levelled: Schedule
) -> list[str]:
    """
    Rule 5.4: nothing is delivered after the last day of a demand line.
    """
    del before
    pegs, needs = levelled.pegs, levelled.needs
    row = np.flatnonzero((needs.kind[pegs.need] == NeedKind.LINE) & (pegs.supply >= 0))
    last = network.rules.lines.last_day[needs.ref[pegs.need[row]]]

    return [f"peg {g}" for g in row[pegs.day[row] > last].tolist()]


def lateness_has_a_cause(
    network: Network, before: Schedule, levelled: Schedule
) -> list[str]:
    """
    Every late order says what keeps it, and no other does.
    """
    del network, before
    orders = levelled.orders
    wrong = (orders.bound != Bound.NONE) != (orders.due_day > orders.wanted_day)

    return [f"order {k}: {orders.bound[k]}" for k in np.flatnonzero(wrong).tolist()]


def moves_are_explained(
    network: Network, before: Schedule, levelled: Schedule
) -> list[str]:
    """
    Whatever has another date than before says so, and from where it was moved.
    """
    del network
    orders = levelled.orders
    moved = orders.due_day != orders.moved_from
    wrong = moved & (orders.move == Move.NONE)
    found = [f"order {k}" for k in np.flatnonzero(wrong).tolist()]

    if len(orders) == len(before.orders):
        other = np.flatnonzero(orders.moved_from != before.orders.due_day).tolist()
        found += [f"order {k} was not there" for k in other]

    return found


LEVELLED_CHECKS: tuple[LevelledCheck, ...] = (
    capacity_is_kept,
    work_is_done,
    nothing_comes_in_the_far_future,
    sources_are_used_while_they_hold,
    nothing_comes_too_early,
    lines_end_on_their_last_day,
    lateness_has_a_cause,
    moves_are_explained,
)


def _named(network: Network, schedule: Schedule, code: str) -> Bools:
    """
    Returns the orders of whose source a finding speaks.
    """
    keys = [finding.key for finding in schedule.findings if finding.code == code]
    source = network.activities.source_id[schedule.orders.activity]

    return np.isin(source.astype(str), keys)


def _earliest(
    network: Network, schedule: Schedule
) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """
    Returns how long before a need anything comes at each point, shape ``(P,)``.
    """
    pegs, needs = schedule.pegs, schedule.needs
    known = np.concatenate([schedule.supply_day, schedule.receipts.available_day])
    row = np.flatnonzero(
        (needs.kind[pegs.need] <= NeedKind.ORDER_ISSUE) & (pegs.supply >= 0)
    )
    most = np.full(len(network.points), -FAR, dtype=np.int64)
    ahead = needs.available_by[pegs.need[row]] - known[pegs.supply[row]]
    np.maximum.at(most, needs.point[pegs.need[row]], ahead)

    return most
