"""
Tests of the comparison with golden LP texts.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from lotwright.solver.lotsizing.algebra import Axis, Model
from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.export import to_lp_text
from tests.solver.lotsizing.golden import assert_golden, golden_families


@pytest.fixture(autouse=True)
def _calm(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOTWRIGHT_ACCEPT", raising=False)
    monkeypatch.delenv("CI", raising=False)


def _rows(bound: float) -> Compiled:
    """
    Returns a model of one row.
    """
    model = Model()
    axis = Axis("item", ["A"])
    model.add("limit", axis, model.variable("x", axis, 1) <= bound)
    return model.compile()


def test_missing_text_fails(tmp_path: Path) -> None:
    """
    Tests that a family without a golden text is not taken for correct.
    """
    with pytest.raises(pytest.fail.Exception, match=r"limit\.lp is missing"):
        assert_golden(_rows(3.0), "limit", tmp_path)


def test_difference_is_shown(tmp_path: Path) -> None:
    """
    Tests that the failure shows the row before and now.
    """
    (tmp_path / "limit.lp").write_text(to_lp_text(_rows(3.0)), encoding="utf-8")

    assert_golden(_rows(3.0), "limit", tmp_path)
    with pytest.raises(pytest.fail.Exception) as failure:
        assert_golden(_rows(4.0), "limit", tmp_path)

    assert "- limit(A,1): + x(A,1) <= 3\n+ limit(A,1): + x(A,1) <= 4" in str(
        failure.value
    )


def test_accepting_writes_the_text(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that the explicit command writes the text, which then holds.
    """
    folder = tmp_path / "lp"
    monkeypatch.setenv("LOTWRIGHT_ACCEPT", "1")
    assert_golden(_rows(3.0), "limit", folder)
    monkeypatch.delenv("LOTWRIGHT_ACCEPT")

    assert_golden(_rows(3.0), "limit", folder)

    assert {"limit"} == golden_families(folder)


def test_accepting_in_ci_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Tests that continuous integration cannot make its own truth.
    """
    monkeypatch.setenv("LOTWRIGHT_ACCEPT", "1")
    monkeypatch.setenv("CI", "true")

    with pytest.raises(pytest.fail.Exception, match="in CI"):
        assert_golden(_rows(3.0), "limit", tmp_path)

    assert set() == golden_families(tmp_path)
