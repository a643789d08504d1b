"""
Lots that can never be made: the smallest one takes more than any bucket holds.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from lotwright.model.findings import Finding, Severity
from lotwright.model.fit.facts import Facts
from lotwright.model.fit.wording import counted
from lotwright.model.kinds import ResourceKind
from lotwright.model.network import Floats, Ints, Network
from lotwright.model.why_words import amount_text

#: Sources that get a finding of their own.
LISTED = 20

_REMEDIES = {
    ResourceKind.MACHINE: "use longer buckets, smaller lots or more capacity",
    ResourceKind.GROUP: "use longer buckets, smaller lots or more capacity",
    ResourceKind.SUPPLIER: "lower the smallest lot or raise max_per_period",
    ResourceKind.SOURCE: "lower the smallest lot or raise capacity_per_period",
    ResourceKind.LANE: "lower the smallest lot or raise the capacity of the lane",
}


def check_lot_capacity(facts: Facts) -> Iterator[Finding]:
    """
    Yields sources whose smallest lot is more than any bucket can take.
    """
    net = facts.network

    # Data that contradict themselves have findings of their own.
    if net is None:
        return

    need, room = load_of_smallest_lot(net), most_room(net)[net.loads.resource]
    excess = need - room * (1.0 + 1e-9) - 1e-9
    machine = net.resources.kind[net.loads.resource] <= ResourceKind.GROUP
    # No capacity at all is told of the resource, not of each of its sources.
    tight = (excess > 0) & ~net.loads.pooled & ((room > 0) | ~machine)
    loads = np.flatnonzero(tight)
    loads = loads[np.lexsort((-excess[loads], net.loads.activity[loads]))]
    _, first = np.unique(net.loads.activity[loads], return_index=True)
    worst = loads[first]

    for load in worst[:LISTED].tolist():
        yield _never_made(net, load, need[load], room[load])

    rest = worst[LISTED:]

    if len(rest):
        named = net.activities.source_id[net.loads.activity[rest[0]]]
        yield Finding(
            code="W-LOT-CAPACITY",
            severity=Severity.WARNING,
            table="sources",
            count=len(rest),
            text=f"{counted(len(rest), 'more source')} ({named} first) have a smallest "
            "lot that takes more than any bucket holds; use longer buckets, smaller "
            "lots or more capacity.",
        )


def smallest_lots(net: Network) -> Floats:
    """
    Returns the least that an order can be, 0 where anything goes, shape ``(A,)``.
    """
    multiple = net.activities.lot_multiple
    step = np.where(multiple > 0, multiple, 1.0)
    whole = np.maximum(np.ceil(net.activities.min_lot / step - 1e-9), 1.0) * step

    return np.where(multiple > 0, whole, net.activities.min_lot)


def load_of_smallest_lot(net: Network) -> Floats:
    """
    Returns what the smallest lot takes in each load, shape ``(L,)``.
    """
    lots = smallest_lots(net)[net.loads.activity]

    return net.loads.setup + net.loads.run * lots


def most_room(net: Network) -> Floats:
    """
    Returns the most that any bucket of a resource holds with overtime, ``(R,)``.
    """
    resources = net.resources
    room = resources.capacity.copy()
    member: Ints = resources.pool_member
    np.add.at(room, resources.pool_row, resources.overtime_max[member])

    return np.asarray(np.max(room, axis=1, initial=0.0), dtype=np.float64)


def _never_made(net: Network, load: int, need: float, room: float) -> Finding:
    activity, resource = net.loads.activity[load], net.loads.resource[load]
    source = str(net.activities.source_id[activity])
    label = net.points.labels[net.activities.point[activity]]
    lot = smallest_lots(net)[activity]
    kind = ResourceKind(int(net.resources.kind[resource]))
    unit = str(net.resources.unit[resource])
    what = (
        f"a lot of {amount_text(lot)} {label}" if lot > 0 else f"the set-up for {label}"
    )

    return Finding(
        code="W-LOT-CAPACITY",
        severity=Severity.WARNING,
        table="sources",
        key=source,
        text=f"Source {source} can never be used: {what} needs {amount_text(need)} "
        f"{unit} of {net.resources.resource_id[resource]}, but no bucket holds more "
        f"than {amount_text(room)} {unit}; {_REMEDIES[kind]}.",
    )
