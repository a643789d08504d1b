"""
Building the levelling problem out of a network and its infinite schedule.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.kernel import kernel
from lotwright.model.kinds import ActivityKind
from lotwright.model.network import Network
from lotwright.model.rules import FAR
from lotwright.solver.mrp.levelling_grid import grid_of
from lotwright.solver.mrp.levelling_keep import lowest_receipts
from lotwright.solver.mrp.levelling_links import lines_of, links_of, start_floors
from lotwright.solver.mrp.levelling_problem import Grid, Jobs, Levelling, Links, Tasks
from lotwright.solver.mrp.problem import ranges
from lotwright.solver.mrp.workdays import workdays_of
from lotwright.solver.schedule import NeedKind, Schedule


def levelling_of(
    network: Network, schedule: Schedule, allowed_earliness: int
) -> Levelling:
    """
    Returns the levelling problem of a schedule.
    """
    days = workdays_of(network.calendars)
    count = len(schedule.orders)
    tasks, task_job = _tasks(network, schedule)
    links = links_of(network, schedule, days)
    floor, floor_need = start_floors(network, schedule, days)
    lines = lines_of(network, schedule)
    grid = grid_of(network, days, tasks)
    serves = np.zeros(count, dtype=np.bool_)
    serves[lines.peg_supplier] = True
    by_supplier = np.argsort(links.supplier, kind="stable")
    activity = schedule.orders.activity
    activities, points = network.activities, network.rules.points
    main = activities.point[activity]
    is_move = activities.kind[activity] == ActivityKind.MOVE
    origin = np.where(is_move, activities.from_point[activity], 0)
    early, late = _costs(network, schedule)
    link_from, use_from = ranges(links.job, count), ranges(links.supplier, count)
    topological, num_sorted = _topological_order(
        link_from, use_from, by_supplier, links.job
    )
    _hand_down(late, links, link_from, topological)

    jobs = Jobs(
        calendar=activities.calendar[activity],
        from_calendar=np.where(is_move, points.calendar[origin], 0),
        point_calendar=points.calendar[main],
        lead_time=activities.lead_time[activity],
        receipt_margin=points.receipt_margin[main],
        floor=floor,
        floor_need=floor_need,
        fence=points.freeze_fence[main],
        wanted=schedule.orders.wanted_day.astype(np.int64),
        lowest=lowest_receipts(network, schedule),
        start_end=network.rules.activities.valid_to[activity],
        early_cost=early,
        late_cost=late,
        serves_line=serves,
        serves_open=_serves_open(schedule),
        by_overtime=_by_overtime(grid, tasks, task_job, count),
        task_from=ranges(task_job, count),
        link_from=link_from,
        use_from=use_from,
    )

    return Levelling(
        jobs=jobs,
        tasks=tasks,
        links=links,
        by_supplier=by_supplier,
        topological=topological,
        num_sorted=num_sorted,
        lines=lines,
        grid=grid,
        allowed_earliness=allowed_earliness,
        ages=bool((links.keep < FAR).any() or (links.early < FAR).any()),
    )


def _serves_open(schedule: Schedule) -> Bools:
    needs, pegs, receipts = schedule.needs, schedule.pegs, schedule.receipts
    receipt = pegs.supply - len(schedule.supply_day)
    row = (receipt >= 0) & (needs.kind[pegs.need] == NeedKind.OPEN_ISSUE)
    serves = np.zeros(len(schedule.orders), dtype=np.bool_)
    serves[receipts.order[receipt[row]]] = True

    return serves


@kernel
def _topological_order(
    link_from: Ints, use_from: Ints, by_supplier: Ints, link_job: Ints
) -> tuple[Ints, int]:
    """
    Returns the jobs so that components come before what is made of them, and how many
    could be sorted: by-products may tie jobs together both ways, and these come last.
    """
    count = len(link_from) - 1
    waits = link_from[1:] - link_from[:-1]
    order = np.empty(count, dtype=np.int64)
    end = 0

    for job in range(count - 1, -1, -1):
        if waits[job] == 0:
            order[end] = job
            end += 1

    done = 0

    while done < end:
        job = order[done]
        done += 1

        for row in range(use_from[job], use_from[job + 1]):
            parent = link_job[by_supplier[row]]
            waits[parent] -= 1

            if waits[parent] == 0:
                order[end] = parent
                end += 1

    num_sorted = end

    for job in range(count - 1, -1, -1):
        if waits[job] > 0:
            order[end] = job
            end += 1

    return order, num_sorted


@kernel
def _hand_down(cost: Floats, links: Links, link_from: Ints, order: Ints) -> None:
    """
    Adds to what a late order costs what it costs that its components make others late.
    """
    most = cost.sum()

    for turn in range(len(order) - 1, -1, -1):
        job = order[turn]

        for link in range(link_from[job], link_from[job + 1]):
            supplier = links.supplier[link]
            cost[supplier] = min(cost[supplier] + cost[job], most)


def _tasks(network: Network, schedule: Schedule) -> tuple[Tasks, Ints]:
    """
    Returns the tasks by job, and the job of each.
    """
    loads, orders = network.loads, schedule.orders
    partner = _pools(network)
    limited: Bools = np.any(np.isfinite(network.resources.capacity), axis=1)
    own = np.flatnonzero(~_is_partner(partner, len(loads.activity)))
    pool = np.where(partner[own] >= 0, loads.resource[partner[own]], -1)
    pool = np.where((pool >= 0) & limited[np.maximum(pool, 0)], pool, -1)
    keep = limited[loads.resource[own]] | (pool >= 0)
    own, pool = own[keep], pool[keep]
    by_activity = np.argsort(loads.activity[own], kind="stable")
    own, pool = own[by_activity], pool[by_activity]
    begin = ranges(loads.activity[own], len(network.activities))
    job, row = expand(begin, orders.activity)
    load = own[row]
    amount = loads.run[load] * orders.quantity[job]
    amount = amount + loads.setup[load] * orders.lots[job]
    tasks = Tasks(
        load=load,
        pool_load=np.where(pool[row] >= 0, partner[load], -1),
        resource=loads.resource[load],
        pool=pool[row],
        offset=loads.offset[load],
        amount=amount,
    )

    return tasks, job


def _pools(network: Network) -> Ints:
    """
    Returns the copy of each load that counts for its group, -1 where there is none.
    """
    loads, resources = network.loads, network.resources
    partner = np.full(len(loads.activity), -1, dtype=np.int64)
    pairs = set(
        zip(resources.pool_row.tolist(), resources.pool_member.tolist(), strict=True)
    )
    own = {
        (loads.activity[row], loads.operation_seq[row], loads.offset[row]): row
        for row in np.flatnonzero(~loads.pooled).tolist()
    }

    for row in np.flatnonzero(loads.pooled).tolist():
        key = (loads.activity[row], loads.operation_seq[row], loads.offset[row])
        found = own.get(key, -1)

        if found >= 0 and (loads.resource[row], loads.resource[found]) in pairs:
            partner[found] = row

    return partner


def _is_partner(partner: Ints, size: int) -> Bools:
    result = np.zeros(size, dtype=np.bool_)
    result[partner[partner >= 0]] = True

    return result


def expand(begin: Ints, owner: Ints) -> tuple[Ints, Ints]:
    """
    Returns every pair of an element and a row of its owner, by element.

    Parameters
    ----------
    begin
        Where the rows of each owner begin.
    owner
        Owner of each element.
    """
    count = begin[owner + 1] - begin[owner]
    element = np.repeat(np.arange(len(owner)), count)
    place = np.arange(len(element)) - np.repeat(np.cumsum(count) - count, count)

    return element, begin[owner][element] + place


def _by_overtime(grid: Grid, tasks: Tasks, job: Ints, count: int) -> Bools:
    possible: Bools = np.any(grid.overtime > 0, axis=1)
    any_of = possible[tasks.resource]
    any_of = any_of | ((tasks.pool >= 0) & possible[np.maximum(tasks.pool, 0)])
    result = np.zeros(count, dtype=np.bool_)
    result[job[any_of]] = True

    return result


def _costs(network: Network, schedule: Schedule) -> tuple[Floats, Floats]:
    """
    Returns what a day costs by which an order is early and late, shape ``(K,)`` each.

    Being late costs what it costs the demand lines and the safety stock that it serves.
    """
    orders, needs, pegs = schedule.orders, schedule.needs, schedule.pegs
    point = network.activities.point[orders.activity]
    early = network.points.holding_cost[point] * orders.quantity
    late = np.zeros(len(orders))
    by_order = np.flatnonzero(pegs.supply >= len(schedule.supply_day))
    job = schedule.receipts.order[pegs.supply[by_order] - len(schedule.supply_day)]
    need, quantity = pegs.need[by_order], pegs.quantity[by_order]
    kind, ref = needs.kind[need], needs.ref[need]
    classes, lines = network.classes, network.lines
    own = kind == NeedKind.LINE
    rate = classes.late_cost[lines.demand_class[ref[own]]]
    np.add.at(late, job[own], rate * quantity[own])
    own = kind == NeedKind.SAFETY
    rate = network.points.safety_penalty[needs.point[need[own]]]
    np.add.at(late, job[own], rate * quantity[own])

    return early, late
