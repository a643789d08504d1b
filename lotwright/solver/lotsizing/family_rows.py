"""
Set-up families: a group of operations is opened once for all lots of a bucket.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Floats, Network
from lotwright.solver.lotsizing.algebra import Axis, Model, Variable
from lotwright.solver.lotsizing.columns import Columns
from lotwright.solver.lotsizing.loaded import load_labels, lots_loaded


def family_open(m: Model, columns: Columns, net: Network) -> None:
    r"""
    No lot is made for which its set-up group is not opened.

    .. math::
        \sum_{t' \text{ loading } r \text{ in } t} y_{at'}
        \le \sum_{t' \text{ loading } r \text{ in } t} \bar y_{at'} family_{ft}

    for every operation of an activity :math:`a` on the resource :math:`r` of the group
    :math:`f`, with :math:`\bar y` the most lots that it makes: 1 where lots have no
    largest size, and then the group is open as far as any of its set-ups is.

    Whole lots leave no choice: a group is open where any of its operations works, and
    closed where none does, for open groups take time and money and help nothing.
    :math:`family` is a whole number all the same, for one lot of several would open a
    part of a group, and to branch on it settles many set-ups at once.
    """
    families, loads = net.rules.families, net.loads
    load = families.load
    lots = columns.lots_made.rows(loads.activity[load]).at(loads.bucket[load])
    most = lots_loaded(net, load, columns.most_lots)

    m.add(
        "family_open",
        Axis("operation", load_labels(net, load)),
        lots <= columns.family.rows(families.family) * most,
        keep=most > 0,
    )


def open_families(columns: Columns, net: Network, values: Floats) -> None:
    """
    Opens the set-up groups that the lots of a plan need, and closes all others.

    Parameters
    ----------
    columns, net
        The columns of the model of a network.
    values
        Value of every column, shape ``(num_columns,)``; brought up to date.
    """
    families = net.rules.families
    lots = np.nan_to_num(columns.setup.values(values) + columns.lots.values(values))
    loaded = lots_loaded(net, families.load, lots)
    opened = np.zeros(columns.family.shape)
    np.maximum.at(opened, families.family, (loaded > _NONE).astype(np.float64))
    _put(values, columns.family, opened)


#: Fewer lots than this are a solver's rounding of none.
_NONE = 1e-6


def _put(values: Floats, block: Variable, amount: Floats) -> None:
    exists = block.columns >= 0
    values[block.columns[exists]] = amount[exists]
