"""
Candidates: which changes might mend the causes of a delay, the likeliest first.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd

from lotwright.model.assemble.machines import machines_of
from lotwright.model.buckets import Buckets
from lotwright.model.data import PlanningData
from lotwright.model.network import Network
from lotwright.model.plan import Plan
from lotwright.model.scenario import Cell
from lotwright.model.why import Reason, Why
from lotwright.model.why_rivals import is_contested
from lotwright.model.why_words import is_blank, number, rows_of
from lotwright.scenarios import fix_changes as changes
from lotwright.scenarios.fix_changes import Change
from lotwright.scenarios.fix_days import opened

#: Where the limits of suppliers, sources and lanes stand.
_LIMITS = {
    "supplier": ("suppliers", "max_per_period"),
    "source": ("sources", "max_per_period"),
    "lane": ("transport_lanes", "capacity"),
}

#: How far a planning fence reaches that keeps nothing out.
_NO_FENCE = 10_000.0


class Candidates:
    """
    Finds what might mend the causes of one demand.

    Parameters
    ----------
    data, network
        What was planned.
    plan
        The plan.
    why
        Why the demand is late or short in it.
    """

    def __init__(
        self, data: PlanningData, network: Network, plan: Plan, why: Why
    ) -> None:
        self.data = data
        self.network = network
        self.plan = plan
        self.why = why

    def all(self) -> tuple[Change, ...]:
        """
        Returns the changes, those for the first cause first, each once.
        """
        found: dict[str, Change] = {}

        for reason in self.why.reasons:
            for change in _BY_CODE.get(reason.code, _none)(self, reason):
                found.setdefault(change.text, change)

        for change in self.urgency():
            found.setdefault(change.text, change)

        return tuple(found.values())

    def urgency(self) -> Iterator[Change]:
        """
        Yields the demand before all others, where others have what it lacks.
        """
        if any(reason.instead for reason in self.why.reasons):
            demand = self.why.demand_id
            text = f"{demand} before all other demand"

            yield changes.cell("demands", "priority", demand, 0, text)

    def capacity(self, reason: Reason) -> Iterator[Change]:
        """
        Yields overtime where a resource is full.
        """
        resource = self._member(reason.object_id)
        buckets = self.network.buckets

        if resource is None or reason.period_id not in buckets.period_id:
            return

        at = buckets.period_id.index(reason.period_id)
        day, capacity = self._open_day(resource, at)
        names = self.network.resources.resource_id.tolist()
        price = float(self.network.resources.overtime_cost[names.index(resource)])
        amounts = {self._work_after(reason), self._work(reason)}

        for hours in sorted({math.ceil(amount) for amount in amounts if amount > 0}):
            yield changes.overtime(
                self.data, resource, day, reason.period_id, hours, capacity, price
            )

    def lead_time(self, reason: Reason) -> Iterator[Change]:
        """
        Yields a shorter lead time, days to work where nothing ever comes, a faster
        source, and what is missing at once.
        """
        if reason.object_kind != "item":
            return

        item, location = _place_of(reason.object_id)
        sources = self.data.table("sources")
        own = sources[
            (sources["item_id"] == item) & (sources["location_id"] == location)
        ]
        used = self._source_of(reason, own)

        if used:
            yield changes.shorter_lead_time(self.data, used, reason.days)

        # Days off belong to a lead time, but not a calendar that never opens.
        if used and reason.days is None:
            yield from opened(self.data, self.network, used, self.why.due)

        times = own.set_index("source_id")["lead_time_days"]

        for other in times.sort_values(kind="stable").index:
            if used and times[other] < times[used]:
                yield changes.other_source(str(other), used)

        yield self._more(reason)

    def material(self, reason: Reason) -> Iterator[Change]:
        """
        Yields what is missing at once.
        """
        if reason.object_kind == "item":
            yield self._more(reason)

    def limit(self, reason: Reason) -> Iterator[Change]:
        """
        Yields a larger limit of a supplier, source or lane.
        """
        if reason.object_kind in _LIMITS:
            table, column = _LIMITS[reason.object_kind]

            yield changes.larger_limit(
                table, column, reason.object_id, self._work(reason)
            )

    def closed(self, reason: Reason) -> Iterator[Change]:
        """
        Yields work on the closed days of a source, and what is missing at once.
        """
        if reason.object_kind == "source":
            source = reason.object_id

            yield from opened(self.data, self.network, source, self.why.due)

            sources = self.data.table("sources")
            own = sources[sources["source_id"] == source]

            for item, location in zip(own["item_id"], own["location_id"], strict=True):
                yield self._more(reason, f"{item}@{location}")

    def over(self, _: Reason) -> Iterator[Change]:
        """
        Yields delivery after the last day that was agreed on.
        """
        yield self._any_day()

    def awaited(self, reason: Reason) -> Iterator[Change]:
        """
        Yields an open order that comes earlier.
        """
        orders = self.data.table("supplies")
        dates = orders.loc[orders["supply_id"] == reason.object_id, "due_date"]

        if len(dates) and reason.days is not None:
            day = (dates.iloc[0] - pd.Timedelta(days=reason.days)).date()

            yield changes.expedited(reason.object_id, max(day, self.network.as_of))

    def fence(self, reason: Reason) -> Iterator[Change]:
        """
        Yields no freeze fence, or a planning fence that is further away.
        """
        item, location = _place_of(reason.object_id)

        if reason.days is None:
            yield changes.policy(
                self.data,
                item,
                location,
                "planning_fence_days",
                _NO_FENCE,
                f"no planning fence for {reason.object_id}",
            )

        yield changes.policy(
            self.data,
            item,
            location,
            "freeze_fence_days",
            0.0,
            f"no freeze fence for {reason.object_id}",
        )

    def rule(self, reason: Reason) -> Iterator[Change]:
        """
        Yields other rules of the item, the source or the demand.
        """
        if reason.object_kind == "source":
            yield from self._of_source(reason.object_id)
        elif reason.object_kind == "demand":
            yield from self._of_demand(reason)
        elif reason.object_kind == "item":
            yield from self._of_item(reason)

    def _of_source(self, source: str) -> Iterator[Change]:
        cells = self.data.table("sources").set_index("source_id")
        given: tuple[tuple[str, Cell, str], ...] = (
            ("min_lot", 0.0, f"no smallest lot of {source}"),
            ("fixed_lot", None, f"no fixed lot of {source}"),
            ("lot_multiple", None, f"no lot multiple of {source}"),
            ("valid_from", None, f"{source} may be used at once"),
            ("valid_to", None, f"{source} may be used for ever"),
        )

        for column, value, text in given:
            now: Any = cells.at[source, column] if source in cells.index else None

            if not pd.isna(now) and now != 0:
                yield changes.cell("sources", column, source, value, text)

    def _of_demand(self, reason: Reason) -> Iterator[Change]:
        demand = self.why.demand_id
        demands = self.data.table("demands")
        cells = rows_of(demands[demands["demand_id"] == demand])[0]

        for column, words in (
            ("late_cost_per_day", "being late costs ten times as much"),
            ("lost_cost", "never being served costs ten times as much"),
        ):
            if not is_blank(cells[column]) and number(cells[column]) > 0:
                worth = 10.0 * number(cells[column])

                yield changes.cell(
                    "demands", column, demand, worth, f"{words} for {demand}"
                )

        if not is_blank(cells["max_late_days"]):
            yield self._any_day()

        if reason.days is None and not is_blank(cells["max_late_days"]):
            yield self._more(reason)

    def _any_day(self) -> Change:
        demand = self.why.demand_id
        text = f"{demand} may come as late as it takes"

        return changes.cell("demands", "max_late_days", demand, None, text)

    def _of_item(self, reason: Reason) -> Iterator[Change]:
        item, location = _place_of(reason.object_id)
        point = self.network.points.labels.index(reason.object_id)
        rules = self.network.rules.points
        margins = ("receipt_margin", "issue_margin", "reorder_margin")

        yield changes.policy(
            self.data,
            item,
            location,
            "lot_rule",
            "lot_for_lot",
            f"order {reason.object_id} lot for lot",
        )

        for name in margins:
            if getattr(rules, name)[point] > 0:
                yield changes.policy(
                    self.data,
                    item,
                    location,
                    f"{name}_days",
                    0.0,
                    f"no {name.replace('_', ' ')} for {reason.object_id}",
                )

    def _more(self, reason: Reason, label: str = "") -> Change:
        """
        Returns the item of a cause, as much as is missing of it, in time for the order
        that takes it, or at once; before all other demand where that takes it, too.
        """
        label = label or reason.object_id
        place = label if label in self.network.points.labels else self._place_wanted()
        item, location = _place_of(place)
        more = changes.more_stock(
            item, location, self._missing(reason, place), self.network.as_of
        )

        if is_contested(self.plan.frames, self.why.demand_id, item, location):
            return changes.first_of_all(more, self.why.demand_id)

        return more

    def _place_wanted(self) -> str:
        return f"{self.why.item_id}@{self.why.location_id}"

    def _missing(self, reason: Reason, label: str) -> float:
        """
        Returns how much of an item all that is late and short of the demand takes, at
        most what is ordered for it.
        """
        labels = self.network.points.labels
        missing = self.why.late + self.why.short
        way = self._way(reason)
        point = way[0]

        for below in way[1:]:
            if labels[point] == label:
                break

            missing *= self._ratio(point, below)
            point = below

        ordered = self._ordered(label)

        return min(missing, ordered) if ordered > 0 else missing

    def _ordered(self, label: str) -> float:
        """
        Returns how much of an item is ordered for the demand, 0 where no link tells.
        """
        pegging = self.plan.pegging
        item, location = _place_of(label)
        rows = (pegging["top_demand_id"] == self.why.demand_id) & (
            pegging["supply_kind"] == "planned"
        )
        rows &= (pegging["item_id"] == item) & (pegging["location_id"] == location)

        return float(pegging.loc[rows, "quantity"].sum())

    def _way(self, reason: Reason) -> list[int]:
        """
        Returns the stock points of a chain, from that of the demand down.
        """
        labels = self.network.points.labels
        orders = self.plan.orders.set_index("order_id")
        found = [labels.index(self._place_wanted())]

        for link in reason.chain:
            label = link.text

            if link.order_id:
                row = orders.loc[link.order_id]
                label = f"{row['item_id']}@{row['location_id']}"

            if label in labels and labels.index(label) not in found:
                found.append(labels.index(label))

        return found

    def _ratio(self, point: int, below: int) -> float:
        """
        Returns the most of a component that goes into a unit of a point, 1 where it is
        no component of it.
        """
        inputs, activities = self.network.inputs, self.network.activities
        rows = (inputs.point == below) & (activities.point[inputs.activity] == point)

        return float(inputs.ratio[rows].max()) if rows.any() else 1.0

    def _source_of(self, reason: Reason, own: pd.DataFrame) -> str:
        """
        Returns the source of the order at the end of a chain, else the first one of the
        item; empty where it has none.
        """
        orders = self.plan.orders.set_index("order_id")

        for link in reversed(reason.chain):
            if link.order_id:
                source = str(orders.at[link.order_id, "source_id"])

                if source in own["source_id"].tolist():
                    return source

        ranked = own.sort_values(["priority", "source_id"], kind="stable")

        return str(ranked["source_id"].iloc[0]) if len(ranked) else ""

    def _work(self, reason: Reason) -> float:
        """
        Returns what all that is late and short takes of the resource of a cause, set up
        once, in the unit of the resource.
        """
        network = self.network
        names = network.resources.resource_id
        bare = [str(name).partition(":")[2] for name in names]
        rows = [
            row
            for row, name in enumerate(names)
            if reason.object_id in (str(name), bare[row])
        ]
        loads, way = network.loads, self._way(reason)
        point = network.activities.point[loads.activity]
        mine = np.isin(loads.resource, rows) & np.isin(point, way)
        found = [
            loads.setup[load]
            + loads.run[load]
            * self._missing(reason, network.points.labels[point[load]])
            for load in np.flatnonzero(mine).tolist()
        ]

        return float(max(found, default=0.0))

    def _work_after(self, reason: Reason) -> float:
        """
        Returns what the orders for the demand do on a resource after the bucket in
        which it is full, in the unit of the resource.
        """
        pegging, work = self.plan.pegging, self.plan.operations
        top = pegging["top_demand_id"] == self.why.demand_id
        own = {link.order_id for link in reason.chain if link.order_id}
        mine = own.union(pegging.loc[top, "supply_id"].dropna().astype("str"))
        turn = {name: n for n, name in enumerate(self.network.buckets.period_id)}
        rows = work[(work["resource_id"] == reason.object_id)]
        rows = rows[rows["order_id"].isin(mine)]
        after = rows["period_id"].map(turn).astype("float64") > turn[reason.period_id]

        return float((rows["hours"] + rows["setup_h"])[after].sum())

    def _member(self, resource: str) -> str | None:
        """
        Returns a resource itself, or the first member of a group.
        """
        rows = self.data.table("resources")

        if resource in rows["resource_id"].tolist():
            return resource

        members = rows.loc[rows["group_id"] == resource, "resource_id"].sort_values()

        return str(members.iloc[0]) if len(members) else None

    def _open_day(self, resource: str, bucket: int) -> tuple[dt.date, float]:
        """
        Returns the first day of a bucket on which a resource works, else the first of
        all, and its capacity on it.
        """
        buckets = self.network.buckets
        horizon = buckets.horizon
        daily = Buckets(
            as_of=buckets.as_of,
            edges=np.arange(horizon + 1, dtype=np.int64),
            period_id=tuple(map(str, range(horizon))),
        )
        machines = machines_of(self.data, daily, self.network.calendars)
        row = machines.resource_id.tolist().index(resource)
        first, last = int(buckets.start[bucket]), int(buckets.end[bucket])
        capacity = machines.capacity[row, first:last]
        works = capacity > 0
        place = int(works.argmax()) if works.any() else 0

        return (
            buckets.as_of + dt.timedelta(days=first + place),
            float(capacity[place]),
        )


def _place_of(label: str) -> tuple[str, str]:
    item, _, location = label.rpartition("@")

    return item, location


def _none(_: Candidates, __: Reason) -> Iterator[Change]:
    yield from ()


_BY_CODE: dict[str, Callable[[Candidates, Reason], Iterator[Change]]] = {
    "C-CAPACITY": Candidates.capacity,
    "C-LEADTIME": Candidates.lead_time,
    "C-MATERIAL": Candidates.material,
    "C-PRIORITY": Candidates.material,
    "C-SUPPLIER": Candidates.limit,
    "C-AWAIT": Candidates.awaited,
    "C-CALENDAR": Candidates.closed,
    "C-PAST": Candidates.over,
    "C-FENCE": Candidates.fence,
    "C-POLICY": Candidates.rule,
}
