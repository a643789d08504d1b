"""
The reference plan: what comes otherwise than in an earlier plan is changed.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Network
from lotwright.solver.lotsizing.algebra import Expression, Model, sum_over
from lotwright.solver.lotsizing.columns import Columns
from lotwright.solver.lotsizing.reference_data import priced_reference


def reference(m: Model, columns: Columns, net: Network) -> None:
    r"""
    What an activity brings less than in the reference plan is dropped.

    .. math::
        x_{at} + dropped_{at} \ge ref_{at}
    """
    before = priced_reference(net)

    m.add(
        "reference",
        columns.activities,
        columns.quantity + columns.dropped >= before,
        keep=before > 0,
    )


def change_less(m: Model, columns: Columns, net: Network) -> None:
    r"""
    What is dropped of a point, or had a source that is no longer there, is changed.

    .. math::
        changed_{p1} \ge gone_p + \sum_{a \to p,\, t} dropped_{at}
    """
    gone = net.rules.reference.gone(len(net.points))[:, None]
    dropped = _by_point(columns.dropped, net, num_buckets=net.num_buckets)

    m.add(
        "change_less",
        columns.points,
        columns.changed - dropped >= gone,
        keep=columns.changed.columns >= 0,
    )


def change_more(m: Model, columns: Columns, net: Network) -> None:
    r"""
    What a point gets beyond the reference plan, as far as that reaches, is changed.

    .. math::
        changed_{p1} \ge \sum_{a \to p,\, t \le H}
        (x_{at} - ref_{at} + dropped_{at})
    """
    size = net.rules.reference.num_buckets
    point, count = net.activities.point, len(net.points)
    brought = _by_point(columns.quantity, net, num_buckets=size)
    dropped = _by_point(columns.dropped, net, num_buckets=net.num_buckets)
    before = np.bincount(point, priced_reference(net).sum(axis=1), minlength=count)

    m.add(
        "change_more",
        columns.points,
        columns.changed - brought - dropped >= -before[:, None],
        keep=columns.changed.columns >= 0,
    )


def _by_point(block: Expression, net: Network, *, num_buckets: int) -> Expression:
    """
    Returns the sum over the first buckets and all sources of each point, in the first.
    """
    bucket = np.where(np.arange(net.num_buckets) < num_buckets, 0, -1)[None, :]

    return sum_over(net.activities.point, block.at(bucket), len(net.points))
