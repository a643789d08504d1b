"""
Tests that the examples of the manual's page run.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from lotwright.io.examples import example_folder
from lotwright.io.read import read
from lotwright.scenarios.apply import apply
from lotwright.scenarios.reach import REACHES
from lotwright.scenarios.scenario_file import read_scenario

PAGE = (Path(__file__).parents[2] / "docs" / "scenarios.md").read_text("utf-8")


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_the_examples_run(capsys: pytest.CaptureFixture[str]) -> None:
    """Tests that the blocks of the page, one after the other, do what they say."""
    folder = example_folder("first_five").as_posix()
    code = "\n".join(_blocks("python")).replace("examples/first_five", folder)
    names: dict[str, object] = {}

    exec(compile(code, "scenarios.md", "exec"), names)

    said = capsys.readouterr().out
    assert "Did you mean demands?" in said
    assert "rush against base:" in said
    assert "late_lines" in said


def test_the_file_is_the_scenario_of_the_page(tmp_path: Path) -> None:
    """Tests that file and Python on the page change the data alike."""
    (tmp_path / "rush.toml").write_text(_blocks("toml")[0], "utf-8")
    data = read(example_folder("first_five"))

    changed = apply(read_scenario(tmp_path / "rush.toml", data))["demands"]

    quantity = changed.set_index("demand_id")["quantity"]
    assert [18.0, 37.5, 10.0] == quantity[["SO-1", "SO-3", "SO-9"]].tolist()


def test_all_reaches_are_on_the_page() -> None:
    """Tests that the page lists what conditions may speak of, from the top down."""
    listed = re.findall(r"^\| `(\w+_id)` \| (.*) of the", PAGE, re.MULTILINE)

    assert [
        (reach.via, ", ".join(f"`{name}`" for name in reach.columns))
        for reach in REACHES
    ] == listed
