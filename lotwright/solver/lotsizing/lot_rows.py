"""
Lots: opened, at least so large, and in whole multiples.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Bools, Network
from lotwright.solver.lotsizing.algebra import Model
from lotwright.solver.lotsizing.columns import Columns
from lotwright.solver.lotsizing.lot_sizes import largest_lots, smallest_lots


def lot_open(m: Model, columns: Columns, net: Network) -> None:
    r"""
    Nothing is received without a lot.

    .. math::
        x_{at} \le U_{at} y_{at}
        \qquad \text{or} \qquad x_{at} \le hi_a n_{at}

    The first where a lot may be of any size, with :math:`U` from data; the second where
    lots have a largest size and several may be made.
    """
    largest_lot = largest_lots(net)[:, None]
    largest = np.where(np.isfinite(largest_lot), largest_lot, columns.largest)
    exists = _with_lots(columns)

    m.add(
        "lot_open",
        columns.activities,
        columns.quantity <= columns.lots_made * np.where(exists, largest, 0.0),
        keep=exists,
    )


def lot_minimum(m: Model, columns: Columns, net: Network) -> None:
    r"""
    A lot is at least as large as its minimum.

    .. math::
        x_{at} \ge lo_a y_{at}
        \qquad \text{or} \qquad x_{at} \ge lo_a n_{at}
    """
    smallest = smallest_lots(net)[:, None]

    m.add(
        "lot_minimum",
        columns.activities,
        columns.quantity >= columns.lots_made * smallest,
        keep=_with_lots(columns) & (smallest > 0),
    )


def lot_multiple(m: Model, columns: Columns, net: Network) -> None:
    r"""
    Receipts are whole multiples.

    .. math::
        x_{at} = mult_a m_{at}
    """
    multiple = net.activities.lot_multiple[:, None]

    m.add(
        "lot_multiple",
        columns.activities,
        columns.quantity == columns.multiples * multiple,
        keep=columns.multiples.columns >= 0,
    )


def _with_lots(columns: Columns) -> Bools:
    return (columns.setup.columns >= 0) | (columns.lots.columns >= 0)
