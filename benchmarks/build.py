"""
How long a model takes from data into HiGHS: arrays, OR-Tools expressions, Pyomo rules.

Run as ``python -m benchmarks.build [--quick]``. Every road runs in a process of its own
and is measured in CPU seconds and peak memory; the roads that go expression by
expression do so at a smaller size, and are compared per column.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass

from benchmarks.roads import by_arrays, by_ortools, by_pyomo, hand_over, invent

ROADS = {
    "index arrays": by_arrays,
    "OR-Tools expressions": by_ortools,
    "Pyomo rules": by_pyomo,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Measurement:
    """
    What one road cost at one size.

    Parameters
    ----------
    road
        How the model was written.
    num_columns, num_nonzeros
        Size of the model as HiGHS has it.
    build
        CPU seconds from data to a finished model.
    hand_over
        CPU seconds from there into HiGHS.
    memory
        Peak memory of the process, in MB.
    """

    road: str
    num_columns: int
    num_nonzeros: int
    build: float
    hand_over: float
    memory: float

    def seconds(self) -> float:
        """
        Returns the CPU seconds of the whole road.
        """
        return self.build + self.hand_over

    def per_column(self) -> float:
        """
        Returns microseconds per column of the whole road.
        """
        return 1e6 * self.seconds() / self.num_columns


def measure(road: str, num_items: int) -> Measurement:
    """
    Walks one road in this process and returns what it cost.

    Parameters
    ----------
    road
        One of ``ROADS``.
    num_items
        Number of items of the invented factory.
    """
    factory = invent(num_items)
    # The first model of a process pays for imports, which say nothing about size.
    hand_over(ROADS[road](invent(2))())

    begin = time.process_time()
    arrays = ROADS[road](factory)
    built = time.process_time()
    highs = hand_over(arrays())
    end = time.process_time()

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Measurement(
        road=road,
        num_columns=highs.getNumCol(),
        num_nonzeros=highs.getNumNz(),
        build=built - begin,
        hand_over=end - built,
        # Linux counts kilobytes, macOS bytes.
        memory=peak / (2**20 if sys.platform == "darwin" else 2**10),
    )


def measure_apart(road: str, num_items: int) -> Measurement:
    """
    Walks one road in a new process and returns what it cost.

    Parameters
    ----------
    road, num_items
        As in `measure`.
    """
    command = [sys.executable, "-m", "benchmarks.build"]
    command += ["--road", road, "--items", str(num_items)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
    return Measurement(**json.loads(done.stdout))


def table(measurements: list[Measurement]) -> str:
    """
    Returns the measurements as a table, in the order they were made.

    Parameters
    ----------
    measurements
        What was measured.
    """
    lines = [
        f"{'road':<22}{'columns':>11}{'nonzeros':>12}{'build s':>10}"
        f"{'into HiGHS s':>14}{'µs/column':>11}{'peak MB':>9}"
    ]
    lines += [
        f"{m.road:<22}{m.num_columns:>11,}{m.num_nonzeros:>12,}{m.build:>10.2f}"
        f"{m.hand_over:>14.2f}{m.per_column():>11.2f}{m.memory:>9.0f}"
        for m in measurements
    ]

    return "\n".join(lines)


def headline(measurements: list[Measurement]) -> str:
    """
    Returns one line with the figures that count.

    Parameters
    ----------
    measurements
        What was measured: arrays from small to large, then the other roads.
    """
    arrays = [m for m in measurements if m.road == "index arrays"]
    largest = arrays[-1]
    ratios = ", ".join(
        f"{m.per_column() / largest.per_column():.0f} times faster than {m.road}"
        for m in measurements
        if m.road != "index arrays"
    )

    return (
        f"{largest.num_columns:,} columns: compiled in {largest.build:.2f} CPU s, "
        f"in HiGHS after {largest.seconds():.2f} CPU s, {largest.memory:.0f} MB; "
        f"per column {ratios}."
    )


def main() -> None:
    """
    Measures all roads and prints a table and a headline.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller models")
    parser.add_argument("--road", choices=tuple(ROADS), help="measure one road only")
    parser.add_argument("--items", type=int, default=100, help="items of that road")
    chosen = parser.parse_args()

    if chosen.road:
        print(json.dumps(asdict(measure(chosen.road, chosen.items))))
        return

    sizes = (100, 1_000) if chosen.quick else (100, 1_000, 10_000)
    small = 100 if chosen.quick else 500
    plan = [("index arrays", size) for size in sizes]
    plan += [(road, small) for road in ROADS if road != "index arrays"]
    measurements = [measure_apart(road, size) for road, size in plan]

    print(table(measurements))
    print()
    print(headline(measurements))


if __name__ == "__main__":
    main()
