"""
Mappings that come with Lotwright.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from lotwright.errors import InputError, Problem
from lotwright.model.nearest import what_to_write

_FOLDER = files("lotwright.service.connect") / "mappings"


def names() -> list[str]:
    """
    Returns the names of all of them.
    """
    files = (each.name for each in _FOLDER.iterdir())

    return sorted(Path(name).stem for name in files if name.endswith(".toml"))


def content_of(name: str) -> str:
    """
    Returns what one of them holds.

    Raises
    ------
    InputError
        When there is none of that name.
    """
    known = names()

    if name not in known:
        raise InputError(
            [
                Problem(
                    code="E-MAPPING",
                    table="",
                    value=name[:200],
                    text=f"There is no mapping {name[:80]!r}.",
                    remedy=what_to_write(name, known),
                )
            ]
        )

    return (_FOLDER / f"{name}.toml").read_text("utf-8")
