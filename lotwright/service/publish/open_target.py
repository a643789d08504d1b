"""
Which target a name stands for: a connection, or the folder of a tenant.
"""

from __future__ import annotations

from pathlib import Path

from lotwright.service.connect.reach import ReachError, refuse_beyond
from lotwright.service.publish.folder_target import FolderTarget
from lotwright.service.publish.sql_target import SqlTarget
from lotwright.service.publish.target import Target, TargetError
from lotwright.service.secrets import SecretsError, box_of
from lotwright.service.settings import Settings
from lotwright.service.store import connections
from lotwright.service.store.schema_connections import ConnectionStatus
from lotwright.service.store.store import Store

#: What the folder of a tenant is called where targets are named.
FOLDER = "folder"


def open_target(store: Store, settings: Settings, tenant_id: str, name: str) -> Target:
    """
    Returns a target of a tenant.

    Parameters
    ----------
    store, settings
        The service.
    tenant_id
        Whose.
    name
        A connection, or ``folder``.

    Raises
    ------
    TargetError
        When there is none of that name, or it is not to be used now.
    """
    if name == FOLDER:
        if not settings.publish_folder:
            text = (
                "There is no folder to publish to: LOTWRIGHT_PUBLISH_FOLDER names it."
            )
            raise TargetError(code="no_folder", text=text)

        return FolderTarget(Path(settings.publish_folder) / tenant_id)

    with store.look(tenant_id) as connection:
        found = connections.find(connection, tenant_id, name)

    if found is None:
        text = "There is no such connection."
        raise TargetError(code="unknown_target", text=text)

    if found.status != ConnectionStatus.CONNECTED.value:
        text = (
            f"The connection {found.name!r} is {found.status.replace('_', ' ')}: "
            "nothing is published to it until it is connected."
        )
        raise TargetError(code="not_connected", text=text)

    if not found.in_use:
        text = str(connections.ConnectionOffError(found.name))
        raise TargetError(code="connection_off", text=text)

    return SqlTarget(_address(settings, found.sealed_url, found.by_operator), tenant_id)


def _address(settings: Settings, sealed: str, by_operator: bool) -> str:
    try:
        address = box_of(settings).open(sealed)

        if not by_operator:
            refuse_beyond(address, settings)
    except (SecretsError, ReachError) as error:
        raise TargetError(code="address", text=str(error)) from None

    return address
