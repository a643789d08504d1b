"""
Demand: served in time, late, or lost.
"""

from __future__ import annotations

from lotwright.model.network import Network
from lotwright.solver.lotsizing.algebra import Model
from lotwright.solver.lotsizing.columns import Columns


def demand(m: Model, columns: Columns, net: Network) -> None:
    r"""
    What is due, now or since earlier, is delivered, stays late, or is given up.

    .. math::
        served_{dt} + backlog_{dt} + lost_{dt} = q_{dt} + backlog_{d,t-1}

    The upper bound of :math:`backlog` keeps demand from waiting longer than it may, and
    from waiting beyond the horizon.
    """
    m.add(
        "demand",
        columns.classes,
        columns.served + columns.backlog + columns.lost - columns.backlog.previous()
        == net.classes.quantity,
    )
