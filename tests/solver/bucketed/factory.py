"""
Small networks for the tests, from as few words as possible.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from lotwright.model.buckets import Buckets
from lotwright.model.calendars import Calendars
from lotwright.model.kinds import ActivityKind, LotRule, ResourceKind
from lotwright.model.network import (
    Activities,
    DemandClasses,
    DemandLines,
    Floats,
    Inputs,
    Ints,
    Loads,
    Network,
    OpenIssues,
    OpenSupplies,
    Outputs,
    Points,
    Resources,
    Texts,
)
from tests.rules import plain_rules

Series = Sequence[float] | float


@dataclass(kw_only=True)
class Point:
    """
    A stock point.
    """

    level: int = 0
    stock: float = 0.0
    receipts: Series = 0.0
    issues: Series = 0.0
    safety: Series = 0.0
    rule: LotRule = LotRule.LOT_FOR_LOT
    period_days: float = 1.0
    reorder_point: float = np.nan
    order_up_to: float = np.nan


@dataclass(kw_only=True)
class Source:
    """
    An activity; what it takes as (point or resource, per unit, per lot, offset).
    """

    point: int
    lead_time: int = 0
    priority: float = 1.0
    minimum: float = 0.0
    maximum: float = np.inf
    multiple: float = 0.0
    unit_cost: float = 0.0
    inputs: Sequence[tuple[int, float, float, int]] = ()
    loads: Sequence[tuple[int, float, float, int]] = ()
    seconds: Sequence[tuple[int, float]] = ()
    closed: Sequence[int] = ()


@dataclass(kw_only=True)
class Resource:
    """
    A resource; members make it a group.
    """

    capacity: Series = np.inf
    open_load: Series = 0.0
    overtime: Series = 0.0
    cost: float = 1.0
    members: Sequence[int] = ()


@dataclass(kw_only=True)
class Demand:
    """
    A demand class.
    """

    point: int
    quantity: Sequence[float]
    priority: int = 1
    limit: Series = field(default=np.inf)


def make_network(
    points: Sequence[Point],
    sources: Sequence[Source],
    demands: Sequence[Demand],
    resources: Sequence[Resource] = (),
    days: Sequence[int] | None = None,
) -> Network:
    """
    Returns a network whose buckets have the given days, daily ones by default.
    """
    days = [1] * len(demands[0].quantity) if days is None else days
    edges = np.concatenate([[0], np.cumsum(days)]).astype(np.int64)
    as_of = dt.date(2024, 1, 1)
    names = tuple(str(bucket) for bucket in range(len(days)))
    buckets = Buckets(as_of=as_of, edges=edges, period_id=names)
    activities = _activities(sources, buckets)
    stock_points = _points(points, len(days))
    inputs = _inputs(sources, activities, buckets)

    return Network(
        name="test",
        as_of=as_of,
        currency="EUR",
        buckets=buckets,
        calendars=_always_open(),
        points=stock_points,
        activities=activities,
        outputs=_outputs(sources),
        inputs=inputs,
        loads=_loads(sources, activities, buckets),
        resources=_resources(resources, len(days)),
        classes=_classes(demands, len(days)),
        lines=_no_lines(),
        supplies=_no_supplies(),
        open_issues=OpenIssues(
            supply_id=_texts(0),
            point=_ints([]),
            quantity=np.zeros(0),
            day=_ints([]),
            bucket=_ints([]),
        ),
        rules=plain_rules(
            points=stock_points,
            activities=activities,
            inputs=inputs,
            lines=_no_lines(),
            supplies=_no_supplies(),
        ),
    )


def _ints(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _floats(values: Sequence[float]) -> Floats:
    return np.array(values, dtype=np.float64)


def _texts(count: int) -> Texts:
    return np.array([f"K{number}" for number in range(count)], dtype=object)


def _grid(rows: Sequence[Series], num_buckets: int) -> Floats:
    return np.array(
        [np.broadcast_to(np.asarray(row, dtype=float), num_buckets) for row in rows],
        dtype=np.float64,
    ).reshape(len(rows), num_buckets)


def _always_open() -> Calendars:
    return Calendars(
        calendar_id=("",),
        first_day=0,
        open=np.ones((1, 1), dtype=np.bool_),
        hours=np.full((1, 1), np.nan),
        efficiency=np.ones((1, 1)),
    )


def _points(points: Sequence[Point], num_buckets: int) -> Points:
    count = len(points)

    return Points(
        item_id=_texts(count),
        location_id=_texts(count),
        labels=tuple(f"K{number}@L" for number in range(count)),
        level=_ints([point.level for point in points]),
        component=np.zeros(count, dtype=np.int64),
        downstream_days=np.zeros(count, dtype=np.int64),
        opening_stock=_floats([point.stock for point in points]),
        open_receipts=_grid([point.receipts for point in points], num_buckets),
        open_issues=_grid([point.issues for point in points], num_buckets),
        safety_stock=_grid([point.safety for point in points], num_buckets),
        largest_stock=np.full((count, num_buckets), np.inf),
        holding_cost=np.ones(count),
        safety_penalty=np.ones(count),
        excess_penalty=np.ones(count),
        value=np.ones(count),
        lot_rule=_ints([point.rule for point in points]),
        period_days=_floats([point.period_days for point in points]),
        reorder_point=_floats([point.reorder_point for point in points]),
        order_up_to=_floats([point.order_up_to for point in points]),
    )


def _activities(sources: Sequence[Source], buckets: Buckets) -> Activities:
    count = len(sources)
    receipt_day = np.tile(buckets.end - 1, (count, 1)).reshape(count, len(buckets))
    release_day = receipt_day - _ints([s.lead_time for s in sources])[:, None]

    for row, source in enumerate(sources):
        release_day[row, list(source.closed)] = -1

    possible = release_day >= 0

    return Activities(
        source_id=_texts(count),
        kind=np.full(count, ActivityKind.MAKE, dtype=np.int64),
        point=_ints([source.point for source in sources]),
        from_point=np.full(count, -1, dtype=np.int64),
        supplier_id=_texts(count),
        routing_id=_texts(count),
        bom_id=_texts(count),
        priority=_floats([source.priority for source in sources]),
        lead_time=_ints([source.lead_time for source in sources]),
        calendar=np.zeros(count, dtype=np.int64),
        min_lot=_floats([source.minimum for source in sources]),
        max_lot=_floats([source.maximum for source in sources]),
        lot_multiple=_floats([source.multiple for source in sources]),
        unit_cost=_floats([source.unit_cost for source in sources]),
        lot_cost=np.zeros(count),
        receipt_day=np.where(possible, receipt_day, -1),
        release_day=np.where(possible, release_day, -1),
        release_bucket=np.where(possible, buckets.of(release_day), -1),
    )


def _outputs(sources: Sequence[Source]) -> Outputs:
    main = [(code, source.point, 1.0) for code, source in enumerate(sources)]
    second = [(code, *row) for code, s in enumerate(sources) for row in s.seconds]
    rows = main + second

    return Outputs(
        activity=_ints([row[0] for row in rows]),
        point=_ints([row[1] for row in rows]),
        ratio=_floats([row[2] for row in rows]),
    )


def _inputs(
    sources: Sequence[Source], activities: Activities, buckets: Buckets
) -> Inputs:
    rows = [(code, *row) for code, s in enumerate(sources) for row in s.inputs]
    activity = _ints([row[0] for row in rows])
    offset = _ints([row[4] for row in rows])
    bucket = _earlier(activities.release_day, activity, offset, buckets)

    return Inputs(
        activity=activity,
        point=_ints([row[1] for row in rows]),
        ratio=_floats([row[2] for row in rows]),
        per_lot=_floats([row[3] for row in rows]),
        offset=offset,
        bucket=bucket,
    )


def _loads(
    sources: Sequence[Source], activities: Activities, buckets: Buckets
) -> Loads:
    rows = [(code, *row) for code, s in enumerate(sources) for row in s.loads]
    activity = _ints([row[0] for row in rows])
    offset = _ints([row[4] for row in rows])

    return Loads(
        activity=activity,
        resource=_ints([row[1] for row in rows]),
        run=_floats([row[2] for row in rows]),
        setup=_floats([row[3] for row in rows]),
        offset=offset,
        bucket=_earlier(activities.receipt_day, activity, offset, buckets),
        operation_seq=np.zeros(len(rows), dtype=np.int64),
        pooled=np.zeros(len(rows), dtype=np.bool_),
    )


def _earlier(day: Ints, activity: Ints, offset: Ints, buckets: Buckets) -> Ints:
    moved = day[activity] - offset[:, None]
    result: Ints = np.where(day[activity] < 0, -1, buckets.of(moved))

    return result


def _resources(resources: Sequence[Resource], num_buckets: int) -> Resources:
    count = len(resources)
    pool = [
        (code, member)
        for code, resource in enumerate(resources)
        for member in (resource.members or [code])
    ]

    return Resources(
        resource_id=_texts(count),
        kind=np.full(count, ResourceKind.MACHINE, dtype=np.int64),
        unit=_texts(count),
        capacity=_grid([resource.capacity for resource in resources], num_buckets),
        open_load=_grid([resource.open_load for resource in resources], num_buckets),
        overtime_max=_grid([resource.overtime for resource in resources], num_buckets),
        overtime_cost=_floats([resource.cost for resource in resources]),
        pool_row=_ints([row for row, _ in pool]),
        pool_member=_ints([member for _, member in pool]),
    )


def _classes(demands: Sequence[Demand], num_buckets: int) -> DemandClasses:
    count = len(demands)

    return DemandClasses(
        point=_ints([demand.point for demand in demands]),
        priority=_ints([demand.priority for demand in demands]),
        labels=tuple(f"D{number}" for number in range(count)),
        quantity=_grid([demand.quantity for demand in demands], num_buckets),
        late_cost=np.ones(count),
        lost_cost=np.ones(count),
        backlog_limit=_grid([demand.limit for demand in demands], num_buckets),
    )


def _no_lines() -> DemandLines:
    return DemandLines(
        demand_id=_texts(0),
        kind=_texts(0),
        demand_class=_ints([]),
        point=_ints([]),
        priority=_ints([]),
        quantity=np.zeros(0),
        due_day=_ints([]),
        bucket=_ints([]),
    )


def _no_supplies() -> OpenSupplies:
    return OpenSupplies(
        kind=_texts(0),
        supply_id=_texts(0),
        lot_id=_texts(0),
        point=_ints([]),
        quantity=np.zeros(0),
        day=_ints([]),
        bucket=_ints([]),
    )
