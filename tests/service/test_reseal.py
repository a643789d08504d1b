"""
Tests of secrets that are sealed by a new key.
"""

from __future__ import annotations

import base64

import pytest
from sqlalchemy import select

from lotwright.service.reseal import Resealed, reseal
from lotwright.service.secrets import SecretBox, SecretsError
from lotwright.service.store import audit, connections, webhooks
from lotwright.service.store.connections import NewConnection
from lotwright.service.store.schema_connections import connection, webhook
from lotwright.service.store.store import Store

_OLD = base64.b64encode(bytes(range(200, 232))).decode()
_NEW = base64.b64encode(bytes(range(32))).decode()
_LOST = base64.b64encode(bytes(range(100, 132))).decode()


def _kept(store: Store, tenant_id: str, box: SecretBox, name: str) -> None:
    """
    Keeps a connection and a webhook whose secrets are sealed by a box.
    """
    new = NewConnection(
        name=name,
        sealed_url=box.seal(f"sqlite:////{name}.db"),
        shown_url=f"sqlite:////{name}.db",
        by_operator=True,
        mapping_name="erp_sample",
        mapping="",
        actor="operator",
    )

    with store.of(tenant_id) as link:
        connections.create(store, link, tenant_id, new)
        webhooks.create(
            store,
            link,
            tenant_id,
            url="https://plant.example/hook",
            events=["run.succeeded"],
            sealed_secret=box.seal(f"secret of {name}"),
            actor="operator",
        )


def _opened(store: Store, tenant_id: str, key: str) -> set[str]:
    """
    Returns all secrets of a tenant, opened by one key.
    """
    box = SecretBox([key])

    with store.look(tenant_id) as link:
        urls = select(connection.c.sealed_url).filter_by(tenant_id=tenant_id)
        secrets = select(webhook.c.sealed_secret).filter_by(tenant_id=tenant_id)
        sealed = [*link.execute(urls).scalars(), *link.execute(secrets).scalars()]

    return {box.open(each) for each in sealed}


def test_nothing_needs_the_old_key_any_more(
    store: Store, tenant: str, other: str
) -> None:
    """
    Tests that the secrets of all tenants are sealed by the newest key, that a second
    time changes nothing, that each tenant's audit has it, and that the old key is of no
    use then.
    """
    both = SecretBox([_NEW, _OLD])
    _kept(store, tenant, SecretBox([_OLD]), "one")
    _kept(store, other, SecretBox([_OLD]), "two")
    _kept(store, other, SecretBox([_NEW]), "three")

    found = reseal(store, both)

    assert Resealed(num_resealed=4, num_kept=2) == found
    assert Resealed(num_resealed=0, num_kept=6) == reseal(store, SecretBox([_NEW]))
    assert {"sqlite:////one.db", "secret of one"} == _opened(store, tenant, _NEW)
    assert 4 == len(_opened(store, other, _NEW))

    with store.look(tenant) as link:
        assert ["reseal"] == [act.verb for act in audit.acts(link, tenant)]

    with pytest.raises(SecretsError):
        _opened(store, tenant, _OLD)


def test_what_no_key_opens_is_named(store: Store, tenant: str) -> None:
    """
    Tests that a secret of a lost key is named and stays as it is, and that the others
    are sealed anew all the same.
    """
    _kept(store, tenant, SecretBox([_LOST]), "lost")
    _kept(store, tenant, SecretBox([_OLD]), "one")

    found = reseal(store, SecretBox([_NEW, _OLD]))

    assert (2, 0, 2) == (found.num_resealed, found.num_kept, len(found.lost))
    assert ["c", "w"] == sorted(each.split("_")[0] for each in found.lost)
    assert Resealed(num_resealed=2, num_kept=2) == reseal(
        store, SecretBox([_NEW, _LOST])
    )
