"""
Tests that the cause of a delay is named, and that the demand is in time without it.
"""

from __future__ import annotations

import pytest

import lotwright as lw
from lotwright.scenarios.apply import apply
from tests.scenarios.delays import DELAYS

CASES = [(name, engine) for name, delay in DELAYS.items() for engine in delay.engines]


def _planned(data: lw.PlanningData, engine: str) -> lw.Plan:
    return lw.plan(data, engine=engine, level=True)


@pytest.mark.parametrize(("name", "engine"), CASES)
def test_cause_is_named_and_mended(name: str, engine: str) -> None:
    """
    Tests that the first cause is the one that was built in, and that the demand is in
    time without it.
    """
    delay = DELAYS[name]
    data = delay.data()

    plan = _planned(data, engine)
    mended = _planned(apply(delay.mended.on(data)), engine)
    why = plan.frames["explanations"].set_index("demand_id").loc[["D"]]
    served = mended.fulfilment.set_index("demand_id").loc["D"]

    assert delay.cause == tuple(why[["cause_code", "object_kind", "object_id"]].iloc[0])
    assert 20.0 == pytest.approx(served["on_time_qty"])
    assert "D" not in mended.frames["explanations"]["demand_id"].tolist()
