"""
What a plan of buckets leaves: orders, pegs, room on resources and stock that is over.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.model.receivable import receivable
from lotwright.solver.decode.loads import LoadGrid
from lotwright.solver.decode.orders import Issues, Orders
from lotwright.solver.decode.pegging import Pegging
from lotwright.solver.decode.relation import least_by

#: Part of what is needed that counts as rounding.
_SLIGHT = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanView:
    """
    A plan of buckets as explanations look at it.

    Parameters
    ----------
    network, orders, issues, pegging
        What was planned.
    room
        Free capacity of resources with all overtime, infinite without a limit, shape
        ``(R, T)``.
    most
        Capacity with all overtime, less what open orders take, shape ``(R, T)``.
    end
        Stock at the end of buckets, shape ``(P, T)``.
    can_receive
        When activities may deliver something new, shape ``(A, T)``.
    """

    network: Network
    orders: Orders
    issues: Issues
    pegging: Pegging
    room: Floats
    most: Floats
    end: Floats
    can_receive: Bools

    def lacks_room(self, load: Ints, quantity: Floats) -> Bools:
        """
        Returns when some loads have no room for another lot.

        Parameters
        ----------
        load
            Rows of the network's loads, shape ``(n,)``.
        quantity
            What the lot would bring, shape ``(n,)``.

        Returns
        -------
        Bools
            By load and bucket of the receipt, shape ``(n, T)``.
        """
        return self._too_little(self.room, load, quantity)

    def never_fits(self, load: Ints, quantity: Floats) -> Bools:
        """
        Returns the same as if nothing else were planned.
        """
        return self._too_little(self.most, load, quantity)

    def _too_little(self, room: Floats, load: Ints, quantity: Floats) -> Bools:
        loads = self.network.loads
        wanted = loads.setup[load] + loads.run[load] * quantity
        bucket = loads.bucket[load]
        free = room[loads.resource[load][:, None], np.maximum(bucket, 0)]
        slack = _SLIGHT * np.maximum(wanted, 1.0)
        uses = (loads.setup[load] > 0) | (loads.run[load] > 0)
        lacks: Bools = (free < (wanted - slack)[:, None]) | (free <= _SLIGHT)

        return lacks & uses[:, None] & (bucket >= 0)


def plan_view(
    network: Network,
    orders: Orders,
    issues: Issues,
    pegging: Pegging,
    grid: LoadGrid,
    end: Floats,
) -> PlanView:
    """
    Returns what a plan leaves.

    Parameters
    ----------
    network, orders, issues, pegging, grid
        A plan.
    end
        Stock at the end of buckets, shape ``(P, T)``.
    """
    return PlanView(
        network=network,
        orders=orders,
        issues=issues,
        pegging=pegging,
        room=grid.most - grid.total,
        most=grid.most - network.resources.open_load,
        end=end,
        can_receive=receivable(network),
    )


def ready_buckets(view: PlanView) -> Ints:
    """
    Returns the first bucket in which a little more of each point could be had beside
    the plan, T where never, shape ``(P,)``.

    It comes from stock that is over until the end, or from an order that still finds
    room, its smallest lot, and its components.
    """
    network = view.network
    points, activities, inputs = network.points, network.activities, network.inputs
    horizon = network.num_buckets
    over = np.minimum.accumulate(view.end[:, ::-1], axis=1)[:, ::-1]
    some = over > _SLIGHT * np.maximum(view.end.max(axis=1, initial=1.0), 1.0)[:, None]
    ready = np.where(some.any(axis=1), some.argmax(axis=1), horizon).astype(np.int64)
    possible = view.can_receive.copy()
    every = np.arange(len(network.loads.activity), dtype=np.int64)
    lacks = view.lacks_room(every, least_lots(network)[network.loads.activity])
    np.logical_and.at(possible, network.loads.activity, ~lacks)
    level = points.level[activities.point]
    input_level = level[inputs.activity]

    for at in range(int(points.level.max(initial=0)), -1, -1):
        rows = np.flatnonzero(input_level == at)
        wanted = inputs.bucket[rows]
        missing = (wanted >= 0) & (wanted < ready[inputs.point[rows]][:, None])
        np.logical_and.at(possible, inputs.activity[rows], ~missing)
        makers = np.flatnonzero((level == at) & possible.any(axis=1))
        first = possible[makers].argmax(axis=1)
        ready = np.minimum(
            ready,
            least_by(activities.point[makers], first, len(points), horizon),
        )

    return ready


def least_lots(network: Network) -> Floats:
    """
    Returns the smallest quantity that each activity may bring, shape ``(A,)``.
    """
    activities = network.activities

    return np.maximum(activities.min_lot, activities.lot_multiple)
