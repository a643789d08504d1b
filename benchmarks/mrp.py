"""
What a run of the MRP engine takes, from tables to a plan, on networks of many sizes.

Run as ``python -m benchmarks.mrp [--quick] [--level]``, or with ``--items`` and other
parameters for one network of one's own. Each network is written as a folder of Parquet
and planned in a process of its own, in CPU seconds for each stage: read, check, make
the network, plan, decode and write. A process first plans a tiny network, so that
imports and compiled kernels do not count.

Decoding makes what demand gets and why, messages, findings and key figures. Orders and
their pegging are made when they are looked up, in parts: that is a stage of its own,
which counts among those from loaded tables to the plan. Writing makes them again, and
the components and operations of orders, stock and load, while others are written: from
Parquet to Parquet counts all but the stage of its own.
"""

from __future__ import annotations

import argparse
import json
import logging
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, fields
from pathlib import Path

import numpy as np

from benchmarks.mrp_table import (
    ORDERS,
    PLANNING,
    Measurement,
    first_touch,
    headline,
    table,
)
from benchmarks.supply_network import Shape, frames, invent, planning_data
from lotwright.io.read import read
from lotwright.io.write import write
from lotwright.model.assemble.network import assemble
from lotwright.model.checks import check_facts
from lotwright.model.data import PlanningData
from lotwright.model.fit.facts import Facts
from lotwright.model.plan_tables import PlanTables
from lotwright.solver.decode.scheduled import decode_schedule
from lotwright.solver.mrp.engine import plan_mrp
from lotwright.solver.mrp.levelling import level as levelled

logger = logging.getLogger(__name__)

#: Networks without limits of capacity, from small to large.
UNLIMITED = (
    Shape(items=1_000),
    Shape(items=10_000),
    Shape(items=50_000),
    Shape(items=208_145, levels=7),
)

#: Long tables that belong to a plan of any kind.
_MADE = ("planned_orders", "pegging")

#: Memory of which the first touch is measured, in bytes.
_TOUCHED = 2**30

#: Memory that is touched before a plan, in bytes for an item: about what it takes.
_WARMED = 48_000

#: Weeks after the last demand in which late orders still find capacity.
_TAIL = 26

#: Networks to be levelled: an easy one, and hard ones with stock for a single week.
LEVELLED = (
    Shape(items=100, stock_weeks=1.0, extra_weeks=_TAIL),
    Shape(items=200, stock_weeks=1.0, extra_weeks=_TAIL),
    Shape(items=1_000, stock_weeks=1.0, extra_weeks=_TAIL),
    Shape(items=10_000, extra_weeks=_TAIL),
)


class Clock:
    """
    CPU seconds of one stage after the other, of these the seconds of the system, which
    are mostly the first touch of memory, and seconds by the clock of all but the stage
    that writing does again.
    """

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.system: dict[str, float] = {}
        self.by_clock = 0.0
        self._begin = self._now()

    def stage(self, name: str) -> None:
        """
        Ends a part of a stage, and begins the next.
        """
        began = self._begin
        self.skip()
        self.seconds[name] = self.seconds.get(name, 0.0) + self._begin[0] - began[0]
        self.system[name] = self.system.get(name, 0.0) + self._begin[2] - began[2]
        self.by_clock += (self._begin[1] - began[1]) if name != ORDERS else 0.0

    def skip(self) -> None:
        """
        Leaves out what was done since the last stage.
        """
        self._begin = self._now()

    def _now(self) -> tuple[float, float, float]:
        used = resource.getrusage(resource.RUSAGE_SELF)

        return time.process_time(), time.perf_counter(), used.ru_stime


def measure(folder: Path, shape: Shape, *, level: bool) -> Measurement:
    """
    Plans the tables of a folder in this process and returns what it took.

    Parameters
    ----------
    folder
        Tables of the network; the plan is written beside them.
    shape
        What they were made by.
    level
        Whether orders are moved to where there is capacity.
    """
    _plan(planning_data(Shape(items=20, weeks=4)), Clock(), level=level)
    clock = Clock()
    data = read(folder)
    clock.stage("read")
    plan, pegs = _plan(data, clock, level=level)
    memory = _peak()
    write(plan, folder / "plan", "parquet")
    clock.stage("write")
    days = plan["demand_fulfilment"]["days_late"].to_numpy(np.float64, na_value=0.0)

    return Measurement(
        shape=shape,
        level=level,
        lines=len(data.table("demands")),
        orders=int(plan["kpis"].set_index("name")["value"].loc["orders"]),
        pegs=pegs,
        late_lines=int(np.count_nonzero(days > 0)),
        late_days=float(days[days > 0].sum()),
        seconds=clock.seconds,
        system=sum(clock.system.get(stage, 0.0) for stage in PLANNING),
        by_clock=clock.by_clock,
        memory=memory,
        memory_written=_peak(),
    )


