"""
Prices: what an order costs by its quantity, tier by tier.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Network
from lotwright.solver.lotsizing.algebra import Model, sum_over
from lotwright.solver.lotsizing.columns import Columns


def price_split(m: Model, columns: Columns, net: Network) -> None:
    r"""
    What is received is received at one of its prices.

    .. math::
        x_{at} = \sum_{k \in a} x_{kt}
    """
    tiers = columns.tiers
    priced = sum_over(tiers.activity, columns.priced, len(net.activities))

    m.add(
        "price_split",
        columns.activities,
        columns.quantity == priced,
        keep=columns.has_tiers,
    )


def price_lots(m: Model, columns: Columns, net: Network) -> None:
    r"""
    Every lot has one price.

    .. math::
        y_{at} = \sum_{k \in a} y_{kt}
    """
    tiers = columns.tiers
    lots = sum_over(tiers.activity, columns.priced_lots, len(net.activities))

    m.add(
        "price_lots",
        columns.activities,
        columns.lots_made == lots,
        keep=columns.has_tiers,
    )


def price_least(m: Model, columns: Columns, net: Network) -> None:
    r"""
    A lot is at least as large as its price asks for.

    .. math::
        x_{kt} \ge lo_k y_{kt}
    """
    del net
    low = columns.tier_low[:, None]

    m.add(
        "price_least",
        columns.tier_axis,
        columns.priced >= columns.priced_lots * low,
        keep=(columns.priced_lots.columns >= 0) & (low > 0),
    )


def price_most(m: Model, columns: Columns, net: Network) -> None:
    r"""
    A lot is at most as large as its price allows.

    .. math::
        x_{kt} \le \min(hi_k, U_{at}) y_{kt}
    """
    del net
    exists = columns.priced_lots.columns >= 0
    most = np.where(exists, columns.tier_most, 0.0)

    m.add(
        "price_most",
        columns.tier_axis,
        columns.priced <= columns.priced_lots * most,
        keep=exists,
    )
