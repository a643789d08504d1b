"""
Planned orders: receipts freed of a solver's rounding and split into lots.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from lotwright.model.network import Floats, Ints, Network
from lotwright.model.price_tiers import price_tiers
from lotwright.solver.decode.matching import ABSOLUTE, RELATIVE
from lotwright.solver.decode.relation import pairs, places
from lotwright.solver.quantities import Quantities

#: Decimals that a receipt keeps: a solver's rounding lies beyond them.
_DECIMALS = 6


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Orders:
    """
    Planned orders by activity, bucket and ordinal, K of them.

    Parameters
    ----------
    activity, bucket, ordinal
        What is ordered, the bucket of the receipt and the place inside both, ``(K,)``.
    quantity
        Received of the main product in base units, shape ``(K,)``.
    lots
        Lots that the order stands for, at least 1, shape ``(K,)``.
    """

    activity: Ints
    bucket: Ints
    ordinal: Ints
    quantity: Floats
    lots: Floats

    def __len__(self) -> int:
        return len(self.activity)

    def take(self, rows: Ints) -> Orders:
        """
        Returns some of the orders.
        """
        return Orders(
            activity=self.activity[rows],
            bucket=self.bucket[rows],
            ordinal=self.ordinal[rows],
            quantity=self.quantity[rows],
            lots=self.lots[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Issues:
    """
    What planned orders take, one row per order and component.

    Parameters
    ----------
    order, flow
        Position of the order and row of the network's inputs, shape ``(I,)``.
    point, bucket
        Where and in which bucket it is taken, shape ``(I,)``.
    quantity
        All scrap included, shape ``(I,)``.
    """

    order: Ints
    flow: Ints
    point: Ints
    bucket: Ints
    quantity: Floats

    def take(self, rows: Ints) -> Issues:
        """
        Returns some of the issues.
        """
        return Issues(
            order=self.order[rows],
            flow=self.flow[rows],
            point=self.point[rows],
            bucket=self.bucket[rows],
            quantity=self.quantity[rows],
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Receipts:
    """
    What planned orders bring, one row per order and product; main products come first.

    Parameters
    ----------
    order, flow
        Position of the order and row of the network's outputs, shape ``(O,)``.
    point, bucket, quantity
        Where, in which bucket and how much, shape ``(O,)``.
    """

    order: Ints
    flow: Ints
    point: Ints
    bucket: Ints
    quantity: Floats


def clean_orders(network: Network, quantities: Quantities) -> Orders:
    """
    Returns the orders that receipts and lots stand for.

    Receipts that are small beside the others of their activity are rounding and vanish.
    Where lots have a largest size, every lot is an order: lots of that size first, then
    what remains, which obeys minimum and multiple. Elsewhere a bucket has one order.
    """
    receipt = np.asarray(quantities.receipt, dtype=np.float64)
    scale = np.maximum(receipt.max(axis=1, initial=0.0), 1.0)
    activity, bucket = np.nonzero(receipt > ABSOLUTE * scale[:, None])
    lots = np.maximum(np.rint(quantities.lots[activity, bucket]), 1.0)
    quantity = _on_grid(network, activity, receipt[activity, bucket])
    low, high = _lot_limits(network, activity)
    cells = _Cells(
        activity=activity,
        bucket=bucket,
        quantity=quantity,
        lots=lots,
        low=low,
        high=high,
    )

    return _split(_at_prices(network, quantities, cells, scale))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Cells:
    """
    Receipts to be split into lots, and the limits of these, shape ``(n,)`` each.
    """

    activity: Ints
    bucket: Ints
    quantity: Floats
    lots: Floats
    low: Floats
    high: Floats


def _at_prices(
    network: Network, quantities: Quantities, cells: _Cells, scale: Floats
) -> _Cells:
    """
    Returns the receipts with those whose price depends on the quantity by price.
    """
    tiers = price_tiers(network)

    if quantities.priced is None or quantities.priced_lots is None or not len(tiers):
        return cells

    others = np.flatnonzero(~np.isin(cells.activity, tiers.activity))
    receipt, slight = quantities.priced, ABSOLUTE * scale[tiers.activity, None]
    tier, bucket = np.nonzero(receipt > slight)
    activity = tiers.activity[tier]
    low, high = _lot_limits(network, activity)
    low, high = np.maximum(low, tiers.low[tier]), np.minimum(high, tiers.high[tier])
    lots = np.maximum(np.rint(quantities.priced_lots[tier, bucket]), 1.0)
    quantity = _on_grid(network, activity, receipt[tier, bucket])
    # A hair too little would have another price.
    enough = quantity >= low * lots * (1.0 - RELATIVE)
    quantity = np.where(enough, np.maximum(quantity, low * lots), quantity)
    activity = np.concatenate([cells.activity[others], activity])
    bucket = np.concatenate([cells.bucket[others], bucket])
    turn = np.lexsort((bucket, activity))

    return _Cells(
        activity=activity[turn],
        bucket=bucket[turn],
        quantity=np.concatenate([cells.quantity[others], quantity])[turn],
        lots=np.concatenate([cells.lots[others], lots])[turn],
        low=np.concatenate([cells.low[others], low])[turn],
        high=np.concatenate([cells.high[others], high])[turn],
    )


def _on_grid(network: Network, activity: Ints, quantity: Floats) -> Floats:
    """
    Returns quantities as whole multiples or lots where they nearly are.
    """
    activities = network.activities
    low, high = activities.min_lot[activity], activities.max_lot[activity]
    multiple = activities.lot_multiple[activity]
    grid = np.where((low == high) & (low > 0), high, multiple)
    step = np.where(grid > 0, grid, 1.0)
    whole = np.rint(quantity / step) * step
    on_grid = (grid > 0) & (np.abs(whole - quantity) <= RELATIVE * quantity)

    return np.where(on_grid, whole, np.round(quantity, _DECIMALS))


def _split(cells: _Cells) -> Orders:
    """
    Returns the orders that receipts are, those of one activity and bucket in a row.
    """
    activity, bucket, quantity = cells.activity, cells.bucket, cells.quantity
    lots, low, high = cells.lots, cells.low, cells.high
    limited = np.isfinite(high)
    least = np.ceil(quantity / np.where(limited, high, np.inf) - RELATIVE)
    most = np.floor(quantity / np.where(low > 0, low, np.inf) + RELATIVE)
    most = np.where(low > 0, most, least)
    count = np.where(limited, np.clip(lots, least, np.maximum(most, least)), 1.0)
    count = np.maximum(count, 1.0)
    cell = np.repeat(np.arange(len(activity)), count.astype(np.int64))
    ordinal = places(count.astype(np.int64))

    # After j + 1 orders as much is received as lots of the largest size bring, but for
    # what the others need to reach the minimum.
    high = np.where(limited, high, quantity)[cell]
    others = (count[cell] - 1 - ordinal) * np.where(limited, low, 0.0)[cell]
    so_far = np.minimum((ordinal + 1) * high, quantity[cell] - others)
    so_far = np.where(ordinal + 1 == count[cell], quantity[cell], so_far)
    before = np.where(ordinal > 0, np.append(0.0, so_far[:-1])[: len(so_far)], 0.0)

    new = np.ones(len(cell), dtype=bool)
    new[1:] = np.diff(activity[cell]) | np.diff(bucket[cell])
    first = np.maximum.accumulate(np.where(new, np.arange(len(cell)), 0))

    return Orders(
        activity=activity[cell],
        bucket=bucket[cell],
        ordinal=np.arange(len(cell)) - first,
        quantity=np.round(so_far - before, _DECIMALS),
        lots=np.where(limited, 1.0, lots)[cell],
    )


def _lot_limits(network: Network, activity: Ints) -> tuple[Floats, Floats]:
    """
    Returns the least and the largest lot that are multiples themselves.
    """
    activities = network.activities
    low, high = activities.min_lot[activity], activities.max_lot[activity]
    multiple = activities.lot_multiple[activity]
    step = np.where(multiple > 0, multiple, 1.0)
    low_on_grid = np.ceil(low / step - RELATIVE) * step
    high_on_grid = np.floor(high / step + RELATIVE) * step
    low = np.where(multiple > 0, low_on_grid, low)
    high = np.where((multiple > 0) & (high_on_grid > 0), high_on_grid, high)

    return np.minimum(low, high), high


def issues_of(network: Network, orders: Orders) -> Issues:
    """
    Returns what the orders take from stock points.
    """
    inputs = network.inputs
    order, flow = pairs(orders.activity, inputs.activity)
    bucket = bucket_of(
        network, orders, order, inputs.bucket[flow, orders.bucket[order]]
    )
    order, flow, bucket = (column[bucket >= 0] for column in (order, flow, bucket))
    per_lot = inputs.per_lot[flow] * orders.lots[order]
    quantity = inputs.ratio[flow] * orders.quantity[order] + per_lot

    return Issues(
        order=order,
        flow=flow,
        point=inputs.point[flow],
        bucket=bucket,
        quantity=quantity,
    )


def bucket_of(network: Network, orders: Orders, order: Ints, bucket: Ints) -> Ints:
    """
    Returns the bucket of what orders take, -1 where they take nothing.

    An order that could not be released in time any more takes all in the first bucket.

    Parameters
    ----------
    network, orders
        The orders of a network.
    order, bucket
        Position of an order and what the network says for it, -1 for no bucket.
    """
    release = network.activities.release_bucket[orders.activity, orders.bucket]

    return np.where((bucket < 0) & (release[order] < 0), 0, bucket)


def receipts_of(network: Network, orders: Orders) -> Receipts:
    """
    Returns what the orders bring to stock points, main products first.
    """
    outputs = network.outputs
    order, flow = pairs(orders.activity, outputs.activity)
    is_by_product = flow >= len(network.activities)
    main_first = np.lexsort((flow, order, is_by_product))
    order, flow = order[main_first], flow[main_first]

    return Receipts(
        order=order,
        flow=flow,
        point=outputs.point[flow],
        bucket=orders.bucket[order],
        quantity=outputs.ratio[flow] * orders.quantity[order],
    )


def order_ids(network: Network, orders: Orders) -> list[str]:
    """
    Returns a short hash of item, location, source, bucket and ordinal of each order.
    """
    point = network.activities.point[orders.activity]
    parts = zip(
        network.points.item_id[point],
        network.points.location_id[point],
        network.activities.labels[orders.activity],
        np.array(network.buckets.period_id, dtype=np.object_)[orders.bucket],
        orders.ordinal.tolist(),
        strict=True,
    )

    return [
        hashlib.blake2b("\x1f".join(map(str, part)).encode(), digest_size=6).hexdigest()
        for part in parts
    ]
