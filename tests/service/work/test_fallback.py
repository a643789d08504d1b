"""
Tests of what is planned where a search heeded no limit.
"""

from __future__ import annotations

from pathlib import Path

from lotwright.io.read import read
from lotwright.scenarios.planning import news_of
from lotwright.service.work.fallback import planned_instead
from lotwright.solver.highs.control import Control
from lotwright.solver.result import Progress

_EXAMPLE = Path(__file__).parents[3] / "examples" / "first_five"


def test_the_plan_says_what_it_is() -> None:
    """
    Tests that the MRP plan tells which engine was asked for, and why it is another.
    """
    heard: list[bytes] = []

    def listen(event: Progress) -> None:
        heard.append(news_of(event))

    asked = {"objective": "cost", "time_limit": 30.0}

    found = planned_instead(read(_EXAMPLE), asked, "auto", listen, Control())

    assert ("auto", "mrp") == (found.run.engine_asked, found.run.engine_used)
    assert "W-SOLVER-FALLBACK" in set(found.findings["code"])
    assert len(found.orders)
    assert heard
