"""
Loaded: what activities do for receipts in a bucket, by the bucket of the work.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.network import Floats, Ints, Network


def lots_loaded(net: Network, load: Ints, lots: Floats) -> Floats:
    """
    Returns the lots that some loads are for, by the bucket of the work, ``(n, T)``.

    Parameters
    ----------
    net
        The network.
    load
        Rows of its loads, shape ``(n,)``.
    lots
        Lots by activity and bucket of the receipt, shape ``(A, T)``.
    """
    amount = np.zeros((len(load), net.num_buckets))
    bucket = net.loads.bucket[load]
    row, receipt = np.nonzero(bucket >= 0)
    made = lots[net.loads.activity[load[row]], receipt]
    np.add.at(amount, (row, bucket[row, receipt]), made)

    return amount


def used_loads(net: Network) -> tuple[Ints, Ints]:
    """
    Returns the loads on resources that have a least use, and the place of theirs.

    Parameters
    ----------
    net
        The network.

    Returns
    -------
    tuple
        Rows of its loads and of its least uses, shape ``(n,)`` each.
    """
    loads, use = net.loads, net.rules.least_use
    place = np.full(len(net.resources), -1, dtype=np.int64)
    place[use.resource] = np.arange(len(use))
    of = place[loads.resource]
    load = np.flatnonzero((of >= 0) & (loads.run > 0))

    return load, of[load]


def load_labels(net: Network, load: Ints) -> tuple[str, ...]:
    """
    Returns ``activity/resource`` for some loads, all different.

    Parameters
    ----------
    net
        The network.
    load
        Different rows of its loads, shape ``(n,)``.
    """
    loads = net.loads
    activity = pd.Series(net.activities.labels[loads.activity[load]], dtype="str")
    resource = pd.Series(net.resources.resource_id[loads.resource[load]], dtype="str")
    names = activity + "/" + resource
    again = names.groupby(names).cumcount()

    return tuple(names.where(again == 0, names + "." + (again + 1).astype("str")))
