"""
Tests of secrets.
"""

from __future__ import annotations

import base64
import stat
from pathlib import Path

import pytest

from lotwright.service.secrets import SecretBox, SecretsError, box_of
from lotwright.service.settings import Settings

_OLD = base64.b64encode(bytes(range(200, 232))).decode()
_NEW = base64.urlsafe_b64encode(bytes(range(32))).decode()


def test_opens_what_it_sealed() -> None:
    """
    Tests that a text comes back, and that what is kept shows nothing of it.
    """
    box = SecretBox([_NEW])
    sealed = box.seal("postgresql://erp:gehöim@host/erp")

    assert "postgresql://erp:gehöim@host/erp" == box.open(sealed)
    assert "erp" not in base64.urlsafe_b64decode(sealed).decode("latin-1")


def test_keys_follow_each_other() -> None:
    """
    Tests that what an old key sealed opens beside a new one, which seals from then on.
    """
    sealed = SecretBox([_OLD]).seal("secret")
    both = SecretBox([_NEW, _OLD])

    assert "secret" == both.open(sealed)
    assert "secret" == SecretBox([_NEW]).open(both.seal("secret"))


def test_refuses_what_another_key_sealed() -> None:
    """
    Tests that the wrong key is named, and that the message shows no secret.
    """
    sealed = SecretBox([_OLD]).seal("secret")

    with pytest.raises(SecretsError, match="LOTWRIGHT_SECRET_KEY") as refused:
        SecretBox([_NEW]).open(sealed)

    assert sealed not in str(refused.value)


@pytest.mark.parametrize("key", ["short", "ä" * 44, _NEW[:-4], "=" * 44])
def test_refuses_what_is_no_key(key: str) -> None:
    """
    Tests that a key of another length or alphabet is refused, and not shown.
    """
    with pytest.raises(SecretsError, match="32 bytes in base64") as refused:
        SecretBox([key])

    assert key not in str(refused.value)


def test_postgres_needs_a_key() -> None:
    """
    Tests that a store that is no file has no secrets until it has a key.
    """
    url = "postgresql://user@host/name"

    with pytest.raises(SecretsError, match="openssl rand"):
        box_of(Settings(database_url=url))

    box = box_of(Settings(database_url=url, secret_key=f"{_NEW}, {_OLD}"))

    assert "secret" == box.open(SecretBox([_OLD]).seal("secret"))


def test_a_file_has_a_key_beside_it(tmp_path: Path) -> None:
    """
    Tests that the key of a file is made once, and that only its owner may read it.
    """
    settings = Settings(database_url=f"sqlite:///{tmp_path / 'store.db'}")

    sealed = box_of(settings).seal("secret")

    assert "secret" == box_of(settings).open(sealed)
    assert 0o600 == stat.S_IMODE((tmp_path / "store.db.key").stat().st_mode)
    assert ["store.db.key"] == [file.name for file in tmp_path.iterdir()]


def test_settings_do_not_show_the_key() -> None:
    """
    Tests that settings can be written to a log.
    """
    assert _NEW not in repr(Settings(secret_key=_NEW))
