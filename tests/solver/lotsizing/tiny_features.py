"""
What the lot-sizing model knows beyond lots, capacity and stock, at random.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from lotwright.model.carries import Carries
from lotwright.model.end_stock import EndStock
from lotwright.model.families import Families
from lotwright.model.kinds import ResourceKind
from lotwright.model.least_use import LeastUse
from lotwright.model.network import Bools, Network
from lotwright.model.receivable import receivable
from lotwright.model.reference import Reference
from lotwright.model.rooms import Rooms
from lotwright.model.rules import FAR, Alternates, PriceSteps

Rng = np.random.Generator


def with_features(net: Network, seed: int) -> Network:
    """
    Returns a network with some of the features, each here and there.

    Parameters
    ----------
    net
        A network without them.
    seed
        Of the random choices, which are others than those of the network.
    """
    rng = np.random.default_rng([seed, 1])

    net = _with_prices(rng, _with_ages(rng, _with_fences(rng, net)))

    net = _with_choices(rng, _with_rooms(rng, _with_shares(rng, net)))

    net = _with_uses(rng, _with_carries(rng, _with_families(rng, net)))
    net = _with_end_stock(np.random.default_rng([seed, 2]), net)

    return _with_reference(np.random.default_rng([seed, 3]), net)


def _with_fences(rng: Rng, net: Network) -> Network:
    fence = rng.choice([0, 0, 0, 2], size=len(net.points)).astype(np.int64)
    points = replace(net.rules.points, freeze_fence=fence)

    return replace(net, rules=replace(net.rules, points=points))


def _with_ages(rng: Rng, net: Network) -> Network:
    """
    Returns the network with stock that keeps for some days here and there, and stock
    on hand and open orders that expire on a day of their own.

    Scrap is cheap, so that nothing is made only to keep a component from it, and what
    an activity takes and yields alike keeps, so that none is run to make it fresh.
    """
    life = rng.choice([FAR, FAR, 1, 2, 3], size=len(net.points)).astype(np.int64)
    expiry = rng.choice([FAR, 1, 2, 4], size=len(net.supplies.point)).astype(np.int64)
    lasting = _renewed(net)
    life[lasting] = FAR
    keeps = lasting[net.supplies.point] | (rng.random(len(expiry)) < 0.5)
    points = replace(net.rules.points, shelf_life=life)
    supplies = replace(net.rules.supplies, expiry=np.where(keeps, FAR, expiry))

    cheap = replace(net.points, value=np.full(len(net.points), 0.5))
    rules = replace(net.rules, points=points, supplies=supplies)

    return replace(net, points=cheap, rules=rules)


def _renewed(net: Network) -> Bools:
    """
    Returns the points that an activity both takes from and delivers to, ``(P,)``.
    """
    renewed = np.zeros(len(net.points), dtype=bool)
    taken = set(zip(net.inputs.activity, net.inputs.point, strict=True))

    for activity, point in zip(net.outputs.activity, net.outputs.point, strict=True):
        renewed[point] |= (activity, point) in taken

    return renewed


def _with_prices(rng: Rng, net: Network) -> Network:
    """
    Returns the network with prices that fall with the quantity here and there, never
    below what makes it worth while to store a unit for the sake of its price, and with
    a smallest value of orders.
    """
    unit_cost = net.activities.unit_cost
    chosen = np.flatnonzero(rng.random(len(unit_cost)) < 0.3)
    activity = np.repeat(chosen, 2)
    part = np.tile([1.0, 0.9], len(chosen))
    prices = PriceSteps(
        activity=activity,
        from_quantity=np.tile([6.0, 14.0], len(chosen)),
        unit_cost=unit_cost[activity] * part,
        incremental=np.repeat(rng.random(len(chosen)) < 0.5, 2),
    )
    least = np.where(rng.random(len(unit_cost)) < 0.1, 9.0, 0.0)
    activities = replace(net.rules.activities, least_value=least)

    return replace(net, rules=replace(net.rules, activities=activities, prices=prices))


def _with_shares(rng: Rng, net: Network) -> Network:
    """
    Returns the network with sources that have a share here and there.
    """
    share = rng.choice([np.nan, np.nan, 0.3, 0.7], size=len(net.activities))
    activities = replace(net.rules.activities, share=share)

    return replace(net, rules=replace(net.rules, activities=activities))


def _with_families(rng: Rng, net: Network) -> Network:
    """
    Returns the network with up to two set-up groups on each of its machines, and for
    some of the work on them.
    """
    loads = net.loads
    group = rng.choice([-1, 0, 0, 1], size=len(loads.activity))
    group = np.where(loads.pooled, -1, group)
    load = np.flatnonzero(group >= 0)
    keys = np.stack([loads.resource[load], group[load]], axis=1)
    kinds, family = np.unique(keys.reshape(-1, 2), axis=0, return_inverse=True)
    names = net.resources.resource_id[kinds[:, 0]]
    families = Families(
        labels=tuple(f"{name}/{g}" for name, g in zip(names, kinds[:, 1], strict=True)),
        resource=kinds[:, 0].astype(np.int64),
        hours=rng.choice([0.0, 1.5, 4.0], size=len(kinds)),
        cost=rng.choice([0.0, 6.0], size=len(kinds)),
        load=load,
        family=family.astype(np.int64).reshape(-1),
    )

    return replace(net, rules=replace(net.rules, families=families))


def _with_carries(rng: Rng, net: Network) -> Network:
    """
    Returns the network with machines that keep their set-up, more often than not.
    """
    loads, families = net.loads, net.rules.families
    keeps = rng.random(len(net.resources)) < 0.6
    own = (loads.setup > 0) | (families.of_loads(len(loads.setup)) >= 0)
    load = np.flatnonzero(own & ~loads.pooled & keeps[loads.resource])
    least = net.activities.lot_cost[loads.activity[load]]
    cost = least * rng.choice([0.0, 0.5], size=len(load))

    return replace(net, rules=replace(net.rules, carries=Carries(load=load, cost=cost)))


def _with_uses(rng: Rng, net: Network) -> Network:
    """
    Returns the network with machines that are to be used in part at least.
    """
    machine = net.resources.kind == ResourceKind.MACHINE
    resource = np.flatnonzero(machine & (rng.random(len(machine)) < 0.6))
    use = LeastUse(
        resource=resource,
        share=rng.choice([0.3, 0.8], size=len(resource)),
        penalty=rng.choice([0.5, 4.0], size=len(resource)),
    )

    return replace(net, rules=replace(net.rules, least_use=use))


def _with_rooms(rng: Rng, net: Network) -> Network:
    """
    Returns the network with a cellar for some of its stock, now and then.
    """
    point = np.flatnonzero(rng.random(len(net.points)) < 0.5)

    if not len(point) or rng.random() < 0.5:
        return net

    rooms = Rooms(
        location_id=("CELLAR",),
        unit=("volume",),
        capacity=np.array([12.0]),
        penalty=np.array([0.3]),
        room=np.zeros(len(point), dtype=np.int64),
        point=point,
        space=rng.choice([0.5, 2.0], size=len(point)),
    )

    return replace(net, rules=replace(net.rules, rooms=rooms))


def _with_choices(rng: Rng, net: Network) -> Network:
    """
    Returns the network with components that may replace others, some of them on some
    days, for one input or for all.
    """
    count, flows = 3, len(net.inputs.activity)
    size = len(net.points)
    point, other = rng.integers(size, size=(2, count))
    flow = np.full(count, -1, dtype=np.int64)

    if flows:
        chosen = rng.integers(flows, size=count)
        flow = np.where(rng.random(count) < 0.6, chosen, flow)
        point = np.where(flow >= 0, net.inputs.point[flow], point)

    alternates = Alternates(
        flow=flow,
        point=point,
        other=other,
        ratio=rng.choice([0.5, 1.0, 2.0], size=count),
        rank=np.arange(count, dtype=np.int64),
        valid_from=rng.choice([0, 0, 1], size=count).astype(np.int64),
        valid_to=rng.choice([FAR, 3], size=count).astype(np.int64),
        use_up=np.zeros(count, dtype=bool),
    )

    return replace(net, rules=replace(net.rules, alternates=alternates))


def _with_end_stock(rng: Rng, net: Network) -> Network:
    """
    Returns the network with stock that is wanted at the end here and there, at prices
    below and above what it costs to have it.
    """
    point = np.flatnonzero(rng.random(len(net.points)) < 0.3).astype(np.int64)
    wanted = EndStock(
        point=point,
        quantity=rng.choice([3.0, 12.0], size=len(point)),
        penalty=rng.choice([1.5, 20.0], size=len(point)),
    )

    return replace(net, rules=replace(net.rules, end_stock=wanted))


def _with_reference(rng: Rng, net: Network) -> Network:
    """
    Returns the network with some orders of an earlier plan, one of them of a source
    that is no longer there, at points some of which may be changed for nothing.
    """
    activity, bucket = np.nonzero(receivable(net) & (rng.random() < 0.7))
    chosen = np.flatnonzero(rng.random(len(activity)) < 0.3)
    activity, bucket = activity[chosen], bucket[chosen]
    point = net.activities.point[activity]
    lost = rng.random(len(activity)) < 0.1
    last = int(bucket.max(initial=-1)) + 1
    reference = Reference(
        point=point,
        activity=np.where(lost, -1, activity),
        bucket=bucket,
        day=net.buckets.start[bucket],
        quantity=rng.choice([2.0, 5.0, 12.5], size=len(activity)),
        num_buckets=last,
        cost=rng.choice([0.0, 0.3, 4.0], size=len(net.points)),
    )

    return replace(net, rules=replace(net.rules, reference=reference))
