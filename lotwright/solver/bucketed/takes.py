"""
What each activity takes of stock points and resources.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lotwright.model.network import Floats, Ints, Network


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Take:
    """
    What an activity takes of one point or resource, for a receipt in each bucket.

    Parameters
    ----------
    place
        The point or resource.
    per_unit, per_lot
        Taken per unit received and per lot, shape ``(T,)``.
    bucket
        Bucket in which it is taken, shape ``(T,)``.
    """

    place: int
    per_unit: Floats
    per_lot: Floats
    bucket: Ints


def takes_of_points(network: Network) -> list[list[Take]]:
    """
    Returns what each activity issues.
    """
    flows = network.inputs
    takes = _takes(flows.point, flows.ratio, flows.per_lot, flows.bucket)

    return _by_activity(takes, flows.activity, len(network.activities))


def takes_of_resources(network: Network) -> list[list[Take]]:
    """
    Returns what each activity loads.
    """
    loads = network.loads
    takes = _takes(loads.resource, loads.run, loads.setup, loads.bucket)

    return _by_activity(takes, loads.activity, len(network.activities))


def one_per_place(takes: list[Take]) -> list[Take]:
    """
    Returns the takes with those of one place added up, all at the first of them.
    """
    merged: dict[int, Take] = {}

    for take in takes:
        other = merged.get(take.place)
        merged[take.place] = take if other is None else _together(take, other)

    return list(merged.values())


def _together(take: Take, other: Take) -> Take:
    return Take(
        place=take.place,
        per_unit=take.per_unit + other.per_unit,
        per_lot=take.per_lot + other.per_lot,
        bucket=np.minimum(take.bucket, other.bucket),
    )


def all_in_bucket(takes: list[Take]) -> list[Take]:
    """
    Returns the takes, each with what others take of its place in the same bucket.
    """
    whole = []

    for take in takes:
        same = [(each, each.bucket == take.bucket) for each in takes]
        same = [(each, at) for each, at in same if each.place == take.place]
        per_unit = sum((each.per_unit * at for each, at in same), np.zeros(1))
        per_lot = sum((each.per_lot * at for each, at in same), np.zeros(1))
        whole.append(replace(take, per_unit=per_unit, per_lot=per_lot))

    return whole


def _takes(place: Ints, per_unit: Floats, per_lot: Floats, bucket: Ints) -> list[Take]:
    each_unit = np.broadcast_to(per_unit[:, None], bucket.shape)
    each_lot = np.broadcast_to(per_lot[:, None], bucket.shape)
    rows = zip(place.tolist(), each_unit, each_lot, bucket, strict=True)

    return [
        Take(place=where, per_unit=unit, per_lot=lot, bucket=when)
        for where, unit, lot, when in rows
    ]


def _by_activity(takes: list[Take], activity: Ints, count: int) -> list[list[Take]]:
    groups: list[list[Take]] = [[] for _ in range(count)]

    for take, owner in zip(takes, activity.tolist(), strict=True):
        groups[owner].append(take)

    return groups
