"""
Tests of benchmarks.supply_network.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.supply_network import (
    Shape,
    SupplyNetwork,
    frames,
    invent,
    planning_data,
)
from lotwright.model.assemble.network import assemble
from lotwright.model.checks import run_checks
from lotwright.model.findings import Severity
from lotwright.model.levels import components

SMALL = Shape(items=200, levels=5, weeks=8, extra_weeks=4)


@pytest.fixture(scope="module")
def network() -> SupplyNetwork:
    """
    Returns a small network.
    """
    return invent(SMALL)


def test_same_shape_same_network() -> None:
    """Tests that nothing but the shape decides, and that the seed does, too."""
    expected, again = frames(invent(SMALL)), frames(invent(SMALL))
    other = frames(invent(Shape(items=200, weeks=8, seed=2)))

    for name, frame in expected.items():
        pd.testing.assert_frame_equal(frame, again[name])

    assert not expected["demands"].equals(other["demands"])


def test_levels_are_as_wide_as_asked_for(network: SupplyNetwork) -> None:
    """Tests that finished goods have their share and bought parts a little more."""
    assert [46, 35, 35, 35, 49] == np.bincount(network.level).tolist()


def test_bills_lead_down(network: SupplyNetwork) -> None:
    """Tests that every made item has a component on the next level, none above."""
    depth = network.level[network.component] - network.level[network.parent]

    assert depth.min() == 1
    assert np.array_equal(
        np.flatnonzero(network.made), np.unique(network.parent[depth == 1])
    )


def test_bills_have_two_to_four_lines(network: SupplyNetwork) -> None:
    """Tests that bills are short, save for parts that no other bill takes."""
    lines = np.bincount(network.parent)

    assert 2 <= lines.mean() <= 4
    assert set(range(46, 200)) == set(network.component.tolist())


def test_need_is_the_demand_of_a_mean_week(network: SupplyNetwork) -> None:
    """Tests that what is made each week takes what the levels above are made of."""
    passed = network.need[network.parent] * network.per
    below = np.bincount(network.component, passed, 200)

    np.testing.assert_allclose(network.need[:46], network.demand.mean(axis=1))
    np.testing.assert_allclose(network.need[46:], below[46:])


def test_capacity_leaves_room(network: SupplyNetwork) -> None:
    """Tests that a mean week uses work centres as much as the shape says."""
    made = network.made
    load = np.bincount(network.resource[made], (network.need * network.hours)[made], 6)

    np.testing.assert_allclose(0.85, load / network.capacity, rtol=1e-3)


def test_lots_fit_into_a_week(network: SupplyNetwork) -> None:
    """Tests that a largest lot takes a quarter of a week, or a single multiple."""
    made = network.made
    room = 0.25 * network.capacity[network.resource[made]] / network.hours[made]
    largest = network.max_lot[made]

    assert np.all((largest <= room) | (largest == network.multiple[made]))
    assert np.all(network.min_lot <= network.max_lot)
    assert np.all(np.isinf(network.max_lot[~made]))


def test_families_share_nothing() -> None:
    """Tests that as many parts are independent as there are families."""
    network = invent(Shape(items=400, weeks=4, families=3))
    made = np.flatnonzero(network.made)
    left = np.concatenate([network.parent, made])
    right = np.concatenate([network.component, network.resource[made] + 400])

    together = components(400 + len(network.capacity), left, right)

    assert len(np.unique(together[:400])) == 3


def test_tables_can_be_planned() -> None:
    """Tests that the tables have no errors, and a horizon beyond the last demand."""
    data = planning_data(SMALL)
    net = assemble(data)

    assert [] == [f for f in run_checks(data) if f.severity is Severity.ERROR]
    assert 46 * 8 == len(net.lines)
    assert 12 == len(net.buckets)
    assert (
        FIRST_LINES
        == [
            (day, priority)
            for day, priority in zip(
                net.lines.due_day[net.lines.point == 0].tolist(),
                net.lines.priority[net.lines.point == 0].tolist(),
                strict=True,
            )
        ][:3]
    )


#: Due day and priority of the first lines: classes stand in the order of priority.
FIRST_LINES = [(11, 1), (32, 1), (53, 1)]


def test_shapes_without_room_are_refused() -> None:
    """Tests that the horizon holds the last demand."""
    with pytest.raises(ValueError, match="a week after the last"):
        Shape(extra_weeks=0)
