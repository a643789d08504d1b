"""
End stock: what is to be there when the plan ends, softly.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Network
from lotwright.solver.lotsizing.algebra import Model
from lotwright.solver.lotsizing.columns import Columns


def end_stock(m: Model, columns: Columns, net: Network) -> None:
    r"""
    What is missing at the end of the plan to the stock that is wanted then is short.

    .. math::
        I_{pT} + end\_short_{pT} \ge E_p
    """
    wanted = net.rules.end_stock.by_point(len(net.points))[:, None]
    is_last = np.arange(net.num_buckets) == net.num_buckets - 1

    m.add(
        "end_stock",
        columns.points,
        columns.stock + columns.end_short >= wanted,
        keep=(wanted > 0) & is_last,
    )
