"""
Golden LP text of constraint families, in ``tests/lp``.

``LOTWRIGHT_ACCEPT=1 pytest tests/solver/lotsizing`` writes what the model says now; the
difference is then reviewed like any other change. Continuous integration never accepts.
"""

from __future__ import annotations

import difflib
import os
from pathlib import Path

import pytest

from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.export import to_lp_text

#: Where the texts lie, one per family.
FOLDER = Path(__file__).parents[2] / "lp"

#: The command that accepts new texts.
ACCEPT = "LOTWRIGHT_ACCEPT=1 pytest tests/solver/lotsizing"


def assert_golden(compiled: Compiled, family: str, folder: Path = FOLDER) -> None:
    """
    Fails unless the model reads like ``tests/lp/<family>.lp``; shows what differs.

    Parameters
    ----------
    compiled
        The family alone on a small network.
    family
        Name of the family, which is the name of the file.
    folder
        Where the texts lie.
    """
    path = folder / f"{family}.lp"
    text = to_lp_text(compiled)

    if os.environ.get("LOTWRIGHT_ACCEPT"):
        _accept(path, text)
        return

    if not path.exists():
        pytest.fail(f"{path.name} is missing; read and accept it: {ACCEPT}")

    golden = path.read_text(encoding="utf-8")

    if golden != text:
        lines = difflib.unified_diff(
            golden.splitlines(), text.splitlines(), "golden", "now", lineterm=""
        )
        difference = "\n".join(lines)
        pytest.fail(f"{path.name} differs; if it should: {ACCEPT}\n{difference}")


def golden_families(folder: Path = FOLDER) -> set[str]:
    """
    Returns the families that have a golden text.

    Parameters
    ----------
    folder
        Where the texts lie.
    """
    return {path.stem for path in folder.glob("*.lp")}


def _accept(path: Path, text: str) -> None:
    """
    Writes the text, except where nobody would read the difference.
    """
    if os.environ.get("CI"):
        pytest.fail("LOTWRIGHT_ACCEPT is set in CI, where nobody reviews a new text.")

    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")
