"""
Big M from data: the most that an activity can usefully deliver in a bucket.
"""

from __future__ import annotations

from typing import TypeVar

import numpy as np

from lotwright.model.choices import choices_of
from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.model.receivable import receivable
from lotwright.solver.lotsizing.ageing import ageing_of
from lotwright.solver.lotsizing.carried import least_setups
from lotwright.solver.lotsizing.lot_sizes import (
    largest_lots,
    lot_fits,
    lot_steps,
    overshoots,
    smallest_lots,
)
from lotwright.solver.lotsizing.reference_data import priced_reference
from lotwright.solver.lotsizing.room import most_room

Array = TypeVar("Array", Floats, Ints)

#: Numbers this close, by their part, are meant to be the same; needs below this part of
#: all that is ever issued are rounding.
_SLACK = 1e-9


def largest_receipts(net: Network) -> Floats:
    r"""
    Returns a bound on what each activity delivers in each bucket, shape ``(A, T)``.

    It is what its products can still serve from the bucket on, one lot's overshoot
    allowed, and no more than its resources let through:

    .. math::
        U_{at} &= \min \Big( Y_{at},\; \min_r
            \frac{\max(C_r + O^{max}_r - L_r, 0) - s_{ar}}{k_{ar}} \Big) \\
        Y_{at} &= \min \Big( \max_p \frac{N_{pt}}{out_{ap} - in_{ap}} + step_a,\;
            \text{what the resources let through from } t \text{ on} \Big) \\
        N_{pt} &= \max_{s \ge t} (Q_{ps} - O_{ps} + SS_{ps})
            + \min (D_{p1} - I_{p0},\; D_{pt} + late_{p,t-1} - Q_{p,t-1} + O_{p,t-1})

    with :math:`Q` the independent demand and the needs of open orders up to the end of
    a bucket, :math:`O` the open orders received by then, :math:`late` as much of
    :math:`Q` as may be late, :math:`D_{pt}` what activities may issue in or after
    :math:`t`, and :math:`step` the smallest lot or multiple, or the largest quantity
    from which on a lot has another price. Their receipts are the
    :math:`Y` of the first bucket :math:`t'` that issues in or after :math:`t`, and
    their lots are

    .. math::
        \min \Big( T - t' + 1 + \frac{Y_{bt'}}{hi_b},\; \frac{Y_{bt'}}{lo_b} \Big)

    Stock and open orders that may expire, or be taken in place of something else, do
    not count, and where receipts may expire
    :math:`step` and the safety stock are added once more for every later bucket.

    :math:`Y` is 0 where nothing is needed. :math:`U` is rounded down to a whole
    multiple, is at most :math:`hi` for every :math:`lo` that fits into it, and 0 where
    no lot fits, and inside the freeze fence.

    A receipt beyond :math:`U` leaves all products of the activity in stock from its
    bucket to the horizon, above their safety stocks, by more than a lot can be made
    smaller: making less is possible, and costs no more unless products are cheaper to
    hold than what they are made of. Nothing is made or moved for that reason alone.

    What needs of by-products add is found round by round. Where by-products come back
    as components of what they are made with, needs would grow without end, and the
    second round counts: nothing is made for the by-product of a by-product's need.
    """
    possible = receivable(net) & lot_fits(net)[:, None]
    through = np.where(possible, _through(net), 0.0)
    bound = np.minimum(_useful(net, through), through)
    multiple = net.activities.lot_multiple[:, None]
    whole = np.where(multiple > 0, multiple, 1.0)
    bound = np.where(multiple > 0, np.floor(bound / whole + _SLACK) * whole, bound)
    bound = np.minimum(bound, _by_lots(net, bound))
    least = lot_steps(net)[:, None]
    reached = (bound > _SLACK) & (bound >= least * (1.0 - _SLACK))

    return np.where(reached, np.maximum(bound, least), 0.0)


def _by_lots(net: Network, bound: Floats) -> Floats:
    """
    Returns what the lots hold of which the smallest fit into a bound, ``(A, T)``.
    """
    smallest, largest = smallest_lots(net)[:, None], largest_lots(net)[:, None]
    limited = (smallest > 0) & np.isfinite(largest)
    lots = np.floor(bound / np.where(limited, smallest, 1.0) + _SLACK)

    return np.where(limited, lots * np.where(limited, largest, 1.0), np.inf)


