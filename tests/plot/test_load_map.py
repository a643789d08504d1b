"""
Tests of the map of all loads.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from lotwright.plot.load_map import loads
from tests.plot.plans import PERIODS, small_plan


def test_cells_are_load_per_capacity() -> None:
    """Tests that a cell is the load of the table, and blank without capacity."""
    figure = loads(small_plan())
    grid = figure.data[0]

    assert [[0.125, 0.75, 1.1]] == [list(np.round(row[:3], 9)) for row in grid.z]
    assert np.isnan(grid.z[0][3])
    assert ("BIKE", "2026-W03") == tuple(grid.customdata[0][2])
    assert "Overtime: 1" in grid.hovertext[0][2]


def test_what_is_beyond_capacity_is_crossed() -> None:
    """Tests that overload can be told without colours."""
    crosses = loads(small_plan()).data[1]

    assert ["2026-W03"] == list(crosses.x)


def test_one_cell_far_beyond_leaves_the_others_their_colours() -> None:
    """
    Tests that colours end at twice the capacity and say so, while the cell keeps its
    load.
    """
    plan = small_plan()
    rows = plan.loads
    rows["load_planned"] = rows["load_planned"].where(rows["load_planned"] < 1, 9000.0)

    far = loads(plan.replace(frames={"capacity_load": rows})).data[0]
    near = loads(small_plan()).data[0]

    assert 2.0 == far.zmax
    assert "200% +" == far.colorbar.ticktext[-1]
    assert 10.0 < np.nanmax(far.z)
    assert 1.1 == round(near.zmax, 9)
    assert near.colorbar.ticktext is None


def test_fullest_resource_is_on_top() -> None:
    """Tests that resources stand by their highest load."""
    plan = small_plan()
    idle = plan.loads.assign(resource_id="AAA", load_planned=0.0, setup=0.0)
    both = plan.replace(frames={"capacity_load": pd.concat([idle, plan.loads])})

    figure = loads(both)

    first = loads(both, most=1)

    assert ("BIKE", "AAA") == figure.layout.yaxis.ticktext
    assert ("BIKE",) == first.layout.yaxis.ticktext
    assert first.layout.title.text.endswith("the fullest 1 of 2")
    assert list(PERIODS) == list(figure.data[0].x)
