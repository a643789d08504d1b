"""
End stock once more, point by point, for the Pyomo model.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyomo.environ as pyo

from lotwright.model.network import Network

# Pyomo builds its classes at run time; to a type checker its parts are anything.
PyomoModel = Any
Rule = Any


class EndStockSymbols:
    """
    Data of the stock to have at the end of the plan.

    Attributes
    ----------
    wanted
        Stock to have at the end, of the points with any.
    penalty
        Cost of a unit that is missing then.
    """

    def __init__(self, net: Network, points: Sequence[str]) -> None:
        targets = net.rules.end_stock
        labels = [points[p] for p in targets.point]
        self.wanted = dict(zip(labels, targets.quantity.tolist(), strict=True))
        self.penalty = dict(zip(labels, targets.penalty.tolist(), strict=True))


def end_stock(m: PyomoModel, p: str, t: int) -> Rule:
    r"""
    What is missing at the end of the plan to the stock that is wanted then is short.

    .. math::
        I_{pT} + end\_short_{pT} \ge E_p
    """
    if (p, t) in m.end_short:
        return m.stock[p, t] + m.end_short[p, t] >= m.symbols.end_stock.wanted[p]

    return pyo.Constraint.Skip
