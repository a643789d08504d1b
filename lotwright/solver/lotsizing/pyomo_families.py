"""
Set-up families once more, operation by operation, for the Pyomo model.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import pyomo.environ as pyo

from lotwright.model.network import Network

# Pyomo builds its classes at run time; to a type checker its parts are anything.
PyomoModel = Any
Rule = Any


class FamilySymbols:
    """
    Sets and data of set-up groups.

    Attributes
    ----------
    F
        Set-up groups.
    limits, hours, cost
        Resources whose time opening a group takes, how much, and what it costs.
    work
        Operations by name: their activity, their group, and the bucket of the work by
        bucket of the receipt.
    """

    def __init__(
        self, net: Network, activities: Sequence[str], resources: Sequence[str]
    ) -> None:
        families, pools = net.rules.families, net.resources
        self.F = list(families.labels)
        self.hours = dict(zip(self.F, families.hours.tolist(), strict=True))
        self.cost = dict(zip(self.F, families.cost.tolist(), strict=True))
        self.limits: dict[str, set[str]] = {}
        pairs = list(zip(pools.pool_row, pools.pool_member, strict=True))

        for f, r in zip(self.F, families.resource, strict=True):
            pooled = {resources[row] for row, member in pairs if member == r}
            self.limits[f] = {resources[r], *pooled}

        self.work: dict[str, tuple[str, str, dict[int, int]]] = {}

        for load, family in zip(families.load, families.family, strict=True):
            a = activities[net.loads.activity[load]]
            name = label = f"{a}/{resources[net.loads.resource[load]]}"
            number = 1

            while name in self.work:
                number += 1
                name = f"{label}.{number}"

            bucket = net.loads.bucket[load].tolist()
            self.work[name] = (
                a,
                self.F[family],
                {t: u + 1 for t, u in enumerate(bucket, start=1) if u >= 0},
            )


def most_lots(m: PyomoModel, a: str, t: int) -> float:
    """
    Returns the most lots that an activity makes in a bucket.
    """
    if (a, t) in m.setup:
        return 1.0

    if (a, t) in m.lots:
        return float(math.ceil(m.U[a, t] / m.symbols.hi[a] - 1e-9))

    return 0.0


def add_families(m: PyomoModel) -> None:
    """
    Adds the column of set-up groups, where they may have work.
    """
    keys = {
        (f, u): None
        for a, f, bucket in m.symbols.families.work.values()
        for t, u in bucket.items()
        if most_lots(m, a, t) > 0
    }
    m.family = pyo.Var(list(keys), domain=pyo.Binary)


def opened_hours(m: PyomoModel, r: str, t: int) -> Rule:
    """
    Returns the time that opening groups takes of a resource.
    """
    families = m.symbols.families

    return sum(
        families.hours[f] * m.family[f, t]
        for f in families.F
        if families.hours[f] > 0 and r in families.limits[f] and (f, t) in m.family
    )


def family_open(m: PyomoModel, name: str, u: int) -> Rule:
    r"""
    No lot is made for which its set-up group is not opened.

    .. math::
        \sum_{t' \text{ loading } r \text{ in } t} y_{at'}
        \le \sum_{t' \text{ loading } r \text{ in } t} \bar y_{at'} family_{ft}
    """
    a, f, bucket = m.symbols.families.work[name]
    receipts = [t for t, at in bucket.items() if at == u and most_lots(m, a, t) > 0]

    if not receipts:
        return pyo.Constraint.Skip

    lots = sum(m.setup[a, t] if (a, t) in m.setup else m.lots[a, t] for t in receipts)

    return lots <= sum(most_lots(m, a, t) for t in receipts) * m.family[f, u]