def _useful(net: Network, through: Floats) -> Floats:
    """
    Returns what each activity can usefully deliver from each bucket on, ``(A, T)``.
    """
    known = _Known(net)
    need = np.zeros_like(known.latest)
    rest = _from_here_on(np.add, through)
    second = _one_round(net, known, need, rest)

    if len(net.outputs.activity) == len(net.activities):
        return second

    for number in range(1, int(net.points.level.max(initial=0)) + 2):
        before = need.copy()
        useful = _one_round(net, known, need, rest)
        second = useful if number == 1 else second

        if np.allclose(before, need, rtol=_SLACK, atol=0.0):
            return useful

    return second


def _one_round(net: Network, known: _Known, need: Floats, rest: Floats) -> Floats:
    """
    Returns what activities can deliver, level by level; brings ``need`` up to date.
    """
    level = net.points.level
    main = level[net.activities.point]
    useful, ahead = np.zeros_like(rest), np.zeros_like(rest)
    before = priced_reference(net)
    before = np.where(before > 0, before + overshoots(net)[:, None], 0.0)
    later = _from_here_on(np.add, before)
    dependent = np.zeros_like(need)
    first = _first_receipt(net)
    gain = _gain(net)
    steps = overshoots(net)[:, None] + _wasted(net, known.perishable, gain)

    for code in range(int(level.max(initial=0)) + 1):
        here = np.flatnonzero(level == code)
        need[here] = known.need(here, dependent[here])
        flows = np.flatnonzero((main[net.outputs.activity] == code) & (gain > 0))
        wanted = need[net.outputs.point[flows]] / gain[flows][:, None]
        np.maximum.at(useful, net.outputs.activity[flows], wanted)
        made = np.flatnonzero(main == code)
        enough = np.where(useful[made] > 0, useful[made] + steps[made], 0.0)
        useful[made] = np.minimum(enough + before[made], rest[made])
        ahead[made] = np.minimum(enough + later[made], rest[made])
        issues = np.flatnonzero(main[net.inputs.activity] == code)
        _add_issues(net, dependent, ahead, issues, first[issues])

    return useful


def _wasted(net: Network, perishable: Bools, gain: Floats) -> Floats:
    """
    Returns what may expire and be made anew from each bucket on, shape ``(A, T)``.

    It is the overshoot of a lot, and the safety stock, once for every later bucket.
    """
    outputs = net.outputs
    flows = np.flatnonzero(perishable[outputs.point] & (gain > 0))
    wanted = net.rules.end_stock.raised(net.points.safety_stock)
    safety = wanted.max(axis=1)[outputs.point[flows]]
    again = np.zeros(len(net.activities))
    activity = outputs.activity[flows]
    np.maximum.at(again, activity, safety / gain[flows] + overshoots(net)[activity])

    return again[:, None] * np.arange(net.num_buckets)[::-1]


def _gain(net: Network) -> Floats:
    """
    Returns by how much activities raise the stock of what they deliver, shape ``(F,)``.

    A by-product of which as much is issued, always and no later, is not what they are
    run for.
    """
    inputs, outputs = net.inputs, net.outputs

    if len(outputs.activity) == len(net.activities):
        return outputs.ratio

    possible = receivable(net)[inputs.activity]
    before = (inputs.bucket >= 0) & (inputs.bucket <= np.arange(net.num_buckets))
    always = (before | ~possible).all(axis=1)
    size, count = len(net.points), len(outputs.activity)
    delivered = outputs.activity * size + outputs.point
    used = (inputs.activity * size + inputs.point)[always]
    _, pair = np.unique(np.concatenate([delivered, used]), return_inverse=True)
    issued = np.bincount(pair[count:], inputs.ratio[always], minlength=len(pair))

    return outputs.ratio - issued[pair[:count]]


