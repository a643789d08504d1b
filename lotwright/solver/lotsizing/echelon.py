"""
Echelons: what a stock point feeds, seen from that point and in its own time.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import coo_array, csr_array

from lotwright.model.network import Bools, Floats, Ints, Network

#: Coefficients below this are what is left of a difference of equal numbers.
_ROUNDING = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Edges:
    """
    Which point goes into which, how much of it at least, and when.

    Parameters
    ----------
    component, product
        The two points, the component on a deeper level, shape ``(E,)``.
    ratio
        Least that any receipt of the product that takes the component at all takes of
        it per unit, ``m``, shape ``(E,)``.
    bucket
        Bucket of the component that belongs to a bucket of the product: the last one
        in which a receipt up to then takes it; -1 where there is none; ``(E, T)``.
    flow
        The edge of each input, -1 where it is left out, shape ``(F,)``.
    """

    component: Ints
    product: Ints
    ratio: Floats
    bucket: Ints
    flow: Ints

    def __len__(self) -> int:
        return len(self.ratio)

    def cuts(self) -> Ints:
        """
        Returns the first bucket of the product not before one of the component.

        Shape ``(E, T)``, with T where all buckets of the product lie before.
        """
        count, size = self.bucket.shape
        edge, _ = np.nonzero(self.bucket >= 0)
        at = self.bucket[self.bucket >= 0]
        first = (self.bucket < 0).sum(axis=1)
        meeting = np.zeros((count, size), dtype=np.int64)
        np.add.at(meeting, (edge, at), 1)
        before = np.cumsum(meeting, axis=1) - meeting

        return np.asarray(first[:, None] + before, dtype=np.int64)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Echelons:
    r"""
    Demand, open orders and supply of every point's echelon.

    A unit of product contains as much of a component as `Edges.ratio` says, and as much
    of the component's components. What is demanded of, received by or in stock as a
    product so counts for the component, in the bucket of the component that belongs to
    it.

    Parameters
    ----------
    edges
        Which point goes into which.
    demand, open_receipts
        Due, independent demand and needs of open orders together, and received by open
        orders, in units and buckets of the point, shape ``(P, T)``.
    least
        What of the echelon is left at the start of a bucket however plans are made,
        shape ``(P, T)``.
    supply
        What receipts add to echelons, from ``a * T + t`` to ``p * T + k``; no negative
        numbers.
    passed
        What echelons of products pass on to those of components, from ``p * T + t`` to
        ``p * T + k``.
    known
        The points whose echelons are known to hold; others have no rows, ``(P,)``.
    """

    edges: Edges
    demand: Floats
    open_receipts: Floats
    least: Floats
    supply: csr_array
    passed: csr_array
    known: Bools


def echelons(
    net: Network,
    exists: Bools,
    *,
    gains: Bools | None = None,
    losses: Bools | None = None,
) -> Echelons:
    """
    Returns the echelons of a network.

    Parameters
    ----------
    net
        The network.
    exists
        Where activities may deliver, shape ``(A, T)``.
    gains, losses
        Points whose stock may also grow, or shrink, in ways not told in the network;
        shape ``(P,)``; None for nowhere.
    """
    nowhere = np.zeros(len(net.points), dtype=bool)
    gains = nowhere if gains is None else gains
    losses = nowhere if losses is None else losses
    edges = _edges(net, exists, gains)
    passed = _passed(edges, len(net.points))
    supply, exact = _supply(net, exists, edges, passed)
    exact = _with_all_above(edges, exact & ~losses, net.points.level)
    demand = net.points.open_issues.copy()
    np.add.at(demand, net.classes.point, net.classes.quantity)
    demand = _summed(net, passed, demand)
    received = _summed(net, passed, net.points.open_receipts)

    return Echelons(
        edges=edges,
        demand=demand,
        open_receipts=received,
        least=_least(net, edges, received - demand, exact),
        supply=supply,
        passed=passed,
        known=~gains,
    )


def _edges(net: Network, exists: Bools, gains: Bools) -> Edges:
    inputs, level = net.inputs, net.points.level
    product = net.activities.point[inputs.activity]
    active = (inputs.bucket >= 0) & exists[inputs.activity]
    chosen = active.any(axis=1) & (level[inputs.point] > level[product])
    chosen &= ~gains[product] & (inputs.ratio > 0)
    flows = np.flatnonzero(chosen)
    size = len(net.points)
    key, edge = np.unique(
        inputs.point[flows] * size + product[flows], return_inverse=True
    )
    bucket = np.full((len(key), net.num_buckets), -1, dtype=np.int64)
    np.maximum.at(bucket, edge, np.where(active[flows], inputs.bucket[flows], -1))
    of_flow = np.full(len(inputs.point), -1, dtype=np.int64)
    of_flow[flows] = edge

    return Edges(
        component=key // size,
        product=key % size,
        ratio=_least_ratios(net, active, flows, edge, len(key)),
        bucket=np.maximum.accumulate(bucket, axis=1),
        flow=of_flow,
    )


def _least_ratios(
    net: Network, active: Bools, flows: Ints, edge: Ints, num_edges: int
) -> Floats:
    """
    Returns the least that is taken where anything is, shape ``(E,)``.
    """
    inputs = net.inputs
    pair = inputs.activity[flows] * num_edges + edge
    several, group = np.unique(pair, return_inverse=True)
    taken = np.zeros((len(several), net.num_buckets))
    np.add.at(taken, group, active[flows] * inputs.ratio[flows, None])
    least = np.full(num_edges, np.inf)
    some = np.where(taken > 0, taken, np.inf).min(axis=1, initial=np.inf)
    np.minimum.at(least, several % max(num_edges, 1), some)

    return least


def _passed(edges: Edges, num_points: int) -> csr_array:
    size = edges.bucket.shape[1]
    edge, bucket = np.nonzero(edges.bucket >= 0)
    to = edges.component[edge] * size + edges.bucket[edge, bucket]
    of = edges.product[edge] * size + bucket
    shape = (num_points * size, num_points * size)

    return coo_array((edges.ratio[edge], (to, of)), shape=shape).tocsr()


def _summed(net: Network, passed: csr_array, own: Floats) -> Floats:
    """
    Returns what is a point's own with all that products pass on, ``(P, T)``.
    """
    total = own.copy()
    level = net.points.level

    for code in range(1, int(level.max(initial=0)) + 1):
        added = (passed @ total.ravel()).reshape(own.shape)
        here = level == code
        total[here] = own[here] + added[here]

    return total


def _supply(
    net: Network, exists: Bools, edges: Edges, passed: csr_array
) -> tuple[csr_array, Bools]:
    """
    Returns what receipts add to echelons, and where nothing else may be lost, ``(P,)``.

    A receipt adds what it delivers less what it takes; where that is below 0, echelons
    lose something, and nothing is added.
    """
    net_own = _delivered(net, exists) - _taken(net, exists, edges)
    level = np.repeat(net.points.level, net.num_buckets)
    total = csr_array(net_own.shape)
    exact = _nothing_is_lost(net, exists, edges)

    for code in range(int(net.points.level.max(initial=0)) + 1):
        part = (net_own + passed @ total).tocoo()
        here = level[part.row] == code
        lost = here & (part.data < -_ROUNDING)
        exact[part.row[lost] // net.num_buckets] = False
        kept = here & (part.data > _ROUNDING)
        entries = (part.data[kept], (part.row[kept], part.col[kept]))
        total = total + coo_array(entries, shape=part.shape).tocsr()

    return csr_array(total), exact


def _delivered(net: Network, exists: Bools) -> csr_array:
    outputs, size = net.outputs, net.num_buckets
    flow, bucket = np.nonzero(exists[outputs.activity])
    to = outputs.point[flow] * size + bucket
    of = outputs.activity[flow] * size + bucket
    shape = (len(net.points) * size, len(net.activities) * size)

    return coo_array((outputs.ratio[flow], (to, of)), shape=shape).tocsr()


def _taken(net: Network, exists: Bools, edges: Edges) -> csr_array:
    inputs, size = net.inputs, net.num_buckets
    active = (inputs.bucket >= 0) & exists[inputs.activity]
    flow, bucket = np.nonzero(active & (edges.flow >= 0)[:, None])
    to = inputs.point[flow] * size + edges.bucket[edges.flow[flow], bucket]
    of = inputs.activity[flow] * size + bucket
    shape = (len(net.points) * size, len(net.activities) * size)

    return coo_array((inputs.ratio[flow], (to, of)), shape=shape).tocsr()


def _nothing_is_lost(net: Network, exists: Bools, edges: Edges) -> Bools:
    """
    Returns the points of which nothing is issued but into known products, ``(P,)``.
    """
    inputs = net.inputs
    active = ((inputs.bucket >= 0) & exists[inputs.activity]).any(axis=1)
    lost = active & ((edges.flow < 0) | (inputs.per_lot > 0))
    exact = np.ones(len(net.points), dtype=bool)
    exact[inputs.point[lost]] = False

    return exact


def _with_all_above(edges: Edges, exact: Bools, level: Ints) -> Bools:
    """
    Returns the points of which all products, and theirs, are exact, shape ``(P,)``.
    """
    whole = exact.copy()

    for code in range(1, int(level.max(initial=0)) + 1):
        here = level[edges.component] == code
        broken = here & ~whole[edges.product]
        whole[edges.component[broken]] = False

    return whole


def _least(net: Network, edges: Edges, gained: Floats, exact: Bools) -> Floats:
    """
    Returns what is left of echelons at the start of buckets at least, ``(P, T)``.

    Where nothing is lost, what was there at the start and what open orders brought is
    used for demand alone, so that what exceeds the demand due by then is left; demand
    before the first cut counts, too, for it may be served late.
    """
    size, level = net.num_buckets, net.points.level
    cuts = edges.cuts()
    left = np.zeros((len(net.points), size + 1))
    left[:, 1:] = np.cumsum(gained, axis=1)
    least = np.zeros_like(left)

    for code in range(int(level.max(initial=0)) + 1):
        part = np.flatnonzero(level[edges.component] == code)
        product, ratio = edges.product[part], edges.ratio[part]
        here = level == code
        begun = np.where(here, net.points.opening_stock, 0.0)
        np.add.at(begun, edges.component[part], ratio * left[product, cuts[part, 0]])
        left[here] += begun[here, None]
        inside = np.zeros((len(net.points), size))
        amount = ratio[:, None] * least[product[:, None], cuts[part]]
        np.add.at(inside, edges.component[part], amount)
        lasting = np.ones_like(inside, dtype=bool)
        np.logical_and.at(lasting, edges.component[part], cuts[part] < size)
        kept = np.where(exact[:, None] & lasting, left[:, :size], 0.0)
        least[here, :size] = np.maximum(inside, kept)[here]

    return np.maximum(least[:, :size], 0.0)
