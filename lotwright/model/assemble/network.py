"""
From planning data to the network: the table of contents of this folder.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from lotwright.model.assemble.activities import Timing, downstream_days, timing_of
from lotwright.model.assemble.capacity import Limits, limits_of
from lotwright.model.assemble.demand import Worth, demand_of, demand_rows
from lotwright.model.assemble.keys import PointKeys, keys_of, points_of
from lotwright.model.assemble.lots import lots_of
from lotwright.model.assemble.materials import Flows, materials_of
from lotwright.model.assemble.operations import Steps, steps_of
from lotwright.model.assemble.policies import numbers, resolve
from lotwright.model.assemble.sources import Sources, sources_of
from lotwright.model.assemble.stock_targets import stock_targets
from lotwright.model.assemble.supply import (
    open_load,
    open_orders,
    supplies_of,
    usable_stock,
)
from lotwright.model.assemble.time import buckets_of, calendars_of
from lotwright.model.assemble.worth import largest_on_the_way, roll_up
from lotwright.model.buckets import Buckets
from lotwright.model.calendars import Calendars
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.levels import components, low_level_codes
from lotwright.model.network import (
    Activities,
    DemandClasses,
    Floats,
    Inputs,
    Ints,
    Loads,
    LotRule,
    Network,
    Outputs,
    Points,
    Resources,
    Texts,
)

#: Days in a year, for rates per year.
_YEAR = 365.0

#: What one unit is worth where nothing says so.
_DEFAULT_VALUE = 1.0

_RULES = {
    "fixed": LotRule.FIXED,
    "period": LotRule.PERIOD,
    "min_max": LotRule.MIN_MAX,
}


def assemble(data: PlanningData) -> Network:
    """
    Returns the network of the planning data.

    Raises
    ------
    DataError
        When items are made of themselves, or a unit has no conversion.
    ValueError
        When buckets or calendars cannot be read.
    """
    buckets = buckets_of(data)
    calendars = calendars_of(data, buckets)
    keys = keys_of(data)
    sources = sources_of(data, keys, buckets, calendars)
    steps = steps_of(data, sources)
    flows, by_products = materials_of(data, keys, sources, buckets, steps.gross)
    stock = usable_stock(data, keys, buckets)
    opened = open_orders(data, keys, sources, flows, buckets, calendars)
    lines = demand_rows(data, keys, buckets, calendars)
    points = points_of(
        keys,
        [
            sources.pair,
            flows.pair,
            by_products.pair,
            *(frame["pair"].to_numpy() for frame in (stock, opened.orders)),
            *(frame["pair"].to_numpy() for frame in (opened.needs, lines)),
        ],
    )
    labels = _labels(points)
    product = points.find(sources.pair)
    lower = points.find(flows.pair)
    level = low_level_codes(len(points), product[flows.activity], lower, labels)
    limits = limits_of(data, sources, steps, buckets, calendars)
    phi = _phi(points, level, product, lower, flows, sources, calendars)
    timing = timing_of(sources, product, flows, phi, buckets, calendars)
    policies = resolve(data, "policies", points)
    costs = resolve(data, "costs", points)
    lots = lots_of(sources, policies, product)
    unit_cost, lot_cost = _own_costs(data, sources, steps)
    value, price = _values(data, points, level, product, flows, lower, unit_cost)
    holding = numbers(policies, "holding_cost")
    rate = numbers(costs, "holding_rate_per_year", 0.20)
    holding = np.where(np.isnan(holding), value * rate / _YEAR, holding)
    nothing = np.full(len(points), np.nan)
    worth = Worth(
        price=price,
        late_rate=numbers(costs, "late_cost", 0.01),
        holding_cost=holding,
        unit_cost=roll_up(
            level, product, unit_cost, flows.activity, lower, flows.ratio, nothing
        ),
        lot_cost=roll_up(
            level,
            product,
            lot_cost,
            flows.activity,
            lower,
            np.ones_like(flows.ratio),
            nothing,
        ),
        largest_lot_cost=largest_on_the_way(
            level, product, lot_cost, flows.activity, lower
        ),
        lost_cost=numbers(costs, "lost_cost"),
    )
    classes, demand_lines = demand_of(lines, points, worth, buckets)
    classes = _without_backorders(classes, policies)
    supplies, issues, opening = supplies_of(stock, opened, points, buckets)
    inputs = Inputs(
        activity=flows.activity,
        point=lower,
        ratio=flows.ratio,
        per_lot=flows.per_lot,
        offset=flows.offset,
        bucket=timing.issue_bucket,
    )
    safety, largest = stock_targets(
        data, points, policies, level, product, inputs, classes, issues, buckets
    )
    loads = _loads(limits, timing, sources, buckets, calendars)
    shape = (len(points), len(buckets))

    return Network(
        name=_first(data, "name"),
        as_of=buckets.as_of,
        currency=_first(data, "currency"),
        buckets=buckets,
        calendars=calendars,
        points=Points(
            item_id=points.item_id,
            location_id=points.location_id,
            labels=tuple(labels),
            level=level,
            component=_components(len(points), product, inputs, loads, limits),
            downstream_days=phi,
            opening_stock=opening,
            open_receipts=_by_bucket(
                shape,
                supplies.point,
                supplies.bucket,
                supplies.quantity,
                skip=supplies.kind == "stock",
            ),
            open_issues=_by_bucket(shape, issues.point, issues.bucket, issues.quantity),
            safety_stock=safety,
            largest_stock=largest,
            holding_cost=holding,
            safety_penalty=_penalty(policies, "safety_penalty", holding),
            excess_penalty=_penalty(policies, "excess_penalty", holding),
            value=value,
            lot_rule=policies["lot_rule"]
            .map(_RULES)
            .fillna(LotRule.LOT_FOR_LOT)
            .to_numpy(dtype=np.int64),
            period_days=numbers(policies, "period_days", 7.0),
            reorder_point=numbers(policies, "reorder_point"),
            order_up_to=numbers(policies, "order_up_to"),
        ),
        activities=Activities(
            source_id=sources.frame["source_id"].to_numpy(dtype=object),
            kind=sources.kind,
            point=product,
            from_point=points.find(sources.from_pair),
            supplier_id=_texts(sources.frame["supplier_id"]),
            routing_id=_texts(sources.frame["routing_id"]),
            bom_id=_texts(sources.frame["bom_id"]),
            priority=sources.frame["priority"].fillna(1).to_numpy(dtype=np.float64),
            lead_time=sources.lead_time,
            calendar=sources.calendar,
            min_lot=lots.min_lot,
            max_lot=lots.max_lot,
            lot_multiple=lots.multiple,
            unit_cost=unit_cost,
            lot_cost=lot_cost,
            receipt_day=timing.receipt_day,
            release_day=timing.release_day,
            release_bucket=timing.release_bucket,
        ),
        outputs=Outputs(
            activity=np.concatenate([np.arange(len(sources)), by_products.activity]),
            point=np.concatenate([product, points.find(by_products.pair)]),
            ratio=np.concatenate([np.ones(len(sources)), by_products.ratio]),
        ),
        inputs=inputs,
        loads=loads,
        resources=Resources(
            resource_id=limits.resource_id,
            kind=limits.kind,
            unit=limits.unit,
            capacity=limits.capacity,
            open_load=open_load(opened, sources, steps, limits, buckets),
            overtime_max=limits.overtime_max,
            overtime_cost=limits.overtime_cost,
            pool_row=limits.pool_row,
            pool_member=limits.pool_member,
        ),
        classes=classes,
        lines=demand_lines,
        supplies=supplies,
        open_issues=issues,
        findings=(*sources.findings, *_default_findings(data, value)),
    )


def _labels(points: PointKeys) -> Texts:
    return np.array(
        [
            f"{item}@{location}"
            for item, location in zip(points.item_id, points.location_id, strict=True)
        ],
        dtype=object,
    )


def _phi(
    points: PointKeys,
    level: Ints,
    product: Ints,
    lower: Ints,
    flows: Flows,
    sources: Sources,
    calendars: Calendars,
) -> Ints:
    workdays = sources.lead_time[flows.activity] + np.maximum(flows.offset, 0)
    share = calendars.share_open(sources.calendar[flows.activity])
    span = np.ceil(workdays / share - 1e-9).astype(np.int64)

    return downstream_days(len(points), level, product, lower, span, flows.activity)


def _own_costs(
    data: PlanningData, sources: Sources, steps: Steps
) -> tuple[Floats, Floats]:
    lanes = data.table("transport_lanes").set_index("lane_id")["cost_per_unit"]
    frame = sources.frame
    lane = frame["lane_id"].map(lanes).fillna(0.0).to_numpy(dtype=np.float64)

    return (
        numbers(frame, "unit_cost", 0.0) + steps.unit_cost + lane,
        numbers(frame, "order_cost", 0.0) + steps.lot_cost,
    )


def _values(
    data: PlanningData,
    points: PointKeys,
    level: Ints,
    product: Ints,
    flows: Flows,
    lower: Ints,
    unit_cost: Floats,
) -> tuple[Floats, Floats]:
    """
    Returns the value of a unit in stock and its price, shape ``(P,)`` each.
    """
    items = data.table("items").set_index("item_id")
    item = pd.Series(points.item_id, dtype="str")
    given = item.map(items["unit_cost"]).to_numpy(dtype=np.float64)
    given = np.where(given > 0, given, np.nan)
    value = roll_up(
        level, product, unit_cost, flows.activity, lower, flows.ratio, given
    )
    value = np.where(value > 0, value, _DEFAULT_VALUE)
    price = item.map(items["price"]).to_numpy(dtype=np.float64)

    return value, np.where(price > 0, price, value)


def _penalty(policies: pd.DataFrame, column: str, holding: Floats) -> Floats:
    given = numbers(policies, column)

    return np.where(np.isnan(given), 5.0 * holding, given)


def _without_backorders(
    classes: DemandClasses, policies: pd.DataFrame
) -> DemandClasses:
    allowed = policies["allow_backorder"].fillna(value=True).to_numpy(dtype=bool)
    limit = np.where(allowed[classes.point][:, None], classes.backlog_limit, 0.0)

    return DemandClasses(
        point=classes.point,
        priority=classes.priority,
        labels=classes.labels,
        quantity=classes.quantity,
        late_cost=classes.late_cost,
        lost_cost=classes.lost_cost,
        backlog_limit=limit,
    )


def _loads(
    limits: Limits,
    timing: Timing,
    sources: Sources,
    buckets: Buckets,
    calendars: Calendars,
) -> Loads:
    receipt = timing.receipt_day[limits.activity]
    day = calendars.before(
        sources.calendar[limits.activity][:, None], receipt, limits.offset[:, None]
    )

    return Loads(
        activity=limits.activity,
        resource=limits.resource,
        run=limits.run,
        setup=limits.setup,
        offset=limits.offset,
        bucket=np.where(receipt >= 0, buckets.of(np.maximum(day, 0)), -1),
        operation_seq=limits.seq,
        pooled=limits.pooled,
    )


def _components(
    num_points: int, product: Ints, inputs: Inputs, loads: Loads, limits: Limits
) -> Ints:
    finite = np.isfinite(limits.capacity).any(axis=1)[loads.resource]
    left = np.concatenate([product[inputs.activity], product[loads.activity[finite]]])
    right = np.concatenate([inputs.point, loads.resource[finite] + num_points])
    nodes = num_points + len(limits.resource_id)

    return components(nodes, left, right)[:num_points]


def _by_bucket(
    shape: tuple[int, int],
    point: Ints,
    bucket: Ints,
    quantity: Floats,
    skip: np.ndarray[tuple[int], np.dtype[np.bool_]] | None = None,
) -> Floats:
    table = np.zeros(shape)
    rows = slice(None) if skip is None else ~skip
    np.add.at(table, (point[rows], bucket[rows]), quantity[rows])

    return table


def _texts(column: pd.Series) -> Texts:
    return column.astype(object).where(column.notna(), "").to_numpy(dtype=object)


def _first(data: PlanningData, column: str) -> str:
    values = data.table("dataset")[column].dropna()

    return str(values.iloc[0]) if len(values) else ""


def _default_findings(data: PlanningData, value: Floats) -> Iterator[Finding]:
    if len(value) and np.all(value == _DEFAULT_VALUE):
        yield Finding(
            code="I-DEFAULT",
            severity=Severity.INFO,
            table="items",
            column="unit_cost",
            count=len(data.table("items")),
            text="No item has a unit cost, so every unit of stock is valued at 1. Give "
            "items.unit_cost or policies.holding_cost to weigh stock against lots.",
        )
