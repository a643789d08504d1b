"""
Tests of what is planned where a search heeded no limit.
"""

from __future__ import annotations

from pathlib import Path

from lotwright.io.read import read
from lotwright.service.work.fallback import Rescue, rescue_in
from lotwright.solver.solve import plan

_EXAMPLE = Path(__file__).parents[3] / "examples" / "first_five"


def test_the_plan_says_what_it_is() -> None:
    """
    Tests that the MRP plan tells which engine was asked for, and why it is another.
    """
    rescue = Rescue(engine="auto")
    asked = rescue.asked({"objective": "cost", "time_limit": 30.0})

    found = rescue.told(plan(rescue.data(read(_EXAMPLE)), **asked))

    assert ("auto", "mrp") == (found.run.engine_asked, found.run.engine_used)
    assert "W-SOLVER-FALLBACK" in set(found.findings["code"])
    assert len(found.orders)


def test_a_task_is_told_what_to_plan_instead() -> None:
    """
    Tests that a rescue and what it is for come back as they were.
    """
    rescue = Rescue(engine="mip", handed_over=b"plan")

    assert (rescue, b"data") == rescue_in(rescue.payload(b"data"))


def test_a_run_that_is_not_rescued_is_as_it_was_asked() -> None:
    """
    Tests that data, options and plan of other runs stay as they are.
    """
    data = read(_EXAMPLE)

    assert data is Rescue().data(data)
    assert {"engine": "mip"} == Rescue().asked({"engine": "mip"})
