"""
Tests of the command that seals secrets by the newest key.
"""

from __future__ import annotations

import base64
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lotwright.cli.app import app

_NEW = base64.b64encode(bytes(range(32))).decode()
_OLD = base64.b64encode(bytes(range(200, 232))).decode()


def test_secrets_are_sealed_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that a key before another one takes its place, and that without the one that
    sealed a secret this is told by the exit code.
    """
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "item.csv").write_text("Name\nA\n", "utf-8")
    run = CliRunner().invoke
    monkeypatch.setenv("LOTWRIGHT_DATABASE_URL", f"sqlite:///{tmp_path / 'store.db'}")
    monkeypatch.setenv("LOTWRIGHT_SECRET_KEY", _OLD)
    run(app, ["tenant", "create", "plant"])
    path = str(tmp_path / "export")
    made = run(app, ["connect", path, "--tenant", "plant", "--mapping", "frepple_csv"])
    assert 0 == made.exit_code, made.output

    monkeypatch.setenv("LOTWRIGHT_SECRET_KEY", _NEW)
    refused = run(app, ["reseal"])
    monkeypatch.setenv("LOTWRIGHT_SECRET_KEY", f"{_NEW},{_OLD}")
    done = run(app, ["reseal"])
    monkeypatch.setenv("LOTWRIGHT_SECRET_KEY", _NEW)
    again = run(app, ["reseal"])

    assert 5 == refused.exit_code
    assert "No key opens those of c_" in " ".join(refused.output.split())
    assert (0, 0) == (done.exit_code, again.exit_code)
    assert "newest key: 1 anew, 0 already" in " ".join(done.output.split())
    assert "newest key: 0 anew, 1 already" in " ".join(again.output.split())
