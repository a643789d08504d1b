"""
Tests of the network of what serves a demand.
"""

from __future__ import annotations

from lotwright.plot.pegging_network import pegging
from tests.plot.plans import small_plan


def test_marks_are_the_supplies_of_the_walk() -> None:
    """Tests that every supply is there once, with its kind and its place."""
    plan = small_plan()

    figure = pegging(plan, "D2")
    marks = {
        custom[0]: (str(trace.name), x)
        for trace in figure.data
        if trace.customdata is not None
        for custom, x in zip(trace.customdata, trace.x, strict=True)
    }

    assert {"D2": ("Demand", 0.0), "M2": ("Make", 1.0), "B1": ("Buy", 2.0)} == marks


def test_late_links_are_dashed() -> None:
    """Tests that what comes too late is seen without colours."""
    (late,) = pegging(small_plan(), "D2").select_traces(selector={"name": "Late link"})

    assert "dash" == late.line.dash
    assert [0.0, 1.0] == [late.x[0], late.x[3]]


def test_only_the_nearest_are_drawn() -> None:
    """Tests that what is left out is said in the title."""
    figure = pegging(small_plan(), "D2", most=1)

    assert "nearest" in figure.layout.title.text
    assert "B1" not in figure.to_json()
