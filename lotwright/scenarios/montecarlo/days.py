"""
Carries a plan out day by day: supplies arrive, needs take, what is late makes late.

Needs of a point are numbered by rank, so that a heap of their numbers serves them by
priority and due date.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lotwright.model.kernel import inner_kernel, kernel
from lotwright.model.network import Bools, Floats, Ints
from lotwright.scenarios.montecarlo.script import (
    LINE,
    OPEN_ISSUE,
    TAKEN,
    TOOK_LONGER,
    Draw,
    Script,
    Told,
)

#: What a need may lack and counts as served: rounding of the tables.
_SLIGHT = 1e-6


class _State(NamedTuple):
    """
    Where the execution stands: stock, waiting needs, the days to come.

    ``first`` and ``next`` chain the orders that arrive on a day; ``heap`` holds the
    waiting needs of each point from ``need_first`` on, ``waits`` how many.
    """

    stock: Floats
    open_wait: Floats
    left: Floats
    heap: Ints
    waits: Ints
    pending: Ints
    start_delay: Ints
    start_cause: Ints
    order_cause: Ints
    first: Ints
    next: Ints
    arrived_on: Ints
    arrived_cause: Ints
    touched: Ints
    is_touched: Bools
    depth: Ints


@kernel
def carry_out(script: Script, draw: Draw) -> Told:
    """
    Returns what comes of a plan in one sample.
    """
    told = _nothing_yet(script, len(draw.factor))
    state = _begin(script, draw)
    needs = _by_day(script, draw)
    horizon = script.edges[-1]
    bucket = 0

    for day in range(script.last_day + 1):
        order = state.first[day]

        while order >= 0:
            following = state.next[order]
            _receive(script, state, told, order, day)
            order = following

        need = needs[0][day]

        while need >= 0:
            _ask(script, state, need)
            need = needs[1][need]

        while state.depth[0] > 0:
            state.depth[0] -= 1
            point = state.touched[state.depth[0]]
            state.is_touched[point] = False
            _serve(script, draw, state, told, point, day)

        if day < horizon and day == script.edges[bucket + 1] - 1:
            _close(script, state, told, bucket)
            bucket += 1

    return told


@inner_kernel
def _receive(script: Script, state: _State, told: Told, order: int, day: int) -> None:
    """
    Puts what an order brings into stock.
    """
    told.order_day[order] = day
    late = day > script.order_day[order]

    for row in range(script.receipt_first[order], script.receipt_first[order + 1]):
        point = script.receipt_point[row]
        state.stock[point] += script.receipt_quantity[row]

        if state.arrived_on[point] != day:
            state.arrived_on[point] = day
            state.arrived_cause[point] = -1

        if late:
            state.arrived_cause[point] = state.order_cause[order]

        _touch(state, point)


@inner_kernel
def _ask(script: Script, state: _State, need: int) -> None:
    """
    Puts a need that comes up among those that wait.
    """
    point = script.need_point[need]
    begin, at = script.need_first[point], state.waits[point]
    state.waits[point] += 1

    while at > 0:
        above = (at - 1) // 2

        if state.heap[begin + above] <= need:
            break

        state.heap[begin + at] = state.heap[begin + above]
        at = above

    state.heap[begin + at] = need

    if script.need_kind[need] == OPEN_ISSUE:
        state.open_wait[point] += state.left[need]

    _touch(state, point)


@inner_kernel
def _drop_first(script: Script, state: _State, point: int) -> None:
    """
    Takes the need of the first rank out of those that wait.
    """
    begin = script.need_first[point]
    state.waits[point] -= 1
    size, at = state.waits[point], 0
    moved = state.heap[begin + size]

    while True:
        below = 2 * at + 1

        if below >= size:
            break

        if (
            below + 1 < size
            and state.heap[begin + below + 1] < state.heap[begin + below]
        ):
            below += 1

        if moved <= state.heap[begin + below]:
            break

        state.heap[begin + at] = state.heap[begin + below]
        at = below

    state.heap[begin + at] = moved


@inner_kernel
def _touch(state: _State, point: int) -> None:
    if not state.is_touched[point]:
        state.is_touched[point] = True
        state.touched[state.depth[0]] = point
        state.depth[0] += 1


@inner_kernel
def _serve(
    script: Script, draw: Draw, state: _State, told: Told, point: int, day: int
) -> None:
    """
    Serves the needs that wait at a point, by rank, as far as stock goes.
    """
    while state.waits[point] > 0:
        need = state.heap[script.need_first[point]]
        is_line = script.need_kind[need] == LINE

        if is_line and _told_day(script, draw, need, day) > script.need_last[need]:
            _drop_first(script, state, point)

            if script.need_whole[need]:
                planned = (
                    script.need_quantity[need] * draw.factor[script.need_owner[need]]
                )
                state.stock[point] += planned - state.left[need]

            continue

        left = state.left[need]
        slight = _SLIGHT * max(script.need_quantity[need], 1.0)
        part = min(max(state.stock[point], 0.0), left)

        if part <= 0.0 and left > slight:
            return

        state.stock[point] -= part
        state.left[need] = left - part
        is_done = left - part <= slight

        if script.need_kind[need] == OPEN_ISSUE:
            state.open_wait[point] -= part

        if is_line and not script.need_whole[need]:
            _deliver(script, draw, state, told, need, part, day)

        if not is_done:
            return

        _drop_first(script, state, point)
        told.need_served[need] = day

        if is_line:
            if script.need_whole[need]:
                owner = script.need_owner[need]
                whole = script.need_quantity[need] * draw.factor[owner]
                _deliver(script, draw, state, told, need, whole, day)
        else:
            _feed(script, draw, state, told, need, day)


@inner_kernel
def _base(script: Script, draw: Draw, need: int) -> int:
    """
    Returns the day on which a need is served where all goes as planned.
    """
    day = int(script.need_served[need])

    if script.need_kind[need] == LINE:
        day += int(draw.shift[script.need_owner[need]])

    return max(day, 0)


@inner_kernel
def _told_day(script: Script, draw: Draw, need: int, day: int) -> int:
    """
    Returns the day that is told for a delivery: that of the plan, and its delay.
    """
    late = max(day - _base(script, draw, need), 0)
    shift = int(draw.shift[script.need_owner[need]])

    return max(int(script.need_told[need]) + shift, 0) + late


@inner_kernel
def _deliver(
    script: Script,
    draw: Draw,
    state: _State,
    told: Told,
    need: int,
    quantity: float,
    day: int,
) -> None:
    """
    Notes that a part of a demand line is delivered.
    """
    line, said = script.need_owner[need], _told_day(script, draw, need, day)

    if said <= draw.due_day[line]:
        told.on_time[line] += quantity
        return

    told.late[line] += quantity

    until = script.start_of[said] if said < script.edges[-1] else said
    told.unit_days[line] += quantity * max(until - draw.due_start[line], 0)

    if said >= told.last_late[line]:
        told.last_late[line] = said

        if day > _base(script, draw, need):
            told.cause[line] = _cause_at(state, script.need_point[need], day)


@inner_kernel
def _cause_at(state: _State, point: int, day: int) -> int:
    """
    Returns why a point could not serve before a day.
    """
    if state.arrived_on[point] == day and state.arrived_cause[point] >= 0:
        return int(state.arrived_cause[point])

    return int(2 * point + TAKEN)


@inner_kernel
def _feed(
    script: Script, draw: Draw, state: _State, told: Told, need: int, day: int
) -> None:
    """
    Gives an order one of the things it waits for, and lets it start with the last.
    """
    order, delay = script.need_owner[need], day - _base(script, draw, need)

    if delay > state.start_delay[order]:
        state.start_delay[order] = delay
        state.start_cause[order] = _cause_at(state, script.need_point[need], day)

    state.pending[order] -= 1

    if state.pending[order] > 0:
        return

    arrives = script.order_day[order] + state.start_delay[order] + draw.delay[order]
    state.order_cause[order] = _cause_of(script, draw, state, order)

    if arrives <= day or day == script.last_day:
        _receive(script, state, told, order, day)
    else:
        _expect(script, state, order, arrives)


@inner_kernel
def _cause_of(script: Script, draw: Draw, state: _State, order: int) -> int:
    """
    Returns why an order is late: itself, or what it waited for, whichever is more.
    """
    if draw.delay[order] >= state.start_delay[order]:
        return int(2 * script.order_point[order] + TOOK_LONGER)

    return int(state.start_cause[order])


@inner_kernel
def _expect(script: Script, state: _State, order: int, day: int) -> None:
    on = min(max(day, 0), script.last_day)
    state.next[order] = state.first[on]
    state.first[on] = order


@inner_kernel
def _close(script: Script, state: _State, told: Told, bucket: int) -> None:
    """
    Notes the stock at the end of a bucket.
    """
    for point in range(len(state.stock)):
        if script.scrap[point, bucket] > 0.0:
            part = min(max(state.stock[point], 0.0), script.scrap[point, bucket])
            state.stock[point] -= part
            told.expired[point, bucket] = part

        told.end[point, bucket] = state.stock[point]
        told.waiting[point, bucket] = state.open_wait[point]


@kernel
def _nothing_yet(script: Script, lines: int) -> Told:
    shape = script.scrap.shape

    return Told(
        np.zeros(lines),
        np.zeros(lines),
        np.zeros(lines),
        np.full(lines, -1, dtype=np.int64),
        np.full(lines, -1, dtype=np.int64),
        np.zeros(shape),
        np.zeros(shape),
        np.zeros(shape),
        np.full(len(script.order_day), script.last_day, dtype=np.int64),
        np.full(len(script.need_day), script.last_day, dtype=np.int64),
    )


@kernel
def _begin(script: Script, draw: Draw) -> _State:
    """
    Returns the state before day 0; orders that wait for nothing are on their way.
    """
    points, orders = len(script.opening), len(script.order_day)
    left = script.need_quantity.copy()

    for need in range(len(left)):
        if script.need_kind[need] == LINE:
            left[need] *= draw.factor[script.need_owner[need]]

    state = _State(
        script.opening.copy(),
        np.zeros(points),
        left,
        np.zeros(len(left), dtype=np.int64),
        np.zeros(points, dtype=np.int64),
        script.order_waits.copy(),
        np.zeros(orders, dtype=np.int64),
        np.full(orders, -1, dtype=np.int64),
        np.full(orders, -1, dtype=np.int64),
        np.full(script.last_day + 1, -1, dtype=np.int64),
        np.full(orders, -1, dtype=np.int64),
        np.full(points, -1, dtype=np.int64),
        np.full(points, -1, dtype=np.int64),
        np.zeros(points, dtype=np.int64),
        np.zeros(points, dtype=np.bool_),
        np.zeros(1, dtype=np.int64),
    )

    for order in range(orders):
        if script.order_waits[order] == 0:
            state.order_cause[order] = _cause_of(script, draw, state, order)
            _expect(script, state, order, script.order_day[order] + draw.delay[order])

    return state


@kernel
def _by_day(script: Script, draw: Draw) -> tuple[Ints, Ints]:
    """
    Returns the first need of each day, and the next one of the same day, or -1.
    """
    first = np.full(script.last_day + 1, -1, dtype=np.int64)
    following = np.full(len(script.need_day), -1, dtype=np.int64)

    for need in range(len(script.need_day) - 1, -1, -1):
        day = script.need_day[need]

        if script.need_kind[need] == LINE:
            day += draw.shift[script.need_owner[need]]

        day = min(max(day, 0), script.last_day)
        following[need] = first[day]
        first[day] = need

    return first, following
