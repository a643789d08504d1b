"""
Tests of benchmarks.mrp and benchmarks.mrp_table.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.mrp import LEVELLED, UNLIMITED, measure
from benchmarks.mrp_table import (
    PLANNING,
    REFERENCES,
    Measurement,
    first_touch,
    growth,
    headline,
    reference_of,
    table,
)
from benchmarks.supply_network import Shape, frames, invent
from lotwright.io.write import write

FOUND = Measurement(
    shape=Shape(items=50_000),
    level=False,
    lines=600_000,
    orders=3_000_000,
    pegs=9_000_000,
    late_lines=20,
    late_days=100.0,
    seconds={
        "read": 1.0,
        "check": 1.0,
        "network": 2.0,
        "engine": 3.0,
        "decode": 1.0,
        "orders": 3.0,
        "write": 5.0,
    },
    system=1.5,
    by_clock=12.0,
    memory=1_500.0,
    memory_written=2_000.0,
)


@pytest.mark.slow
@pytest.mark.parametrize("level", [False, True])
def test_a_network_is_planned_from_tables_to_tables(
    tmp_path: Path, *, level: bool
) -> None:
    """Tests that each stage is measured and that the plan is written."""
    shape = Shape(items=100, weeks=4)
    write(frames(invent(shape)), tmp_path, "parquet")

    found = measure(tmp_path, shape, level=level)

    assert 23 * 4 == found.lines
    stages = {"read", "write", *PLANNING}
    assert stages - (set() if level else {"level"}) == set(found.seconds)
    assert found.pegs >= found.orders > 0
    assert found.by_clock > 0
    assert (tmp_path / "plan" / "planned_orders.parquet").exists()


def test_planning_goes_from_tables_to_the_decoded_plan() -> None:
    """
    Tests that reading does not count as planning, and that orders, which writing makes
    again, count once.
    """
    assert 10.0 == FOUND.planning
    assert 13.0 == FOUND.in_all
    assert pytest.approx(10.0 / 3.0) == FOUND.per_order
    assert pytest.approx(2**19 / 1000.0) == FOUND.bytes_per_order


def test_growth_of_a_straight_line_is_one() -> None:
    """Tests that runs too short to be measured do not count."""
    short = replace(FOUND, orders=10, seconds={"engine": 0.01})
    small = replace(FOUND, orders=300_000, seconds={"engine": 1.0})

    assert pytest.approx(1.0) == growth([short, small, FOUND])


def test_others_are_shown_for_the_same_parameters_only() -> None:
    """Tests that seed and horizon do not matter and everything else does."""
    shape = Shape(items=50_000, seed=7, extra_weeks=26)
    other = reference_of(shape, level=False)

    assert other is not None
    assert 37.0 == other.seconds
    assert reference_of(shape, level=True) is None
    assert reference_of(replace(shape, utilisation=0.5), level=False) is None


def test_every_reference_is_measured_beside() -> None:
    """Tests that there is a network for each figure of others."""
    beside = [reference_of(shape, level=False) for shape in UNLIMITED]
    beside += [reference_of(shape, level=True) for shape in LEVELLED]

    assert len(REFERENCES) == len([other for other in beside if other is not None])


def test_table_and_headline_name_what_was_found() -> None:
    """Tests the row of a network and the last line."""
    row = table([FOUND]).splitlines()[1]
    touched = first_touch(3.2, 0.1)

    assert "open peer 37 (3.4 M orders, 3,100 MB)" in row
    assert "takes 3.20 CPU s here, another 0.10." in touched
    assert (
        "50,000 items: 3,000,000 orders planned in 10.0 CPU s and 1,500 MB, "
        "13.0 CPU s from Parquet to Parquet." == headline([FOUND])
    )
