"""
CPU seconds to read, check and fingerprint a folder with many demand rows.

Run as ``python -m benchmarks.reading``; ``--quick`` takes a tenth of the rows.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import numpy as np
import pandas as pd

from lotwright.io.read import read
from lotwright.io.write import write

T = TypeVar("T")


def frames(num_demands: int, seed: int = 1) -> dict[str, pd.DataFrame]:
    """
    Returns a data set with that many demands of a thirtieth as many items.
    """
    rng = np.random.default_rng(seed)
    num_items = max(num_demands // 30, 1)
    items = pd.Series([f"{number:08d}" for number in range(num_items)])
    places = pd.Series(["PLANT", "DC-NORTH", "DC-SOUTH"])
    pick = rng.integers(num_items, size=num_demands)
    days = pd.Timestamp("2026-01-05") + pd.to_timedelta(
        rng.integers(180, size=num_demands), unit="D"
    )

    return {
        "items": pd.DataFrame({"item_id": items, "base_uom": "pc", "unit_cost": 12.5}),
        "locations": pd.DataFrame({"location_id": places, "kind": "site"}),
        "sources": pd.DataFrame(
            {
                "source_id": "S" + items,
                "item_id": items,
                "location_id": "PLANT",
                "kind": "buy",
                "lead_time_days": 5.0,
            }
        ),
        "demands": pd.DataFrame(
            {
                "demand_id": [f"SO-{number:07d}-010" for number in range(num_demands)],
                "kind": rng.choice(["order", "forecast"], num_demands),
                "item_id": items.to_numpy()[pick],
                "location_id": places.to_numpy()[rng.integers(3, size=num_demands)],
                "quantity": np.round(rng.uniform(1, 500, num_demands), 2),
                "due_date": days.astype("datetime64[s]"),
                "priority": rng.integers(1, 6, num_demands),
                "max_late_days": rng.integers(1, 30, num_demands).astype(float),
            }
        ),
        "inventory": pd.DataFrame(
            {"item_id": items, "location_id": "PLANT", "quantity": 100.0}
        ),
    }


def timed(task: Callable[[], T]) -> tuple[T, float, float]:
    """
    Returns a task's result with its CPU and wall seconds.
    """
    cpu, wall = time.process_time(), time.perf_counter()
    result = task()

    return result, time.process_time() - cpu, time.perf_counter() - wall


def main() -> None:
    """
    Prints one row for each format and step.
    """
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows")
    num_demands = 30_000 if parser.parse_args().quick else 300_000
    print(f"{num_demands:,} demand rows")
    print(f"{'format':<10}{'step':<14}{'MB':>7}{'CPU s':>8}{'wall s':>8}")

    with tempfile.TemporaryDirectory() as folder:
        for form in ("csv", "parquet"):
            path = Path(folder) / form
            written = timed(lambda: write(frames(num_demands), path, form))  # noqa: B023
            size = sum(file.stat().st_size for file in path.iterdir()) / 1e6
            done = timed(lambda: read(path))  # noqa: B023 - called at once
            stamp = timed(done[0].fingerprint)

            for step, (_, cpu, wall) in (
                ("make + write", written),
                ("read + check", done),
                ("fingerprint", stamp),
            ):
                print(f"{form:<10}{step:<14}{size:>7.1f}{cpu:>8.2f}{wall:>8.2f}")


if __name__ == "__main__":
    main()
