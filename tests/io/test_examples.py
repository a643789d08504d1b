"""
Tests of finding the bundled example.
"""

from __future__ import annotations

import pytest

from lotwright.io.examples import example_folder


def test_example_is_found() -> None:
    """Tests that the bundled example is found, in a source tree and in a wheel."""
    assert (example_folder() / "demands.csv").is_file()


def test_unknown_example_is_refused() -> None:
    """Tests that a wrong name is an error that names the place."""
    with pytest.raises(FileNotFoundError, match="examples/unicycles"):
        example_folder("unicycles")
