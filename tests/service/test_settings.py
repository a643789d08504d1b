"""
Tests of settings.
"""

from __future__ import annotations

import pytest

from lotwright.service.settings import Settings


def test_settings_come_from_the_environment() -> None:
    """
    Tests that variables set what they name, and nothing else does.
    """
    given = {"LOTWRIGHT_PORT": "9000", "LOTWRIGHT_BEHIND_PROXY": "yes", "PORT": "1"}

    found = Settings.from_environment(given)

    assert (9000, True, "127.0.0.1") == (found.port, found.behind_proxy, found.host)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "many"),
        ("BEHIND_PROXY", "perhaps"),
        ("MEMORY_MB", "0"),
        ("LEASE_SECONDS", "2"),
        ("LEASE_SECONDS", "300"),
    ],
)
def test_settings_that_are_none_are_refused(name: str, value: str) -> None:
    """
    Tests that a value that makes no sense is refused by name.
    """
    with pytest.raises(ValueError, match=f"(?i){name}"):
        Settings.from_environment({f"LOTWRIGHT_{name}": value})
