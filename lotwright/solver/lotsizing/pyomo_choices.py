"""
What may replace components once more, choice by choice, for the Pyomo model.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lotwright.model.choices import levels_with_choices
from lotwright.model.network import Network

Key = tuple[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """
    That ``ratio`` units of ``other`` may be taken for one of an input, by number, in
    some buckets.
    """

    line: int
    other: str
    ratio: float
    buckets: tuple[int, ...]


class ChoiceSymbols:
    """
    Sets and data of components that replace others; buckets count from 1.

    Attributes
    ----------
    K
        Choices by label.
    inputs
        Labels of the inputs that have a choice, by their number.
    known
        Stock on hand and open orders received up to a bucket.
    lent
        Points that are taken from instead of others.
    """

    def __init__(
        self, net: Network, activities: Sequence[str], points: Sequence[str]
    ) -> None:
        self._net, self._points = net, points
        self._level = levels_with_choices(net)
        self.known: dict[Key, float] = {}

        for i, p in enumerate(points):
            total = float(net.points.opening_stock[i])

            for t in range(net.num_buckets):
                total += float(net.points.open_receipts[i, t])
                self.known[p, t + 1] = total

        chosen: dict[tuple[int, int], int] = {}

        for n in self._by_kind():
            for pair in self._pairs(n):
                if self._fits(*pair, n):
                    chosen.setdefault(pair, n)

        self.inputs = self._input_labels(activities, sorted({f for f, _ in chosen}))
        self.K = {
            f"{self.inputs[f]}>{points[q]}": self._choice(f, q, n)
            for (f, q), n in chosen.items()
        }
        self.lent = {choice.other for choice in self.K.values()}

    def _by_kind(self) -> list[int]:
        """
        Returns the alternates, lines of bills before substitutes.
        """
        flows = self._net.rules.alternates.flow.tolist()
        lines = [n for n, flow in enumerate(flows) if flow >= 0]

        return lines + [n for n, flow in enumerate(flows) if flow < 0]

    def _pairs(self, n: int) -> list[tuple[int, int]]:
        """
        Returns the inputs that an alternate is for, each with the point it takes from.
        """
        alternates, inputs = self._net.rules.alternates, self._net.inputs
        flow, other = int(alternates.flow[n]), int(alternates.other[n])

        if flow >= 0:
            return [(flow, other)]

        asked = alternates.point[n]

        return [(f, other) for f, p in enumerate(inputs.point) if p == asked]

    def _fits(self, f: int, q: int, n: int) -> bool:
        net = self._net
        product = net.activities.point[net.inputs.activity[f]]

        return bool(
            q >= 0
            and net.rules.alternates.ratio[n] > 0
            and q != product
            and self._level[q] > self._level[product]
            and q != net.inputs.point[f]
            and self.known[self._points[q], net.num_buckets] > 0
        )

    def _choice(self, f: int, q: int, n: int) -> Choice:
        alternates, start = self._net.rules.alternates, self._net.buckets.start

        return Choice(
            line=f,
            other=self._points[q],
            ratio=float(alternates.ratio[n]),
            buckets=tuple(
                t + 1
                for t in range(self._net.num_buckets)
                if alternates.valid_from[n] <= start[t] < alternates.valid_to[n]
            ),
        )

    def _input_labels(
        self, activities: Sequence[str], flows: Sequence[int]
    ) -> dict[int, str]:
        inputs = self._net.inputs
        labels: dict[int, str] = {}
        names: list[str] = []

        for f in flows:
            name = f"{activities[inputs.activity[f]]}/{self._points[inputs.point[f]]}"
            names.append(name)
            count = names.count(name)
            labels[f] = name if count == 1 else f"{name}.{count}"

        return labels
