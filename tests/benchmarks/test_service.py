"""
Tests of what the benchmark of the service reckons.
"""

from __future__ import annotations

from benchmarks.service_load import Reading


def test_quantiles_are_of_the_answers_that_came() -> None:
    """
    Tests that half of the answers came within the median, and all within the last.
    """
    found = Reading(seconds=[0.4, 0.1, 0.3, 0.2], errors=1, lasted=2.0)

    assert (0.3, 0.4) == (found.quantile(0.5), found.quantile(1.0))
    assert 2.0 == found.rate
