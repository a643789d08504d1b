"""
An earlier plan as a start: its orders as lots in the buckets of the model.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.codes_of_rows import activities_of, buckets_of
from lotwright.model.network import Floats, Network
from lotwright.model.receivable import receivable
from lotwright.solver.quantities import Quantities
from lotwright.solver.search.levelled import next_buckets


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class EarlierPlan:
    """
    What a search takes over of an earlier plan.

    Parameters
    ----------
    quantities
        Its orders as receipts in buckets.
    taken, left
        How many orders these are, and how many are left out.
    """

    quantities: Quantities
    taken: int
    left: int


def earlier_plan(net: Network, orders: pd.DataFrame) -> EarlierPlan:
    """
    Returns planned orders, of whatever plan, as receipts in buckets.

    An order counts in the bucket of its due date, or in the next one in which its
    activity may deliver something new; of one that is due before the plan starts that
    is the first one. Left out is an order without a source in the network, one that
    would come after the horizon, and one that is among the open orders now. Quantities
    and what is served are found anew for the same lots, so that the start is a plan of
    the network, whatever has changed since.

    Parameters
    ----------
    net
        The network.
    orders
        Planned orders, in the columns of a plan.
    """
    shape = net.activities.release_bucket.shape
    activity = activities_of(net, orders)
    quantity = _numbers(orders, "quantity")
    lots = np.maximum(_numbers(orders, "lots"), 1.0)
    is_open = orders["order_id"].astype("str").isin(net.supplies.supply_id.astype(str))
    bucket = np.maximum(buckets_of(net, orders), 0)
    counts = quantity > 0
    rows = np.flatnonzero(counts & (activity >= 0) & ~is_open.to_numpy(dtype=bool))
    bucket = next_buckets(receivable(net), activity[rows], bucket[rows])
    inside = bucket < shape[1]
    rows, bucket = rows[inside], bucket[inside]
    cells = (activity[rows], bucket)
    receipt, count = np.zeros(shape), np.zeros(shape)
    np.add.at(receipt, cells, quantity[rows])
    np.add.at(count, cells, lots[rows])
    classes = (len(net.classes), shape[1])

    return EarlierPlan(
        quantities=Quantities(
            receipt=receipt,
            lots=count,
            served=np.zeros(classes),
            lost=np.zeros(classes),
            overtime=np.zeros((len(net.resources), shape[1])),
            of_other_data=True,
        ),
        taken=len(rows),
        left=int(counts.sum()) - len(rows),
    )


def _numbers(orders: pd.DataFrame, name: str) -> Floats:
    """
    Returns a column of numbers, 0 where it is blank or not there.
    """
    if name not in orders:
        return np.zeros(len(orders))

    found: Floats = np.nan_to_num(orders[name].to_numpy(np.float64, na_value=np.nan))

    return found
