"""
Waits in buckets: the components that late orders of a plan of buckets wait for, and
since when each could have come.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from lotwright.model.choices import levels_with_choices
from lotwright.model.network import Bools, Ints
from lotwright.solver.decode.bounds_in_buckets import Bounds, bounds_of
from lotwright.solver.decode.needs import NeedKind
from lotwright.solver.decode.plan_view import PlanView
from lotwright.solver.decode.relation import least_by, most_by, pairs


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Late:
    """
    Late pegs on one level of chains.

    Parameters
    ----------
    chain, peg
        Chain and peg of each, shape ``(n,)``; peg -1 where no supply is known.
    wanted, comes
        Bucket in which it would have been in time, and in which it comes.
    order
        Planned order that supplies it, -1 where something else does.
    bounds
        What keeps its order from being received earlier, but for components.
    """

    chain: Ints
    peg: Ints
    wanted: Ints
    comes: Ints
    order: Ints
    bounds: Bounds

    def __len__(self) -> int:
        return len(self.chain)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Waits:
    """
    What late pegs on one level wait for.

    Parameters
    ----------
    late
        The pegs.
    first
        First bucket in which each could be received with the component that its order
        waits for, shape ``(n,)``.
    component
        Place of that component on the next level, -1 where it waits for none.
    comes
        Bucket in which that component comes, or could have come where it is the reason
        that all others could take their time.
    """

    late: Late
    first: Ints
    component: Ints
    comes: Ints


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Edges:
    """
    Components on the next level that come too late for orders of one level.

    Parameters
    ----------
    above, below
        Place of the order's peg and of the component's, shape ``(m,)``.
    peg, flow
        Peg of the component, and its row among the network's inputs.
    """

    above: Ints
    below: Ints
    peg: Ints
    flow: Ints


def waits_of(view: PlanView, chain: Ints, peg: Ints, wanted: Ints) -> list[Waits]:
    """
    Returns what late pegs wait for, level by level from the top.

    An order waits for the component that would come last were everything as early as
    lead times, room and open orders allow. Where none of them makes it wait, it waits
    for the one that comes last in the plan.

    Parameters
    ----------
    view
        A plan.
    chain, peg, wanted
        Late pegs at the top, each in a chain of its own, shape ``(n,)``; and the bucket
        in which each would have been in time.
    """
    levels = list(_levels(view, chain, peg, wanted))
    found: list[Waits] = []
    nothing = np.zeros(0, dtype=np.int64)
    comes, earliest = nothing, nothing

    for late, edges in levels[::-1]:
        waits, earliest = _waits(view, late, edges, comes, earliest)
        comes = late.comes
        found.append(waits)

    return found[::-1]


def needed_in(view: PlanView, flow: Ints, receipt: Ints) -> Ints:
    """
    Returns the bucket in which components are needed for receipts in another.
    """
    bucket: Ints = np.maximum(view.network.inputs.bucket[flow, receipt], 0)

    return bucket


def _levels(
    view: PlanView, chain: Ints, peg: Ints, wanted: Ints
) -> Iterator[tuple[Late, _Edges]]:
    for _ in range(int(levels_with_choices(view.network).max(initial=0)) + 2):
        if not len(chain):
            return

        late = _late(view, chain, peg, wanted)
        above, component, flow = _components(view, late)
        needed = needed_in(view, flow, late.bounds.first[above])
        keys = late.chain[above] * len(view.pegging.pegs) + component
        _, first, place = np.unique(keys, return_index=True, return_inverse=True)

        yield late, _Edges(above=above, below=place, peg=component, flow=flow)

        chain, peg = late.chain[above[first]], component[first]
        wanted = least_by(place, needed, len(first), view.network.num_buckets)


def _late(view: PlanView, chain: Ints, peg: Ints, wanted: Ints) -> Late:
    pegs, supplies = view.pegging.pegs, view.pegging.supplies
    supply = np.append(pegs.supply, -1)[peg]
    order = np.append(supplies.order, -1)[supply]
    comes = np.where(supply >= 0, np.append(supplies.bucket, 0)[supply], wanted)
    wanted = np.minimum(wanted, comes)
    rows = np.flatnonzero(order >= 0)
    quantity = pegs.need.quantity[peg[rows]]
    bounds = bounds_of(view, order[rows], wanted[rows], comes[rows], quantity)
    first, nothing = wanted.copy(), np.full(len(chain), -1, dtype=np.int64)
    resource, bucket = nothing.copy(), nothing.copy()
    first[rows], resource[rows] = bounds.first, bounds.resource
    bucket[rows] = bounds.bucket

    return Late(
        chain=chain,
        peg=peg,
        wanted=wanted,
        comes=comes,
        order=order,
        bounds=Bounds(first=first, resource=resource, bucket=bucket),
    )


def _components(view: PlanView, late: Late) -> tuple[Ints, Ints, Ints]:
    """
    Returns the pegs of components of the same demand that come later than an order
    could otherwise be received: place of the order, peg, row of the inputs.
    """
    inputs, issues = view.network.inputs, view.issues
    pegs, supplies = view.pegging.pegs, view.pegging.supplies
    issued = np.flatnonzero(
        (pegs.need.kind == NeedKind.ORDER_ISSUE) & (pegs.supply >= 0)
    )
    rows = np.flatnonzero(late.order >= 0)
    i, j = pairs(late.order[rows], issues.order[pegs.need.ref[issued]])
    above, peg = rows[i], issued[j]
    flow = issues.flow[pegs.need.ref[peg]]
    same = pegs.need.top[peg] == pegs.need.top[late.peg[above]]
    comes = supplies.bucket[pegs.supply[peg]]
    kept = same & (inputs.bucket[flow, late.bounds.first[above]] < comes)

    return above[kept], peg[kept], flow[kept]


def _waits(
    view: PlanView, late: Late, edges: _Edges, comes: Ints, earliest: Ints
) -> tuple[Waits, Ints]:
    """
    Returns what pegs on a level wait for, and the earliest bucket of each.

    Parameters
    ----------
    view, late, edges
        The level.
    comes, earliest
        Bucket in which each peg of the next level comes, and could have come.
    """
    planned = _receipts(view, late, edges, comes[edges.below])
    possible = _receipts(view, late, edges, earliest[edges.below])
    bound = most_by(edges.above, possible, len(late), 0)
    is_bound = bound > late.bounds.first
    receipt = np.where(is_bound[edges.above], possible, planned)
    first = np.maximum(late.wanted, most_by(edges.above, receipt, len(late), 0))
    last = _last(view, late, edges, receipt)
    component = np.where(last >= 0, np.append(edges.below, -1)[last], -1)
    counted = np.where(
        is_bound, np.append(earliest, -1)[component], np.append(comes, -1)[component]
    )
    least = np.where(_is_awaited(view, late), late.comes, late.bounds.first)

    return (
        Waits(late=late, first=first, component=component, comes=counted),
        np.maximum(least, bound),
    )


def _receipts(view: PlanView, late: Late, edges: _Edges, comes: Ints) -> Ints:
    """
    Returns the first bucket in which orders could be received with components that come
    in certain buckets.
    """
    buckets = np.arange(view.network.num_buckets)
    wanted, last = late.wanted[edges.above], late.comes[edges.above]
    enough = view.network.inputs.bucket[edges.flow] >= comes[:, None]
    enough &= buckets >= wanted[:, None]
    enough |= buckets >= last[:, None]

    receipt: Ints = enough.argmax(axis=1).astype(np.int64)

    return receipt


def _last(view: PlanView, late: Late, edges: _Edges, receipt: Ints) -> Ints:
    """
    Returns the edge of each peg whose component lets its order come last, of several
    the one that comes last in the plan, then the largest; -1 where there is none.
    """
    pegging = view.pegging
    supply = pegging.pegs.supply[edges.peg]
    keys = (
        pegging.pegs.need.quantity[edges.peg],
        pegging.supply_day[supply],
        pegging.supplies.bucket[supply],
        receipt,
        edges.above,
    )
    order = np.lexsort(keys)
    found = np.full(len(late), -1, dtype=np.int64)
    found[edges.above[order]] = order

    return found


def _is_awaited(view: PlanView, late: Late) -> Bools:
    """
    Returns which pegs are supplied by open orders.
    """
    supply = np.append(view.pegging.pegs.supply, -1)[late.peg]
    row = np.append(view.pegging.supplies.open_row, -1)[supply]
    kind = np.append(view.network.supplies.kind, "")[row]
    awaited: Bools = (row >= 0) & (kind != "stock")

    return awaited
