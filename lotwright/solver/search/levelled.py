"""
A day-exact schedule as a start: its orders in the buckets of the model.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Bools, Ints, Network
from lotwright.solver.quantities import Quantities
from lotwright.solver.schedule import Schedule


def quantities_of(net: Network, schedule: Schedule) -> Quantities:
    """
    Returns the orders of a schedule as receipts in buckets.

    An order counts in the bucket of its receipt, or in the next one in which the model
    lets its activity deliver; orders that come after the horizon are left out. What is
    served is not looked at: a search decides it anew for the same lots. That makes the
    plan no dearer wherever the model allows what the schedule does. It does not where
    the schedule uses days inside a bucket, substitutes, or parts of an order.

    Parameters
    ----------
    net
        The network of the schedule.
    schedule
        What the day-exact engine answers.
    """
    orders = schedule.orders
    shape = net.activities.release_bucket.shape
    due = net.buckets.of(orders.due_day)
    bucket = next_buckets(net.activities.possible(), orders.activity, due)
    inside = bucket < shape[1]
    cells = (orders.activity[inside], bucket[inside])
    receipt, lots = np.zeros(shape), np.zeros(shape)
    np.add.at(receipt, cells, orders.quantity[inside])
    np.add.at(lots, cells, orders.lots[inside])
    classes = (len(net.classes), shape[1])

    return Quantities(
        receipt=receipt,
        lots=lots,
        served=np.zeros(classes),
        lost=np.zeros(classes),
        overtime=schedule.overtime.copy(),
    )


def next_buckets(possible: Bools, activity: Ints, bucket: Ints) -> Ints:
    """
    Returns the first bucket, not before a given one, in which an activity can deliver;
    the number of buckets where there is none.

    Parameters
    ----------
    possible
        Where activities can deliver, shape ``(A, T)``.
    activity, bucket
        Each activity, and the bucket to begin with, shape ``(n,)``.
    """
    size = possible.shape[1]
    each = np.where(possible, np.arange(size), size)
    first = np.minimum.accumulate(each[:, ::-1], axis=1)[:, ::-1]
    inside = np.clip(bucket, 0, size - 1)

    return np.where(bucket < size, first[activity, inside], size)
