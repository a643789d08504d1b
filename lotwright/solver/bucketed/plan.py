"""
Material requirements planning: level by level, against infinite capacity.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator

import numpy as np

from lotwright.model.network import Bools, Ints, Network
from lotwright.solver.bucketed.flows import (
    deliverable,
    demand_by_point,
    issues,
    overtime,
    resource_load,
    supply,
)
from lotwright.solver.bucketed.lot_rules import is_satisfiable
from lotwright.solver.bucketed.netting import Requirements, net
from lotwright.solver.bucketed.serve import serve
from lotwright.solver.quantities import Quantities

logger = logging.getLogger(__name__)


def plan_mrp(network: Network) -> Quantities:
    """
    Returns the plan of simple bucketed MRP.

    Each level is netted after all that use it. An order goes to the source with the
    lowest priority number, then the lowest unit cost, among those that can deliver in
    its bucket. A component that comes late does not move its parent, and capacity is
    not looked at: that is what executing the plan is for. Demand is served only from
    stock that is there; overtime is what the load asks for, up to its limit.
    """
    sources = _sources(network)
    quantity = np.zeros(network.activities.receipt_day.shape)
    lots = np.zeros_like(quantity)
    demand, limit = demand_by_point(network)
    arrivals = network.points.open_receipts.copy()
    departures = network.points.open_issues.copy()

    for point in _steps(network):
        asked = Requirements(
            point=point,
            source=sources[point],
            arrivals=arrivals[point],
            issues=departures[point],
            demand=demand[point],
            backlog_limit=limit[point],
        )
        size, count = net(network, asked)
        row, at = np.nonzero(size)
        source = asked.source[row, at]
        quantity[source, at] = size[row, at]
        lots[source, at] = count[row, at]

        used = np.zeros(len(network.activities), dtype=np.bool_)
        used[source] = True
        rows = np.flatnonzero(used[network.outputs.activity])
        arrivals += supply(network, quantity, rows)
        rows = np.flatnonzero(used[network.inputs.activity])
        departures += issues(network, quantity, lots, rows)

    served, lost = serve(network, quantity, lots)
    logger.info("MRP: %d orders", np.count_nonzero(quantity))

    return Quantities(
        receipt=quantity,
        lots=lots,
        served=served,
        lost=lost,
        overtime=overtime(network, resource_load(network, quantity, lots)),
    )


def _sources(network: Network) -> Ints:
    """
    Returns the first choice among the activities of each point, shape ``(P, T)``.
    """
    activities = network.activities
    possible = deliverable(network) & _obeys_itself(network)[:, None]
    choice = np.full((len(network.points), network.num_buckets), -1, dtype=np.int64)
    code = np.arange(len(activities))
    ranked = np.lexsort((code, activities.unit_cost, activities.priority))

    # The last assignment to a point stands, so the best activity comes last.
    row, at = np.nonzero(possible[ranked[::-1]])
    source = ranked[::-1][row]
    choice[activities.point[source], at] = source

    return choice


def _obeys_itself(network: Network) -> Bools:
    lot = network.activities

    return is_satisfiable(lot.min_lot, lot.max_lot, lot.lot_multiple)


def _steps(network: Network) -> Iterator[Ints]:
    """
    Yields the points that are netted together, each after all that use it.

    Inside a level, points that get a co-product of the level come after the others.
    """
    level = network.points.level
    outputs = network.outputs
    main = network.activities.point[outputs.activity]
    is_second = (outputs.point != main) & (level[outputs.point] == level[main])
    gets_second = np.zeros(len(level), dtype=np.bool_)
    gets_second[outputs.point[is_second]] = True

    for code in np.unique(level):
        for late in (False, True):
            point = np.flatnonzero((level == code) & (gets_second == late))

            if len(point):
                yield point
