"""
Tests of the figure of a resource.
"""

from __future__ import annotations

from lotwright.plot.resource_load import load
from tests.plot.plans import small_plan


def test_bars_add_up_to_the_load() -> None:
    """Tests that the parts of the bars are those of the table."""
    plan = small_plan()

    bars = list(load(plan, "BIKE").select_traces(selector={"type": "bar"}))
    sums = [sum(parts) for parts in zip(*(bar.y for bar in bars), strict=True)]
    table = plan.loads[["load_open", "load_planned", "setup"]].sum(axis=1)

    assert table.tolist() == sums
    assert ["Open orders", "Run time of planned orders", "Set-up"] == [
        bar.name for bar in bars
    ]


def test_bars_lead_on_to_the_orders_of_the_bucket() -> None:
    """Tests that a bar knows its resource, its bucket and the orders of that."""
    bar = load(small_plan(), "BIKE").data[0]

    assert ["BIKE", "2026-01-05", []] == list(bar.customdata[0])
    assert ["BIKE", "2026-W03", ["M2"]] == list(bar.customdata[2])


def test_capacity_and_overtime_are_drawn() -> None:
    """Tests that the lines are capacity, and capacity with all overtime."""
    figure = load(small_plan(), "BIKE", unit="shifts")
    (plain,) = figure.select_traces(selector={"name": "Capacity"})
    (most,) = figure.select_traces(selector={"name": "With all overtime"})
    (used,) = figure.select_traces(selector={"name": "Overtime"})

    assert [8.0, 8.0, 10.0, 0.0] == list(plain.y)
    assert [10.0, 10.0, 12.0, 0.0] == list(most.y)
    assert [("2026-W03", 11.0)] == list(zip(used.x, used.y, strict=True))
    unknown = load(small_plan(), "BIKE").layout.yaxis.title.text

    assert "Load (shifts)" == figure.layout.yaxis.title.text
    assert "Load (unit of capacity)" == unknown
