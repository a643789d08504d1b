"""
Shelf life: what is not used in its time is scrapped.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Network
from lotwright.solver.lotsizing.algebra import Expression, Model, sum_over
from lotwright.solver.lotsizing.columns import Columns


def shelf_life(m: Model, columns: Columns, net: Network) -> None:
    r"""
    What is left at the end of a bucket may still be used in the next one.

    .. math::
        I_{pt} \le F_{pt} + \sum_{a} \sum_{s \le t < last_{ps}} out_{ap} x_{as}

    :math:`last_{ps}` is the last bucket that ends within the shelf life of what is
    received in :math:`s`, and :math:`F` what of stock on hand and open orders is usable
    after :math:`t`. What expires first is used first. There are rows from the first
    bucket on at whose end something may expire, and none for the last one.
    """
    ageing = columns.ageing
    received = _received(columns, net)
    here = np.arange(net.num_buckets)
    stale: Expression = columns.stock
    # What keeps to the horizon counts in all rows, and these end with the last age.
    from_first = np.maximum.accumulate(ageing.ages, axis=1)
    from_first[:, -1:] = False
    span = (ageing.last - here)[ageing.perishable].max(initial=0)

    for later in range(int(span)):
        stale -= received.at(np.where(here + later < ageing.last, here + later, -1))

    m.add("shelf_life", columns.points, stale <= ageing.fresh, keep=from_first)


def expired_limit(m: Model, columns: Columns, net: Network) -> None:
    r"""
    Only what may not be used any longer expires.

    .. math::
        expired_{pt} \le G_{pt} + \sum_{a} \sum_{s: last_{ps} = t} out_{ap} x_{as}

    with :math:`G` what of stock on hand and open orders is usable in :math:`t` for the
    last time.
    """
    ageing = columns.ageing
    target = np.where(ageing.last < net.num_buckets - 1, ageing.last, -1)

    m.add(
        "expired_limit",
        columns.points,
        columns.expired - _received(columns, net).at(target) <= ageing.expiring,
        keep=columns.expired.columns >= 0,
    )


def _received(columns: Columns, net: Network) -> Expression:
    """
    Returns what activities bring to points where something may expire.
    """
    flows = np.flatnonzero(columns.ageing.perishable[net.outputs.point])
    ratio = net.outputs.ratio[flows][:, None]

    return sum_over(
        net.outputs.point[flows],
        columns.quantity.rows(net.outputs.activity[flows]) * ratio,
        len(net.points),
    )
