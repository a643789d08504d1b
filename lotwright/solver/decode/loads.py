"""
Loads: what planned and open orders take of every resource in every bucket.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.kinds import ResourceKind
from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.solver.decode.frames import as_table, words
from lotwright.solver.decode.openings import Openings, openings_of
from lotwright.solver.decode.orders import Orders, bucket_of
from lotwright.solver.decode.relation import pairs, sum_by, sum_grid
from lotwright.solver.quantities import Quantities


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Work:
    """
    What planned orders take of resources, one row per order and load, W of them.

    Parameters
    ----------
    order, flow
        Position of the order and row of the network's loads, shape ``(W,)``.
    resource, bucket
        Where and in which bucket, shape ``(W,)``.
    run, setup
        In the unit of the resource, with ``openings``, shape ``(W,)``.
    openings
        What opening set-up groups adds, less what set-ups carried over save.
    """

    order: Ints
    flow: Ints
    resource: Ints
    bucket: Ints
    run: Floats
    setup: Floats
    openings: Openings


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoadGrid:
    """
    Load and capacity of every resource in every bucket, all of shape ``(R, T)``.

    Parameters
    ----------
    run, setup
        Of planned orders.
    changeover_cost
        What opening set-up groups costs, less what set-ups carried over save.
    total
        Of planned and open orders.
    overtime
        Of the resource itself.
    limit
        Capacity, with the overtime of all that belong to the resource.
    most
        The same with all overtime that there is.
    """

    run: Floats
    setup: Floats
    changeover_cost: Floats
    total: Floats
    overtime: Floats
    limit: Floats
    most: Floats

    @property
    def overload(self) -> Floats:
        """
        Load beyond capacity and overtime.
        """
        over = self.total - self.limit
        slack = 1e-6 * np.maximum(np.where(np.isfinite(self.limit), self.limit, 0), 1)

        return np.where(over > slack, over, 0.0)

    @property
    def is_full(self) -> Bools:
        """
        Whether capacity and all overtime are used.
        """
        limit = np.where(np.isfinite(self.most), self.most, 0.0)

        return np.isfinite(self.most) & (self.total >= limit * (1 - 1e-6) - 1e-9)


def work_of(network: Network, orders: Orders, quantities: Quantities) -> Work:
    """
    Returns what the orders take of resources.
    """
    loads = network.loads
    order, flow = pairs(orders.activity, loads.activity)
    bucket = loads.bucket[flow, orders.bucket[order]]
    bucket = bucket_of(network, orders, order, bucket)
    order, flow, bucket = (column[bucket >= 0] for column in (order, flow, bucket))

    openings = openings_of(network, flow, bucket, quantities)

    return Work(
        order=order,
        flow=flow,
        resource=loads.resource[flow],
        bucket=bucket,
        run=loads.run[flow] * orders.quantity[order],
        setup=loads.setup[flow] * orders.lots[order] + openings.hours,
        openings=openings,
    )


def load_grid(network: Network, work: Work, quantities: Quantities) -> LoadGrid:
    """
    Returns load and capacity of resources by bucket.
    """
    shape = (len(network.resources), network.num_buckets)
    run = sum_grid(work.resource, work.bucket, work.run, shape)
    setup = sum_grid(work.resource, work.bucket, work.setup, shape)

    return grid_of(network, work.openings, run, setup, quantities.overtime)


def grid_of(
    network: Network,
    openings: Openings,
    run: Floats,
    setup: Floats,
    overtime: Floats,
) -> LoadGrid:
    """
    Returns load and capacity from what planned orders take and the overtime used.

    Parameters
    ----------
    network
        Its resources and their pools.
    openings
        What opening set-up groups adds, less what set-ups carried over save.
    run, setup, overtime
        Of each resource in each bucket, shape ``(R, T)``.
    """
    resources = network.resources
    overtime = np.where(overtime > 1e-6, overtime, 0.0)
    setup = setup + openings.pooled

    return LoadGrid(
        run=run,
        setup=setup,
        changeover_cost=openings.cost,
        total=run + setup + resources.open_load,
        overtime=overtime,
        limit=resources.capacity + _pooled(network, overtime),
        most=resources.capacity + _pooled(network, resources.overtime_max),
    )


def loads_frame(
    network: Network, grid: LoadGrid, worth: Floats | None = None
) -> pd.DataFrame:
    """
    Returns the load table, a row per resource and bucket in the network's order.

    No limit is a blank capacity. ``load_planned`` is run time, set-up stands apart;
    utilisation is all load per capacity without overtime.

    Parameters
    ----------
    network, grid
        The network and its loads.
    worth
        What one more unit of capacity would save, shape ``(R, T)``; None where that is
        not known, and blank then.
    """
    resources = network.resources
    shape = grid.run.shape
    limited = np.isfinite(resources.capacity)
    capacity = np.where(limited, resources.capacity, np.nan)
    base = np.where(limited & (capacity > 0), capacity, np.nan)
    idle = limited & (grid.total <= 0)
    columns = {
        "capacity": capacity,
        "load_open": resources.open_load,
        "load_planned": grid.run,
        "setup": grid.setup,
        "changeover_cost": grid.changeover_cost,
        "overtime": grid.overtime,
        "overtime_max": resources.overtime_max,
        "overload": grid.overload,
        "utilisation": np.where(idle, 0.0, grid.total / base),
        "shadow_price": np.full(shape, np.nan) if worth is None else worth,
    }
    period = np.array(network.buckets.period_id, dtype=np.object_)

    return as_table(
        "capacity_load",
        {
            "resource_id": np.repeat(resources.resource_id, shape[1]),
            "period_id": np.tile(period, shape[0]),
            **{name: values.ravel() for name, values in columns.items()},
        },
    )


def operations_frame(
    network: Network, order_id: list[str], work: Work, grid: LoadGrid
) -> pd.DataFrame:
    """
    Returns the work of planned orders on machines and groups.

    The cost of an operation is its share of the overtime cost of its resource and
    bucket, by hours.
    """
    loads, resources = network.loads, network.resources
    rows = np.flatnonzero(is_operation(network, work.flow))
    resource, bucket = work.resource[rows], work.bucket[rows]
    seq = loads.operation_seq[work.flow[rows]]
    rows = rows[np.lexsort((resource, seq, work.order[rows]))]
    resource, bucket = work.resource[rows], work.bucket[rows]

    overtime = grid.overtime * resources.overtime_cost[:, None]
    load = grid.run + grid.setup
    price = np.where(load > 0, overtime / np.where(load > 0, load, 1.0), 0.0)
    cost = (work.run + work.setup)[rows] * price[resource, bucket]

    return as_table(
        "order_operations",
        {
            "order_id": words(order_id, work.order[rows]),
            "seq": loads.operation_seq[work.flow[rows]],
            "resource_id": words(list(resources.resource_id), resource),
            "period_id": words(network.buckets.period_id, bucket),
            "hours": work.run[rows],
            "setup_h": work.setup[rows],
            "cost": cost,
        },
    )


def setup_of(network: Network, orders: Orders, work: Work) -> Floats:
    """
    Returns the set-up that each order takes of machines and groups, shape ``(K,)``.
    """
    rows = is_operation(network, work.flow)

    return sum_by(work.order[rows], work.setup[rows], len(orders))


def is_operation(network: Network, load: Ints) -> Bools:
    """
    Returns which rows of the network's loads are work on machines, each piece once.
    """
    kind = network.resources.kind[network.loads.resource[load]]
    is_machine = (kind == ResourceKind.MACHINE) | (kind == ResourceKind.GROUP)

    is_own: Bools = is_machine & ~network.loads.pooled[load]

    return is_own


def _pooled(network: Network, overtime: Floats) -> Floats:
    """
    Returns the overtime that adds to the capacity of each resource, shape ``(R, T)``.
    """
    resources = network.resources
    result = np.zeros((len(resources), network.num_buckets))
    np.add.at(result, resources.pool_row, overtime[resources.pool_member])

    return result
