"""
Tests of files that say what is uncertain.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import lotwright as lw


def _written(folder: Path, text: str) -> Path:
    file = folder / "errors.toml"
    file.write_text(text, "utf-8")

    return file


def test_errors_are_read(tmp_path: Path) -> None:
    """Tests both kinds, with all that is left out by default."""
    file = _written(
        tmp_path,
        '[[demand]]\ncv = 0.2\nper = "group"\n\n[[lead_time]]\nlow = -1\nhigh = 2.5\n',
    )

    demand, lead_time = lw.read_uncertainty(file)

    assert (lw.DemandError(cv=0.2, per="group"),) == demand
    assert (lw.LeadTimeError(low=-1, high=2.5),) == lead_time


def test_all_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    """Tests unknown tables and parts, wrong numbers, and what is no table."""
    file = _written(
        tmp_path,
        "lead_time = 3\n[[demands]]\n[[demand]]\ncw = 1\n[[demand]]\ncv = -1\n",
    )

    with pytest.raises(lw.InputError) as caught:
        lw.read_uncertainty(file)

    texts = [problem.text for problem in caught.value.problems]
    assert '"demands" is no table.' in texts
    assert '"cw" is no part of demand.' in texts
    assert "demand: Expected cv of at least 0, got -1." in texts
    assert "lead_time is no table." in texts


def test_a_file_that_is_no_toml(tmp_path: Path) -> None:
    """Tests that it is refused as any malformed input."""
    with pytest.raises(lw.InputError, match=r"errors\.toml"):
        lw.read_uncertainty(_written(tmp_path, "cv == 1"))
