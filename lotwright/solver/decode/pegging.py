"""
Pegging: which supply serves which need, level by level up to the demand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lotwright.model.choices import levels_with_choices
from lotwright.model.network import Floats, Ints, Network
from lotwright.solver.decode.dates import (
    NEVER,
    OrderDates,
    earliest_due,
    issue_days,
    order_dates,
)
from lotwright.solver.decode.following import following
from lotwright.solver.decode.fulfilment import Deliveries
from lotwright.solver.decode.matching import match, tolerance
from lotwright.solver.decode.needs import (
    NeedKind,
    Needs,
    Tops,
    demand_needs,
    expired_needs,
    joined,
    open_issue_needs,
    rest_needs,
    tops_of,
)
from lotwright.solver.decode.orders import Issues, Orders, Receipts
from lotwright.solver.decode.relation import (
    least_by,
    pairs,
    run_starts,
    sum_by,
)
from lotwright.solver.decode.supplies import Supplies, supplies_of, supply_days
from lotwright.solver.decode.waiting import Feeding


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pegs:
    """
    Parts of supplies that serve parts of needs.

    Parameters
    ----------
    supply
        Supply, -1 where nothing meets the need, shape ``(n,)``.
    need
        Needs that are served, with the quantity of the peg.
    """

    supply: Ints
    need: Needs

    def __len__(self) -> int:
        return len(self.supply)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pegging:
    """
    The pegs of a plan and the dates that follow from them.

    For each supply, the pegs add up to its quantity; for each need, to what is needed.

    Parameters
    ----------
    supplies
        All supplies.
    pegs
        All pegs, by level of the point, point and turn.
    tops
        Codes of the tops of chains.
    dates
        Days of the planned orders.
    supply_day
        Day on which each supply arrives.
    issue_day
        Day on which each component of a planned order is needed.
    """

    supplies: Supplies
    pegs: Pegs
    tops: Tops
    dates: OrderDates
    supply_day: Ints
    issue_day: Ints


def peg(
    network: Network,
    orders: Orders,
    receipts: Receipts,
    issues: Issues,
    deliveries: Deliveries,
    feeding: Feeding,
    expired: Floats,
) -> Pegging:
    """
    Returns the pegging of a plan: first in, first out at every stock point.

    What expires lies in excess of all needs until it goes.

    Levels are taken in ascending order. At each, needs meet supplies, so that the
    demand on top of every order received there is known; the orders get their dates and
    hand their needs for components down, split by the same demand.
    """
    tops = tops_of(network)
    pegger = _Pegger(network, orders, issues, supplies_of(network, receipts), tops)
    pegger.add(demand_needs(network, deliveries, tops))
    pegger.add(open_issue_needs(network, feeding, tops))
    pegger.add(expired_needs(tops, expired))

    for level in range(int(pegger.level.max(initial=0)) + 1):
        pegger.peg_level(level)

    return pegger.result()


class _Pegger:
    """
    What is known while pegging goes down the levels.
    """

    def __init__(
        self,
        network: Network,
        orders: Orders,
        issues: Issues,
        supplies: Supplies,
        tops: Tops,
    ) -> None:
        self.network = network
        self.orders = orders
        self.issues = issues
        self.supplies = supplies
        self.tops = tops
        self.found: list[Pegs] = []
        self.waiting: list[Needs] = []

        # An order without a date yet counts from the first day on which it can come.
        first = network.buckets.start[orders.bucket]
        self.due = np.maximum(earliest_due(network, orders), first)
        self.start = np.zeros(len(orders), dtype=np.int64)
        self.requested = np.full(len(orders), NEVER, dtype=np.int64)
        self.is_past = np.zeros(len(orders), dtype=np.bool_)
        self.issue_day = np.zeros(len(issues.order), dtype=np.int64)

        self.level = levels_with_choices(network)
        self.supply_level = self.level[supplies.point]
        main_point = network.activities.point[orders.activity]
        self.order_level = self.level[main_point]

    def add(self, needs: Needs) -> None:
        """
        Takes needs in, to be met when their level comes.
        """
        self.waiting.append(needs)

    def peg_level(self, level: int) -> None:
        """
        Pegs all points of a level, dates the orders received there and explodes them.
        """
        needs = self._due_needs(level)
        day = supply_days(self.network, self.supplies, self.due)
        rows = np.flatnonzero(self.supply_level == level)
        supplies = self.supplies
        keys = (
            supplies.rank[rows],
            day[rows],
            supplies.bucket[rows],
            supplies.point[rows],
        )
        rows = rows[np.lexsort(keys)]
        needs = joined([needs, self._rest(rows, needs)]).in_turn()

        pegs = _matched(supplies, rows, needs)
        self.found.append(pegs)

        at_level = np.flatnonzero(self.order_level == level)
        served = _main_pegs(supplies, pegs)
        self._date(at_level, served)
        self._explode(at_level, served)

    def result(self) -> Pegging:
        """
        Returns all that was found.
        """
        need = joined([pegs.need for pegs in self.found])
        supply = np.concatenate([pegs.supply for pegs in self.found])
        dates = following(
            self.network,
            self.orders,
            self.issues,
            self.supplies,
            supply,
            need,
            OrderDates(
                start=self.start,
                due=self.due,
                requested=self.requested,
                is_past=self.is_past,
            ),
        )
        issue_day = issue_days(
            self.network, self.issues, dates.start[self.issues.order]
        )
        is_issue = need.kind == NeedKind.ORDER_ISSUE
        day = need.day.copy()
        day[is_issue] = issue_day[need.ref[is_issue]]

        return Pegging(
            supplies=self.supplies,
            pegs=Pegs(supply=supply, need=replace(need, day=day)),
            tops=self.tops,
            dates=dates,
            supply_day=supply_days(self.network, self.supplies, dates.due),
            issue_day=issue_day,
        )

    def _due_needs(self, level: int) -> Needs:
        waiting = joined(self.waiting)
        is_due = self.level[waiting.point] == level
        self.waiting = [waiting.take(~is_due)]

        return waiting.take(is_due)

    def _rest(self, rows: Ints, needs: Needs) -> Needs:
        """
        Returns safety stock and excess that keep what no need takes.
        """
        size = len(self.network.points)
        point, quantity = self.supplies.point[rows], self.supplies.quantity[rows]
        taken = sum_by(needs.point, needs.quantity, size)
        rest = sum_by(point, quantity, size) - taken
        last = np.zeros(size)
        last[point] = quantity  # the last of each point stays

        points = np.flatnonzero(rest > tolerance(last))
        targets = self.network.rules.end_stock
        wanted = targets.raised(self.network.points.safety_stock[:, -1:])[points, 0]
        safety = np.minimum(rest[points], wanted)
        found = rest_needs(
            self.network, self.tops, points, safety, rest[points] - safety
        )

        return found.take(found.quantity > 0)

    def _date(self, at_level: Ints, served: Pegs) -> None:
        """
        Dates orders by the earliest need that their main products serve.
        """
        is_real = served.need.kind < NeedKind.SAFETY
        supply, need = served.supply[is_real], served.need.take(is_real)
        order, bucket = self.supplies.order[supply], self.supplies.bucket[supply]
        size = len(self.orders)
        need_day = least_by(order, need.day, size, NEVER)

        # Only a component may be wanted before the bucket in which it is received, as
        # the order that it is for may start before the bucket of the issue.
        free = (need.kind == NeedKind.ORDER_ISSUE) & (bucket <= need.bucket)
        first = np.where(free, 0, self.network.buckets.start[bucket])
        wanted = least_by(order, np.maximum(need.day, first), size, NEVER)

        dates = order_dates(
            self.network,
            self.orders.take(at_level),
            need_day[at_level],
            wanted[at_level],
        )
        self.due[at_level] = dates.due
        self.start[at_level] = dates.start
        self.requested[at_level] = np.maximum(need_day[at_level], 0)
        self.is_past[at_level] = dates.is_past

    def _explode(self, at_level: Ints, served: Pegs) -> None:
        """
        Hands the needs of orders for components down, split by top demand.
        """
        chosen = np.zeros(len(self.orders), dtype=np.bool_)
        chosen[at_level] = True
        rows = np.flatnonzero(chosen[self.issues.order])
        issues = self.issues.take(rows)
        self.issue_day[rows] = issue_days(
            self.network, issues, self.start[issues.order]
        )

        order = self.supplies.order[served.supply]
        parts = _segments(order, served.need)
        total = sum_by(parts.ref, parts.quantity, len(self.orders))
        priority = least_by(parts.ref, parts.priority, len(self.orders), 0)
        i, j = pairs(issues.order, parts.ref)
        share = parts.quantity[j] / total[parts.ref[j]]

        self.add(
            Needs(
                kind=np.full(len(i), NeedKind.ORDER_ISSUE, dtype=np.int64),
                ref=rows[i],
                point=issues.point[i],
                bucket=issues.bucket[i],
                day=self.issue_day[rows[i]],
                priority=priority[issues.order[i]],
                quantity=issues.quantity[i] * share,
                top=parts.top[j],
                depth=parts.depth[j] + 1,
            ).take(issues.quantity[i] > 0)
        )


def _matched(supplies: Supplies, rows: Ints, needs: Needs) -> Pegs:
    """
    Returns the pegs of supplies in turn with needs in turn.
    """
    matches = match(
        supplies.point[rows], supplies.quantity[rows], needs.point, needs.quantity
    )
    matches = matches.take(matches.need >= 0)
    whole = needs.quantity[matches.need]
    matters = (matches.supply >= 0) | (matches.quantity > tolerance(whole))
    matches = matches.take(matters)
    met = needs.take(matches.need)
    supply = np.append(rows, -1)[matches.supply]

    return Pegs(supply=supply, need=replace(met, quantity=matches.quantity))


def _main_pegs(supplies: Supplies, pegs: Pegs) -> Pegs:
    """
    Returns the pegs of main products of planned orders.
    """
    is_main = (pegs.supply >= 0) & (supplies.is_main[pegs.supply] > 0)

    return Pegs(supply=pegs.supply[is_main], need=pegs.need.take(is_main))


def _segments(order: Ints, need: Needs) -> Needs:
    """
    Returns what each order serves by top and depth, in turn, with ``ref`` the order.
    """
    turn = np.arange(len(order))
    by_top = np.lexsort((turn, need.depth, need.top, order))
    starts = run_starts(order[by_top], need.top[by_top], need.depth[by_top])
    first = by_top[starts]
    quantity = (
        np.add.reduceat(need.quantity[by_top], np.flatnonzero(starts))
        if len(first)
        else np.zeros(0)
    )
    in_turn = np.lexsort((first, order[first]))
    found = replace(need.take(first), quantity=quantity, ref=order[first])

    return found.take(in_turn)
