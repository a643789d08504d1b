"""
The search for the order in which demand takes capacity.

Jobs take capacity in the order of the demand lines that they are for, and whether few
or many lines come late hangs on that order. Where there is a backlog to catch up with,
large lines that come late anyhow wait longest, so that all others are soon in time
again. What happens then is simply tried for several weights, and the best plan stays.
Each try is made twice: with components just in time, and with components that come for
orders made ahead; in large plans only the way that was better at first. What serves
what is found in two ways, too, and the one that is better at first is kept.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.network import Network
from lotwright.solver.mrp.levelling_back import targets_of
from lotwright.solver.mrp.levelling_build import levelling_of
from lotwright.solver.mrp.levelling_keep import (
    ROUNDS,
    lowest_in_time,
    raise_for_plan,
)
from lotwright.solver.mrp.levelling_pass import (
    deliveries,
    urgency_of_jobs,
    work_of_lines,
)
from lotwright.solver.mrp.levelling_problem import Levelling, State
from lotwright.solver.mrp.levelling_seek import NEVER, place_all
from lotwright.solver.mrp.levelling_trade import pegged_anew, trade_of
from lotwright.solver.schedule import Schedule

#: Jobs that are placed in all tries together, at least by FEWEST and at most by MOST.
EFFORT = 1_000_000
FEWEST, MOST = 1, 40

#: Days of a line of mean weight that each late line counts for besides.
LATE_LINE = 28.0

#: Days of a line of mean weight that a mean order counts for by each day ahead, and
#: overtime that costs as much.
AHEAD = 1e-3


class Weights(NamedTuple):
    """
    What makes a line wait.

    Parameters
    ----------
    step
        Days for each step of priority.
    late_work, work
        Days for as much work as a line has in the mean, if it comes late without any
        limit of capacity, and if it does not.
    power
        Exponent of the work.
    """

    step: float
    late_work: float
    work: float
    power: float


#: Tried one after the other.
TRIES = (
    Weights(0.0, 28.0, 2.8, 0.5),
    Weights(0.0, 28.0, 2.8, 1.0),
    Weights(0.0, 56.0, 5.6, 0.5),
    Weights(0.0, 0.0, 0.0, 1.0),
    Weights(7.0, 28.0, 2.8, 0.5),
    Weights(0.0, 14.0, 1.4, 1.0),
    Weights(0.0, 56.0, 5.6, 1.0),
    Weights(0.0, 56.0, 0.0, 1.0),
    Weights(0.0, 28.0, 8.4, 1.0),
    Weights(0.0, 42.0, 4.2, 0.7),
    Weights(7.0, 28.0, 2.8, 1.0),
    Weights(0.0, 28.0, 1.4, 1.0),
    Weights(0.0, 84.0, 2.8, 1.0),
    Weights(28.0, 0.0, 0.0, 1.0),
    Weights(3650.0, 0.0, 0.0, 1.0),
)


class Found(NamedTuple):
    """
    A levelled plan: its schedule with pegs, its problem, where the jobs are, and the
    first receipt day of each that is not too early for what it serves there.
    """

    schedule: Schedule
    level: Levelling
    state: State
    lowest: Ints
    cost: float


def best_found(network: Network, schedule: Schedule, allowed_earliness: int) -> Found:
    """
    Returns the best of several levelled plans.

    The first keeps all pegs. It stays where nothing is later in it than without limits,
    unless orders made ahead cost less in the second.
    """
    level = levelling_of(network, schedule, allowed_earliness)
    state = empty_state(level)
    due = level.lines.required.astype(np.float64)
    step = np.log2(level.lines.weight.max(initial=1.0) / level.lines.weight)
    urgency = due + 1e-3 * step
    unlimited = _lateness(level, _unlimited(network, level, urgency))
    best = _placed(schedule, level, state, urgency)
    tries = int(np.clip(EFFORT // len(schedule.orders), FEWEST, MOST))
    lateness = _cost(level, _lateness(level, state.due))
    in_time = lateness <= _cost(level, unlimited)

    if in_time and (tries == FEWEST or best.cost <= lateness):
        return best

    ahead = _placed_ahead(schedule, level, empty_state(level), urgency)
    better = _placed_ahead if ahead.cost < best.cost else _placed
    best = ahead if ahead.cost < best.cost else best

    if in_time or not len(level.lines.peg_line):
        return best

    goods = trade_of(network, schedule, level)
    work = work_of_lines(level)
    ways = (_placed, _placed_ahead) if tries > FEWEST else (better,)
    state = empty_state(level)
    pegging: tuple[bool, ...] = (False, True) if tries > FEWEST else (False,)

    for weights in TRIES[:tries]:
        urgency = _urgency(level, weights, work, unlimited > 0, step)
        costs = []

        for latest_first in pegging:
            now = pegged_anew(
                schedule, goods, level, urgency, latest_first=latest_first
            )
            problem = levelling_of(network, now, allowed_earliness)

            # By-products that change hands may tie orders together in a circle.
            if problem.num_sorted < len(problem.topological):
                continue

            for place in ways:
                found = place(now, problem, state, urgency)
                costs.append((found.cost, latest_first))

                if found.cost < best.cost:
                    best, state = found, empty_state(level)

        pegging = (min(costs)[1],) if costs else pegging

    return best


def empty_state(level: Levelling) -> State:
    """
    Returns the state in which nothing is placed.
    """
    count = len(level.jobs.floor)
    # A part takes all room of a bucket, with or without overtime, or ends its task.
    parts = 2 * level.grid.room.size + 2 * len(level.tasks.amount)

    return State(
        due=np.zeros(count, dtype=np.int64),
        start=np.zeros(count, dtype=np.int64),
        room=level.grid.room.copy(),
        spread=np.zeros(count, dtype=np.bool_),
        full_task=np.full(count, -1, dtype=np.int64),
        full_bucket=np.full(count, -1, dtype=np.int64),
        part_task=np.zeros(parts, dtype=np.int64),
        part_bucket=np.zeros(parts, dtype=np.int64),
        part_amount=np.zeros(parts),
        part_pooled=np.zeros(parts),
        counts=np.zeros(1, dtype=np.int64),
    )


def _placed(
    schedule: Schedule, level: Levelling, state: State, urgency: Floats
) -> Found:
    sequence = _sequence(level, urgency)
    wanted = level.jobs.wanted
    lowest = lowest_in_time(level, wanted)
    _place(level, state, sequence, wanted, lowest)

    return _found(schedule, level, state, lowest)


def _placed_ahead(
    schedule: Schedule, level: Levelling, state: State, urgency: Floats
) -> Found:
    """
    Returns the plan in which components are there for orders that are made ahead.
    """
    sequence = _sequence(level, urgency)
    target, lowest = targets_of(level, state, sequence)
    full_task, full_bucket = state.full_task.copy(), state.full_bucket.copy()
    _place(level, state, sequence, target, lowest)
    ahead = (state.full_task < 0) & (state.due < level.jobs.wanted)
    state.full_task[ahead] = full_task[ahead]
    state.full_bucket[ahead] = full_bucket[ahead]

    return _found(schedule, level, state, lowest)


def _place(
    level: Levelling, state: State, sequence: Ints, wanted: Ints, lowest: Ints
) -> None:
    """
    Places all jobs, again where something would be too old for an order that waits.
    """
    place_all(level, state, sequence, wanted, lowest)

    for _ in range(ROUNDS if level.ages else 0):
        if not raise_for_plan(level, state, lowest):
            break

        place_all(level, state, sequence, wanted, lowest)


def _found(schedule: Schedule, level: Levelling, state: State, lowest: Ints) -> Found:
    cost = _cost(level, _lateness(level, state.due))
    cost += _price(level, state, schedule.orders.due_day)

    return Found(schedule, level, state, lowest, cost)


def _price(level: Levelling, state: State, before: Ints) -> float:
    """
    Returns what it counts for that orders are made earlier than without limits, and in
    overtime. What is made later in exchange counts against it.
    """
    size, grid = level.jobs.early_cost, level.grid
    days = np.where(state.due < NEVER, before - state.due, 0)
    worked = np.maximum(-state.room[:, :-1], 0.0).sum(axis=1)
    money = float((days * size).sum()) + float((worked * grid.overtime_cost).sum())
    share = money / max(_mean(size), 1e-12)

    return AHEAD * share * _mean(level.lines.weight)


def _sequence(level: Levelling, urgency: Floats) -> Ints:
    """
    Returns the jobs by urgency, components first.
    """
    of_jobs = urgency_of_jobs(level, urgency, level.topological)
    order = level.topological

    return order[np.argsort(of_jobs[order], kind="stable")]


def _unlimited(network: Network, level: Levelling, urgency: Floats) -> Ints:
    """
    Returns the receipt days that there would be without any limit of capacity.
    """
    jobs = level.jobs
    none = np.zeros_like(jobs.task_from)
    free = level._replace(jobs=jobs._replace(task_from=none))
    wanted = network.calendars.before(
        jobs.point_calendar, jobs.wanted, np.zeros_like(jobs.wanted)
    )
    state = empty_state(free)
    _place(free, state, _sequence(free, urgency), wanted, lowest_in_time(free, wanted))

    return state.due


def _lateness(level: Levelling, due: Ints) -> Ints:
    return deliveries(level, due) - level.lines.required


def _cost(level: Levelling, lateness: Ints) -> float:
    """
    Returns what a plan is judged by: late days by priority, and late lines.
    """
    weight = level.lines.weight
    days = float((lateness * weight).sum())

    return days + LATE_LINE * float(np.count_nonzero(lateness)) * _mean(weight)


def _mean(values: Floats) -> float:
    return float(values.mean()) if len(values) else 0.0


def _urgency(
    level: Levelling, weights: Weights, work: Floats, late: Bools, step: Floats
) -> Floats:
    days = np.where(late, weights.late_work, weights.work)
    size = (work / max(float(work.mean()), 1e-12)) ** weights.power

    return level.lines.required + days * size + (weights.step + 1e-3) * step