class _Known:
    """
    What is known of each point before anything is planned, shapes ``(P, T)``.

    Attributes
    ----------
    latest
        Largest of ``Q - O + SS`` from a bucket on; in the last one end stock counts.
    carried
        ``late - Q + O`` at the end of the bucket before.
    demand
        ``Q`` at the horizon, shape ``(P, 1)``.
    perishable
        Where something may expire, shape ``(P,)``.
    """

    def __init__(self, net: Network) -> None:
        points, classes = net.points, net.classes
        due = np.cumsum(classes.quantity, axis=1)
        owed = np.cumsum(points.open_issues, axis=1)
        ageing = ageing_of(net)
        opening, coming = ageing.opening.copy(), ageing.receipts.copy()
        lent = choices_of(net).other
        opening[lent] = coming[lent] = 0.0
        received = np.cumsum(coming, axis=1)
        demand, late = owed.copy(), owed.copy()
        np.add.at(demand, classes.point, due)
        np.add.at(late, classes.point, np.minimum(due, classes.backlog_limit))
        wanted = net.rules.end_stock.raised(points.safety_stock)
        self.latest = _from_here_on(np.maximum, demand - received + wanted)
        self.carried = np.zeros_like(demand)
        self.carried[:, 1:] = (late - demand + received)[:, :-1]
        self.demand = demand[:, -1:]
        self.perishable = ageing.perishable
        self._opening = opening[:, None]

    def need(self, here: Ints, dependent: Floats) -> Floats:
        """
        Returns what some points need from each bucket on, shape ``(len(here), T)``.

        Parameters
        ----------
        here
            The points.
        dependent
            What activities may issue of them from each bucket on.
        """
        whole = dependent[:, :1] - self._opening[here]
        need = self.latest[here] + np.minimum(whole, dependent + self.carried[here])
        rounding = _SLACK * (self.demand[here] + dependent[:, :1])

        return np.where(need > rounding, need, 0.0)


def _first_receipt(net: Network) -> Ints:
    """
    Returns the first receipt bucket whose issue is not before each bucket, ``(F, T)``.

    T where there is none.
    """
    size = net.num_buckets
    first = np.full((len(net.inputs.activity), size), size, dtype=np.int64)
    flow, receipt = np.nonzero(net.inputs.bucket >= 0)
    np.minimum.at(first, (flow, net.inputs.bucket[flow, receipt]), receipt)

    return _from_here_on(np.minimum, first)


def _add_issues(
    net: Network, dependent: Floats, useful: Floats, flows: Ints, first: Ints
) -> None:
    """
    Adds what activities of one level may still issue from their components.
    """
    activity = net.inputs.activity[flows]
    ahead = np.concatenate([useful, np.zeros((len(useful), 1))], axis=1)
    quantity = ahead[activity[:, None], first]
    amount = quantity * net.inputs.ratio[flows][:, None]
    amount += (
        _most_lots(net, activity, quantity, first) * net.inputs.per_lot[flows, None]
    )
    np.add.at(dependent, net.inputs.point[flows], amount)


def _most_lots(net: Network, activity: Ints, quantity: Floats, first: Ints) -> Floats:
    """
    Returns in how many lots a quantity comes at most from a bucket on.
    """
    smallest = smallest_lots(net)[activity, None]
    largest = np.where(lot_fits(net), largest_lots(net), np.inf)[activity, None]
    by_time = net.num_buckets - first + quantity / largest
    by_size = quantity / np.where(smallest > 0, smallest, 1.0)
    lots = np.where(smallest > 0, np.minimum(by_time, by_size), by_time)

    return np.where(quantity > 0, lots, 0.0)


def _through(net: Network) -> Floats:
    """
    Returns what resources let through in each bucket, shape ``(A, T)``.
    """
    loads = net.loads
    room = most_room(net)[loads.resource[:, None], np.maximum(loads.bucket, 0)]
    room = room - least_setups(net)[:, None]
    run = np.where(loads.run > 0, loads.run, 1.0)[:, None]
    by_run = np.maximum(room, 0.0) / run
    by_setup = np.where(room < -_SLACK, 0.0, np.inf)
    bound = np.full((len(net.activities), net.num_buckets), np.inf)
    np.minimum.at(
        bound, loads.activity, np.where(loads.run[:, None] > 0, by_run, by_setup)
    )

    return bound


def _from_here_on(ufunc: np.ufunc, values: Array) -> Array:
    """
    Returns sums, largest or least of what is in a bucket or later.
    """
    result = values.copy()
    ufunc.accumulate(values[:, ::-1], axis=1, out=result[:, ::-1])

    return result
