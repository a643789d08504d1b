"""
Tests of the figures of simulations.
"""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

import lotwright as lw
from lotwright.plot.risk_figure import risks
from lotwright.plot.uncertainty_figure import uncertainty
from tests.solver.plans import data_of, demands


@pytest.fixture(scope="module")
def simulation() -> lw.Simulation:
    """
    Returns a simulation of which one demand is always late and one at times.
    """
    data = data_of(
        sources={
            "source_id": ["BUY-A"],
            "item_id": ["A"],
            "location_id": ["P"],
            "kind": ["buy"],
            "lead_time_days": [2],
        },
        demands=demands((5.0, 1), (5.0, 5)),
    )

    return lw.simulate(
        lw.plan(data, engine="mrp"),
        data,
        lead_time=lw.LeadTimeError(low=0, mode=0, high=2),
        samples=40,
    )


def test_bars_count_all_samples(simulation: lw.Simulation) -> None:
    """Tests both histograms, and the lines of plan and mean."""
    figure = uncertainty(simulation)

    service, plan, mean, cost, *_ = figure.data
    assert 40 == sum(service.y) == sum(cost.y)
    assert simulation.figure("on_time_in_full")["plan"] == plan.x[0]
    assert simulation.figure("on_time_in_full")["mean"] == mean.x[0]


def test_figures_that_do_not_vary_have_one_bar(simulation: lw.Simulation) -> None:
    """Tests that a cost that is always the same is a single bar at its value."""
    figure = uncertainty(simulation, cost="lot")

    assert [40] == list(figure.data[3].y)


def test_unknown_figures_are_refused(simulation: lw.Simulation) -> None:
    """Tests that those that there are are named."""
    with pytest.raises(ValueError, match=r"on_time_in_full, .*got 'costs'"):
        uncertainty(simulation, cost="costs")


def test_risks_are_bars_by_what_the_plan_has(simulation: lw.Simulation) -> None:
    """Tests that the most probable is on top, and looks different if planned late."""
    in_time, late = risks(simulation).data

    assert ("D1",) == late.customdata
    assert [(0, 1.0)] == list(zip(late.y, late.x, strict=True))
    assert ("D2",) == in_time.customdata
    assert 0 < in_time.x[0] < 1
    assert late.marker.pattern.shape != in_time.marker.pattern.shape
    assert "A@P: orders take longer" in in_time.hovertext[0]


def test_nothing_at_risk_is_a_sentence(simulation: lw.Simulation) -> None:
    """Tests a simulation in which all is in time."""
    safe = replace(simulation, demands=simulation.demands.assign(risk=0.0))

    said = risks(safe).layout.annotations[0].text
    assert "No demand is late or short in any sample." == said


def test_what_is_left_out_is_said(simulation: lw.Simulation) -> None:
    """Tests that a title counts demand that has no room."""
    many = pd.concat([simulation.demands] * 30, ignore_index=True)

    title = risks(replace(simulation, demands=many), most=12).layout.title.text

    assert "Demand at risk: 60 of 60 demand lines, the 12 most probable" == title
