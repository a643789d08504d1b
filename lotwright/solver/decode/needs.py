"""
Needs: everything that takes stock, split by the demand at the top of its chain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from lotwright.model.network import Bools, Floats, Ints, Network
from lotwright.solver.decode.fulfilment import Deliveries
from lotwright.solver.decode.waiting import Feeding
from lotwright.solver.schedule import LEAST_URGENT


class NeedKind(IntEnum):
    """
    What takes stock, in the order of their turn where nothing else decides.
    """

    DELIVERY = 0  #: a delivery to a demand line
    OPEN_ISSUE = 1  #: a component of an open order
    ORDER_ISSUE = 2  #: a component of a planned order
    SAFETY = 3  #: what is left, up to the safety stock
    EXCESS = 4  #: what is left then


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tops:
    """
    Codes of what stands at the top of a chain: demand lines, then open orders' issues,
    then the safety stock of each point, then its excess.
    """

    num_lines: int
    num_open: int
    num_points: int

    def line(self, line: Ints) -> Ints:
        """
        Returns the codes of demand lines.
        """
        return line

    def open_issue(self, issue: Ints) -> Ints:
        """
        Returns the codes of open orders, by their open issues.
        """
        return self.num_lines + issue

    def safety(self, point: Ints) -> Ints:
        """
        Returns the codes of the safety stock of points.
        """
        return self.num_lines + self.num_open + point

    def excess(self, point: Ints) -> Ints:
        """
        Returns the codes of the excess of points.
        """
        return self.num_lines + self.num_open + self.num_points + point

    def labels(self, network: Network) -> list[str]:
        """
        Returns the label of each code, as in the pegging table.
        """
        points = network.points.labels

        return [
            *network.lines.demand_id,
            *network.open_issues.supply_id,
            *(f"safety:{label}" for label in points),
            *(f"excess:{label}" for label in points),
        ]


def tops_of(network: Network) -> Tops:
    """
    Returns the codes of what stands at the top of a network's chains.
    """
    return Tops(
        num_lines=len(network.lines),
        num_open=len(network.open_issues.supply_id),
        num_points=len(network.points),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Needs:
    """
    Parts of needs, one top each.

    Parameters
    ----------
    kind, ref
        Code of ``NeedKind``, and the delivery, the open issue, the issue of a planned
        order or the point that it is, shape ``(n,)``.
    point, bucket, day, priority
        Where and when it is needed and how urgent the need is, shape ``(n,)``.
    quantity
        In base units, shape ``(n,)``.
    top, depth
        Code of ``Tops`` and steps below it, shape ``(n,)``.
    """

    kind: Ints
    ref: Ints
    point: Ints
    bucket: Ints
    day: Ints
    priority: Ints
    quantity: Floats
    top: Ints
    depth: Ints

    def __len__(self) -> int:
        return len(self.kind)

    def take(self, rows: Ints | Bools) -> Needs:
        """
        Returns some of the needs.
        """
        return Needs(
            **{column.name: getattr(self, column.name)[rows] for column in fields(self)}
        )

    def in_turn(self) -> Needs:
        """
        Returns the needs by point and turn: bucket, day, priority, kind and order.

        The parts of one need keep their order.
        """
        keys = (
            self.ref,
            self.kind,
            self.priority,
            self.day,
            self.bucket,
            self.point,
        )

        return self.take(np.lexsort(keys))


def joined(parts: Sequence[Needs]) -> Needs:
    """
    Returns the needs of all parts, in order.
    """
    columns: dict[str, NDArray[np.float64] | NDArray[np.int64]] = {
        column.name: np.concatenate([getattr(part, column.name) for part in parts])
        for column in fields(Needs)
    }

    return Needs(**columns)  # type: ignore[arg-type]  # each column keeps its type


def demand_needs(network: Network, deliveries: Deliveries, tops: Tops) -> Needs:
    """
    Returns what deliveries to demand lines take.
    """
    lines = network.lines
    rows = np.flatnonzero(~deliveries.is_lost)
    line = deliveries.line[rows]

    return Needs(
        kind=np.full(len(rows), NeedKind.DELIVERY, dtype=np.int64),
        ref=rows,
        point=lines.point[line],
        bucket=deliveries.bucket[rows],
        day=np.maximum(lines.due_day[line], 0),
        priority=lines.priority[line],
        quantity=deliveries.quantity[rows],
        top=tops.line(line),
        depth=np.zeros(len(rows), dtype=np.int64),
    )


def open_issue_needs(network: Network, feeding: Feeding, tops: Tops) -> Needs:
    """
    Returns what open orders still take, in the buckets in which they get it; they come
    before demand.
    """
    issues, rows = network.open_issues, feeding.issue
    none = np.zeros(len(rows), dtype=np.int64)

    return Needs(
        kind=np.full(len(rows), NeedKind.OPEN_ISSUE, dtype=np.int64),
        ref=rows,
        point=issues.point[rows],
        bucket=feeding.bucket,
        day=np.maximum(issues.day[rows], 0),
        priority=none,
        quantity=feeding.quantity,
        top=tops.open_issue(rows),
        depth=none,
    )


def expired_needs(tops: Tops, expired: Floats) -> Needs:
    """
    Returns what is scrapped by age, as excess that goes in its bucket.

    Parameters
    ----------
    tops
        Codes of chains' tops.
    expired
        How much, shape ``(P, T)``.
    """
    point, bucket = np.nonzero(expired > 0)
    none = np.zeros(len(point), dtype=np.int64)

    return Needs(
        kind=np.full(len(point), NeedKind.EXCESS, dtype=np.int64),
        ref=point,
        point=point,
        bucket=bucket,
        day=none,
        priority=none + LEAST_URGENT,
        quantity=expired[point, bucket],
        top=tops.excess(point),
        depth=none,
    )


def rest_needs(
    network: Network, tops: Tops, point: Ints, safety: Floats, excess: Floats
) -> Needs:
    """
    Returns what keeps the rest of the supplies: safety stock, then excess.

    Parameters
    ----------
    network, tops
        A network and the codes of its chains' tops.
    point, safety, excess
        Points and what each keeps, shape ``(n,)``.
    """
    size = len(point)
    kinds = np.repeat(np.array([NeedKind.SAFETY, NeedKind.EXCESS]), size)
    points = np.concatenate([point, point])
    after = np.full(2 * size, network.num_buckets, dtype=np.int64)
    none = np.zeros(2 * size, dtype=np.int64)

    return Needs(
        kind=kinds.astype(np.int64),
        ref=points,
        point=points,
        bucket=after,
        day=none,
        priority=none + LEAST_URGENT,
        quantity=np.concatenate([safety, excess]),
        top=np.concatenate([tops.safety(point), tops.excess(point)]),
        depth=none,
    )
