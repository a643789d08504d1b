"""
Least use: a resource works for a part of its capacity at least, or not at all.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Floats, Ints, Network
from lotwright.solver.lotsizing.algebra import Axis, Model, sum_over
from lotwright.solver.lotsizing.columns import Columns
from lotwright.solver.lotsizing.loaded import load_labels, lots_loaded, used_loads

#: Fewer lots than this are a solver's rounding of none.
_NONE = 1e-6


def use_open(m: Model, columns: Columns, net: Network) -> None:
    r"""
    No lot is made on a resource that is not used.

    .. math::
        Y_{wt} \le \bar Y_{wt} used_{rt}

    for every operation :math:`w` on the resource, with :math:`Y` the lots for which it
    works in the bucket, and :math:`\bar Y` the most of them.

    Whole lots leave no choice: a resource is used where any lot is made on it, and not
    where none is, for use asks for work and allows nothing else.
    """
    load, place = used_loads(net)
    loads = net.loads
    lots = columns.lots_made.rows(loads.activity[load]).at(loads.bucket[load])
    most = lots_loaded(net, load, columns.most_lots)

    m.add(
        "use_open",
        Axis("operation", load_labels(net, load)),
        lots <= columns.used.rows(place) * most,
        keep=(most > 0) & (columns.used.columns[place] >= 0),
    )


def use_least(m: Model, columns: Columns, net: Network) -> None:
    r"""
    A resource that is used works for a part of its capacity, or lacks work.

    .. math::
        \sum_{a, t' \text{ loading } r \text{ in } t} k_{ar} x_{at'} + lacking_{rt}
        \ge \max(u_r C_{rt} - L_{rt}, 0) \, used_{rt}

    Set-ups do not count: they would be made for nothing.
    """
    use = net.rules.least_use
    wanted = use.wanted(net.resources.capacity, net.resources.open_load)
    load, place = used_loads(net)
    run = columns.quantity.rows(net.loads.activity[load]) * net.loads.run[load, None]
    work = sum_over(place, run.at(net.loads.bucket[load]), len(use))

    m.add(
        "use_least",
        columns.use_axis,
        work + columns.lacking >= columns.used * wanted,
        keep=columns.used.columns >= 0,
    )


def open_resources(columns: Columns, net: Network, values: Floats) -> None:
    """
    Uses the resources on which the lots of a plan are made, and no others.

    Parameters
    ----------
    columns, net
        The columns of the model of a network.
    values
        Value of every column, shape ``(num_columns,)``; brought up to date.
    """
    load, place = used_loads(net)
    lots = np.nan_to_num(columns.setup.values(values) + columns.lots.values(values))
    works = (lots_loaded(net, load, lots) > _NONE).astype(np.float64)
    used = np.zeros(columns.used.shape)
    np.maximum.at(used, place, works)
    exists = columns.used.columns >= 0
    there: Ints = columns.used.columns[exists].astype(np.int64)
    values[there] = used[exists]
