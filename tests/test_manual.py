"""
Tests of the manual: its pages become a site, and its commands do what it says.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

import lotwright as lw
from lotwright.cli.app import PANELS, app
from lotwright.cli.commands_page import PAGE, commands_page
from tests.browser import opened

ROOT = Path(__file__).parents[1]

#: What a page may load; addresses that are only named or linked do no harm.
_LOADED = re.compile(r"""(?:src|<link[^>]*href)\s*=\s*["'](?:https?:)?//[^"']*""")


def test_the_page_of_commands_is_current() -> None:
    """Tests that the page in the manual is what the commands say of themselves."""
    assert commands_page() == (ROOT / PAGE).read_text(encoding="utf-8"), (
        "Run python -m lotwright.cli.commands_page."
    )


def test_each_command_stands_among_its_kind() -> None:
    """
    Tests that help and manual name each command under what it is about, so that none is
    left out of the manual.
    """
    commands = {each.rich_help_panel for each in app.registered_commands}
    groups = {each.rich_help_panel for each in app.registered_groups}

    assert set(PANELS) == commands | groups


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    Returns the folder of the manual as a site, built with warnings as errors.
    """
    pytest.importorskip("sphinx", reason="the site is built with the development tools")
    folder = tmp_path_factory.mktemp("manual")
    command = [sys.executable, "-m", "sphinx", "-E", "-q", "-W", "--keep-going", "-n"]

    done = subprocess.run(
        [*command, str(ROOT / "docs"), str(folder)],
        capture_output=True,
        text=True,
        check=False,
    )

    assert (0, "") == (done.returncode, done.stderr)

    return folder


@pytest.mark.slow
def test_the_manual_becomes_a_site_without_dead_links(site: Path) -> None:
    """Tests that every page, link and name resolves, and that nothing is loaded."""
    pages = list(site.glob("*.html"))
    assert len(list((ROOT / "docs").glob("*.md"))) <= len(pages)
    loaded = [_LOADED.findall(page.read_text(encoding="utf-8")) for page in pages]
    assert not any(loaded)
    assert 6 <= len(list(site.glob("_downloads/*/*.ipynb")))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "element"), [("index", "toctree"), ("formulation", "<math")]
)
def test_the_manual_opens_without_a_network(
    name: str, element: str, site: Path, tmp_path: Path
) -> None:
    """Tests that a browser shows pages and formulas, and asks for nothing elsewhere."""
    shown = opened(site / f"{name}.html", tmp_path / "browser")

    assert element in shown.dom
    assert () == shown.said
    assert [] == [each for each in shown.asked if not each.startswith("file:")]


def commands_of(page: str) -> Iterator[tuple[str, list[str]]]:
    """
    Yields each command that a page shows, with the lines that it is said to print.
    """
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")

    for block in re.findall(r"```console\n(.*?)```", text, re.DOTALL):
        command, *lines = block.strip().splitlines()
        yield command.removeprefix("$ lotwright "), lines


@pytest.mark.slow
@pytest.mark.parametrize("page", ["tutorial.md", "spreadsheet.md"])
def test_the_commands_of_a_page_do_what_it_says(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests that a reader who follows the page sees what it shows."""
    shop = tmp_path / "examples" / "first_five"
    shutil.copytree(ROOT / "examples" / "first_five", shop)
    _edited(shop, tmp_path / "cheap", "BUY-LOCK", ",20,25", ",20,2")
    _edited(shop, tmp_path / "slow", "BUY-LOCK", ",5,20,", ",15,20,")
    monkeypatch.chdir(tmp_path)
    commands = list(commands_of(page))
    assert commands

    for command, lines in commands:
        done = CliRunner().invoke(app, command.split())
        shown = " ".join(done.stdout.split())
        assert 0 == done.exit_code, command
        assert [] == [line for line in lines if line not in shown], command

        # The reader fills the workbook in; the shop stands for what is filled in.
        if command.startswith("template"):
            lw.write(lw.read(shop), "planning.xlsx")


def _edited(source: Path, target: Path, row: str, old: str, new: str) -> None:
    """
    Copies the shop and changes its source of locks.
    """
    shutil.copytree(source, target)
    file = target / "sources.csv"
    lines = file.read_text(encoding="utf-8").splitlines()
    changed = [x.replace(old, new) if x.startswith(row) else x for x in lines]
    assert lines != changed
    file.write_text("\n".join([*changed, ""]), encoding="utf-8")
