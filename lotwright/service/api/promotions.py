"""
Promotions: a scenario, or an edited plan, becomes the next version of its data set.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fastapi import Response
from sqlalchemy import Connection, Row

from lotwright.service.api.problems import Refusal
from lotwright.service.settings import Settings
from lotwright.service.store import audit, datasets
from lotwright.service.store.audit import Act
from lotwright.service.store.store import Store
from lotwright.service.store.tenants import Principal
from lotwright.service.work.asked import version_streams
from lotwright.service.work.errands import run_errand
from lotwright.service.work.material import Stored
from lotwright.service.work.scenario_tasks import promote_task


def promoted(
    store: Store,
    settings: Settings,
    who: Principal,
    found: Row[Any],
    content: Mapping[str, Any],
    done: Act,
    response: Response,
) -> dict[str, Any]:
    """
    Returns the version that changes to another one make.

    It is committed only while the data set is as that other version left it, so that
    nobody's upload is undone.

    Parameters
    ----------
    store, settings, who
        Where, how, and whose.
    found
        A row that names the data set and the version.
    content
        The changes, as a scenario file would state them.
    done
        What is told to the audit.
    response
        The answer, which is to say where the version is.

    Raises
    ------
    Refusal
        When the data set has moved on, or nothing changes.
    InputError
        When the changes do not fit; lists every problem.
    """
    tenant_id, dataset_id = who.tenant_id, str(found.dataset_id)

    if not content:
        raise Refusal(409, "no_changes", "It changes nothing about its data.")

    with store.look(tenant_id) as connection:
        _refuse_moved(connection, tenant_id, found)
        tables = version_streams(connection, tenant_id, dataset_id, found.version_id)

    stored = Stored(tables=tables, scenario=content, parameters={}, record={}, plan={})
    head, streams = run_errand(
        promote_task, stored.payload(), seconds=settings.upload_seconds
    )

    with store.of(tenant_id) as connection:
        _refuse_moved(connection, tenant_id, found)
        datasets.put_tables(
            store, connection, tenant_id, dataset_id, streams, head["num_rows"]
        )
        made = datasets.commit(
            store,
            connection,
            tenant_id,
            dataset_id,
            datasets.tables(connection, tenant_id, dataset_id),
            findings=head["findings"],
            actor=who.actor,
        )
        audit.record(store, connection, tenant_id, done)

    response.headers["Location"] = f"/v1/datasets/{dataset_id}/versions/{made}"

    return {"dataset": dataset_id, "version": made, "tables": head["num_rows"]}


def _refuse_moved(connection: Connection, tenant_id: str, found: Row[Any]) -> None:
    dataset_id, version_id = str(found.dataset_id), str(found.version_id)
    newest = datasets.newest(connection, tenant_id, dataset_id)
    now = datasets.tables(connection, tenant_id, dataset_id)
    then = datasets.version_tables(connection, tenant_id, dataset_id, version_id)

    if newest is None or newest.version_id != version_id or now != then:
        text = (
            "The data set has moved on since. Make the changes on its newest version, "
            "with all uploads committed, and promote these."
        )
        raise Refusal(409, "moved_on", text)
