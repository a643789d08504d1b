"""
Tables of the planned orders of a schedule, their components and their operations.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.arrays import Whole
from lotwright.model.kernel import kernel
from lotwright.model.kinds import ActivityKind
from lotwright.model.network import Floats, Ints, Network
from lotwright.model.plan_tables import bounds_of_parts
from lotwright.model.prices import run_costs
from lotwright.solver.decode.components import components_taken
from lotwright.solver.decode.frames import DECIMALS, all_dates, as_table
from lotwright.solver.decode.loads import LoadGrid, is_operation
from lotwright.solver.decode.relation import run_starts
from lotwright.solver.decode.text_columns import Vocabulary, vocabulary
from lotwright.solver.decode.turns import by_code, by_group, round_to
from lotwright.solver.decode.words import PlanWords
from lotwright.solver.schedule import Schedule

_KINDS = vocabulary(("make", "buy", "transfer"))
_STATUS = vocabulary(("planned", "firmed"))
_REASONS = vocabulary(("demand", "safety", "minimum_lot", "rounding", "pre_build"))


def table_order(network: Network, schedule: Schedule) -> Ints:
    """
    Returns the rows of the planned orders by due day, item, location and turn.
    """
    orders, points = schedule.orders, network.points
    by_name = np.lexsort((points.location_id, points.item_id))
    rank = np.empty(len(points), dtype=np.int64)
    rank[by_name] = np.arange(len(points))
    point = rank[network.activities.point[orders.activity]]
    rows = by_code(point, len(points), np.arange(len(orders), dtype=np.int64))

    return by_code(orders.due_day, int(orders.due_day.max(initial=0)) + 1, rows)


def orders_parts(
    network: Network,
    schedule: Schedule,
    words: PlanWords,
    rows: Ints,
    setup: Floats,
    engine: str,
    most: int,
) -> Iterator[pd.DataFrame]:
    """
    Yields the table of planned orders in parts.

    Parameters
    ----------
    network, schedule, words
        What was planned, and its words.
    rows
        Planned orders in the order of the table.
    setup
        Set-up that each order takes, shape ``(K,)``.
    engine
        What planned them.
    most
        Rows of each part at most.
    """
    activities = network.activities
    names = _OrderNames(
        source=vocabulary(activities.source_id),
        supplier=vocabulary(activities.supplier_id),
        routing=vocabulary(activities.routing_id),
        bom=vocabulary(activities.bom_id),
        engine=vocabulary((engine,)),
    )

    for first, last in bounds_of_parts(len(rows), most):
        yield _orders_table(network, schedule, words, names, rows[first:last], setup)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _OrderNames:
    """
    Words of planned orders alone, by activity; and what planned them.
    """

    source: Vocabulary
    supplier: Vocabulary
    routing: Vocabulary
    bom: Vocabulary
    engine: Vocabulary


def _orders_table(
    network: Network,
    schedule: Schedule,
    words: PlanWords,
    names: _OrderNames,
    rows: Ints,
    setup: Floats,
) -> pd.DataFrame:
    orders, activities = schedule.orders, network.activities
    activity, due = orders.activity[rows], orders.due_day[rows]
    quantity, lots, cost = _amounts(network, schedule, activity, rows)
    release = all_dates(network, orders.order_day, rows)
    is_move = activities.kind == ActivityKind.MOVE
    from_point = np.where(is_move, activities.from_point, -1)
    fence = network.rules.points.firm_fence[activities.point]
    is_firm = orders.order_day[rows] < fence[activity]

    return as_table(
        "planned_orders",
        {
            "order_id": words.order_id.column(rows),
            "kind": _KINDS.column_of(activities.kind, activity),
            "item_id": words.item.column_of(activities.point, activity),
            "location_id": words.location.column_of(activities.point, activity),
            "source_id": names.source.column(activity),
            "supplier_id": names.supplier.column(activity),
            "from_location_id": words.location.column_of(from_point, activity),
            "routing_id": names.routing.column(activity),
            "bom_id": names.bom.column(activity),
            "quantity": quantity,
            "lots": lots,
            "period_id": words.period.column(bucket_or_none(network, due)),
            "release_date": release,
            "start_date": all_dates(network, orders.start_day, rows),
            "due_date": all_dates(network, due),
            "available_date": all_dates(network, orders.available_day, rows),
            "requested_date": all_dates(network, orders.wanted_day, rows),
            "firm_by": release.copy(),
            "delay_days": due - orders.wanted_day[rows],
            "status": _STATUS.column(is_firm.view(np.int8)),
            "locked": np.zeros(len(rows), dtype=np.bool_),
            "setup": setup[rows],
            "cost": cost,
            "reason": _REASONS.column_of(orders.reason, rows),
            "engine": names.engine.column(np.zeros(len(rows), dtype=np.int8)),
        },
        own=("quantity", "lots", "setup", "cost"),
    )


def orders_in_short(
    network: Network, schedule: Schedule, words: PlanWords, rows: Ints
) -> pd.DataFrame:
    """
    Returns the columns of the table of planned orders that key figures are made of,
    where the activity of each order is known besides; those that are compared with a
    reference plan only where there is one.

    Parameters
    ----------
    network, schedule, words
        What was planned, and its words.
    rows
        Planned orders in the order of the table.
    """
    orders, activities = schedule.orders, network.activities
    activity = orders.activity[rows]
    amounts = _amounts(network, schedule, activity, rows)
    columns: dict[str, object] = {}

    for name, amount in zip(("quantity", "lots", "cost"), amounts, strict=True):
        round_to(amount, amount, 10.0**DECIMALS)
        columns[name] = amount

    if network.rules.reference.is_given:
        due = orders.due_day[rows]
        columns |= {
            "source_id": vocabulary(activities.source_id).column(activity),
            "routing_id": vocabulary(activities.routing_id).column(activity),
            "bom_id": vocabulary(activities.bom_id).column(activity),
            "period_id": words.period.column(bucket_or_none(network, due)),
            "due_date": all_dates(network, due),
        }

    delay = (orders.due_day - orders.wanted_day)[rows]

    return pd.DataFrame({**columns, "delay_days": delay}, copy=False)


def _amounts(
    network: Network, schedule: Schedule, activity: Ints, rows: Ints
) -> tuple[Floats, Floats, Floats]:
    """
    Returns quantity, lots and cost of some orders.
    """
    orders, lot_cost = schedule.orders, network.activities.lot_cost
    quantity, lots = orders.quantity[rows], orders.lots[rows]
    cost = run_costs(network, activity, quantity) + lot_cost[activity] * lots

    return quantity, lots, cost


def components_parts(
    network: Network, schedule: Schedule, words: PlanWords, rows: Ints, most: int
) -> Iterator[pd.DataFrame]:
    """
    Yields in parts what planned orders take, by order, stock point and day; what they
    bring beside their main product stands as a negative quantity on the day of the
    receipt.

    Parameters
    ----------
    network, schedule, words
        What was planned, and its words.
    rows
        Planned orders in the order of the table of orders.
    most
        Rows of each part at most.
    """
    taken = components_taken(schedule)
    before = np.zeros(len(rows) + 1, dtype=np.int64)
    np.cumsum(taken.count[rows], out=before[1:])

    for first, last in bounds_of_parts(int(before[-1]), most):
        count = last - first
        order, point = np.empty((2, count), dtype=np.int32)
        day, total = np.empty(count, dtype=np.int32), np.empty(count)
        # The order in which the part begins, and how much of it was before.
        at = int(np.searchsorted(before, first, side="right")) - 1
        done = first - int(before[at])
        taken.write(order, point, day, total, rows[at:], done)

        yield as_table(
            "order_components",
            {
                "order_id": words.order_id.column(order),
                "component_id": words.item.column(point),
                "location_id": words.location.column(point),
                "quantity": total,
                "need_date": all_dates(network, day),
            },
            own=("quantity",),
        )


def operations_parts(
    network: Network,
    schedule: Schedule,
    words: PlanWords,
    rows: Ints,
    grid: LoadGrid,
    most: int,
) -> Iterator[pd.DataFrame]:
    """
    Yields in parts the work of planned orders on machines and groups, by order, place
    in the routing, resource and bucket.

    The cost of an operation is its share of the overtime cost of its resource and
    bucket, by hours.

    Parameters
    ----------
    network, schedule, words
        What was planned, and its words.
    rows
        Planned orders in the order of the table of orders.
    grid
        Load and capacity.
    most
        Rows of each part at most.
    """
    work, loads, resources = schedule.work, network.loads, network.resources
    place = np.empty(len(rows), dtype=np.int64)
    place[rows] = np.arange(len(rows))
    seq = loads.operation_seq[work.load]
    cell = loads.resource[work.load] * network.num_buckets + work.bucket
    turn = np.flatnonzero(is_operation(network, work.load) & (work.bucket >= 0))
    turn = by_group(place[work.order], len(rows), seq, cell, turn)
    del place, seq, cell
    order, load, bucket = work.order[turn], work.load[turn], work.bucket[turn]
    begins = np.flatnonzero(
        run_starts(order, loads.operation_seq[load], loads.resource[load], bucket)
    )
    run, setup = work.run[turn], work.setup[turn]

    if len(begins):
        run, setup = np.add.reduceat(run, begins), np.add.reduceat(setup, begins)

    order, load, bucket = order[begins], load[begins], bucket[begins]
    overtime = grid.overtime * resources.overtime_cost[:, None]
    hours = grid.run + grid.setup
    price = np.where(hours > 0, overtime / np.where(hours > 0, hours, 1.0), 0.0)

    for first, last in bounds_of_parts(len(order), most):
        some = slice(first, last)
        resource = loads.resource[load[some]]

        yield as_table(
            "order_operations",
            {
                "order_id": words.order_id.column(order[some]),
                "seq": loads.operation_seq[load[some]],
                "resource_id": words.resource.column(resource),
                "period_id": words.period.column(bucket[some]),
                "hours": run[some],
                "setup_h": setup[some],
                "cost": (run[some] + setup[some]) * price[resource, bucket[some]],
            },
            own=("hours", "setup_h", "cost"),
        )


def bucket_or_none(network: Network, day: Whole) -> Whole:
    """
    Returns the bucket of each day, -1 beyond the horizon.
    """
    horizon = network.buckets.horizon
    bucket_of = np.full(horizon + 1, -1, dtype=np.int64)
    bucket_of[:-1] = network.buckets.of(np.arange(horizon))
    bucket = np.empty(len(day), dtype=np.int32)
    _look_up(bucket, bucket_of, day)

    return bucket


@kernel
def _look_up(bucket: Whole, bucket_of: Ints, day: Whole) -> None:
    for n in range(len(day)):
        bucket[n] = bucket_of[min(max(day[n], 0), len(bucket_of) - 1)]
