"""
The network: planning data as typed arrays with integer codes.

Every array says its shape with these letters: P stock points, A activities, F flows, L
loads, R resources, D demand classes, N demand lines, T buckets. Days count from the
start of the plan (day 0); buckets count from 0; -1 means "none" or "not possible".
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from lotwright.model.arrays import Bools as Bools
from lotwright.model.arrays import Floats as Floats
from lotwright.model.arrays import Grid as Grid
from lotwright.model.arrays import Ints as Ints
from lotwright.model.arrays import Texts as Texts
from lotwright.model.buckets import Buckets
from lotwright.model.calendars import Calendars
from lotwright.model.findings import Finding
from lotwright.model.rules import Rules


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Points:
    """
    Stock points: items at locations.

    Parameters
    ----------
    item_id, location_id
        Keys as in the tables, shape ``(P,)``.
    labels
        ``item@location``, shape ``(P,)``.
    level
        Low-level code, 0 where nothing planned is made of the point, shape ``(P,)``.
    component
        Independent component that the point belongs to, shape ``(P,)``.
    downstream_days
        Longest downstream lead time in calendar days, shape ``(P,)``.
    opening_stock
        Usable stock on hand in base units, shape ``(P,)``.
    open_receipts, open_issues
        Receipts of open orders and needs of their open components, shape ``(P, T)``.
    safety_stock, largest_stock
        Wanted lower and upper stock at the end of a bucket, 0 and infinite where
        nothing is wanted, shape ``(P, T)``.
    holding_cost, safety_penalty, excess_penalty
        Per unit and day held, below safety stock, above the largest stock, ``(P,)``.
    value
        Value of one unit, for stock value and defaults, shape ``(P,)``.
    lot_rule
        Code of ``LotRule`` for the MRP engine, shape ``(P,)``.
    period_days
        Days covered by an order under ``PERIOD``, shape ``(P,)``.
    reorder_point, order_up_to
        Quantities of ``MIN_MAX``, NaN where not given, shape ``(P,)``.
    """

    item_id: Texts
    location_id: Texts
    labels: tuple[str, ...]
    level: Ints
    component: Ints
    downstream_days: Ints
    opening_stock: Floats
    open_receipts: Floats
    open_issues: Floats
    safety_stock: Floats
    largest_stock: Floats
    holding_cost: Floats
    safety_penalty: Floats
    excess_penalty: Floats
    value: Floats
    lot_rule: Ints
    period_days: Floats
    reorder_point: Floats
    order_up_to: Floats

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def expired_cost(self) -> Floats:
        """
        Per unit that is scrapped by age: its value, shape ``(P,)``.
        """
        return self.value

    @property
    def shortage_cost(self) -> Floats:
        """
        Per unit and day that an open order waits for a component, shape ``(P,)``.

        A tenth of the value, and at least twenty times the penalty below safety stock,
        so that open orders are fed before new ones.
        """
        return np.maximum(0.1 * self.value, 20.0 * self.safety_penalty)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Activities:
    """
    Activities: ways of supplying one point each.

    A row of the sources table is one, or several where it does not name its bill or
    routing and these have versions; ways through phantoms that lie in stock are others.

    Parameters
    ----------
    source_id
        Key in the sources table, shape ``(A,)``.
    kind
        Code of ``ActivityKind``, shape ``(A,)``.
    point
        The point that is supplied, shape ``(A,)``.
    from_point
        The point that a move takes from, else -1, shape ``(A,)``.
    supplier_id, routing_id, bom_id
        Keys, empty where none, shape ``(A,)``.
    priority
        Rank among the sources of the point, lower first, shape ``(A,)``.
    lead_time
        Whole working days from start to receipt, shape ``(A,)``.
    calendar
        Calendar of the lead time, shape ``(A,)``.
    min_lot, max_lot, lot_multiple
        In base units; 0, infinite and 0 where not given, shape ``(A,)``.
    unit_cost, lot_cost
        Per unit received and per lot or order, shape ``(A,)``.
    receipt_day
        Day on which a unit received in a bucket is thought to arrive: the last one that
        still serves the chain below it; -1 where the activity cannot deliver in the
        bucket, shape ``(A, T)``.
    release_day
        Day of the start that belongs to it, -1 where not possible, shape ``(A, T)``.
    release_bucket
        Bucket of that day, -1 where not possible, shape ``(A, T)``.
    """

    source_id: Texts
    kind: Ints
    point: Ints
    from_point: Ints
    supplier_id: Texts
    routing_id: Texts
    bom_id: Texts
    priority: Floats
    lead_time: Ints
    calendar: Ints
    min_lot: Floats
    max_lot: Floats
    lot_multiple: Floats
    unit_cost: Floats
    lot_cost: Floats
    receipt_day: Grid
    release_day: Grid
    release_bucket: Grid

    def __len__(self) -> int:
        return len(self.source_id)

    @property
    def labels(self) -> Texts:
        """
        Names of the activities, shape ``(A,)``: the source, with bill and routing where
        there are several for it.
        """
        several = pd.Index(self.source_id).duplicated(keep=False)

        if not several.any():
            return self.source_id

        labels = self.source_id.copy()
        parts = (self.source_id, self.bom_id, self.routing_id)
        rows = zip(*(part[several] for part in parts), strict=True)
        labels[several] = ["/".join(map(str, row)) for row in rows]

        return labels

    def possible(self) -> Bools:
        """
        Returns where an activity can deliver, shape ``(A, T)``.
        """
        return self.release_bucket >= 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outputs:
    """
    What activities deliver; the first A rows are the main products, in order.

    Parameters
    ----------
    activity, point
        Shape ``(F,)``.
    ratio
        Received per unit of the activity: 1 for the main product, shape ``(F,)``.
    """

    activity: Ints
    point: Ints
    ratio: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Inputs:
    """
    What activities consume.

    Parameters
    ----------
    activity, point
        Shape ``(F,)``.
    ratio
        Issued per unit received from the activity, all scrap included, ``(F,)``.
    per_lot
        Issued once per lot, shape ``(F,)``.
    offset
        Whole working days that the issue lies before the start, shape ``(F,)``.
    bucket
        Bucket of the issue for a receipt in a bucket, -1 where nothing is issued: the
        activity is not possible there or the line does not hold, ``(F, T)``.
    """

    activity: Ints
    point: Ints
    ratio: Floats
    per_lot: Floats
    offset: Ints
    bucket: Grid


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Loads:
    """
    What activities take of resources.

    Parameters
    ----------
    activity, resource
        Shape ``(L,)``.
    run, setup
        In the unit of the resource: per unit received and per lot, shape ``(L,)``.
    offset
        Whole working days that the load lies before the receipt, shape ``(L,)``.
    bucket
        Bucket of the load for a receipt in a bucket, -1 where not possible, ``(L, T)``.
    operation_seq
        Sequence number of the operation, 0 where the load is no operation, ``(L,)``.
    pooled
        True for the copy of a member's load that counts for its group, ``(L,)``.
    """

    activity: Ints
    resource: Ints
    run: Floats
    setup: Floats
    offset: Ints
    bucket: Grid
    operation_seq: Ints
    pooled: Bools


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Resources:
    """
    Whatever limits activities per bucket.

    Parameters
    ----------
    resource_id
        Key, unique over all kinds, shape ``(R,)``.
    kind
        Code of ``ResourceKind``, shape ``(R,)``.
    unit
        Unit of capacity, shape ``(R,)``.
    capacity
        Infinite where there is no limit, shape ``(R, T)``.
    open_load
        Taken by open orders, shape ``(R, T)``.
    overtime_max
        Most overtime, shape ``(R, T)``.
    overtime_cost
        Per unit of overtime, shape ``(R,)``.
    pool_row, pool_member
        Relation: the overtime of resource ``pool_member`` adds to the capacity of
        resource ``pool_row``. Every machine is its own member; a group has several.
    """

    resource_id: Texts
    kind: Ints
    unit: Texts
    capacity: Floats
    open_load: Floats
    overtime_max: Floats
    overtime_cost: Floats
    pool_row: Ints
    pool_member: Ints

    def __len__(self) -> int:
        return len(self.resource_id)

    def free(self) -> Floats:
        """
        Returns the capacity left by open orders, never below 0, shape ``(R, T)``.
        """
        return np.maximum(self.capacity - self.open_load, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DemandClasses:
    """
    Independent demand of one stock point with one priority and one set of costs.

    Parameters
    ----------
    point, priority
        Shape ``(D,)``.
    labels
        ``item@location/priority``, made unique, shape ``(D,)``.
    quantity
        Due per bucket in base units, shape ``(D, T)``.
    late_cost, lost_cost
        Per unit and day late, per unit lost, shape ``(D,)``.
    backlog_limit
        Most that may be late at the end of a bucket; 0 in the last one, for what is not
        served by the end of the horizon is lost; shape ``(D, T)``.
    """

    point: Ints
    priority: Ints
    labels: tuple[str, ...]
    quantity: Floats
    late_cost: Floats
    lost_cost: Floats
    backlog_limit: Floats

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DemandLines:
    """
    Single lines of demand, sorted by class, due day and demand id.

    Parameters
    ----------
    demand_id, kind
        Key and kind as in the demands table, shape ``(N,)``.
    demand_class, point, priority
        Shape ``(N,)``.
    quantity
        In base units, shape ``(N,)``.
    due_day
        Day on which it is due; negative for past-due demand, shape ``(N,)``.
    bucket
        Bucket in which it counts: past-due demand in the first, shape ``(N,)``.
    """

    demand_id: Texts
    kind: Texts
    demand_class: Ints
    point: Ints
    priority: Ints
    quantity: Floats
    due_day: Ints
    bucket: Ints

    def __len__(self) -> int:
        return len(self.demand_id)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenSupplies:
    """
    Stock on hand and open orders, one row per lot or order.

    Parameters
    ----------
    kind
        ``stock``, ``purchase``, ``production``, ``transfer``, …, shape ``(S,)``.
    supply_id
        Key of the order; empty for stock, shape ``(S,)``.
    lot_id
        Lot of stock, else empty, shape ``(S,)``.
    point, quantity
        Shape ``(S,)``.
    day, bucket
        Day (0 for stock and for overdue orders) and bucket of receipt, ``(S,)``.
    """

    kind: Texts
    supply_id: Texts
    lot_id: Texts
    point: Ints
    quantity: Floats
    day: Ints
    bucket: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class OpenIssues:
    """
    Components that open orders still need, one row per order and component.

    Parameters
    ----------
    supply_id
        The open order, shape ``(S,)``.
    point, quantity
        Shape ``(S,)``.
    day, bucket
        When it is needed; overdue needs on day 0, shape ``(S,)``.
    """

    supply_id: Texts
    point: Ints
    quantity: Floats
    day: Ints
    bucket: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Network:
    """
    All that an engine needs to know, and nothing else.

    Parameters
    ----------
    name
        Name of the data set.
    as_of
        Day 0, the start of the plan.
    currency
        Currency of all money.
    buckets, calendars
        Time.
    points, activities, outputs, inputs, loads, resources
        The network itself.
    classes, lines
        Demand, for engines and for decoding.
    supplies, open_issues
        Stock, open orders and what they still need.
    rules
        What the day-exact engine needs to know besides.
    findings
        Defaults used and data left out on the way.
    """

    name: str
    as_of: dt.date
    currency: str
    buckets: Buckets
    calendars: Calendars
    points: Points
    activities: Activities
    outputs: Outputs
    inputs: Inputs
    loads: Loads
    resources: Resources
    classes: DemandClasses
    lines: DemandLines
    supplies: OpenSupplies
    open_issues: OpenIssues
    rules: Rules
    findings: tuple[Finding, ...] = field(default=())

    @property
    def num_buckets(self) -> int:
        """
        Number of buckets T.
        """
        return len(self.buckets)
