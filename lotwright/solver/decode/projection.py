"""
Projection: the stock of every point through every bucket.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.model.network import Floats, Ints, Network
from lotwright.solver.decode.frames import as_table
from lotwright.solver.decode.fulfilment import Deliveries
from lotwright.solver.decode.relation import sum_grid
from lotwright.solver.decode.waiting import Feeding, Flows


def projection_frame(
    network: Network, flows: Flows, feeding: Feeding, deliveries: Deliveries
) -> pd.DataFrame:
    """
    Returns the stock projection, a row per point and bucket in the network's order.

    In every row, ``end`` is ``start`` plus receipts less issues and what expires.
    Available to promise is the least stock from the end of the bucket on: what can be
    promised in it without harm to any later bucket. ``waiting`` is what open orders
    need and have not got.
    """
    points, buckets = network.points, network.buckets
    shape = (len(points), len(buckets))
    dependent = flows.issued + feeding.fed
    issued = flows.delivered + dependent
    change = points.open_receipts + flows.received - issued - flows.expired
    opening = points.opening_stock[:, None]
    stock = np.cumsum(np.hstack([opening, change]), axis=1)
    end = stock[:, 1:]
    promise = np.minimum.accumulate(end[:, ::-1], axis=1)[:, ::-1]

    columns = {
        "start": stock[:, :-1],
        "receipts_open": points.open_receipts,
        "receipts_planned": flows.received,
        "issues_independent": flows.delivered,
        "issues_dependent": dependent,
        "expired": flows.expired,
        "end": end,
        "backlog": _backlog(network, deliveries),
        "safety_stock": points.safety_stock,
        "max_stock": _finite(points.largest_stock),
        "days_of_cover": days_of_cover(end, issued, buckets.edges),
        "atp": np.maximum(promise, 0.0),
        "value": end * points.value[:, None],
        "waiting": feeding.waiting,
    }
    period = np.array(buckets.period_id, dtype=np.object_)

    return as_table(
        "inventory_projection",
        {
            "item_id": np.repeat(points.item_id, shape[1]),
            "location_id": np.repeat(points.location_id, shape[1]),
            "period_id": np.tile(period, shape[0]),
            **{name: grid.ravel() for name, grid in columns.items()},
        },
    )


def days_of_cover(end: Floats, issues: Floats, edges: Ints) -> Floats:
    """
    Returns how many days after a bucket its end stock lasts.

    Issues count as spread evenly over the days of their bucket. Stock that outlasts the
    horizon covers the days until then.

    Parameters
    ----------
    end, issues
        End stock, and what is issued in each bucket, shape ``(P, T)``.
    edges
        First day of each bucket and the day after the last, shape ``(T + 1,)``.
    """
    used = np.cumsum(np.hstack([np.zeros((len(end), 1)), issues]), axis=1)
    issued = used[:, -1:] > 0
    total = np.where(issued, used[:, -1:], 1.0)

    # All points lie on one axis, each with a stretch of its own: one search does.
    row = np.arange(len(end))[:, None] * 2.0
    lasts = used[:, 1:] + np.maximum(end, 0.0)
    reach = np.where(issued, np.clip(lasts / total, 0.0, 1.0), lasts > 0)
    axis = (row + used / total).ravel()
    after = np.searchsorted(axis, (row + reach).ravel(), side="right")
    after = after.reshape(end.shape) - np.arange(len(end))[:, None] * len(edges)
    after = np.clip(after, 1, len(edges) - 1)

    low, high = (np.take_along_axis(used, k, axis=1) for k in (after - 1, after))
    span = np.where(high > low, high - low, 1.0)
    share = np.where(high > low, (reach * total - low) / span, 1.0)
    day = edges[after - 1] + np.clip(share, 0.0, 1.0) * np.diff(edges)[after - 1]

    days: Floats = np.maximum(day - edges[1:], 0.0)

    return days


def _backlog(network: Network, deliveries: Deliveries) -> Floats:
    """
    Returns what is due and neither served nor lost at the end of buckets, ``(P, T)``.
    """
    lines = network.lines
    shape = (len(network.points), len(network.buckets))
    point = lines.point[deliveries.line]
    due = sum_grid(lines.point, lines.bucket, lines.quantity, shape)
    settled = sum_grid(point, deliveries.bucket, deliveries.quantity, shape)
    late = np.cumsum(due - settled, axis=1)

    return np.where(late > 1e-9, late, 0.0)


def _finite(values: Floats) -> Floats:
    return np.where(np.isfinite(values), values, np.nan)
