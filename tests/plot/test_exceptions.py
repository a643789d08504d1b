"""
Tests of what a planner must look at first.
"""

from __future__ import annotations

import pandas as pd
import pytest

from lotwright.plot.exceptions import bottlenecks, exceptions, missed
from tests.plot.plans import empty_plan, small_plan


def test_exceptions_are_ranked_by_money_then_gravity() -> None:
    """Tests that notes are no exceptions, and that the dearest comes first."""
    assert ["X-LATE", "X-OVERTIME"] == exceptions(small_plan())["code"].tolist()


def test_equal_money_puts_the_gravest_first() -> None:
    """Tests that an error without money comes before a warning without."""
    findings = {
        "code": ["A", "B"],
        "severity": ["warning", "error"],
        "text": ["a", "b"],
    }

    assert ["B", "A"] == exceptions(small_plan(findings=findings))["code"].tolist()


def test_missed_demand_has_its_cause() -> None:
    """Tests that only late or short demand is listed, with what would mend it."""
    rows = missed(small_plan())

    assert ["D2"] == rows["demand_id"].tolist()
    assert "Work overtime on BIKE." == rows["fix_hint"].iloc[0]


def test_missed_demand_does_without_explanations() -> None:
    """Tests that a plan without that table still lists its demand."""
    plan = small_plan()
    frames = {name: t for name, t in plan.frames.items() if name != "explanations"}

    rows = missed(type(plan)(run=plan.run, frames=frames))

    assert ["D2"] == rows["demand_id"].tolist()


def test_bottlenecks_are_recomputed_from_the_loads() -> None:
    """Tests the figures of a resource; buckets without capacity count for nothing."""
    plan = small_plan()
    idle = plan.loads.assign(
        resource_id="IDLE", load_open=0.0, load_planned=0.0, setup=0.0, overtime=0.0
    )
    both = plan.replace(frames={"capacity_load": pd.concat([idle, plan.loads])})

    table = bottlenecks(both)
    first = table.iloc[0]

    assert ["BIKE", "IDLE"] == table["resource_id"].tolist()
    assert pytest.approx(110.0) == first["highest"]
    assert "2026-W03" == first["fullest"]
    assert pytest.approx(100 * 18 / 26) == first["mean"]
    assert pytest.approx(100 * 2 / 18) == first["setup_share"]
    assert 1 == first["full"]
    assert 1.0 == first["overtime"]


def test_plan_without_resources_has_no_bottlenecks() -> None:
    """Tests that an empty table of loads gives an empty table."""
    assert 0 == len(bottlenecks(empty_plan()))
