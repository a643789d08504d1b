"""
Agreed shares once more, source by source, for the Pyomo model.
"""

from __future__ import annotations

from collections.abc import Sequence

from lotwright.model.network import Network


class ShareSymbols:
    """
    Sets and data of the split among sources.

    Attributes
    ----------
    G
        Sources with a share.
    own, all
        Activities of a source, and all that are split with them.
    part
        Part that the source is to bring.
    penalty
        Cost of a unit that it brings too little.
    """

    def __init__(
        self, net: Network, activities: Sequence[str], points: Sequence[str]
    ) -> None:
        self.own: dict[str, list[str]] = {}
        self.all: dict[str, list[str]] = {}
        self.part: dict[str, float] = {}
        self.penalty: dict[str, float] = {}
        self._net, self._labels = net, activities

        for code in range(len(points)):
            self._add_point(code)

        self.G = sorted(self.own)

    def _add_point(self, code: int) -> None:
        activities, shares = self._net.activities, self._net.rules.activities.share
        here = [a for a, point in enumerate(activities.point) if point == code]
        shared = [a for a in here if shares[a] > 0]
        agreed = {str(activities.source_id[a]): float(shares[a]) for a in shared}
        total = sum(agreed.values())
        closed = total >= 1.0 - 1e-9 or len(shared) == len(here)
        counted = shared if closed else here
        prices = [float(activities.unit_cost[a]) for a in counted]

        for source, part in agreed.items():
            own = [a for a in shared if str(activities.source_id[a]) == source]
            self.own[source] = [self._labels[a] for a in own]
            self.all[source] = [self._labels[a] for a in counted]
            self.part[source] = part / total if closed else part
            self.penalty[source] = (
                max(prices) - min(prices) + 0.5 * self._worth(code, min(prices))
            )

    def _worth(self, code: int, lowest: float) -> float:
        value = float(self._net.points.value[code])

        if lowest > 0 and value > 0:
            return min(lowest, value)

        return max(lowest, value, 0.0)
