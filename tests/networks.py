"""
Small networks for tests: built by hand from a few words, or at random.
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
    Bools,
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

AS_OF = dt.date(2026, 1, 5)  # a Monday


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """
    A stock point, named ``item@location``.
    """

    name: str
    stock: float = 0.0
    safety_stock: float = 0.0
    largest_stock: float = np.inf
    holding_cost: float = 1.0
    safety_penalty: float = 5.0
    excess_penalty: float = 5.0
    value: float = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """
    What an activity takes of a resource.
    """

    resource: str
    run: float = 1.0
    setup: float = 0.0
    offset: int = 0
    pooled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """
    A way of supplying a point; ``inputs`` and ``by_products`` are ratios by point.

    The first input of a move is where it takes from.
    """

    name: str
    to: str
    kind: ActivityKind = ActivityKind.BUY
    inputs: dict[str, float] = field(default_factory=dict)
    per_lot: dict[str, float] = field(default_factory=dict)
    by_products: dict[str, float] = field(default_factory=dict)
    loads: tuple[Load, ...] = ()
    lead_time: int = 0
    offset: int = 0
    calendar: str = ""
    min_lot: float = 0.0
    max_lot: float = np.inf
    lot_multiple: float = 0.0
    unit_cost: float = 1.0
    lot_cost: float = 0.0
    priority: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """
    A resource with the same capacity in every bucket; ``members`` make it a group.
    """

    name: str
    capacity: float = np.inf
    overtime_max: float = 0.0
    overtime_cost: float = 1.0
    open_load: float = 0.0
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """
    A demand line.
    """

    name: str
    point: str
    quantity: float
    due_day: int
    priority: int = 1
    kind: str = "order"
    late_cost: float = 10.0
    lost_cost: float = 1000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """
    An open order with the components that it still needs, each from ``start_day`` on.
    """

    name: str
    point: str
    quantity: float
    day: int
    kind: str = "purchase"
    components: dict[str, float] = field(default_factory=dict)
    start_day: int = 0


def build_network(
    *,
    points: Sequence[Point],
    activities: Sequence[Activity] = (),
    demands: Sequence[Demand] = (),
    resources: Sequence[Resource] = (),
    open_orders: Sequence[Open] = (),
    bucket_days: Sequence[int] = (1,) * 10,
    closed_weekends: bool = False,
) -> Network:
    """
    Returns the network that the parts describe.

    Calendar ``week`` is open from Monday to Friday; day 0 is a Monday.
    """
    edges = np.concatenate([[0], np.cumsum(bucket_days)]).astype(np.int64)
    names = tuple(f"B{number:02d}" for number in range(1, len(edges)))
    buckets = Buckets(as_of=AS_OF, edges=edges, period_id=names)
    calendars = _calendars(int(edges[-1]))
    code = {point.name: number for number, point in enumerate(points)}
    level = _levels(activities, code)
    classes, lines = _demand(demands, code, buckets)
    built = _activities(
        activities, code, level, buckets, calendars, week=closed_weekends
    )
    supplies, issues = _open(points, open_orders, code, buckets)
    size = len(buckets)
    stock_points = _points(points, level, supplies, issues, size)
    inputs = _inputs(activities, code, built, buckets, calendars)

    return Network(
        name="test",
        as_of=AS_OF,
        currency="EUR",
        buckets=buckets,
        calendars=calendars,
        points=stock_points,
        activities=built,
        outputs=_outputs(activities, code),
        inputs=inputs,
        loads=_loads(activities, resources, built, buckets, calendars),
        resources=_resources(resources, size),
        classes=classes,
        lines=lines,
        supplies=supplies,
        open_issues=issues,
        rules=plain_rules(
            points=stock_points,
            activities=built,
            inputs=inputs,
            lines=lines,
            supplies=supplies,
        ),
    )


def random_network(seed: int, *, days: int = 0) -> Network:
    """
    Returns a small network of up to four levels with scarce and plenty of everything:
    several locations and sources, lots, by-products, open orders, lead times, weekends.

    Parameters
    ----------
    seed
        Of the random choices.
    days
        Length of every bucket, 0 for a mix of lengths.
    """
    rng = np.random.default_rng(seed)
    num_levels = int(rng.integers(1, 5))
    bucket_days = rng.choice([1, 1, 2, 7], size=int(rng.integers(4, 12))).tolist()
    bucket_days = [days] * len(bucket_days) if days else bucket_days
    horizon = int(sum(bucket_days))
    layers = [
        [f"I{depth}{chr(97 + n)}@L{n % 2}" for n in range(int(rng.integers(1, 4)))]
        for depth in range(num_levels)
    ]
    names = [name for layer in layers for name in layer]
    points = [
        Point(
            name=name,
            stock=_maybe(rng, 0.6, 0, 60),
            safety_stock=_maybe(rng, 0.3, 0, 30),
            largest_stock=float(rng.choice([np.inf, 80.0])),
            holding_cost=float(rng.uniform(0.1, 2.0)),
        )
        for name in names
    ]
    activities = [
        _random_activity(rng, f"S{number:02d}", layers, depth, name)
        for depth, layer in enumerate(layers)
        for number, name in enumerate(
            [name for name in layer for _ in range(int(rng.integers(1, 3)))],
            start=10 * depth,
        )
    ]
    demands = [
        Demand(
            name=f"D{number:02d}",
            point=str(rng.choice(layers[0] if rng.random() < 0.7 else names)),
            quantity=float(rng.integers(1, 40)),
            due_day=int(rng.integers(-3, horizon)),
            priority=int(rng.integers(1, 3)),
            kind=str(rng.choice(["order", "forecast"])),
        )
        for number in range(int(rng.integers(1, 15)))
    ]
    open_orders = [
        Open(
            name=f"O{number}",
            point=str(rng.choice(names)),
            quantity=float(rng.integers(1, 30)),
            day=int(rng.integers(-2, horizon)),
        )
        for number in range(int(rng.integers(0, 4)))
    ]

    return build_network(
        points=points,
        activities=activities,
        demands=demands,
        resources=[
            Resource(name="R0", capacity=60.0, overtime_max=20.0, open_load=5.0),
            Resource(name="R1", capacity=40.0),
            Resource(name="G", capacity=100.0, members=("R0", "R1")),
        ],
        open_orders=open_orders,
        bucket_days=bucket_days,
        closed_weekends=bool(rng.random() < 0.5),
    )


def _random_activity(
    rng: np.random.Generator, name: str, layers: list[list[str]], depth: int, to: str
) -> Activity:
    below = [point for layer in layers[depth + 1 :] for point in layer]
    chosen = rng.permutation(below)[: int(rng.integers(1, 3))].tolist() if below else []
    inputs = {point: float(rng.choice([1.0, 1.03, 2.5])) for point in chosen}
    multiple = float(rng.choice([0.0, 0.0, 5.0]))
    min_lot = float(rng.choice([0.0, 0.0, 10.0]))
    max_lot = float(rng.choice([np.inf, np.inf, 25.0]))
    taken = {to, *chosen}
    others = [point for layer in layers for point in layer if point not in taken]
    with_by_product = bool(others) and rng.random() < 0.2

    return Activity(
        name=name,
        to=to,
        kind=ActivityKind.MAKE if chosen else ActivityKind.BUY,
        inputs=inputs,
        per_lot={p: 0.5 for p in chosen if rng.random() < 0.3},
        by_products={str(rng.choice(others)): 0.25} if with_by_product else {},
        loads=_random_loads(rng) if chosen else (),
        lead_time=int(rng.integers(0, 3)),
        offset=int(rng.integers(0, 2)),
        min_lot=min_lot,
        max_lot=max_lot,
        lot_multiple=multiple,
        unit_cost=float(rng.integers(0, 5)),
        lot_cost=float(rng.integers(0, 50)),
        priority=float(rng.integers(1, 3)),
    )


def _random_loads(rng: np.random.Generator) -> tuple[Load, ...]:
    resource = str(rng.choice(["R0", "R1"]))
    own = Load(resource=resource, run=0.5, setup=2.0)

    return (own, Load(resource="G", run=0.5, setup=2.0, pooled=True))


def _maybe(rng: np.random.Generator, chance: float, low: int, high: int) -> float:
    return float(rng.integers(low, high)) if rng.random() < chance else 0.0


def _calendars(horizon: int) -> Calendars:
    first, size = -60, horizon + 120
    weekday = (np.arange(size) + first) % 7
    opened = np.stack([np.ones(size, dtype=np.bool_), weekday < 5])

    return Calendars(
        calendar_id=("", "week"),
        first_day=first,
        open=opened,
        hours=np.full(opened.shape, np.nan),
        efficiency=np.ones(opened.shape),
    )


def _levels(activities: Sequence[Activity], code: dict[str, int]) -> Ints:
    level = np.zeros(len(code), dtype=np.int64)

    for _ in code:
        for activity in activities:
            for component in {**activity.inputs, **activity.per_lot}:
                below = level[code[activity.to]] + 1
                level[code[component]] = max(level[code[component]], below)

    return level


def _points(
    points: Sequence[Point],
    level: Ints,
    supplies: OpenSupplies,
    issues: OpenIssues,
    size: int,
) -> Points:
    count = len(points)
    is_open = supplies.kind != "stock"
    receipts, needs = np.zeros((count, size)), np.zeros((count, size))
    cells = (supplies.point[is_open], supplies.bucket[is_open])
    np.add.at(receipts, cells, supplies.quantity[is_open])
    np.add.at(needs, (issues.point, issues.bucket), issues.quantity)
    parts = [point.name.split("@") for point in points]

    return Points(
        item_id=_texts([item for item, _ in parts]),
        location_id=_texts([location for _, location in parts]),
        labels=tuple(point.name for point in points),
        level=level,
        component=np.zeros(count, dtype=np.int64),
        downstream_days=np.zeros(count, dtype=np.int64),
        opening_stock=np.array([point.stock for point in points]),
        open_receipts=receipts,
        open_issues=needs,
        safety_stock=_grid([point.safety_stock for point in points], size),
        largest_stock=_grid([point.largest_stock for point in points], size),
        holding_cost=np.array([point.holding_cost for point in points]),
        safety_penalty=np.array([point.safety_penalty for point in points]),
        excess_penalty=np.array([point.excess_penalty for point in points]),
        value=np.array([point.value for point in points]),
        lot_rule=np.full(count, LotRule.LOT_FOR_LOT, dtype=np.int64),
        period_days=np.ones(count),
        reorder_point=np.full(count, np.nan),
        order_up_to=np.full(count, np.nan),
    )


def _activities(
    activities: Sequence[Activity],
    code: dict[str, int],
    level: Ints,
    buckets: Buckets,
    calendars: Calendars,
    *,
    week: bool,
) -> Activities:
    del level
    count, size = len(activities), len(buckets)
    lead_time = _whole([activity.lead_time for activity in activities])
    calendar = _whole(
        [1 if week else calendars.code(activity.calendar) for activity in activities]
    )
    receipt = np.broadcast_to(buckets.end - 1, (count, size))
    release = calendars.before(calendar[:, None], receipt, lead_time[:, None])
    first_input = [next(iter(activity.inputs), "") for activity in activities]
    offset = _whole([activity.offset for activity in activities])
    issue = calendars.before(calendar[:, None], release, offset[:, None])
    possible = (release >= 0) & ((issue >= 0) | (np.array(first_input) == "")[:, None])
    blank = _texts([""] * count)

    return Activities(
        source_id=_texts([activity.name for activity in activities]),
        kind=_whole([activity.kind for activity in activities]),
        point=_whole([code[activity.to] for activity in activities]),
        from_point=_whole(
            [
                code[name] if activity.kind == ActivityKind.MOVE else -1
                for activity, name in zip(activities, first_input, strict=True)
            ]
        ),
        supplier_id=blank,
        routing_id=blank,
        bom_id=blank,
        priority=np.array([activity.priority for activity in activities]),
        lead_time=lead_time,
        calendar=calendar,
        min_lot=np.array([activity.min_lot for activity in activities]),
        max_lot=np.array([activity.max_lot for activity in activities]),
        lot_multiple=np.array([activity.lot_multiple for activity in activities]),
        unit_cost=np.array([activity.unit_cost for activity in activities]),
        lot_cost=np.array([activity.lot_cost for activity in activities]),
        receipt_day=np.where(possible, receipt, -1),
        release_day=np.where(possible, release, -1),
        release_bucket=np.where(possible, buckets.of(release), -1),
    )


def _outputs(activities: Sequence[Activity], code: dict[str, int]) -> Outputs:
    main = [
        (number, code[activity.to], 1.0) for number, activity in enumerate(activities)
    ]
    others = [
        (number, code[name], ratio)
        for number, activity in enumerate(activities)
        for name, ratio in activity.by_products.items()
    ]
    rows = main + others

    return Outputs(
        activity=_whole([row[0] for row in rows]),
        point=_whole([row[1] for row in rows]),
        ratio=np.array([row[2] for row in rows], dtype=np.float64),
    )


def _inputs(
    activities: Sequence[Activity],
    code: dict[str, int],
    built: Activities,
    buckets: Buckets,
    calendars: Calendars,
) -> Inputs:
    rows = [
        (number, code[name], activity.inputs.get(name, 0.0), activity.per_lot.get(name))
        for number, activity in enumerate(activities)
        for name in {**activity.inputs, **activity.per_lot}
    ]
    activity = _whole([row[0] for row in rows])
    offset = _whole([activities[number].offset for number in activity])
    release = built.release_day[activity]
    day = calendars.before(built.calendar[activity][:, None], release, offset[:, None])

    return Inputs(
        activity=activity,
        point=_whole([row[1] for row in rows]),
        ratio=np.array([row[2] for row in rows], dtype=np.float64),
        per_lot=np.array([row[3] or 0.0 for row in rows], dtype=np.float64),
        offset=offset,
        bucket=np.where(release >= 0, buckets.of(np.maximum(day, 0)), -1),
    )


def _loads(
    activities: Sequence[Activity],
    resources: Sequence[Resource],
    built: Activities,
    buckets: Buckets,
    calendars: Calendars,
) -> Loads:
    code = {resource.name: number for number, resource in enumerate(resources)}
    rows = [
        (number, place, load)
        for number, activity in enumerate(activities)
        for place, load in enumerate(activity.loads, start=1)
    ]
    activity = _whole([row[0] for row in rows])
    offset = _whole([row[2].offset for row in rows])
    receipt = built.receipt_day[activity]
    day = calendars.before(built.calendar[activity][:, None], receipt, offset[:, None])

    return Loads(
        activity=activity,
        resource=_whole([code[row[2].resource] for row in rows]),
        run=np.array([row[2].run for row in rows], dtype=np.float64),
        setup=np.array([row[2].setup for row in rows], dtype=np.float64),
        offset=offset,
        bucket=np.where(receipt >= 0, buckets.of(np.maximum(day, 0)), -1),
        operation_seq=_whole([10 * row[1] for row in rows]),
        pooled=np.array([row[2].pooled for row in rows], dtype=np.bool_),
    )


def _resources(resources: Sequence[Resource], size: int) -> Resources:
    code = {resource.name: number for number, resource in enumerate(resources)}
    pool = [
        (number, code[member])
        for number, resource in enumerate(resources)
        for member in resource.members or (resource.name,)
    ]
    kinds = [
        ResourceKind.GROUP if resource.members else ResourceKind.MACHINE
        for resource in resources
    ]

    return Resources(
        resource_id=_texts([resource.name for resource in resources]),
        kind=_whole(kinds),
        unit=_texts(["h"] * len(resources)),
        capacity=_grid([resource.capacity for resource in resources], size),
        open_load=_grid([resource.open_load for resource in resources], size),
        overtime_max=_grid([resource.overtime_max for resource in resources], size),
        overtime_cost=np.array([r.overtime_cost for r in resources], dtype=np.float64),
        pool_row=_whole([row for row, _ in pool]),
        pool_member=_whole([member for _, member in pool]),
    )


def _demand(
    demands: Sequence[Demand], code: dict[str, int], buckets: Buckets
) -> tuple[DemandClasses, DemandLines]:
    keys = sorted({_class_key(demand, code) for demand in demands})
    number = {key: position for position, key in enumerate(keys)}
    ordered = sorted(
        demands,
        key=lambda line: (number[_class_key(line, code)], line.due_day, line.name),
    )
    demand_class = _whole([number[_class_key(line, code)] for line in ordered])
    due_day = _whole([line.due_day for line in ordered])
    amount = np.array([line.quantity for line in ordered], dtype=np.float64)
    bucket = buckets.of(np.maximum(due_day, 0))
    quantity = np.zeros((len(keys), len(buckets)))
    np.add.at(quantity, (demand_class, bucket), amount)
    point_name = {position: name for name, position in code.items()}

    classes = DemandClasses(
        point=_whole([key[0] for key in keys]),
        priority=_whole([key[1] for key in keys]),
        labels=tuple(f"{point_name[key[0]]}/{key[1]}" for key in keys),
        quantity=quantity,
        late_cost=np.array([key[2] for key in keys], dtype=np.float64),
        lost_cost=np.array([key[3] for key in keys], dtype=np.float64),
        backlog_limit=_until_the_end(quantity),
    )
    lines = DemandLines(
        demand_id=_texts([line.name for line in ordered]),
        kind=_texts([line.kind for line in ordered]),
        demand_class=demand_class,
        point=_whole([code[line.point] for line in ordered]),
        priority=_whole([line.priority for line in ordered]),
        quantity=amount,
        due_day=due_day,
        bucket=bucket,
    )

    return classes, lines


def _class_key(demand: Demand, code: dict[str, int]) -> tuple[int, int, float, float]:
    return code[demand.point], demand.priority, demand.late_cost, demand.lost_cost


def _open(
    points: Sequence[Point],
    open_orders: Sequence[Open],
    code: dict[str, int],
    buckets: Buckets,
) -> tuple[OpenSupplies, OpenIssues]:
    stocked = [point for point in points if point.stock > 0]
    none = [0] * len(stocked)
    supply_day = _whole(none + [max(order.day, 0) for order in open_orders])
    issues = [
        (order.name, code[name], quantity, max(order.start_day, 0))
        for order in open_orders
        for name, quantity in order.components.items()
    ]
    issue_day = _whole([issue[3] for issue in issues])

    supplies = OpenSupplies(
        kind=_texts(["stock"] * len(stocked) + [order.kind for order in open_orders]),
        supply_id=_texts([""] * len(stocked) + [order.name for order in open_orders]),
        lot_id=_texts(
            [f"LOT-{point.name}" for point in stocked] + [""] * len(open_orders)
        ),
        point=_whole([code[point.name] for point in [*stocked]])
        if not open_orders
        else _whole(
            [code[point.name] for point in stocked]
            + [code[order.point] for order in open_orders]
        ),
        quantity=np.array(
            [point.stock for point in stocked]
            + [order.quantity for order in open_orders],
            dtype=np.float64,
        ),
        day=supply_day,
        bucket=buckets.of(supply_day),
    )
    open_issues = OpenIssues(
        supply_id=_texts([issue[0] for issue in issues]),
        point=_whole([issue[1] for issue in issues]),
        quantity=np.array([issue[2] for issue in issues], dtype=np.float64),
        day=issue_day,
        bucket=buckets.of(issue_day),
    )

    return supplies, open_issues


def _texts(values: Sequence[str]) -> Texts:
    return np.array(values, dtype=np.object_)


def _whole(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _grid(values: Sequence[float], size: int) -> Floats:
    column = np.array(values, dtype=np.float64)

    return np.repeat(column[:, None], size, axis=1)


def earliest_receipts(network: Network) -> Bools:
    """
    Returns where activities can deliver with all components newly ordered, ``(A, T)``.
    """
    possible = network.activities.possible()
    inputs, points = network.inputs, network.points
    available = np.full(len(points), network.num_buckets, dtype=np.int64)

    for level in range(int(points.level.max(initial=0)), -1, -1):
        for a in np.flatnonzero(points.level[network.activities.point] == level):
            for f in np.flatnonzero(inputs.activity == a):
                possible[a] &= inputs.bucket[f] >= available[inputs.point[f]]

            if possible[a].any():
                point = network.activities.point[a]
                available[point] = min(available[point], int(possible[a].argmax()))

    return possible


def _until_the_end(quantity: Floats) -> Floats:
    """
    Returns the limit of demand that waits until the horizon ends, and is lost then.
    """
    limit = np.full(quantity.shape, np.inf)
    limit[:, -1:] = 0.0

    return limit
