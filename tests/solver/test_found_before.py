"""
Tests of plans that are what an earlier search had found.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lotwright.io.read import read
from lotwright.solver.quantities import Quantities
from lotwright.solver.result import Progress
from lotwright.solver.solve import plan
from tests.solver.plans import data_of

_EXAMPLE = Path(__file__).parents[2] / "examples" / "first_five"


def test_what_was_found_becomes_the_plan() -> None:
    """
    Tests that a plan that was handed over costs what the whole run would have, that
    nothing is searched for it, and that it says what it is.
    """
    data = read(_EXAMPLE)
    heard: list[Progress] = []
    whole = plan(data, engine="mip", work_limit=20, listener=heard.append)
    found = [event.plan() for event in heard if event.plan is not None][-1]
    phases: list[str] = []

    again = plan(
        data, engine="mip", found=found, listener=lambda told: phases.append(told.phase)
    )

    assert pytest.approx(whole.run.objective) == again.run.objective
    assert ["check", "network", "decode"] == phases
    assert ("mip", "time_limit") == (again.run.engine_used, again.run.termination)
    assert "ended from outside" in again.run.choice


def test_a_plan_of_other_data_is_refused() -> None:
    """
    Tests that quantities have to fit the network.
    """
    heard: list[Progress] = []
    plan(read(_EXAMPLE), engine="mip", work_limit=1, listener=heard.append)
    found: Quantities = [each.plan() for each in heard if each.plan is not None][-1]

    with pytest.raises(ValueError, match="another network"):
        plan(data_of(), found=found)
