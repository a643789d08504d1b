"""
Schedule: planned orders to the day, and which supply serves which need.

Letters: K planned orders, R receipts, M needs, G pegs, W pieces of work, S open
supplies of the network. Days count from the start of the plan; a day that will never
come is ``FAR``. Whole numbers may be kept in 32 bits, and no column is written to: some
share their memory.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum

import numpy as np

from lotwright.model.arrays import Bools, Floats, Ints
from lotwright.model.findings import Finding

#: Priority of what is needed by nobody.
LEAST_URGENT = 2**31 - 1


class NeedKind(IntEnum):
    """
    What takes stock.
    """

    LINE = 0  #: a demand line
    OPEN_ISSUE = 1  #: a component of an open order
    ORDER_ISSUE = 2  #: a component of a planned order
    SAFETY = 3  #: what is left, up to the safety stock
    EXCESS = 4  #: what is left then


class Reason(IntEnum):
    """
    Why an order is there.
    """

    DEMAND = 0  #: somebody needs it
    SAFETY = 1  #: stock would be below safety stock, or below the reorder point
    MINIMUM_LOT = 2  #: most of it is there because of the smallest lot
    ROUNDING = 3  #: most of it is there because of the multiple
    PRE_BUILD = 4  #: it is earlier than needed, for later buckets are full


class Bound(IntEnum):
    """
    What keeps an order from being available on the day on which it is wanted.
    """

    NONE = 0  #: it is in time
    TODAY = 1  #: lead times and margins, counted from today
    COMPONENT = 2  #: a need for a component, whose supply comes late
    CAPACITY = 3  #: a resource that is full
    FENCE = 4  #: the freeze fence of the point
    VALIDITY = 5  #: the day from which the activity may be used
    SHORT = 6  #: a need for a component that nothing meets
    CALENDAR = 7  #: closed days


class Move(IntEnum):
    """
    What levelling did to an order.
    """

    NONE = 0  #: nothing
    EARLIER = 1  #: made ahead, for the bucket in which it was wanted is full
    LATER = 2  #: put off, for no bucket before had room
    OTHER_ACTIVITY = 3  #: made or got in another way
    SPLIT = 4  #: done in parts
    TOGETHER = 5  #: moved along with what it takes or serves


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Orders:
    """
    Planned orders, by level of their point, point, day wanted and ordinal; K of them.

    Parameters
    ----------
    activity
        Shape ``(K,)``.
    quantity, lots
        Received of the main product in base units, and in how many lots, ``(K,)``.
    order_day, start_day, due_day, available_day
        Order or release, start, receipt, and the day from which it may be used, each no
        earlier than the one before, shape ``(K,)``.
    wanted_day
        Receipt day that would be in time for everything it was made for; it lies before
        day 0 where margins ask for it; ``due_day - wanted_day`` is its delay, ``(K,)``.
    reason
        Code of ``Reason``, shape ``(K,)``.
    bound
        Code of ``Bound``, shape ``(K,)``.
    bound_by
        The need that comes late for ``COMPONENT`` and ``SHORT``, the resource for
        ``CAPACITY``, else -1, shape ``(K,)``.
    bound_bucket
        Bucket that is full for ``CAPACITY``, else -1, shape ``(K,)``.
    move
        Code of ``Move``, shape ``(K,)``.
    moved_from
        Receipt day before levelling moved it, its due day where nothing did, ``(K,)``.
    """

    activity: Ints
    quantity: Floats
    lots: Floats
    order_day: Ints
    start_day: Ints
    due_day: Ints
    available_day: Ints
    wanted_day: Ints
    reason: Ints
    bound: Ints
    bound_by: Ints
    bound_bucket: Ints
    move: Ints
    moved_from: Ints

    def __len__(self) -> int:
        return len(self.activity)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Receipts:
    """
    What planned orders bring; row k < K is the main product of order k.

    Parameters
    ----------
    order, flow
        Planned order and row of the network's outputs, shape ``(R,)``.
    point, available_day, quantity
        Where, from which day and how much, shape ``(R,)``.
    """

    order: Ints
    flow: Ints
    point: Ints
    available_day: Ints
    quantity: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Needs:
    """
    All that takes stock; what keeps the rest of the supplies comes last.

    Parameters
    ----------
    kind, ref
        Code of ``NeedKind``, and the demand line, the open issue, the planned order or
        the stock point that it is of, shape ``(M,)``.
    flow
        Row of the network's inputs for ``ORDER_ISSUE``, where one is known, else -1:
        a substitute or a component of a phantom has none, shape ``(M,)``.
    point
        Where it takes from, shape ``(M,)``.
    day
        Day of the delivery that is wanted, or of the issue: of a planned order when it
        starts; never below 0, shape ``(M,)``.
    available_by
        Day on which a supply must be available to be in time: ``day`` less the issue
        margin, shape ``(M,)``.
    priority
        Lower first, shape ``(M,)``.
    quantity
        In base units of the point, shape ``(M,)``.
    """

    kind: Ints
    ref: Ints
    flow: Ints
    point: Ints
    day: Ints
    available_by: Ints
    priority: Ints
    quantity: Floats

    def __len__(self) -> int:
        return len(self.kind)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pegs:
    """
    Parts of supplies that serve parts of needs, by need and turn.

    For each supply the pegs add up to its quantity; for each need to what is needed.

    Parameters
    ----------
    supply
        Row of the network's open supplies below S, else S plus a row of the receipts;
        -1 where nothing meets the need, shape ``(G,)``.
    need
        Row of the needs, shape ``(G,)``.
    quantity
        Shape ``(G,)``.
    day
        Day of the issue or delivery: that of the need, or later when the supply is
        late; ``FAR`` where it never comes, shape ``(G,)``.
    hard
        Whether the link was given, not found, shape ``(G,)``.
    """

    supply: Ints
    need: Ints
    quantity: Floats
    day: Ints
    hard: Bools

    def __len__(self) -> int:
        return len(self.supply)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Work:
    """
    What planned orders load on resources inside the horizon.

    Parameters
    ----------
    order, load
        Planned order and row of the network's loads, shape ``(W,)``.
    bucket
        Shape ``(W,)``.
    run, setup
        In the unit of the resource, shape ``(W,)``.
    """

    order: Ints
    load: Ints
    bucket: Ints
    run: Floats
    setup: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Schedule:
    """
    What the day-exact engine answers.

    Parameters
    ----------
    orders, receipts, needs, pegs, work
        The plan.
    supply_day
        Day from which each open supply of the network may be used, shape ``(S,)``.
    overtime
        Overtime of each resource in each bucket, shape ``(R, T)``.
    no_room
        Resource that never has capacity for what each demand line lacks, -1 where that
        is not why; empty where nothing lacks it, shape ``(N,)``.
    findings
        What the engine has to say besides.
    """

    orders: Orders
    receipts: Receipts
    needs: Needs
    pegs: Pegs
    work: Work
    supply_day: Ints
    overtime: Floats
    no_room: Ints = field(default_factory=lambda: np.zeros(0, dtype=np.int64))
    findings: tuple[Finding, ...] = field(default=())
