"""
The reference plan once more, order by order, for the Pyomo model.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import pyomo.environ as pyo

from lotwright.model.network import Network

# Pyomo builds its classes at run time; to a type checker its parts are anything.
PyomoModel = Any
Rule = Any


class ReferenceSymbols:
    """
    Data of the earlier plan.

    Attributes
    ----------
    sources
        Activities of each point at which changes cost something.
    before
        What activities of these points bring in the earlier plan.
    gone
        What sources brought to these points that are no longer there.
    compared
        Buckets up to the last receipt of the earlier plan.
    cost
        Of a unit that changes, by point.
    """

    def __init__(
        self, net: Network, activities: Sequence[str], points: Sequence[str]
    ) -> None:
        reference = net.rules.reference
        self.compared = range(1, reference.num_buckets + 1)
        self.cost = dict(zip(points, reference.cost.tolist(), strict=False))
        self.sources: dict[str, list[str]] = {
            p: [] for p, cost in self.cost.items() if cost > 0
        }
        self.before: dict[tuple[str, int], float] = defaultdict(float)
        self.gone = dict.fromkeys(self.sources, 0.0)

        for a, point in zip(activities, net.activities.point, strict=True):
            if points[point] in self.sources:
                self.sources[points[point]].append(a)

        for order in range(len(reference)):
            p = points[reference.point[order]]
            quantity = float(reference.quantity[order])

            if p not in self.sources:
                continue

            if reference.activity[order] < 0:
                self.gone[p] += quantity
            else:
                a = activities[reference.activity[order]]
                self.before[a, int(reference.bucket[order]) + 1] += quantity

    def total(self, p: str) -> float:
        """
        Returns what the sources of a point bring in the earlier plan.
        """
        return sum(n for (a, _), n in self.before.items() if a in self.sources[p])

    def most(
        self, largest: dict[tuple[str, int], float]
    ) -> dict[tuple[str, int], float]:
        """
        Returns the most that can change of each point, where that is anything.

        Parameters
        ----------
        largest
            The bounds on receipts, by activity and bucket.
        """
        most = {}

        for p, sources in self.sources.items():
            more = sum(largest[a, t] for a in sources for t in self.compared)
            most[p, 1] = max(more, self.total(p) + self.gone[p])

        return {key: value for key, value in most.items() if value > 0}


def reference(m: PyomoModel, a: str, t: int) -> Rule:
    r"""
    What an activity brings less than in the reference plan is dropped.

    .. math::
        x_{at} + dropped_{at} \ge ref_{at}
    """
    if (a, t) not in m.dropped:
        return pyo.Constraint.Skip

    brought = m.quantity[a, t] if m.U[a, t] > 0 else 0.0

    return brought + m.dropped[a, t] >= m.symbols.reference.before[a, t]


def change_less(m: PyomoModel, p: str, t: int) -> Rule:
    r"""
    What is dropped of a point, or had a source that is no longer there, is changed.

    .. math::
        changed_{p1} \ge gone_p + \sum_{a \to p,\, t} dropped_{at}
    """
    if (p, t) not in m.changed:
        return pyo.Constraint.Skip

    return m.changed[p, t] >= m.symbols.reference.gone[p] + _dropped(m, p)


def change_more(m: PyomoModel, p: str, t: int) -> Rule:
    r"""
    What a point gets beyond the reference plan, as far as that reaches, is changed.

    .. math::
        changed_{p1} \ge \sum_{a \to p,\, t \le H}
        (x_{at} - ref_{at} + dropped_{at})
    """
    if (p, t) not in m.changed:
        return pyo.Constraint.Skip

    data = m.symbols.reference
    brought = sum(
        m.quantity[a, u]
        for a in data.sources[p]
        for u in data.compared
        if (a, u) in m.quantity
    )

    return m.changed[p, t] >= brought - data.total(p) + _dropped(m, p)


def _dropped(m: PyomoModel, p: str) -> Rule:
    sources = m.symbols.reference.sources[p]

    return sum(m.dropped[a, t] for a, t in m.dropped if a in sources)