def _plan(data: PlanningData, clock: Clock, *, level: bool) -> tuple[PlanTables, int]:
    """
    Returns the tables of a plan and the number of its pegs.
    """
    facts = Facts(data)
    network = assemble(data) if facts.network is None else facts.network
    clock.stage("network")
    found = check_facts(facts)
    # As `lw.plan` does.
    del facts
    clock.stage("check")
    schedule = plan_mrp(network, finite=level)
    clock.stage("engine")

    if level:
        schedule = levelled(network, schedule)
        clock.stage("level")

    plan = decode_schedule(network, schedule, findings=found)
    clock.stage("decode")
    rows = sum(len(part) for name in _MADE for part in plan.parts(name))
    clock.stage(ORDERS)
    logger.info("Orders and pegging have %s rows.", rows)

    return plan, len(schedule.pegs)


def _peak() -> float:
    """
    Returns the peak memory of this process so far, in MB.
    """
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    # Linux counts kilobytes, macOS bytes.
    return peak / (2**20 if sys.platform == "darwin" else 2**10)


def _first_touch() -> tuple[float, float]:
    """
    Returns the CPU seconds that it takes to touch a GB of memory first, and again.
    """
    clock = Clock()
    room = np.empty(_TOUCHED, dtype=np.uint8)

    for name in ("first", "again"):
        clock.skip()
        room.fill(1)
        clock.stage(name)

    return clock.seconds["first"], clock.seconds["again"]


def measure_apart(shape: Shape, *, level: bool, cold: bool = False) -> Measurement:
    """
    Writes a network and plans it, each in a new process, and returns what it took.

    Parameters
    ----------
    shape, level
        As in ``measure``.
    cold
        Whether memory is left as the host has it.
    """
    with tempfile.TemporaryDirectory() as folder:
        _run(shape, "--write", folder)

        if not cold:
            _warm(_WARMED * shape.items)

        printed = _run(shape, "--read", folder, *(["--level"] if level else []))

    return Measurement(**{**json.loads(printed), "shape": shape})


def _warm(size: int) -> None:
    """
    Touches so many bytes in a process that ends, so that the machine has it at hand.
    """
    command = [sys.executable, "-c", f"len(b'1' * {size})"]
    subprocess.run(command, check=True)


def _run(shape: Shape, *words: str) -> str:
    command = [sys.executable, "-m", "benchmarks.mrp", *words]

    for name, value in asdict(shape).items():
        command += [f"--{name.replace('_', '-')}", str(value)]

    return subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True
    ).stdout.splitlines()[-1]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller networks")
    parser.add_argument("--level", action="store_true", help="move orders to capacity")
    parser.add_argument("--write", type=Path, help="write the tables to a folder, stop")
    parser.add_argument("--read", type=Path, help="plan the tables of a folder here")
    parser.add_argument("--cold", action="store_true", help="leave memory as it is")

    for parameter in fields(Shape):
        kind = float if isinstance(parameter.default, float) else int
        name = f"--{parameter.name.replace('_', '-')}"
        parser.add_argument(name, type=kind, help=f"else {parameter.default:g}")

    return parser.parse_args()


def _shapes(chosen: argparse.Namespace) -> tuple[Shape, ...]:
    """
    Returns the networks that are asked for.
    """
    given = {
        parameter.name: value
        for parameter in fields(Shape)
        if (value := getattr(chosen, parameter.name)) is not None
    }

    if given:
        return (Shape(**given),)

    largest = 1_000 if chosen.level else 10_000
    shapes = LEVELLED if chosen.level else UNLIMITED

    return tuple(s for s in shapes if s.items <= largest or not chosen.quick)


def main() -> None:
    """
    Measures all networks and prints a table and a headline.
    """
    chosen = _arguments()
    shapes = _shapes(chosen)

    if chosen.write:
        write(frames(invent(shapes[0])), chosen.write, "parquet")
        print(chosen.write)
    elif chosen.read:
        done = measure(chosen.read, shapes[0], level=chosen.level)
        print(json.dumps(asdict(done)))
    else:
        found = [
            measure_apart(shape, level=chosen.level, cold=chosen.cold)
            for shape in shapes
        ]
        print(table(found))
        print()
        print(first_touch(*_first_touch()))
        print(headline(found))


if __name__ == "__main__":
    main()
