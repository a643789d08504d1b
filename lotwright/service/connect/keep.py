"""
Keeping a connection that an operator made at the command line.
"""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.exc import IntegrityError

from lotwright.errors import LotwrightError
from lotwright.service.connect.pull import probe
from lotwright.service.connect.source import shown, url_of
from lotwright.service.secrets import box_of
from lotwright.service.settings import Settings
from lotwright.service.store import audit, connections
from lotwright.service.store.audit import Act
from lotwright.service.store.connections import NewConnection, Standing
from lotwright.service.store.schema_connections import ConnectionStatus
from lotwright.service.store.store import Store

_ACTOR = "operator"


def keep(
    store: Store,
    settings: Settings,
    tenant_id: str,
    *,
    name: str,
    address: str,
    mapping_name: str,
    mapping: str,
) -> Standing:
    """
    Keeps a connection for a tenant, in place of one of the same name, tests it and
    returns where it stands. It may lead anywhere: an operator is trusted.

    Parameters
    ----------
    store, settings, tenant_id
        Where, and for whom.
    name, address
        Its name, and the database.
    mapping_name, mapping
        Name and content of its mapping.

    Raises
    ------
    LotwrightError
        When there is a data set of that name that is none of a connection.
    """
    url = url_of(address)

    # Workers may run in another folder than the command line.
    if url.get_backend_name() == "sqlite" and url.database:
        url = url.set(database=str(Path(url.database).resolve()))

    sealed = box_of(settings).seal(url.render_as_string(hide_password=False))
    new = NewConnection(
        name=name,
        sealed_url=sealed,
        shown_url=shown(url),
        by_operator=True,
        mapping_name=mapping_name,
        mapping=mapping,
        actor=_ACTOR,
    )

    try:
        with store.of(tenant_id) as link:
            rows = connections.every(link, tenant_id)
            same = [row.connection_id for row in rows if row.name == name]
            changed = {
                "sealed_url": sealed,
                "shown_url": new.shown_url,
                "by_operator": True,
                "mapping_name": mapping_name,
                "mapping": mapping,
                "in_use": False,
                "status": ConnectionStatus.ENABLING.value,
                "status_at": store.now(),
                "cause": "",
            }

            if same:
                connection_id = same[0]
                connections.change(link, tenant_id, connection_id, changed)
            else:
                connection_id = connections.create(store, link, tenant_id, new)

            done = Act(actor=_ACTOR, verb="connect", resource=connection_id)
            audit.record(store, link, tenant_id, done)
    except IntegrityError:
        msg = f"There is a data set named {name!r} already: choose another --name."
        raise LotwrightError(msg) from None

    return probe(store, settings, tenant_id, connection_id)
