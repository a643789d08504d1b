"""
Demand fulfilment: what each demand line gets, when, and what it does not get.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from lotwright.model.network import Bools, Floats, Ints, Network, Texts
from lotwright.solver.decode.dates import NEVER
from lotwright.solver.decode.frames import all_dates, as_table, dates, words
from lotwright.solver.decode.line_fulfilment import LineFulfilment
from lotwright.solver.decode.matching import ABSOLUTE, match
from lotwright.solver.decode.relation import least_by, most_by, sum_by
from lotwright.solver.quantities import Quantities


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Deliveries:
    """
    Parts of demand lines that are served or lost, M of them, by line and bucket.

    Parameters
    ----------
    line, bucket
        Demand line, and bucket in which it is served or lost, shape ``(M,)``.
    is_lost
        Whether it is lost, shape ``(M,)``.
    quantity
        In base units, shape ``(M,)``.
    """

    line: Ints
    bucket: Ints
    is_lost: Bools
    quantity: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fulfilment(LineFulfilment):
    """
    What the N demand lines get in a plan of buckets.

    Parameters
    ----------
    last_bucket
        Bucket of the last delivery, -1 without one, shape ``(N,)``.
    """

    last_bucket: Ints


def deliveries_of(network: Network, quantities: Quantities) -> Deliveries:
    """
    Returns what is served and lost by demand line: first due, first served.

    Inside a bucket, what is lost comes after what is served.
    """
    lines = network.lines
    fate = np.stack([quantities.served, quantities.lost], axis=-1)
    scale = np.maximum(fate.max(axis=(1, 2), initial=0.0), 1.0)
    fate_class, bucket, is_lost = np.nonzero(fate > ABSOLUTE * scale[:, None, None])
    wanted = np.flatnonzero(lines.quantity > 0)
    wanted = wanted[np.lexsort((lines.due_day[wanted], lines.demand_class[wanted]))]

    met = match(
        fate_class,
        fate[fate_class, bucket, is_lost],
        lines.demand_class[wanted],
        lines.quantity[wanted],
    )
    met = met.take((met.supply >= 0) & (met.need >= 0))

    return Deliveries(
        line=wanted[met.need],
        bucket=bucket[met.supply],
        is_lost=is_lost[met.supply].astype(np.bool_),
        quantity=met.quantity,
    )


def is_in_time(network: Network, deliveries: Deliveries) -> Bools:
    """
    Returns which deliveries are in time: none to a line that is due before day 0, else
    those in the bucket of the due date or before it, shape ``(M,)``.
    """
    lines, line = network.lines, deliveries.line
    in_time: Bools = (deliveries.bucket <= lines.bucket[line]) & (
        lines.due_day[line] >= 0
    )

    return in_time


def delivery_days(network: Network, deliveries: Deliveries, supply_day: Ints) -> Ints:
    """
    Returns the day of each delivery.

    In the bucket of the due date, or before it, that is the due date; later it is the
    day on which the last supply arrives, not before the bucket. What is lost is given
    up on the last day of its bucket.

    Parameters
    ----------
    network, deliveries
        The deliveries of a network.
    supply_day
        Latest day of the supplies pegged to each delivery, shape ``(M,)``.
    """
    lines, buckets = network.lines, network.buckets
    required = np.maximum(lines.due_day[deliveries.line], 0)
    last = buckets.end[deliveries.bucket] - 1
    late = np.maximum(supply_day, buckets.start[deliveries.bucket])
    served = np.where(is_in_time(network, deliveries), required, late)

    return np.where(deliveries.is_lost, last, served)


def fulfilment_of(network: Network, deliveries: Deliveries, day: Ints) -> Fulfilment:
    """
    Returns what each demand line gets, from its deliveries and their days.
    """
    lines = network.lines
    size = len(lines)
    served = ~deliveries.is_lost
    line, bucket = deliveries.line[served], deliveries.bucket[served]
    quantity, day = deliveries.quantity[served], day[served]
    late = ~is_in_time(network, deliveries)[served]

    on_time_sum = sum_by(line[~late], quantity[~late], size)
    late_sum = sum_by(line[late], quantity[late], size)
    short = lines.quantity - on_time_sum - late_sum
    last_late = most_by(line[late], day[late], size, -1)
    first_day = least_by(line, day, size, NEVER)

    return Fulfilment(
        on_time=on_time_sum,
        late=late_sum,
        short=np.where(short > ABSOLUTE, short, 0.0),
        last_bucket=most_by(line, bucket, size, -1),
        first_day=np.where(first_day == NEVER, -1, first_day),
        last_day=most_by(line, day, size, -1),
        days_late=np.where(last_late >= 0, last_late - lines.due_day, 0),
    )


def deliveries_frame(
    network: Network, deliveries: Deliveries, day: Ints
) -> pd.DataFrame:
    """
    Returns the table of deliveries, by demand line and bucket.
    """
    lines, points = network.lines, network.points
    point = lines.point[deliveries.line]
    by_line = np.lexsort((deliveries.is_lost, deliveries.bucket, deliveries.line))
    frame = as_table(
        "deliveries",
        {
            "demand_id": lines.demand_id[deliveries.line],
            "period_id": words(network.buckets.period_id, deliveries.bucket),
            "date": all_dates(network, day),
            "quantity": deliveries.quantity,
            "status": words(("served", "lost"), deliveries.is_lost.astype(np.int64)),
            "item_id": points.item_id[point],
            "location_id": points.location_id[point],
        },
    )

    return frame.iloc[by_line].reset_index(drop=True)


def fulfilment_frame(
    network: Network, fulfilment: Fulfilment, cause: Texts
) -> pd.DataFrame:
    """
    Returns the table of demand fulfilment, in the order of the demand lines.

    Parameters
    ----------
    network, fulfilment
        What the lines of a network get.
    cause
        Code of the root cause, empty where none is proven, shape ``(N,)``.
    """
    lines, points = network.lines, network.points
    served = fulfilment.last_day >= 0
    complete = served & ~fulfilment.is_short
    not_in_time = fulfilment.late + fulfilment.short

    return as_table(
        "demand_fulfilment",
        {
            "demand_id": lines.demand_id,
            "item_id": points.item_id[lines.point],
            "location_id": points.location_id[lines.point],
            "quantity": lines.quantity,
            "due_date": all_dates(network, lines.due_day),
            "on_time_qty": fulfilment.on_time,
            "late_qty": fulfilment.late,
            "short_qty": fulfilment.short,
            "first_date": dates(network, fulfilment.first_day, known=served),
            "last_date": dates(network, fulfilment.last_day, known=served),
            "promised_date": dates(network, fulfilment.last_day, known=complete),
            "days_late": fulfilment.days_late_or_never(),
            "value_late": not_in_time * points.value[lines.point],
            "root_cause_code": cause,
        },
    )
