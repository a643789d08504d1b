"""
Tests of what forms offer where there is much to choose from.
"""

from __future__ import annotations

import pytest
from sqlalchemy import insert

from lotwright.service.pages import choices
from lotwright.service.pages.choices import LATEST, data_choices, scenario_choices
from lotwright.service.store import datasets, scenarios
from lotwright.service.store.schema import version
from lotwright.service.store.store import Store


def test_the_latest_versions_are_offered_and_one_that_is_named(
    store: Store, tenant: str, other: str
) -> None:
    """
    Tests a data set with more versions than a form offers, and one of somebody else.
    """
    ids = [_versioned(store, each, LATEST + 3) for each in (tenant, other)]
    (dataset, versions), (foreign, theirs) = ids

    with store.look(tenant) as connection:
        (plain,) = data_choices(connection, tenant)
        (asked,) = data_choices(connection, tenant, dataset=dataset, chosen=versions[0])
        (own,) = data_choices(connection, tenant, dataset=foreign, chosen=theirs[0])

    offered = plain["versions"]
    expected = {"version": versions[0], "number": 1, "is_chosen": True}
    assert versions[: -LATEST - 1 : -1] == [each["version"] for each in offered]
    assert not any(each["is_chosen"] for each in offered)
    assert LATEST + 3 == offered[0]["number"]
    assert [*offered, expected] == asked["versions"]
    assert (True, False) == (asked["is_chosen"], own["is_chosen"])
    assert plain == own


def test_what_is_named_is_offered_beside_the_first_ones(
    store: Store, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests data sets and scenarios beyond those that a form offers.
    """
    monkeypatch.setattr(choices, "MOST", 2)

    many, versions = _versioned(store, tenant, 1)

    with store.of(tenant) as connection:
        for name in "abc":
            datasets.create(store, connection, tenant, name)

        values = {"dataset_id": many, "version_id": versions[0]}
        values |= {"note": "", "base_id": ""}
        kept = [
            scenarios.create(
                store, connection, tenant, {**values, "name": name, "overrides": []}, ""
            )
            for name in "wxyz"
        ]

    with store.look(tenant) as connection:
        first = data_choices(connection, tenant)
        named = data_choices(connection, tenant, dataset=many)
        chosen = scenario_choices(connection, tenant, chosen=kept[2])
        none = scenario_choices(connection, tenant, chosen="s_unknown")

    assert ["a", "b"] == [each["name"] for each in first]
    assert ["a", "b", "many"] == [each["name"] for each in named]
    assert ([], 1) == (named[0]["versions"], len(named[2]["versions"]))
    assert ["w", "x", "y"] == [each.name for each in chosen]
    assert ["w", "x"] == [each.name for each in none]


def _versioned(store: Store, tenant: str, num: int) -> tuple[str, list[str]]:
    """
    Returns a data set and its versions, the oldest first.
    """
    ids = [f"v_{at}" for at in range(num)]

    with store.of(tenant) as connection:
        dataset = datasets.create(store, connection, tenant, "many")
        rows = [
            {
                "tenant_id": tenant,
                "dataset_id": dataset,
                "version_id": each,
                "number": at + 1,
                "created_at": 0.0,
                "created_by": "",
                "findings": [],
            }
            for at, each in enumerate(ids)
        ]
        connection.execute(insert(version), rows)

    return dataset, ids
