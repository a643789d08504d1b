"""
Tests of the figures of sweeps.
"""

from __future__ import annotations

import pandas as pd
import pytest

from lotwright.plot.sweep_figure import sweep
from lotwright.plot.tornado_figure import tornado

TABLE = pd.DataFrame(
    {
        "demand": [1.2, 1.0, 1.2, 1.0],
        "shifts": [1, 1, 2, 2],
        "cost": [130.0, 74.0, 95.0, 73.0],
    }
)


def test_each_value_of_the_second_parameter_is_a_line() -> None:
    """Tests that lines go along the first parameter, however the rows stand."""
    one, two = sweep(TABLE, "demand", series="shifts").data

    assert [(1.0, 74.0), (1.2, 130.0)] == list(zip(one.x, one.y, strict=True))
    assert [(1.0, 73.0), (1.2, 95.0)] == list(zip(two.x, two.y, strict=True))
    assert one.line.dash != two.line.dash
    assert "Shifts: 2" in two.hovertext[0]


def test_unit_stands_on_the_axis() -> None:
    """Tests that a figure's unit is told."""
    figure = sweep(TABLE, "demand", unit="EUR")

    assert "Cost (EUR)" == figure.layout.yaxis.title.text


def test_unknown_column_is_refused() -> None:
    """Tests that the columns that there are are named."""
    with pytest.raises(ValueError, match="demand, shifts, cost"):
        sweep(TABLE, "price")


def test_sweep_without_plans_says_so() -> None:
    """Tests that an empty table gives a sentence."""
    assert "No plan was made." == sweep(TABLE[:0], "demand").layout.annotations[0].text


def test_most_powerful_parameter_is_on_top() -> None:
    """Tests that bars reach from the base to the figure at both values."""
    table = pd.DataFrame({"name": ["A", "B"], "low": [9.0, 5.0], "high": [12.0, 11.0]})

    low, high = tornado(table, 10.0).data

    assert ("B", "A") == low.customdata
    assert [-5.0, -1.0] == list(low.x)
    assert [1.0, 2.0] == list(high.x)
    assert 10.0 == low.base


def test_base_may_stand_in_the_table() -> None:
    """Tests a table as the library makes it, and one that lacks the base."""
    table = pd.DataFrame({"name": ["A"], "low": [9.0], "high": [12.0], "base": [10.0]})

    assert 10.0 == tornado(table).data[0].base
    with pytest.raises(ValueError, match="base is missing"):
        tornado(table.drop(columns="base"))


def test_tornado_asks_for_its_columns() -> None:
    """Tests that a missing column is named."""
    with pytest.raises(ValueError, match="high is missing"):
        tornado(pd.DataFrame({"name": ["A"], "low": [1.0]}), 2.0)
