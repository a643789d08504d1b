"""
The measurements of the MRP benchmark as a table and a headline.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from benchmarks.supply_network import Shape

#: Stages from loaded tables to the decoded plan, in their order.
PLANNING = ("check", "network", "engine", "level", "decode", "orders")

#: The last of them: orders and pegging, which writing makes again.
ORDERS = PLANNING[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """
    What planning one network took.

    Parameters
    ----------
    shape, level
        Which network, and whether it was levelled.
    lines, orders, pegs
        Demand lines, planned orders and pegs.
    late_lines, late_days
        Demand lines that come late, and by how many days in all.
    seconds
        CPU seconds by stage.
    system
        CPU seconds of the system from loaded tables to the decoded plan.
    by_clock
        Seconds from Parquet to Parquet by the clock.
    memory, memory_written
        Peak memory in MB up to the decoded plan, and with the plan written.
    """

    shape: Shape
    level: bool
    lines: int
    orders: int
    pegs: int
    late_lines: int
    late_days: float
    seconds: Mapping[str, float] = field(default_factory=dict)
    system: float
    by_clock: float
    memory: float
    memory_written: float

    @property
    def planning(self) -> float:
        """
        CPU seconds from loaded tables to the decoded plan.
        """
        return sum(self.seconds.get(stage, 0.0) for stage in PLANNING)

    @property
    def in_all(self) -> float:
        """
        CPU seconds from Parquet to Parquet.
        """
        return sum(self.seconds.values()) - self.seconds.get(ORDERS, 0.0)

    @property
    def per_order(self) -> float:
        """
        Microseconds from loaded tables to the decoded plan for each order.
        """
        return 1e6 * self.planning / max(self.orders, 1)

    @property
    def bytes_per_order(self) -> float:
        """
        Peak memory up to the decoded plan, for each order.
        """
        return 2**20 * self.memory / max(self.orders, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """
    What another program took for a network of the same parameters.

    Parameters
    ----------
    name
        Which program.
    seconds
        CPU seconds where known, else by the clock.
    note
        What else is known of its run.
    """

    name: str
    seconds: float
    note: str = ""


_HARD = Shape(stock_weeks=1.0)

#: Figures of others: an open planner in C++, and a tuned run of a commercial ERP.
REFERENCES = {
    (Shape(items=50_000), False): Reference(
        name="open peer", seconds=37.0, note="3.4 M orders, 3,100 MB"
    ),
    (Shape(items=208_145, levels=7), False): Reference(
        name="ERP", seconds=1_260.0, note="by the clock"
    ),
    (Shape(items=10_000), True): Reference(name="open peer", seconds=285.0),
    (replace(_HARD, items=100), True): Reference(
        name="open peer", seconds=20.0, note="234 lines late by 5,978 days"
    ),
    (replace(_HARD, items=200), True): Reference(
        name="open peer", seconds=41.0, note="399 lines late by 9,917 days"
    ),
    (replace(_HARD, items=1_000), True): Reference(
        name="open peer", seconds=220.0, note="not finished"
    ),
}


def reference_of(shape: Shape, *, level: bool) -> Reference | None:
    """
    Returns what others took for the same parameters, whatever the seed and horizon.
    """
    plain = Shape()
    shape = replace(shape, seed=plain.seed, extra_weeks=plain.extra_weeks)

    return REFERENCES.get((shape, level))


def table(measurements: Sequence[Measurement]) -> str:
    """
    Returns the measurements as a table, in the order they were made.
    """
    stages = ["read", *PLANNING, "write"]

    if not any(found.level for found in measurements):
        stages.remove("level")

    head = f"{'items':>8}{'levels':>7}{'orders':>12}{'pegs':>12}{'late':>9}{'days':>11}"
    head += "".join(f"{stage:>9}" for stage in stages)
    head += f"{'plan s':>9}{'system':>8}{'all s':>8}{'clock':>8}{'µs/order':>10}"
    head += f"{'B/order':>9}{'MB':>8}{'MB all':>8}"
    head += "  others' seconds"

    return "\n".join([head, *(_row(found, stages) for found in measurements)])


def _row(found: Measurement, stages: Sequence[str]) -> str:
    row = f"{found.shape.items:>8,}{found.shape.levels:>7}{found.orders:>12,}"
    row += f"{found.pegs:>12,}{found.late_lines:>9,}{found.late_days:>11,.0f}"
    row += "".join(f"{found.seconds.get(stage, 0.0):>9.2f}" for stage in stages)
    row += f"{found.planning:>9.2f}{found.system:>8.2f}{found.in_all:>8.2f}"
    row += f"{found.by_clock:>8.2f}{found.per_order:>10.2f}"
    row += f"{found.bytes_per_order:>9,.0f}{found.memory:>8,.0f}"
    row += f"{found.memory_written:>8,.0f}"
    other = reference_of(found.shape, level=found.level)

    if other is None:
        return row

    row += f"  {other.name} {other.seconds:,.0f}"

    return f"{row} ({other.note})" if other.note else row


def growth(measurements: Sequence[Measurement]) -> float:
    """
    Returns the power of the number of orders by which planning grows; 1 is linear.

    It is that of the largest network and the smallest of at least a tenth of a second,
    NaN where there are no two of them: levelled networks differ in more than size.
    """
    timed = [
        found
        for found in measurements
        if found.planning >= 0.1 and found.orders and not found.level
    ]

    if len(timed) < 2 or timed[0].orders == timed[-1].orders:
        return math.nan

    first, last = timed[0], timed[-1]

    return math.log(last.planning / first.planning) / math.log(
        last.orders / first.orders
    )


def first_touch(first: float, again: float) -> str:
    """
    Returns a line on the CPU seconds that it takes to touch a GB of memory first, and
    again: on machines that are given memory when they touch it, most of a plan's
    seconds of the system are these.
    """
    return f"The first touch of 1 GB takes {first:.2f} CPU s here, another {again:.2f}."


def headline(measurements: Sequence[Measurement]) -> str:
    """
    Returns one line with the figures that count.
    """
    said = [_said(found) for found in measurements[-2:]]
    power = growth(measurements)

    if not math.isnan(power):
        said.append(f"time grows with orders to the power of {power:.2f}")

    return "; ".join(said) + "."


def _said(found: Measurement) -> str:
    what = f"{found.shape.items:,} items{' levelled' if found.level else ''}"
    late = f", {found.late_lines:,} lines late by {found.late_days:,.0f} days"

    return (
        f"{what}: {found.orders:,} orders planned in {found.planning:.1f} CPU s and "
        f"{found.memory:,.0f} MB, {found.in_all:.1f} CPU s from Parquet to Parquet"
        f"{late if found.level else ''}"
    )
