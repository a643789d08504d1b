"""
The levelling problem: orders as jobs with tasks, and the resources that they load.

Letters: K jobs, one per planned order; J tasks, what a job takes of one resource and,
where that is a member, of its group; C links from a job to the orders that make its
components; G pegs of demand lines; R resources; T buckets, those after the horizon
included.
"""

from __future__ import annotations

from typing import NamedTuple

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.solver.mrp.workdays import Workdays


class Jobs(NamedTuple):
    """
    Planned orders, shape ``(K,)`` each, ``(K + 1,)`` for row ranges.

    Parameters
    ----------
    calendar, from_calendar, point_calendar
        Of the lead time, of the place that ships, of the place that receives.
    lead_time, receipt_margin
        Working days from start to receipt, and from receipt to use.
    floor
        Day before which it cannot start, whatever other orders do.
    floor_need
        The need whose supply, no planned order, sets that day, else -1.
    fence
        Day before which it cannot be received.
    wanted
        Receipt day that is in time.
    lowest
        First receipt day that is not too early for lines and open orders that it
        serves, and of which they get what still keeps.
    start_end
        First day on which it may no longer start.
    early_cost, late_cost
        Per day that it is received before or after it is wanted.
    serves_line, serves_open
        Whether it serves a demand line itself, and an order that is open already.
    by_overtime
        Whether overtime is possible on any resource that it loads.
    task_from, link_from, use_from
        Rows of its tasks, of its components and of what it serves.
    """

    calendar: Ints
    from_calendar: Ints
    point_calendar: Ints
    lead_time: Ints
    receipt_margin: Ints
    floor: Ints
    floor_need: Ints
    fence: Ints
    wanted: Ints
    lowest: Ints
    start_end: Ints
    early_cost: Floats
    late_cost: Floats
    serves_line: Bools
    serves_open: Bools
    by_overtime: Bools
    task_from: Ints
    link_from: Ints
    use_from: Ints


class Tasks(NamedTuple):
    """
    What jobs take of resources, by job, shape ``(J,)`` each.

    Parameters
    ----------
    load, pool_load
        Rows of the network's loads: its own, and the copy for its group, else -1.
    resource, pool
        What is loaded, and the group of it that is loaded, too, else -1.
    offset
        Working days from the work to the receipt.
    amount
        In the unit of the resource.
    """

    load: Ints
    pool_load: Ints
    resource: Ints
    pool: Ints
    offset: Ints
    amount: Floats


class Links(NamedTuple):
    """
    Pegs from a planned order to a component of another, shape ``(C,)`` each.

    Parameters
    ----------
    supplier, job
        The order that makes the component, and the one that takes it.
    receipt_calendar, receipt_margin
        From the receipt of the component to its use.
    issue_calendar, issue_margin
        From there to the need.
    offset
        Working days from the need to the start of the job.
    need
        Row of the needs.
    share
        Part of what the supplier brings that it takes.
    keep, early
        Calendar days by which the component may be there before it is taken, and before
        it must be there, ``FAR`` without limit.
    """

    supplier: Ints
    job: Ints
    receipt_calendar: Ints
    receipt_margin: Ints
    issue_calendar: Ints
    issue_margin: Ints
    offset: Ints
    need: Ints
    share: Floats
    keep: Ints
    early: Ints


class Lines(NamedTuple):
    """
    Pegs of demand lines to planned orders, and the lines, shape ``(G,)`` and ``(N,)``.

    Parameters
    ----------
    peg_line, peg_supplier
        The line, and the order that serves it.
    peg_calendar, peg_margin
        Of the receipt.
    peg_share
        Part of what the order brings that the line takes.
    issue_calendar, issue_margin
        From the use to the delivery, shape ``(N,)``.
    required
        Day of the delivery that is wanted, shape ``(N,)``.
    stock_day
        Day on which everything else that serves the line is there, shape ``(N,)``.
    weight
        Of a day late, shape ``(N,)``.
    """

    peg_line: Ints
    peg_supplier: Ints
    peg_calendar: Ints
    peg_margin: Ints
    peg_share: Floats
    issue_calendar: Ints
    issue_margin: Ints
    required: Ints
    stock_day: Ints
    weight: Floats


class Grid(NamedTuple):
    """
    Time and capacity; buckets after the horizon go on at the mean rate.

    The last bucket has no end. What falls into it is done there one after the other.

    Parameters
    ----------
    days
        Working days.
    edges
        First day of each bucket and the day after the last, shape ``(T + 1,)``.
    bucket_of
        Bucket of each day from 0 on, shape ``(days,)``.
    period, period_row
        Bucket in which what falls into a bucket counts, shape ``(n, T)``, and its row
        for each resource, shape ``(R,)``.
    room, overtime
        Free capacity before anything is placed, and overtime, shape ``(R, T)``.
    overtime_cost
        Per unit of it, shape ``(R,)``.
    rate
        Mean capacity of a day, shape ``(R,)``.
    """

    days: Workdays
    edges: Ints
    bucket_of: Ints
    period: Ints
    period_row: Ints
    room: Floats
    overtime: Floats
    overtime_cost: Floats
    rate: Floats


class Levelling(NamedTuple):
    """
    All that the kernels of levelling read.

    ``by_supplier`` lists the rows of the links by the order that makes the component,
    ``topological`` the jobs so that components come before what is made of them, as far
    as ``num_sorted`` tells; ``ages`` says whether a component may come too early.
    """

    jobs: Jobs
    tasks: Tasks
    links: Links
    by_supplier: Ints
    topological: Ints
    num_sorted: int
    lines: Lines
    grid: Grid
    allowed_earliness: int
    ages: bool


class State(NamedTuple):
    """
    Where jobs are, changed in place.

    Parameters
    ----------
    due, start
        Receipt and start, shape ``(K,)``.
    room
        Capacity that is left, below 0 where overtime is worked, shape ``(R, T)``.
    spread
        Whether the job is done in parts, shape ``(K,)``.
    full_task, full_bucket
        The task that found no room on the day on which the job was wanted, and the
        bucket, -1 where none, shape ``(K,)``.
    part_task, part_bucket, part_amount, part_pooled
        Parts of the tasks that are done in parts or after all buckets: what each takes
        of the resource, and of its group, shape ``(parts,)``.
    counts
        Number of parts, shape ``(1,)``.
    """

    due: Ints
    start: Ints
    room: Floats
    spread: Bools
    full_task: Ints
    full_bucket: Ints
    part_task: Ints
    part_bucket: Ints
    part_amount: Floats
    part_pooled: Floats
    counts: Ints
