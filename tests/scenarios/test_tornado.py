"""
Tests of parameters that are varied one at a time.
"""

from __future__ import annotations

import pytest

import lotwright as lw
from tests.solver.plans import data_of, demands


@pytest.fixture(scope="module")
def data() -> lw.PlanningData:
    """
    Returns a demand for A in time and one for more.
    """
    return data_of(demands=demands((10.0, 1), (20.0, 6)))


def test_each_parameter_is_varied_alone(data: lw.PlanningData) -> None:
    """Tests both ends and the base against plans made one by one, farthest first."""
    mild = lw.Axis(target="demands.quantity", values=[1.1, 0.9], name="demand")
    strong = lw.Axis(target="sources.unit_cost", values=[0.5, 2.0], name="price")
    made = {
        value: lw.plan(
            lw.apply(data.scenario("x").scale("sources.unit_cost", value)), engine="mrp"
        ).kpi("cost")
        for value in (0.5, 1.0, 2.0)
    }

    found = lw.tornado(data, mild, strong, engine="mrp", workers=1)

    assert ["price", "demand"] == found["name"].tolist()
    row = found.iloc[0]
    assert [made[0.5], made[1.0], made[2.0]] == [row["low"], row["base"], row["high"]]
    assert (0.5, 2.0) == (row["low_value"], row["high_value"])
    assert found["low"][1] < found["base"][1] < found["high"][1]
    assert found["base"].nunique() == 1
    assert not found["failure"].any()


def test_a_figure_that_is_no_cost(data: lw.PlanningData) -> None:
    """Tests that any key figure may be asked for."""
    late = lw.Axis(
        target="sources.lead_time_days", values=[0, 4], op="add", name="lead time"
    )

    found = lw.tornado(data, late, figure="late_lines", engine="mrp", workers=1)

    assert (0.0, 0.0, 1.0) == tuple(found.loc[0, ["low", "base", "high"]])


def test_tornados_that_make_no_sense(data: lw.PlanningData) -> None:
    """Tests that parameters have names of their own and two values."""
    axis = lw.Axis(target="demands.quantity", values=[1, 2])

    with pytest.raises(ValueError, match="names of their own"):
        lw.tornado(data, axis, axis)

    with pytest.raises(ValueError, match=r"two values of demands\.quantity"):
        lw.tornado(data, lw.Axis(target="demands.quantity", values=[1, 2, 3]))
