"""
Tests of the words for what a run does.
"""

from __future__ import annotations

import lotwright as lw
from lotwright.plot.phase_words import PHASES, phase_words
from tests.solver.plans import data_of, demands


def test_every_phase_of_a_run_has_words() -> None:
    """Tests that planners are told no names of the search."""
    seen: set[str] = set()
    data = data_of(demands=demands((5.0, 2)))

    for engine in ("mrp", "lp", "mip"):
        lw.plan(data, engine=engine, listener=lambda event: seen.add(event.phase))

    assert {"mrp", "search", "decode"} <= seen
    assert set() == seen - set(PHASES)


def test_a_phase_without_words_goes_by_its_name() -> None:
    """Tests that nothing is hidden that has no words yet."""
    assert "polish" == phase_words("polish")
