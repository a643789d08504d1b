"""
Prices by quantity once more, tier by tier, for the Pyomo model.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from lotwright.model.network import Network


class PriceSymbols:
    """
    Sets and data of prices that depend on the quantity of an order.

    Attributes
    ----------
    K, of
        Labels of the tiers, and the activity of each.
    low, high
        Smallest and largest lot of a tier.
    unit_cost, order_cost
        What a unit and a lot of a tier cost.
    largest_step
        Largest quantity from which on an activity has another price.
    """

    def __init__(self, net: Network, activities: Sequence[str]) -> None:
        self.of: dict[str, str] = {}
        self.low: dict[str, float] = {}
        self.high: dict[str, float] = {}
        self.unit_cost: dict[str, float] = {}
        self.order_cost: dict[str, float] = {}
        self.largest_step = dict.fromkeys(activities, 0.0)
        prices = net.rules.prices

        for code, a in enumerate(activities):
            rows = [i for i, owner in enumerate(prices.activity) if owner == code]
            steps = [
                (
                    float(prices.from_quantity[i]),
                    float(prices.unit_cost[i]),
                    bool(prices.incremental[i]),
                )
                for i in rows
            ]
            self._add(a, float(net.activities.unit_cost[code]), steps)

        self.K = list(self.of)

    def fit_lots(
        self,
        smallest: Mapping[str, float],
        largest: Mapping[str, float],
        multiple: Mapping[str, float],
    ) -> None:
        """
        Makes tiers no wider than the lot sizes of their activities.
        """
        for k, a in self.of.items():
            self.low[k] = max(self.low[k], smallest[a])
            self.high[k] = min(self.high[k], largest[a])

            if (step := multiple[a]) > 0:
                self.low[k] = step * math.ceil(self.low[k] / step - 1e-9)
                steps = self.high[k] / step + 1e-9
                self.high[k] = step * math.floor(steps) if steps < math.inf else steps

    def _add(
        self, a: str, own: float, steps: Sequence[tuple[float, float, bool]]
    ) -> None:
        """
        Adds the tiers of an activity: below the first step its own price holds.
        """
        below = [(0.0, own, False)] if steps and steps[0][0] > 0 else []
        total, before = 0.0, own

        for number, (start, price, incremental) in enumerate([*below, *steps]):
            label = f"{a}/{start:g}"
            following = [start for start, _, _ in [*below, *steps]][number + 1 :]
            total += (before - price) * start if incremental else 0.0
            self.of[label] = a
            self.low[label] = start
            self.high[label] = following[0] if following else math.inf
            self.unit_cost[label] = price
            self.order_cost[label] = total if incremental else 0.0
            self.largest_step[a] = max(self.largest_step[a], start)
            before = price
