"""
Nervousness: how much a plan differs from the one before it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.arrays import Floats, Ints
from lotwright.model.codes_of_rows import activities_of, codes_of, days_of
from lotwright.model.network import Network

#: Quantities that differ by less than this part are the same.
_SAME = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Nervousness:
    """
    What is otherwise than in the reference plan.

    Parameters
    ----------
    quantity
        Units that come in another bucket, from another source, anew or no more.
    cost
        What that costs.
    changed, new, gone
        Orders with another quantity or date, orders that were not there, and orders
        that are not there any longer.
    """

    quantity: float
    cost: float
    changed: int
    new: int
    gone: int


def nervousness_of(network: Network, orders: pd.DataFrame) -> Nervousness | None:
    """
    Returns how planned orders differ from the reference plan, if there is any.

    Parameters
    ----------
    network
        A network.
    orders
        Table of planned orders.
    """
    if not network.rules.reference.is_given:
        return None

    return nervousness(
        network,
        activities_of(network, orders),
        codes_of(network.buckets.period_id, orders["period_id"]),
        days_of(network, orders["due_date"]),
        orders["quantity"].to_numpy(dtype=np.float64),
    )


def nervousness(
    network: Network, activity: Ints, bucket: Ints, day: Ints, quantity: Floats
) -> Nervousness:
    """
    Returns how much planned orders differ from the reference plan.

    Orders of one source are paired in the same bucket first, then by their dates; what
    finds no partner is new, as far as the reference plan reaches, or gone.

    Parameters
    ----------
    network
        A network with a reference plan.
    activity, bucket, day, quantity
        Of each planned order; the bucket is -1 after the horizon.
    """
    reference, points = network.rules.reference, network.points
    received = np.zeros((len(network.activities), network.num_buckets))
    within = bucket >= 0
    cells = (activity[within], bucket[within])
    np.add.at(received, cells, quantity[within])
    moved = reference.changed(received, network.activities.point, len(points))
    now = _orders(activity, bucket, day, quantity)
    known = reference.activity >= 0
    before = _orders(
        reference.activity[known],
        reference.bucket[known],
        reference.day[known],
        reference.quantity[known],
    )
    now, before, pairs = _paired(now, before, ["activity", "bucket"])
    differs = (pairs["day"] != pairs["day_before"]) | (
        (pairs["quantity"] - pairs["quantity_before"]).abs()
        > _SAME * pairs["quantity_before"]
    )
    now, before, others = _paired(now, before, ["activity"])

    return Nervousness(
        quantity=float(moved.sum()),
        cost=float((reference.cost * moved).sum()),
        changed=int(differs.sum()) + len(others),
        new=int(now["bucket"].between(0, reference.num_buckets - 1).sum()),
        gone=len(before) + int((~known).sum()),
    )


def _orders(activity: Ints, bucket: Ints, day: Ints, quantity: Floats) -> pd.DataFrame:
    frame = pd.DataFrame(
        {"activity": activity, "bucket": bucket, "day": day, "quantity": quantity}
    )

    return frame.sort_values(["activity", "day", "quantity"], ignore_index=True)


def _paired(
    now: pd.DataFrame, before: pd.DataFrame, by: list[str]
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """
    Returns what is left of two plans, and the pairs of orders that share some columns,
    the first with the first, the second with the second.
    """
    now = now.assign(turn=now.groupby(by).cumcount(), row=np.arange(len(now)))
    before = before.assign(
        turn=before.groupby(by).cumcount(), row=np.arange(len(before))
    )
    pairs = now.merge(before, on=[*by, "turn"], suffixes=("", "_before"))

    return (
        now[~now["row"].isin(pairs["row"])],
        before[~before["row"].isin(pairs["row_before"])],
        pairs,
    )
