"""
Symbols: a network as the dictionaries that the Pyomo model is written with.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from lotwright.model.network import Bools, Floats, Network
from lotwright.model.receivable import receivable
from lotwright.solver.lotsizing.pyomo_ageing import AgeingSymbols
from lotwright.solver.lotsizing.pyomo_carries import CarrySymbols
from lotwright.solver.lotsizing.pyomo_choices import ChoiceSymbols
from lotwright.solver.lotsizing.pyomo_end_stock import EndStockSymbols
from lotwright.solver.lotsizing.pyomo_families import FamilySymbols
from lotwright.solver.lotsizing.pyomo_prices import PriceSymbols
from lotwright.solver.lotsizing.pyomo_reference import ReferenceSymbols
from lotwright.solver.lotsizing.pyomo_shares import ShareSymbols
from lotwright.solver.lotsizing.pyomo_uses import UseSymbols

Key = tuple[str, int]
Table = dict[Key, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """
    What an activity issues: ``ratio`` per unit and ``per_lot`` per lot of ``point``.

    ``bucket`` is :math:`u(a,t)`, the bucket of the issue by bucket of receipt.
    """

    activity: str
    point: str
    ratio: float
    per_lot: float
    bucket: dict[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """
    What an activity takes of a resource: ``run`` per unit and ``setup`` per lot.

    ``bucket`` is that of the load by bucket of receipt; ``least`` the part of the
    set-up that no state saves.
    """

    activity: str
    resource: str
    run: float
    setup: float
    least: float
    bucket: dict[int, int]


class Symbols:
    """
    Sets and data of the formulation; buckets count from 1.

    Attributes
    ----------
    A, P, R, D
        Labels of activities, stock points, resources and demand classes.
    T, days
        Buckets and their lengths.
    level, main, out
        Level of a point; main point of an activity; ``out[a,p]``.
    inputs, loads
        Lines of ``in[a,p]`` and ``fix[a,p]``, and of ``k[a,r]`` and ``s[a,r]``.
    possible
        Where an activity can deliver, and may.
    lo, hi, mult
        Lot sizes.
    I0, O, Q, SS, SX
        Stock on hand, open orders and their needs, safety stock, largest stock.
    ageing
        What expires.
    q, at, late_limit
        Demand, its point, and the most that may be late.
    C, L, members, overtime_max
        Capacity, work of open orders, whose overtime counts, and the most of it.
    choices
        What may replace components.
    rooms, room, space
        Locations with limited room, how much there is, and ``space[r,p]``, how much a
        unit of stock takes of it.
    shares
        Agreed splits among sources.
    families
        Set-up groups.
    carries
        Operations on machines that keep their set-up.
    uses
        Resources with a least use.
    end_stock
        Stock to have at the end of the plan.
    reference
        Orders of the earlier plan.
    prices
        What orders cost by their quantity.
    cost
        Cost per unit of each column by its name, before days are counted.
    """

    def __init__(self, net: Network) -> None:
        points, activities, resources = net.points, net.activities, net.resources
        classes = net.classes
        self.A = [str(label) for label in activities.labels]
        self.P, self.D = list(points.labels), list(classes.labels)
        self.R = [str(label) for label in resources.resource_id]
        self.T = range(1, net.num_buckets + 1)
        self.days = dict(zip(self.T, net.buckets.days.tolist(), strict=True))
        self.level = dict(zip(self.P, points.level.tolist(), strict=True))
        self.main = {
            a: self.P[p] for a, p in zip(self.A, activities.point, strict=True)
        }
        self.out: dict[tuple[str, str], float] = defaultdict(float)

        for a, p, ratio in zip(
            net.outputs.activity, net.outputs.point, net.outputs.ratio, strict=True
        ):
            self.out[self.A[a], self.P[p]] += float(ratio)

        self.inputs = self._inputs(net)
        self.choices = ChoiceSymbols(net, self.A, self.P)
        self.loads = self._loads(net)
        self.possible = self._where(self.A, receivable(net))
        self.lo = self._least_lots(net)
        self.hi = _by_label(self.A, activities.max_lot)
        self.mult = _by_label(self.A, activities.lot_multiple)
        self.I0 = _by_label(self.P, points.opening_stock)
        self.O = self._table(self.P, points.open_receipts)
        self.Q = self._table(self.P, points.open_issues)
        self.SS = self._table(self.P, points.safety_stock)
        self.SX = self._table(self.P, points.largest_stock)
        self.ageing = AgeingSymbols(net, self.P)
        self.q = self._table(self.D, classes.quantity)
        self.at = {d: self.P[p] for d, p in zip(self.D, classes.point, strict=True)}
        self.late_limit = self._table(self.D, classes.backlog_limit)
        self.C = self._table(self.R, resources.capacity)
        self.L = self._table(self.R, resources.open_load)
        self.overtime_max = self._table(self.R, resources.overtime_max)
        self.members: dict[str, list[str]] = {r: [] for r in self.R}

        for row, member in zip(resources.pool_row, resources.pool_member, strict=True):
            self.members[self.R[row]].append(self.R[member])

        self.cost = {
            "quantity": _by_label(self.A, activities.unit_cost),
            "lot": _by_label(self.A, activities.lot_cost),
            "stock": _by_label(self.P, points.holding_cost),
            "shortage": _by_label(self.P, points.shortage_cost),
            "expired": _by_label(self.P, points.expired_cost),
            "short": _by_label(self.P, points.safety_penalty),
            "excess": _by_label(self.P, points.excess_penalty),
            "backlog": _by_label(self.D, classes.late_cost),
            "lost": _by_label(self.D, classes.lost_cost),
            "overtime": _by_label(self.R, resources.overtime_cost),
        }
        self._round_lots()
        rooms = net.rules.rooms
        self.rooms = list(rooms.location_id)
        self.room = _by_label(self.rooms, rooms.capacity)
        self.cost["cramped"] = _by_label(self.rooms, rooms.penalty)
        self.space = {
            (self.rooms[r], self.P[p]): float(space)
            for r, p, space in zip(rooms.room, rooms.point, rooms.space, strict=True)
        }
        self.shares = ShareSymbols(net, self.A, self.P)
        self.cost["missed"] = self.shares.penalty
        self.families = FamilySymbols(net, self.A, self.R)
        self.cost["family"] = self.families.cost
        self.carries = CarrySymbols(net, self.A, self.R)
        self.uses = UseSymbols(net, self.A, self.R)
        self.cost["lacking"] = self.uses.penalty
        self.cost |= {"saved": self.carries.saved, "still": self.carries.still}
        self.end_stock = EndStockSymbols(net, self.P)
        self.cost["end_short"] = self.end_stock.penalty
        self.reference = ReferenceSymbols(net, self.A, self.P)
        self.cost["changed"] = self.reference.cost
        self.prices = PriceSymbols(net, self.A)
        self.prices.fit_lots(self.lo, self.hi, self.mult)
        self.cost["priced"] = self.prices.unit_cost
        self.cost["priced_lots"] = self.prices.order_cost

    def _least_lots(self, net: Network) -> dict[str, float]:
        """
        Returns smallest lots, which have the value that an order must have.
        """
        activities, worth = net.activities, net.rules.activities.least_value

        return {
            a: max(float(least), float(value / price) if price > 0 else 0.0)
            for a, least, value, price in zip(
                self.A, activities.min_lot, worth, activities.unit_cost, strict=True
            )
        }

    def up_to(self, table: Table, key: str, t: int) -> float:
        """
        Returns the sum of a table's line up to and including bucket ``t``.
        """
        return list(accumulate((table[key, s] for s in self.T), initial=0.0))[t]

    def overtime_of(self, r: str, t: int) -> float:
        """
        Returns the most overtime that counts for a resource.
        """
        return sum(self.overtime_max[m, t] for m in self.members[r])

    def _round_lots(self) -> None:
        """
        Makes lot sizes whole multiples: a lot is one.
        """
        for a in self.A:
            if self.mult[a] > 0:
                self.lo[a] = self.mult[a] * np.ceil(self.lo[a] / self.mult[a] - 1e-9)
                self.hi[a] = self.mult[a] * np.floor(self.hi[a] / self.mult[a] + 1e-9)

    def _inputs(self, net: Network) -> list[Input]:
        lines = net.inputs

        return [
            Input(
                activity=self.A[lines.activity[f]],
                point=self.P[lines.point[f]],
                ratio=float(lines.ratio[f]),
                per_lot=float(lines.per_lot[f]),
                bucket=_buckets(lines.bucket[f].tolist()),
            )
            for f in range(len(lines.activity))
        ]

    def _loads(self, net: Network) -> list[Load]:
        lines = net.loads
        kept = set(net.rules.carries.load.tolist())
        keeping = {int(lines.activity[f]) for f in kept}
        loads = []

        for f in range(len(lines.activity)):
            pooled = bool(lines.pooled[f]) and int(lines.activity[f]) in keeping
            setup = float(lines.setup[f])
            loads.append(
                Load(
                    activity=self.A[lines.activity[f]],
                    resource=self.R[lines.resource[f]],
                    run=float(lines.run[f]),
                    setup=setup,
                    least=0.0 if f in kept or pooled else setup,
                    bucket=_buckets(lines.bucket[f].tolist()),
                )
            )

        return loads

    def _table(self, labels: Sequence[str], array: Floats) -> Table:
        return {
            (label, t): float(array[i, t - 1])
            for i, label in enumerate(labels)
            for t in self.T
        }

    def _where(self, labels: Sequence[str], array: Bools) -> dict[Key, bool]:
        return {
            (label, t): bool(array[i, t - 1])
            for i, label in enumerate(labels)
            for t in self.T
        }


def _by_label(labels: Sequence[str], array: Floats) -> dict[str, float]:
    return dict(zip(labels, array.tolist(), strict=True))


def _buckets(codes: Sequence[int]) -> dict[int, int]:
    return {t: code + 1 for t, code in enumerate(codes, start=1) if code >= 0}
