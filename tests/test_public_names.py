"""
Tests that the public names are those of the manual.
"""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import lotwright as lw

MANUAL = Path(__file__).parents[1] / "docs" / "api.md"


def test_manual_lists_every_public_name() -> None:
    """Tests that no name is public unseen, and none is promised in vain."""
    listed = re.findall(r"^\| `(\w+)` \|", MANUAL.read_text("utf-8"), re.MULTILINE)
    public = [
        name
        for name, value in vars(lw).items()
        if not name.startswith("_") and not isinstance(value, ModuleType)
    ]

    assert sorted(listed) == sorted(public)


def test_version_is_that_of_the_distribution() -> None:
    """Tests that package and project file name the same version."""
    project = MANUAL.parents[1] / "pyproject.toml"

    assert f'version = "{lw.__version__}"' in project.read_text("utf-8")
