"""
Tests of plans that a search hands over while it runs.
"""

from __future__ import annotations

from dataclasses import fields
from typing import Any

import numpy as np
import pytest

from lotwright.fanout.task import Wish
from lotwright.scenarios.planning import event_in, news_of
from lotwright.service.work import handover
from lotwright.service.work.handover import (
    as_bytes,
    handed_over,
    handing_over,
    quantities_in,
)
from lotwright.solver.quantities import Quantities
from lotwright.solver.result import Progress


class _Line:
    """
    A line that keeps what was said.
    """

    def __init__(self) -> None:
        self.said: list[bytes] = []

    def say(self, news: bytes) -> None:
        self.said.append(news)

    def wish(self) -> Wish:
        return Wish.NONE


def _some() -> Quantities:
    rng = np.random.default_rng(7)
    own: dict[str, Any] = {
        field.name: rng.uniform(size=(3, 5))
        for field in fields(Quantities)
        if field.name not in {"capacity_worth", "stock_worth", "of_other_data", "still"}
    }

    return Quantities(**own)


def test_a_plan_comes_back_as_it_was() -> None:
    """
    Tests that every array is the same, and what was not there is not there.
    """
    given = _some()

    found = quantities_in(as_bytes(given))

    for field in fields(Quantities):
        np.testing.assert_array_equal(
            getattr(given, field.name), getattr(found, field.name)
        )


def test_a_plan_is_told_beside_the_news() -> None:
    """
    Tests that news go on as before, and that a plan is told once.
    """
    line = _Line()
    heard: list[Progress] = []
    given = _some()

    def plan() -> Quantities:
        return given

    hear = handing_over(line, heard.append)
    event = Progress(phase="improve", seconds=1.0, incumbent=5.0, plan=plan)
    hear(event)
    hear(event)

    assert [event, event] == heard
    assert [as_bytes(given)] == [handed_over(told) for told in line.said]


def test_news_without_a_plan_are_none() -> None:
    """
    Tests that what is told of a search is not taken for its plan, nor has one.
    """
    event = Progress(phase="improve", seconds=1.0, incumbent=5.0, plan=_some)
    told = news_of(event)

    assert handed_over(told) is None
    assert event == event_in(told)


def test_a_plan_that_is_too_large_stays_where_it_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Tests that nothing is told beyond the limit.
    """
    line = _Line()
    monkeypatch.setattr(handover, "_LARGEST", 100)
    hear = handing_over(line, lambda _: None)

    hear(Progress(phase="improve", seconds=1.0, plan=_some))

    assert [] == line.said
