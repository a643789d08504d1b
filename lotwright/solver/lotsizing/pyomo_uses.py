"""
Least use once more, resource by resource, for the Pyomo model.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pyomo.environ as pyo

from lotwright.model.network import Network
from lotwright.solver.lotsizing.pyomo_families import most_lots

# Pyomo builds its classes at run time; to a type checker its parts are anything.
PyomoModel = Any
Rule = Any


class UseSymbols:
    """
    Sets and data of least use.

    Attributes
    ----------
    U
        Resources with a least use.
    wanted
        Work that planned orders are to be where there are any.
    penalty
        Cost of a unit that is missing.
    work
        Operations by name: their activity, their resource, and the bucket of the work
        by bucket of the receipt.
    """

    def __init__(
        self, net: Network, activities: Sequence[str], resources: Sequence[str]
    ) -> None:
        use, loads = net.rules.least_use, net.loads
        self.U = [resources[r] for r in use.resource]
        self.penalty = dict(zip(self.U, use.penalty.tolist(), strict=True))
        self.wanted: dict[tuple[str, int], float] = {}

        for r, share in zip(use.resource, use.share, strict=True):
            for t in range(net.num_buckets):
                most = float(net.resources.capacity[r, t])
                part = share * most if most < math.inf else 0.0
                lacks = max(part - float(net.resources.open_load[r, t]), 0.0)
                self.wanted[resources[r], t + 1] = lacks

        self.work: dict[str, tuple[str, str, dict[int, int]]] = {}

        for load in range(len(loads.activity)):
            r = resources[loads.resource[load]]

            if r in self.U and loads.run[load] > 0:
                a = activities[loads.activity[load]]
                bucket = loads.bucket[load].tolist()
                buckets = {t: u + 1 for t, u in enumerate(bucket, start=1) if u >= 0}
                self.work[self._name(f"{a}/{r}")] = (a, r, buckets)

    def _name(self, label: str) -> str:
        name, number = label, 1

        while name in self.work:
            number += 1
            name = f"{label}.{number}"

        return name


def add_uses(m: PyomoModel) -> None:
    """
    Adds whether resources are used and what they lack, where they may lack something.
    """
    uses = m.symbols.uses
    works = {
        (r, u)
        for a, r, bucket in uses.work.values()
        for t, u in bucket.items()
        if most_lots(m, a, t) > 0
    }
    keys = [key for key, wanted in uses.wanted.items() if wanted > 0 and key in works]
    m.used = pyo.Var(keys, domain=pyo.Binary)
    m.lacking = pyo.Var(
        keys,
        domain=pyo.NonNegativeReals,
        bounds=lambda _, r, t: (0.0, uses.wanted[r, t]),
    )


def use_open(m: PyomoModel, name: str, u: int) -> Rule:
    r"""
    No lot is made on a resource that is not used.

    .. math::
        Y_{wt} \le \bar Y_{wt} used_{rt}
    """
    a, r, bucket = m.symbols.uses.work[name]
    receipts = [t for t, at in bucket.items() if at == u and most_lots(m, a, t) > 0]

    if not receipts or (r, u) not in m.used:
        return pyo.Constraint.Skip

    lots = sum(m.setup[a, t] if (a, t) in m.setup else m.lots[a, t] for t in receipts)

    return lots <= sum(most_lots(m, a, t) for t in receipts) * m.used[r, u]


def use_least(m: PyomoModel, r: str, t: int) -> Rule:
    r"""
    A resource that is used works for a part of its capacity, or lacks work.

    .. math::
        \sum_{a, t' \text{ loading } r \text{ in } t} k_{ar} x_{at'} + lacking_{rt}
        \ge \max(u_r C_{rt} - L_{rt}, 0) \, used_{rt}
    """
    s = m.symbols

    if (r, t) not in m.used:
        return pyo.Constraint.Skip

    work = sum(
        load.run * m.quantity[load.activity, later]
        for load in s.loads
        for later, bucket in load.bucket.items()
        if load.resource == r and bucket == t and (load.activity, later) in m.quantity
    )

    return work + m.lacking[r, t] >= s.uses.wanted[r, t] * m.used[r, t]
