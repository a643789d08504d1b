"""
Choices: data sets, versions and scenarios that forms offer, some of many.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Query
from sqlalchemy import Connection, Row, func, select

from lotwright.service.store import datasets, scenarios
from lotwright.service.store.lists import Part
from lotwright.service.store.schema import version

#: Data sets and scenarios that a form offers, and the latest versions of each data set;
#: the page of another one leads to the form with it.
MOST = 200
LATEST = 20

#: A data set or version that an address names.
Named = Annotated[str, Query(max_length=100)]


def data_choices(
    connection: Connection, tenant_id: str, *, dataset: str = "", chosen: str = ""
) -> list[dict[str, Any]]:
    """
    Returns data sets by name, each with its latest versions.

    Parameters
    ----------
    connection, tenant_id
        Whose.
    dataset, chosen
        A data set and a version of it that are offered in any case, if they are there.
    """
    rows = list(datasets.every(connection, tenant_id, Part(most=MOST)))

    if dataset not in {row.dataset_id for row in rows}:
        found = datasets.find(connection, tenant_id, dataset)
        rows += [found] if found is not None else []

    names = [row.dataset_id for row in rows]
    versions = _versions(connection, tenant_id, names, (dataset, chosen))

    return [
        {
            "dataset": row.dataset_id,
            "name": row.name,
            "is_chosen": row.dataset_id == dataset,
            "versions": versions.get(row.dataset_id, []),
        }
        for row in rows
    ]


def usable_choices(
    connection: Connection, tenant_id: str, *, dataset: str = "", chosen: str = ""
) -> list[dict[str, Any]]:
    """
    Returns the data sets that have versions, as ``data_choices``.
    """
    found = data_choices(connection, tenant_id, dataset=dataset, chosen=chosen)

    return [each for each in found if each["versions"]]


def scenario_choices(
    connection: Connection, tenant_id: str, *, chosen: str = ""
) -> list[Row[Any]]:
    """
    Returns scenarios by name, and one that is offered in any case, if it is there.
    """
    rows = list(scenarios.every(connection, tenant_id, Part(most=MOST)))

    if chosen not in {row.scenario_id for row in rows}:
        found = scenarios.find(connection, tenant_id, chosen)
        rows += [found] if found is not None else []

    return rows


def _versions(
    connection: Connection, tenant_id: str, names: list[str], kept: tuple[str, str]
) -> dict[str, list[dict[str, Any]]]:
    """
    Returns the latest versions of data sets, the newest first, without their findings.
    """
    place = func.row_number().over(
        partition_by=version.c.dataset_id, order_by=version.c.number.desc()
    )
    every = (
        select(
            version.c.dataset_id,
            version.c.version_id,
            version.c.number,
            place.label("place"),
        )
        .where((version.c.tenant_id == tenant_id) & version.c.dataset_id.in_(names))
        .subquery()
    )
    is_kept = (every.c.dataset_id == kept[0]) & (every.c.version_id == kept[1])
    query = select(every).where((every.c.place <= LATEST) | is_kept)
    found: dict[str, list[dict[str, Any]]] = {}

    for row in connection.execute(query.order_by(every.c.number.desc())):
        found.setdefault(row.dataset_id, []).append(
            {
                "version": row.version_id,
                "number": row.number,
                "is_chosen": (row.dataset_id, row.version_id) == kept,
            }
        )

    return found
