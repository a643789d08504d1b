"""
Activities in time: when a receipt in a bucket must start, issue and load.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.arrays import GRID
from lotwright.model.assemble.keys import PointKeys
from lotwright.model.assemble.lots import LotSizes
from lotwright.model.assemble.materials import ByProducts, Flows
from lotwright.model.assemble.sources import Sources
from lotwright.model.assemble.structure import Structure
from lotwright.model.assemble.worth import OwnCosts
from lotwright.model.buckets import Buckets
from lotwright.model.calendars import Calendars
from lotwright.model.network import (
    Activities,
    Bools,
    Grid,
    Inputs,
    Ints,
    Outputs,
    Texts,
)
from lotwright.model.plan_tables import bounds_of_parts

#: Activities whose grids are made at a time, in room that the next ones take over.
_BLOCK = 2**14


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timing:
    """
    Days and buckets of every activity for a receipt in every bucket.

    Parameters
    ----------
    receipt_day, release_day, release_bucket
        Shape ``(A, T)``, -1 where not possible.
    issue_bucket
        Shape ``(F, T)``, -1 where nothing is issued.
    """

    receipt_day: Grid
    release_day: Grid
    release_bucket: Grid
    issue_bucket: Grid


def timing_of(
    sources: Sources,
    product: Ints,
    flows: Flows,
    phi: Ints,
    buckets: Buckets,
    calendars: Calendars,
) -> Timing:
    r"""
    Returns when a unit received in each bucket is released and issues its components.

    A unit received in bucket :math:`t` is thought to arrive on the day

    .. math::
        n(a, t) = end(t) - 1 - (\phi(p) \bmod len(t))

    so that lead times are rounded once for a whole chain, and is released in the bucket
    of the day that lies the lead time before it.
    """
    shape = len(product), len(buckets)
    found = Timing(
        receipt_day=np.empty(shape, dtype=GRID),
        release_day=np.empty(shape, dtype=GRID),
        release_bucket=np.empty(shape, dtype=GRID),
        issue_bucket=np.empty((len(flows.activity), shape[1]), dtype=GRID),
    )

    for first, last in bounds_of_parts(len(product), _BLOCK):
        # Flows are sorted by their source.
        begin, end = np.searchsorted(flows.activity, (first, last))
        _write_timing(
            found,
            sources,
            slice(first, last),
            phi[product[first:last]],
            flows,
            slice(begin, end),
            buckets,
            calendars,
        )

    return found


def _write_timing(
    found: Timing,
    sources: Sources,
    rows: slice,
    phi: Ints,
    flows: Flows,
    some: slice,
    buckets: Buckets,
    calendars: Calendars,
) -> None:
    """
    Writes the timing of some activities and of their flows.
    """
    calendar = sources.calendar[rows, None]
    latest = buckets.end - 1 - phi[:, None] % buckets.days
    none = np.zeros((1, 1), dtype=np.int64)
    receipt = calendars.before(calendar, latest, none)
    early = receipt < buckets.start
    # Long grids are dear to make: where all calendars are open, none is early.
    receipt[early] = calendars.after(
        np.broadcast_to(calendar, early.shape)[early], latest[early], none[0]
    )
    release = calendars.before(calendar, receipt, sources.lead_time[rows, None])
    earliest = np.maximum(sources.valid_from[rows, None], 0)
    possible = (
        (receipt >= buckets.start)
        & (receipt < buckets.end)
        & (release >= earliest)
        & (release < sources.valid_to[rows, None])
    )
    special = some.start + np.flatnonzero(~_with_release(flows, some, buckets))
    activity = flows.activity[special] - rows.start
    issue = calendars.before(
        calendar[activity], release[activity], flows.offset[special][:, None]
    )
    needed = issue >= flows.valid_from[special][:, None]
    needed &= issue < flows.valid_to[special][:, None]
    _forbid(possible, activity, needed & (issue < 0))
    impossible = ~possible
    receipt[impossible] = release[impossible] = -1
    released = found.release_bucket[rows]
    released[:] = buckets.of(release)
    found.receipt_day[rows], found.release_day[rows] = receipt, release
    found.issue_bucket[some] = released[flows.activity[some] - rows.start]
    found.issue_bucket[special] = np.where(
        needed & possible[activity],
        np.minimum(buckets.of(issue), len(buckets) - 1),
        -1,
    )


def _with_release(flows: Flows, some: slice, buckets: Buckets) -> Bools:
    """
    Returns which flows issue whenever their activity is released, on the same day.
    """
    start, end = flows.valid_from[some], flows.valid_to[some]
    always = (start <= 0) & (end >= buckets.horizon)
    at_once: Bools = always & (flows.offset[some] == 0)

    return at_once


def _forbid(possible: Bools, activity: Ints, where: Bools) -> None:
    flow, bucket = np.nonzero(where)
    possible[activity[flow], bucket] = False


def activities_of(
    sources: Sources,
    points: PointKeys,
    structure: Structure,
    timing: Timing,
    lots: LotSizes,
    costs: OwnCosts,
) -> Activities:
    """
    Returns the activities of the network, one for each source.
    """
    frame = sources.frame

    return Activities(
        source_id=_texts(frame["source_id"]),
        kind=sources.kind,
        point=structure.product,
        from_point=points.find(sources.from_pair),
        supplier_id=_texts(frame["supplier_id"]),
        routing_id=_texts(frame["routing_id"]),
        bom_id=_texts(frame["bom_id"]),
        priority=frame["priority"].to_numpy(dtype=np.float64),
        lead_time=sources.lead_time,
        calendar=sources.calendar,
        min_lot=lots.min_lot,
        max_lot=lots.max_lot,
        lot_multiple=lots.multiple,
        unit_cost=costs.unit_cost,
        lot_cost=costs.lot_cost,
        receipt_day=timing.receipt_day,
        release_day=timing.release_day,
        release_bucket=timing.release_bucket,
    )


def inputs_of(flows: Flows, structure: Structure, timing: Timing) -> Inputs:
    """
    Returns what activities consume, and when.
    """
    return Inputs(
        activity=flows.activity,
        point=structure.lower,
        ratio=flows.ratio,
        per_lot=flows.per_lot,
        offset=flows.offset,
        bucket=timing.issue_bucket,
    )


def outputs_of(
    structure: Structure, by_products: ByProducts, points: PointKeys
) -> Outputs:
    """
    Returns what activities deliver: their products, then their by-products.
    """
    product = structure.product

    return Outputs(
        activity=np.concatenate([np.arange(len(product)), by_products.activity]),
        point=np.concatenate([product, points.find(by_products.pair)]),
        ratio=np.concatenate([np.ones(len(product)), by_products.ratio]),
    )


def _texts(column: pd.Series) -> Texts:
    return column.fillna("").to_numpy(dtype=object)
