"""
Components: what shares no material, no room and no resource that can bind.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lotwright.model.choices import choices_of
from lotwright.model.levels import components
from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.solver.lotsizing.columns import lots_matter
from lotwright.solver.lotsizing.largest_receipts import largest_receipts
from lotwright.solver.lotsizing.loaded import lots_loaded
from lotwright.solver.lotsizing.lot_sizes import largest_lots
from lotwright.solver.lotsizing.room import regular_room

#: Work below this part of capacity cannot bind, rounding and all.
_SLACK = 1e-9


def components_of(net: Network) -> Ints:
    """
    Returns the component of each stock point, numbered by its first point, ``(P,)``.

    Points belong together when one is made or moved from the other or may replace it,
    when they come out of the same activity, share the room of a location, or load the
    same resource and this can bind.
    """
    size, rules, choices = len(net.points), net.rules, choices_of(net)
    product = net.activities.point
    binding = _can_bind(net)[net.loads.resource]
    machine, room = size, size + len(net.resources)
    left = (
        product[net.inputs.activity],
        product[net.outputs.activity],
        product[net.inputs.activity[choices.flow]],
        product[net.loads.activity[binding]],
        rules.rooms.point,
    )
    right = (
        net.inputs.point,
        net.outputs.point,
        choices.other,
        net.loads.resource[binding] + machine,
        rules.rooms.room + room,
    )
    nodes = room + len(rules.rooms)
    found = components(nodes, np.concatenate(left), np.concatenate(right))
    _, code = np.unique(found[:size], return_inverse=True)

    return code.astype(np.int64)


def whole_numbers(net: Network) -> Ints:
    """
    Returns about how many lots there are to decide at each stock point, ``(P,)``.
    """
    activities = net.activities
    whole = lots_matter(net) | (activities.lot_multiple > 0)
    cells = np.where(whole, activities.possible().sum(axis=1), 0)

    return np.bincount(activities.point, cells, len(net.points)).astype(np.int64)


def _can_bind(net: Network) -> Bools:
    """
    Returns which resources may limit a plan, shape ``(R,)``.

    The others bear whatever is useful, all at once and without overtime. One with a
    rule of its own, such as set-up groups, ties its activities together in any case;
    so does one whose overtime adds to the capacity of a group that can bind.
    """
    resources = net.resources
    most = _most_work(net)
    room = regular_room(net) * (1.0 - _SLACK)
    binds: Bools = np.asarray((most > room).any(axis=1))
    binds[net.rules.families.resource] = True
    binds[net.loads.resource[net.rules.carries.load]] = True
    binds[net.rules.least_use.resource] = True
    overtime: Bools = np.asarray(resources.overtime_max.any(axis=1))
    works = overtime[resources.pool_member]
    binds[resources.pool_member[works & binds[resources.pool_row]]] = True

    return binds


def _most_work(net: Network) -> Floats:
    """
    Returns the work that all useful receipts would be, shape ``(R, T)``.
    """
    endless = np.full_like(net.resources.capacity, np.inf)
    resources = replace(net.resources, capacity=endless)
    useful = largest_receipts(replace(net, resources=resources))
    largest = np.where(np.isfinite(net.activities.max_lot), largest_lots(net), np.inf)
    lots = np.where(
        useful > 0, np.maximum(np.ceil(useful / largest[:, None]), 1.0), 0.0
    )
    loads = net.loads
    every = np.arange(len(loads.activity))
    work = lots_loaded(net, every, useful) * loads.run[:, None]
    work += lots_loaded(net, every, lots) * loads.setup[:, None]
    most = np.zeros_like(endless)
    np.add.at(most, loads.resource, work)

    return most
