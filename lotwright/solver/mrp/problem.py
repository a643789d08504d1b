"""
Problem: a network as the flat arrays that the kernels of the day-exact engine read.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.kinds import ActivityKind, LotRule
from lotwright.model.network import Network
from lotwright.model.rules import FAR
from lotwright.solver.mrp.packing import packed
from lotwright.solver.mrp.periods import periods_of
from lotwright.solver.mrp.workdays import Workdays, workdays_of


class Points(NamedTuple):
    """
    Stock points, shape ``(P,)`` each, with their rows among the ranked sources and the
    steps of safety stock.
    """

    calendar: Ints
    receipt_margin: Ints
    issue_margin: Ints
    reorder_margin: Ints
    negative_days: Ints
    positive_days: Ints
    positive_after_lead_time: Bools
    freeze_fence: Ints
    planning_fence: Ints
    planned_until: Ints
    strict_safety: Bools
    shelf_life: Ints
    first_expired_first: Bools
    phantom: Bools
    lot_rule: Ints
    period_days: Ints
    reorder_point: Floats
    order_up_to: Floats
    safety_stock: Floats
    safety_days: Ints
    holding_cost: Floats
    source_from: Ints
    source_to: Ints
    step_from: Ints
    step_to: Ints


class Steps(NamedTuple):
    """
    Safety stock by date, by point and day.
    """

    day: Ints
    quantity: Floats


class Sources(NamedTuple):
    """
    Activities, shape ``(A,)`` each, with their rows among inputs, loads and prices.
    """

    point: Ints
    calendar: Ints
    from_calendar: Ints
    lead_time: Ints
    min_lot: Floats
    max_lot: Floats
    multiple: Floats
    valid_from: Ints
    valid_to: Ints
    lot_from: Floats
    lot_to: Floats
    share: Floats
    priority: Floats
    unit_cost: Floats
    lot_cost: Floats
    least_value: Floats
    price_from: Ints
    price_to: Ints
    input_from: Ints
    input_to: Ints
    load_from: Ints
    load_to: Ints


class Prices(NamedTuple):
    """
    Steps of prices, by activity and quantity.
    """

    quantity: Floats
    price: Floats
    incremental: Bools


class InputRows(NamedTuple):
    """
    What activities consume, sorted by activity; ``flow`` is the row in the network.
    """

    flow: Ints
    point: Ints
    ratio: Floats
    per_lot: Floats
    offset: Ints
    valid_from: Ints
    valid_to: Ints


class LoadRows(NamedTuple):
    """
    What activities load, sorted by activity; ``load`` is the row in the network.
    """

    load: Ints
    resource: Ints
    run: Floats
    setup: Floats
    offset: Ints


class Problem(NamedTuple):
    """
    All that the kernels read; every table is one array of records.

    Parameters
    ----------
    days
        Working days.
    points, ranked, steps
        Stock points, their activities by rank, and their safety stock by date.
    sources, prices, inputs, loads
        Activities, what they cost, consume and load.
    edges
        Borders of the time buckets, shape ``(T + 1,)``.
    period, period_row
        Bucket in which what falls into a bucket counts, by kind of resource, and the
        row of each resource, shape ``(R,)``.
    """

    days: Workdays
    points: Points
    ranked: Ints
    steps: Steps
    sources: Sources
    prices: Prices
    inputs: InputRows
    loads: LoadRows
    edges: Ints
    period: Ints
    period_row: Ints


def problem_of(network: Network) -> Problem:
    """
    Returns the arrays of a network.
    """
    steps, prices = network.rules.safety_steps, network.rules.prices
    ranked = _ranked_sources(network)
    period, period_row = periods_of(network, network.num_buckets)

    return Problem(
        days=workdays_of(network.calendars),
        points=_points(network, ranked),
        ranked=ranked,
        steps=packed(Steps, {"day": steps.day, "quantity": steps.quantity}),
        sources=_sources(network),
        prices=packed(
            Prices,
            {
                "quantity": prices.from_quantity,
                "price": prices.unit_cost,
                "incremental": prices.incremental,
            },
        ),
        inputs=_inputs(network),
        loads=_loads(network),
        edges=network.buckets.edges.astype(np.int64),
        period=period.astype(np.int64),
        period_row=period_row.astype(np.int64),
    )


def ranges(owner: Ints, size: int) -> Ints:
    """
    Returns where the rows of each owner begin in rows sorted by owner, ``(size + 1,)``.
    """
    begin: Ints = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(np.bincount(owner, minlength=size), out=begin[1:])

    return begin


def _points(network: Network, ranked: Ints) -> Points:
    points, rules = network.points, network.rules
    own = rules.points
    size = len(points)
    horizon = network.buckets.horizon
    source = ranges(network.activities.point[ranked], size)
    step = ranges(rules.safety_steps.point, size)

    return packed(
        Points,
        {
            "calendar": own.calendar,
            "receipt_margin": own.receipt_margin,
            "issue_margin": own.issue_margin,
            "reorder_margin": own.reorder_margin,
            "negative_days": own.negative_days,
            "positive_days": own.positive_days,
            "positive_after_lead_time": own.positive_after_lead_time,
            "freeze_fence": own.freeze_fence,
            "planning_fence": own.planning_fence,
            "planned_until": np.minimum(own.planning_fence, horizon),
            "strict_safety": own.strict_safety,
            "shelf_life": own.shelf_life,
            "first_expired_first": own.first_expired_first,
            "phantom": own.phantom,
            "lot_rule": points.lot_rule,
            "period_days": np.maximum(np.rint(points.period_days), 1).astype(np.int64),
            "reorder_point": points.reorder_point,
            "order_up_to": _order_up_to(network),
            "safety_stock": own.safety_stock,
            "safety_days": own.safety_days,
            "holding_cost": points.holding_cost,
            "source_from": source[:-1],
            "source_to": source[1:],
            "step_from": step[:-1],
            "step_to": step[1:],
        },
    )


def _order_up_to(network: Network) -> Floats:
    """
    Returns the stock of each point that is ordered up to, 0 where none is given.
    """
    points = network.points
    largest = points.largest_stock[:, 0]
    otherwise = np.where(np.isfinite(largest), largest, 0.0)

    return np.where(np.isnan(points.order_up_to), otherwise, points.order_up_to)


def _ranked_sources(network: Network) -> Ints:
    """
    Returns the activities by point, priority, cost and key.
    """
    activities = network.activities
    turn = np.arange(len(activities))
    keys = (turn, activities.unit_cost, activities.priority, activities.point)

    return np.lexsort(keys).astype(np.int64)


def _sources(network: Network) -> Sources:
    activities, rules = network.activities, network.rules
    own, prices = rules.activities, rules.prices
    size = len(activities)
    move = activities.kind == ActivityKind.MOVE
    from_point = np.where(move, activities.from_point, 0)
    price = ranges(prices.activity, size)
    taken = ranges(network.inputs.activity, size)
    load = ranges(network.loads.activity, size)
    is_manual = network.points.lot_rule[activities.point] == LotRule.MANUAL

    return packed(
        Sources,
        {
            "point": activities.point,
            "calendar": activities.calendar,
            "from_calendar": np.where(move, rules.points.calendar[from_point], 0),
            "lead_time": activities.lead_time,
            "min_lot": activities.min_lot,
            "max_lot": activities.max_lot,
            "multiple": activities.lot_multiple,
            "valid_from": np.maximum(own.valid_from, 0),
            "valid_to": np.where(is_manual, -FAR, own.valid_to),
            "lot_from": own.lot_from,
            "lot_to": own.lot_to,
            "share": own.share,
            "priority": activities.priority,
            "unit_cost": activities.unit_cost,
            "lot_cost": activities.lot_cost,
            "least_value": own.least_value,
            "price_from": price[:-1],
            "price_to": price[1:],
            "input_from": taken[:-1],
            "input_to": taken[1:],
            "load_from": load[:-1],
            "load_to": load[1:],
        },
    )


def _inputs(network: Network) -> InputRows:
    inputs = network.inputs
    rows = np.argsort(inputs.activity, kind="stable")

    return packed(
        InputRows,
        {
            "flow": rows,
            "point": inputs.point[rows],
            "ratio": inputs.ratio[rows],
            "per_lot": inputs.per_lot[rows],
            "offset": inputs.offset[rows],
            "valid_from": network.rules.input_from[rows],
            "valid_to": network.rules.input_to[rows],
        },
    )


def _loads(network: Network) -> LoadRows:
    loads = network.loads
    rows = np.argsort(loads.activity, kind="stable")

    return packed(
        LoadRows,
        {
            "load": rows,
            "resource": loads.resource[rows],
            "run": loads.run[rows],
            "setup": loads.setup[rows],
            "offset": loads.offset[rows],
        },
    )
