"""
Activities in time: when a receipt in a bucket must start, issue and load.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lotwright.model.assemble.materials import Flows
from lotwright.model.assemble.sources import Sources
from lotwright.model.buckets import Buckets
from lotwright.model.calendars import Calendars
from lotwright.model.network import Bools, Ints


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

    receipt_day: Ints
    release_day: Ints
    release_bucket: Ints
    issue_bucket: Ints


def downstream_days(
    num_points: int, level: Ints, product: Ints, lower: Ints, span: Ints, flow_of: Ints
) -> Ints:
    """
    Returns the longest downstream lead time of each point in calendar days, ``(P,)``.

    Parameters
    ----------
    num_points
        Number of points.
    level
        Low-level codes, shape ``(P,)``.
    product
        Product of each activity, shape ``(A,)``.
    lower
        Point of each input flow, shape ``(F,)``.
    span
        Calendar days from issue to receipt for each input flow, shape ``(F,)``.
    flow_of
        Activity of each input flow, shape ``(F,)``.
    """
    phi = np.zeros(num_points, dtype=np.int64)
    upper = product[flow_of]

    for code in range(int(level.max(initial=0)) + 1):
        flows = level[upper] == code
        np.maximum.at(phi, lower[flows], phi[upper[flows]] + span[flows])

    return phi


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
    calendar = sources.calendar[:, None]
    latest = buckets.end - 1 - phi[product][:, None] % buckets.days
    none = np.zeros_like(latest)
    receipt = calendars.before(calendar, latest, none)
    moved = calendars.after(calendar, latest, none)
    receipt = np.where(receipt < buckets.start, moved, receipt)
    release = calendars.before(calendar, receipt, sources.lead_time[:, None])
    earliest = np.maximum(sources.valid_from, 0)[:, None]
    possible = (
        (receipt >= buckets.start)
        & (receipt < buckets.end)
        & (release >= earliest)
        & (release < sources.valid_to[:, None])
    )
    issue = calendars.before(
        sources.calendar[flows.activity][:, None],
        release[flows.activity],
        flows.offset[:, None],
    )
    needed = (issue >= flows.valid_from[:, None]) & (issue < flows.valid_to[:, None])
    _forbid(possible, flows.activity, needed & (issue < 0))
    issue_bucket = np.minimum(buckets.of(issue), len(buckets) - 1)

    return Timing(
        receipt_day=np.where(possible, receipt, -1),
        release_day=np.where(possible, release, -1),
        release_bucket=np.where(possible, buckets.of(release), -1),
        issue_bucket=np.where(needed & possible[flows.activity], issue_bucket, -1),
    )


def _forbid(possible: Bools, activity: Ints, where: Bools) -> None:
    flow, bucket = np.nonzero(where)
    possible[activity[flow], bucket] = False
