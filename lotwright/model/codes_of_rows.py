"""
Rows of a plan in the numbers of the network: activities, days, and keys of any kind.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.network import Ints, Network, Texts


def days_of(network: Network, dates: pd.Series) -> Ints:
    """
    Returns dates as days of the plan.

    Parameters
    ----------
    network
        The network.
    dates
        Column of dates.
    """
    date = dates.to_numpy().astype("datetime64[D]")

    return (date - np.datetime64(network.as_of, "D")).astype(np.int64)


def buckets_of(network: Network, orders: pd.DataFrame) -> Ints:
    """
    Returns the bucket in which each order is received: that of its ``period_id``, which
    its due date may lie before but not after, else that of its due date.

    Parameters
    ----------
    network
        The network.
    orders
        Table of planned orders, or of its columns.

    Returns
    -------
    Ints
        -1 before the first bucket, T after the last, shape ``(n,)``.
    """
    day = days_of(network, orders["due_date"])
    bucket = network.buckets.of(day)

    if "period_id" not in orders:
        return bucket

    named = codes_of(network.buckets.period_id, orders["period_id"])
    is_its = (named >= 0) & (day >= 0) & (day < network.buckets.end[named])

    return np.where(is_its, named, bucket)


def activities_of(network: Network, orders: pd.DataFrame) -> Ints:
    """
    Returns the activity of each order, by source, and by bill and routing as well where
    a source is several activities.

    Parameters
    ----------
    network
        The network.
    orders
        Table of planned orders, or of its columns.

    Returns
    -------
    Ints
        -1 where there is no such activity.
    """
    activities = network.activities

    if not pd.Index(activities.source_id).duplicated().any():
        return codes_of(activities.source_id, orders["source_id"])

    names = ("source_id", "bom_id", "routing_id")
    known = pd.MultiIndex.from_arrays([getattr(activities, name) for name in names])
    columns = [orders[name].astype(object) for name in names]
    wanted = [column.where(column.notna(), "") for column in columns]

    return known.get_indexer(pd.MultiIndex.from_arrays(wanted)).astype(np.int64)


def codes_of(keys: Texts | tuple[str, ...], values: pd.Series) -> Ints:
    """
    Returns the position of each value among the keys, -1 where it is none of them.

    Parameters
    ----------
    keys
        What there is.
    values
        Column of keys.
    """
    if isinstance(values.dtype, pd.CategoricalDtype):
        known = codes_of(keys, values.cat.categories.to_series())

        return np.append(known, -1)[values.cat.codes.to_numpy()]

    if len(values) == len(keys) and np.array_equal(values.to_numpy(object), keys):
        return np.arange(len(keys), dtype=np.int64)

    return pd.Index(keys).get_indexer(pd.Index(values)).astype(np.int64)
