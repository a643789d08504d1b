"""
Tests of unsafe settings: the service does not start with them, and says why.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import make_url

from lotwright.service.settings import Settings
from lotwright.service.store.schema import worker
from lotwright.service.store.store import Store, open_store
from lotwright.service.unsafe import UnsafeError, refuse_unsafe, refuse_unsafe_store

#: What nobody objects to.
_SAFE = {"LOTWRIGHT_DATABASE_URL": "sqlite:///store.db"}


def _started(given: dict[str, str]) -> None:
    """
    Does what a service does with its settings before it opens anything.
    """
    variables = {**_SAFE, **given}
    refuse_unsafe(Settings.from_environment(variables), variables)


def test_safe_settings_are_no_matter() -> None:
    """
    Tests that the service starts with nothing but the address of its store.
    """
    _started({})


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"HOST": "0.0.0.0"}, "Put a proxy that speaks TLS"),
        ({"TRUSTED_PROXIES": "10.0.0.1, *"}, "trusts everybody"),
        ({"TRUSTED_PROXIES": "0.0.0.0/0"}, "trusts everybody"),
        ({"ALLOW_HOSTS": "*"}, "ALLOW_HOSTS"),
        ({"CONNECT_TO": "erp.example, *"}, "CONNECT_TO"),
        ({"METRICS_TOKEN": "secret"}, "at least 16 characters"),
        ({"DATABASE_URL": "sqlite://"}, "forgets everything"),
        ({"BEHIND_PROXY": "1", "LOG_LEVEL": "debug"}, "LOG_LEVEL=debug"),
        ({"BEHIND_PROXY": "1", "FAIL_POINT": "before_commit"}, "FAIL_POINT"),
        ({"BEHIND_PROXIES": "1"}, "is it LOTWRIGHT_BEHIND_PROXY"),
        ({"LOG_LEVEL": "loud"}, "log_level"),
    ],
)
def test_unsafe_settings_are_refused(given: dict[str, str], reason: str) -> None:
    """
    Tests that each setting that is no good idea is refused by its name.
    """
    variables = {f"LOTWRIGHT_{name}": value for name, value in given.items()}

    with pytest.raises((UnsafeError, ValueError), match=reason):
        _started(variables)


def test_a_public_service_is_not_root(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Tests that a service that others reach runs as a user of its own.
    """
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    _started({})

    with pytest.raises(UnsafeError, match="runs as root"):
        _started({"LOTWRIGHT_BEHIND_PROXY": "1"})

    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    _started({"LOTWRIGHT_BEHIND_PROXY": "1"})


def test_secrets_are_for_one_to_read(tmp_path: Path) -> None:
    """
    Tests that a secret may stand in a file, that others must not be able to read it,
    and that it is not given twice.
    """
    file = tmp_path / "token"
    file.write_text("x" * 32 + "\n")
    file.chmod(0o600)
    given = {"LOTWRIGHT_METRICS_TOKEN_FILE": str(file)}

    assert "x" * 32 == Settings.from_environment(given).metrics_token
    _started(given)

    with pytest.raises(ValueError, match="got both"):
        _started({**given, "LOTWRIGHT_METRICS_TOKEN": "y"})

    file.chmod(0o644)

    with pytest.raises(ValueError, match="chmod o-rwx"):
        _started(given)

    with pytest.raises(ValueError, match="cannot be read"):
        _started({"LOTWRIGHT_METRICS_TOKEN_FILE": str(tmp_path / "nothing")})


def test_files_of_the_service_are_its_own(tmp_path: Path) -> None:
    """
    Tests that neither the key file of a store is for all to read nor the folder of
    publications for all to write.
    """
    address = {"LOTWRIGHT_DATABASE_URL": f"sqlite:///{tmp_path / 'store.db'}"}
    key = tmp_path / "store.db.key"
    key.touch(0o600)
    _started(address)
    key.chmod(0o604)

    with pytest.raises(UnsafeError, match="chmod o-rwx"):
        _started(address)

    folder = tmp_path / "plans"
    folder.mkdir()
    folder.chmod(0o777)

    with pytest.raises(UnsafeError, match="chmod o-w"):
        _started({"LOTWRIGHT_PUBLISH_FOLDER": str(folder)})


def test_a_file_is_for_one_machine(store: Store) -> None:
    """
    Tests that SQLite is refused where a worker of another machine uses the same file.
    """
    if not store.is_sqlite:
        pytest.skip("PostgreSQL is for many machines")

    refuse_unsafe_store(store, Settings())

    with store.open() as connection:
        row = {"worker_id": "w", "host": "elsewhere", "version": "1"}
        connection.execute(insert(worker).values(**row, seen_at=store.now()))

    with pytest.raises(UnsafeError, match="A worker on elsewhere"):
        refuse_unsafe_store(store, Settings())


def test_a_role_must_not_see_all(store: Store) -> None:
    """
    Tests that the service refuses a role of PostgreSQL to which the walls between
    tenants mean nothing, and one without a key for secrets.
    """
    if store.is_sqlite:
        pytest.skip("a file has no roles")

    settings = Settings(secret_key="k" * 43 + "=")
    refuse_unsafe_store(store, settings)

    with pytest.raises(UnsafeError, match="SECRET_KEY is missing"):
        refuse_unsafe_store(store, Settings())

    powerful = make_url(store.engine.url).set(username="root_")
    seeing_all = open_store(powerful.render_as_string(hide_password=False))

    with pytest.raises(UnsafeError, match="sees through row-level security"):
        refuse_unsafe_store(seeing_all, settings)

    seeing_all.close()
