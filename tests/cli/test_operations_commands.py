"""
Tests of commands for those who run a service.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from lotwright.cli.app import app
from lotwright.service.settings import Settings
from lotwright.service.store import audit
from lotwright.service.store.tenants import principal_of
from lotwright.service.up import open_at


@pytest.fixture
def address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """
    The address of a store that is not there yet.
    """
    url = f"sqlite:///{tmp_path / 'store.db'}"
    monkeypatch.setenv("LOTWRIGHT_DATABASE_URL", url)

    return url


def _ran(*arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_a_tenant_is_made_set_and_shown(address: str) -> None:
    """
    Tests that a tenant is made with a key that works, that quotas and time zone are set
    and shown, and that this is in its audit.
    """
    key = _ran("tenant", "create", "plant").stdout.strip()
    done = _ran(
        "tenant", "set", "plant", "--quota", "streams=7", "--time-zone", "Asia/Tokyo"
    )
    [row] = json.loads(_ran("tenant", "list", "--json").stdout)

    assert 0 == done.exit_code
    assert ("plant", "Asia/Tokyo", {"streams": 7}) == (
        row["name"],
        row["time_zone"],
        row["set"],
    )
    store = open_at(Settings(database_url=address))
    who = principal_of(store, key)
    assert who is not None
    assert 7 == who.quotas.streams

    with store.look(who.tenant_id) as connection:
        [act] = audit.acts(connection, who.tenant_id)

    store.close()
    assert "operator" == act._mapping["actor"]
    assert "plant" in _ran("tenant", "list").stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("set", "plant", "--quota", "streams=many"), "streams=many"),
        (("set", "plant", "--quota", "wishes=3"), "wishes"),
        (("set", "plant", "--time-zone", "Moon/Base"), "Moon/Base"),
        (("set", "nobody"), "no tenant"),
        (("create", "plant"), "already"),
        (("erase", "plant"), "--repeat"),
    ],
)
def test_what_cannot_be_done_is_told(
    address: str, arguments: tuple[str, ...], words: str
) -> None:
    """
    Tests that a mistake is told in a line, and changes nothing.
    """
    _ran("tenant", "create", "plant")

    found = _ran("tenant", *arguments)

    [row] = json.loads(_ran("tenant", "list", "--json").stdout)
    assert 0 != found.exit_code
    assert words in found.output
    assert ("plant", "UTC", {}) == (row["name"], row["time_zone"], row["set"])


def test_a_store_is_saved_and_comes_back(
    address: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that a tenant that was erased is in the backup from before, and only there.
    """
    file = tmp_path / "backup"
    _ran("tenant", "create", "plant")
    saved = _ran("backup", str(file))
    erased = _ran("tenant", "erase", "plant", "--repeat", "plant")
    over = _ran("restore", str(file))
    left = _ran("tenant", "list", "--json").stdout

    monkeypatch.setenv("LOTWRIGHT_DATABASE_URL", f"sqlite:///{tmp_path / 'new.db'}")
    restored = _ran("restore", str(file))
    [row] = json.loads(_ran("tenant", "list", "--json").stdout)

    assert [0, 0, 0] == [each.exit_code for each in (saved, erased, restored)]
    receipt = json.loads(erased.stdout)
    assert 1 == receipt["rows"]["tenant"]
    assert [timedelta()] * 2 == [
        datetime.fromisoformat(receipt[name]).utcoffset()
        for name in ("begun_at", "ended_at")
    ]
    assert [] == json.loads(left)
    assert "not empty" in over.output
    assert "plant" == row["name"]


def test_a_new_store_is_for_nobody_else(address: str, tmp_path: Path) -> None:
    """
    Tests that only its owner reads the file that has everything.
    """
    _ran("tenant", "create", "plant")

    assert 0 == (tmp_path / "store.db").stat().st_mode & 0o077
