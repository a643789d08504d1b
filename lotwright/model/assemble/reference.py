"""
The reference plan of a network: which orders of an earlier plan can be compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd

from lotwright.model.arrays import Bools, Ints
from lotwright.model.assemble.policies import numbers, resolve
from lotwright.model.assemble.time import days_from
from lotwright.model.codes_of_rows import activities_of, buckets_of
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.network import Network
from lotwright.model.receivable import receivable
from lotwright.model.reference import Reference

_TABLE = "reference_orders"

#: As many orders are named in a finding.
_EXAMPLES = 3


def with_reference(data: PlanningData, network: Network) -> Network:
    """
    Returns the network with the reference plan of its data, and what was left out.

    Parameters
    ----------
    data
        Planning data.
    network
        Its network, which has none.
    """
    rows = data.table(_TABLE)
    rows = rows[rows["quantity"] > 0]

    if not len(rows):
        return network

    costs = resolve(data, "costs", network.points, ("change_cost",))
    point = _points(network, rows)
    activity = np.where(point >= 0, activities_of(network, rows), -1)
    day = days_from(rows["due_date"], network.as_of)
    bucket = np.clip(buckets_of(network, rows), 0, network.num_buckets - 1)
    fits = _supplies(network, activity, point)
    activity = np.where(fits, activity, -1)
    left = _left_out(data, network, rows, point, activity, day, bucket)
    counts = ~np.logical_or.reduce([reason for reason, _ in left])
    reference = Reference(
        point=point[counts],
        activity=activity[counts],
        bucket=bucket[counts],
        day=day[counts],
        quantity=rows["quantity"].to_numpy(dtype=np.float64)[counts],
        num_buckets=_compared(network, day[(day >= 0) & (point >= 0)]),
        cost=numbers(costs, "change_cost", 0.0),
    )
    gone = counts & (activity < 0)
    findings = _findings(rows, [*left, (gone, _GONE)])

    return replace(
        network,
        rules=replace(network.rules, reference=reference),
        findings=(*network.findings, *findings),
    )


_GONE = (
    "W-REFERENCE-SOURCE",
    "of the reference plan {have} a source that is no longer there or supplies "
    "something else; what they brought counts as dropped. Check the source, or leave "
    "them out of the reference.",
)
_NO_POINT = (
    "W-REFERENCE-SOURCE",
    "of the reference plan {be} for an item and location that nothing in the data "
    "plans any longer, and {be} not compared. Check the item, or leave them out of "
    "the reference.",
)
_PAST = (
    "I-REFERENCE",
    "of the reference plan {be} due before the plan starts and {be} not compared. "
    "Nothing need be done, if they are among the open orders.",
)
_BEYOND = (
    "I-REFERENCE",
    "of the reference plan {be} due after the plan ends and {be} not compared. Plan "
    "further ahead to keep them.",
)
_OPEN = (
    "I-REFERENCE",
    "of the reference plan {be} among the supplies now and {be} not compared. Nothing "
    "need be done.",
)
_FIXED = (
    "I-REFERENCE",
    "of the reference plan {be} due when their source can bring nothing new, by its "
    "lead time, its dates or the freeze fence, and {be} not compared. Put them among "
    "the supplies, if they were released.",
)


def _compared(network: Network, day: Ints) -> int:
    """
    Returns how many buckets there are up to the last of some days.
    """
    if not len(day):
        return 0

    last = np.minimum(day.max(keepdims=True), network.buckets.horizon - 1)

    return int(network.buckets.of(last)[0]) + 1


def _left_out(
    data: PlanningData,
    network: Network,
    rows: pd.DataFrame,
    point: Ints,
    activity: Ints,
    day: Ints,
    bucket: Ints,
) -> list[tuple[Bools, tuple[str, str]]]:
    """
    Returns which rows are not compared, reason by reason, each row for its first one.
    """
    supplied = pd.Index(data.table("supplies")["supply_id"])
    known = activity >= 0
    may = receivable(network)[np.maximum(activity, 0), bucket]
    reasons = (
        (point < 0, _NO_POINT),
        (rows["order_id"].isin(supplied).to_numpy(dtype=bool), _OPEN),
        (day < 0, _PAST),
        (day >= network.buckets.horizon, _BEYOND),
        (known & ~may, _FIXED),
    )
    left: list[tuple[Bools, tuple[str, str]]] = []
    rest = np.ones(len(rows), dtype=bool)

    for found, text in reasons:
        left.append((rest & found, text))
        rest &= ~found

    return left


def _points(network: Network, rows: pd.DataFrame) -> Ints:
    """
    Returns the stock point of each order, -1 where there is none.
    """
    points = network.points
    known = pd.MultiIndex.from_arrays([points.item_id, points.location_id])
    wanted = [rows[name].astype(object) for name in ("item_id", "location_id")]

    return np.asarray(known.get_indexer(pd.MultiIndex.from_arrays(wanted)), np.int64)


def _supplies(network: Network, activity: Ints, point: Ints) -> Bools:
    """
    Returns whether the activity of each order supplies its point still.
    """
    known = activity >= 0
    found = np.full(len(activity), -1, dtype=np.int64)
    found[known] = network.activities.point[activity[known]]
    same: Bools = found == point

    return known & same


def _findings(
    rows: pd.DataFrame, groups: list[tuple[Bools, tuple[str, str]]]
) -> Iterator[Finding]:
    """
    Yields one finding for each reason that any order has.
    """
    for found, (code, text) in groups:
        names = sorted(rows["order_id"][found].astype(str))

        if not names:
            continue

        one = len(names) == 1
        left = len(names) - _EXAMPLES
        more = f" and {left:,} more" if left > 0 else ""
        named = ", ".join(names[:_EXAMPLES]) + more
        said = text.format(be="is" if one else "are", have="has" if one else "have")
        yield Finding(
            code=code,
            severity=Severity.WARNING if code.startswith("W") else Severity.INFO,
            table=_TABLE,
            key=names[0] if one else "",
            count=len(names),
            text=f"{len(names):,} order{'' if one else 's'} ({named}) {said}",
        )
