"""
Scripts: what a plan does and when, what a sample makes different, and what comes of it.
"""

from __future__ import annotations

from typing import NamedTuple

from lotwright.model.network import Bools, Floats, Ints

#: Kinds of needs.
LINE, OPEN_ISSUE, ORDER_ISSUE = 0, 1, 2

#: Kinds of causes: an order of the point took longer, or others took what was there.
TOOK_LONGER, TAKEN = 0, 1


class Script(NamedTuple):
    """
    What a plan does and when, the same in all samples.

    Letters: P points, T buckets, O orders (planned, then open), Q receipts, M needs, N
    demand lines. Days count from the start of the plan.

    Parameters
    ----------
    edges
        First day of each bucket, and the day after the last, shape ``(T + 1,)``.
    start_of
        First day of the bucket of each day up to the horizon.
    last_day
        Day on which the execution ends.
    opening
        Stock on day 0, shape ``(P,)``.
    scrap
        What is scrapped by age at the end of buckets, shape ``(P, T)``.
    order_day
        Day from which what an order brings may be used, shape ``(O,)``.
    order_waits
        Number of needs that an order waits for, shape ``(O,)``.
    order_point
        Point that it is for, shape ``(O,)``.
    receipt_first
        Where the receipts of each order begin, shape ``(O + 1,)``.
    receipt_point, receipt_quantity
        Shape ``(Q,)``.
    need_first
        Where the needs of each point begin, shape ``(P + 1,)``.
    need_point, need_kind, need_owner
        Point, kind, and the line or order that it is of, shape ``(M,)``.
    need_day, need_served, need_told
        Day on which it comes up, on which it is served where all goes as planned, and
        which the plan tells for that, shape ``(M,)``.
    need_last
        Last day that may be told for it; later it is given up, shape ``(M,)``.
    need_whole
        Whether it is delivered in one part only, shape ``(M,)``.
    need_quantity
        Shape ``(M,)``.
    """

    edges: Ints
    start_of: Ints
    last_day: int
    opening: Floats
    scrap: Floats
    order_day: Ints
    order_waits: Ints
    order_point: Ints
    receipt_first: Ints
    receipt_point: Ints
    receipt_quantity: Floats
    need_first: Ints
    need_point: Ints
    need_kind: Ints
    need_owner: Ints
    need_day: Ints
    need_served: Ints
    need_told: Ints
    need_last: Ints
    need_whole: Bools
    need_quantity: Floats


class Draw(NamedTuple):
    """
    What one sample makes different.

    Parameters
    ----------
    factor, shift
        Quantity per planned quantity, and days by which the due date moves, by demand
        line, shape ``(N,)``.
    due_day, due_start
        Due day of each line with its shift, and first day of the bucket in which it
        counts, shape ``(N,)``.
    delay
        Days by which an order takes longer, shape ``(O,)``.
    """

    factor: Floats
    shift: Ints
    due_day: Ints
    due_start: Ints
    delay: Ints


class Told(NamedTuple):
    """
    What came of it.

    Parameters
    ----------
    on_time, late
        Served by the due date, and later, by line, shape ``(N,)``.
    unit_days
        Units served late times the days that cost counts for them, shape ``(N,)``.
    last_late
        Day of the last late delivery, -1 without one, shape ``(N,)``.
    cause
        Point times 2 plus the kind of cause of what is late, -1 where the plan itself
        is late, shape ``(N,)``.
    end, waiting, expired
        Stock, and needs of open orders that wait, at the end of buckets, and what is
        scrapped by age in them, shape ``(P, T)``.
    order_day
        Day from which what an order brings may be used, ``last_day`` where it never
        comes, shape ``(O,)``.
    need_served
        Day on which each need is served, ``last_day`` where never, shape ``(M,)``.
    """

    on_time: Floats
    late: Floats
    unit_days: Floats
    last_late: Ints
    cause: Ints
    end: Floats
    waiting: Floats
    expired: Floats
    order_day: Ints
    need_served: Ints
