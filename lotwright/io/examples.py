"""
Where the example that comes with Lotwright lies.
"""

from __future__ import annotations

from pathlib import Path

#: Name of the bundled example.
EXAMPLE = "bikes"


def example_folder(name: str = EXAMPLE) -> Path:
    """
    Returns the folder of a bundled example.

    A wheel carries the examples inside the package, a source tree beside it.

    Parameters
    ----------
    name
        Name of the example.

    Raises
    ------
    FileNotFoundError
        When there is no such example.
    """
    package = Path(__file__).parents[1]

    for parent in (package, package.parent):
        folder = parent / "examples" / name

        if folder.is_dir():
            return folder

    msg = f"Expected the bundled example {name!r} at {package / 'examples' / name}."
    raise FileNotFoundError(msg)
