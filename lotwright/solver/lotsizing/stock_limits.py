"""
Stock limits: the safety stock below and the largest stock above, both soft.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Network
from lotwright.solver.lotsizing.algebra import Model
from lotwright.solver.lotsizing.columns import Columns


def safety_stock(m: Model, columns: Columns, net: Network) -> None:
    r"""
    What is missing to the safety stock at the end of a bucket is short.

    .. math::
        I_{pt} + short_{pt} \ge SS_{pt}
    """
    wanted = net.points.safety_stock

    m.add(
        "safety_stock",
        columns.points,
        columns.stock + columns.short >= wanted,
        keep=wanted > 0,
    )


def largest_stock(m: Model, columns: Columns, net: Network) -> None:
    r"""
    What lies above the largest stock at the end of a bucket is excess.

    .. math::
        I_{pt} - excess_{pt} \le SX_{pt}
    """
    most = net.points.largest_stock

    m.add(
        "largest_stock",
        columns.points,
        columns.stock - columns.excess <= most,
        keep=np.isfinite(most),
    )
