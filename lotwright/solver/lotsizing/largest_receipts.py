"""
Big M from data: the most that an activity can usefully deliver in a bucket.
"""

from __future__ import annotations

import numpy as np

from lotwright.model.network import Floats, Network

#: Bounds are widened by this part, so that rounding never cuts off a plan.
_SLACK = 1e-9


def largest_receipts(net: Network) -> Floats:
    r"""
    Returns a bound on what each activity delivers in each bucket, shape ``(A, T)``.

    Some optimal plan obeys it: it is the least of what its products can still serve from
    the bucket on (late demand included), one lot's overshoot allowed, and of what the
    capacity of its resources lets through once it is set up.

    .. math::
        U_{at} = \min \Big( \sum_{p} \frac{need_{pt}}{out_{ap}} + lot_a,\;
        \min_{r} \frac{C_r + O^{max}_r - s_{ar}}{k_{ar}} \Big)
    """
    useful = _useful(net)
    possible = net.activities.possible()
    bound = np.minimum(useful, _capacity_bound(net)) * (1.0 + _SLACK)
    multiple = net.activities.lot_multiple[:, None]
    whole = np.where(multiple > 0, multiple, 1.0)
    bound = np.where(multiple > 0, np.floor(bound / whole + _SLACK) * whole, bound)
    reachable = bound >= np.maximum(net.activities.min_lot[:, None], _SLACK)

    return np.where(possible & reachable, bound, 0.0)


def overshoot(net: Network) -> Floats:
    """
    Returns by how much one lot may exceed the need it serves, shape ``(A,)``.
    """
    return np.maximum(net.activities.min_lot, net.activities.lot_multiple)


def _useful(net: Network) -> Floats:
    """
    Returns what each activity can usefully deliver from each bucket on, ``(A, T)``.
    """
    need = _independent(net)
    spare = overshoot(net)
    useful = np.zeros((len(net.activities), net.num_buckets))
    upper_level = net.points.level[net.activities.point][net.inputs.activity]
    first = _first_release(net)

    for code in range(int(net.points.level.max(initial=0)) + 1):
        here = net.points.level == code
        _net_of_stock(net, need, here)
        outputs = np.flatnonzero(here[net.outputs.point])
        activity = net.outputs.activity[outputs]
        wanted = need[net.outputs.point[outputs]] / net.outputs.ratio[outputs][:, None]
        np.add.at(useful, activity, wanted)
        main = net.points.level[net.activities.point] == code
        useful[main] += spare[main][:, None]
        flows = np.flatnonzero(upper_level == code)
        _add_dependent(net, need, useful, flows, first[flows])

    return useful


def _independent(net: Network) -> Floats:
    """
    Returns what a point may still have to deliver from a bucket on, ``(P, T)``.

    Demand that may be late counts as long as it may be; open needs always count.
    """
    quantity = net.classes.quantity
    before = np.cumsum(quantity, axis=1) - quantity
    limit = np.roll(net.classes.backlog_limit, 1, axis=1)
    limit[:, :1] = 0.0
    late = np.minimum(before, limit)
    ahead = np.cumsum(quantity[:, ::-1], axis=1)[:, ::-1]
    need = np.zeros((len(net.points), net.num_buckets))
    np.add.at(need, net.classes.point, late + ahead)
    safety = np.maximum.accumulate(net.points.safety_stock[:, ::-1], axis=1)[:, ::-1]

    return need + safety + net.points.open_issues.sum(axis=1, keepdims=True)


def _net_of_stock(net: Network, need: Floats, here: np.ndarray) -> None:
    """
    Caps the need of some points by what the whole horizon takes beyond known supply.
    """
    supply = net.points.opening_stock + net.points.open_receipts.sum(axis=1)
    whole = np.maximum(need[here, :1] - supply[here, None], 0.0)
    need[here] = np.minimum(need[here], whole)


def _first_release(net: Network) -> np.ndarray:
    """
    Returns the first receipt bucket whose issue is not before each bucket, ``(F, T)``.

    T where there is none.
    """
    size = net.num_buckets
    first = np.full((len(net.inputs.activity), size + 1), size, dtype=np.int64)
    flow, receipt = np.nonzero(net.inputs.bucket >= 0)
    np.minimum.at(first, (flow, net.inputs.bucket[flow, receipt]), receipt)

    return np.minimum.accumulate(first[:, ::-1], axis=1)[:, ::-1][:, :size]


def _add_dependent(
    net: Network, need: Floats, useful: Floats, flows: np.ndarray, first: np.ndarray
) -> None:
    """
    Adds what activities of one level may still issue from their components.
    """
    activity = net.inputs.activity[flows]
    size = net.num_buckets
    ahead = np.concatenate([useful, np.zeros((len(useful), 1))], axis=1)
    quantity = ahead[activity[:, None], first]
    lots = np.where(first < size, size - np.minimum(first, size), 0)
    amount = quantity * net.inputs.ratio[flows][:, None]
    amount += lots * _most_lots(net, flows, quantity)
    np.add.at(need, net.inputs.point[flows], amount)


def _most_lots(net: Network, flows: np.ndarray, quantity: Floats) -> Floats:
    """
    Returns what lots of one bucket issue at most by the lot, shape ``(F, T)``.
    """
    largest = net.activities.max_lot[net.inputs.activity[flows]][:, None]
    lots = np.where(np.isfinite(largest), np.ceil(quantity / largest), 1.0)

    return lots * net.inputs.per_lot[flows][:, None]


def _capacity_bound(net: Network) -> Floats:
    """
    Returns what resources let through in each bucket, shape ``(A, T)``.
    """
    resources = net.resources
    most = np.maximum(resources.capacity + resources.overtime_max, 0.0)
    loads = net.loads
    bucket = np.maximum(loads.bucket, 0)
    room = most[loads.resource[:, None], bucket] - loads.setup[:, None]
    run = loads.run[:, None]
    through = np.where(
        run > 0, np.maximum(room, 0.0) / np.where(run > 0, run, 1.0), np.inf
    )
    through = np.where((run <= 0) & (room < 0), 0.0, through)
    bound = np.full((len(net.activities), net.num_buckets), np.inf)
    np.minimum.at(bound, loads.activity, through)

    return bound
