"""
Tests that the service keeps to its own description, whatever it is asked.
"""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from schemathesis import BaseSchema, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from lotwright.service.api.app import create_app
from lotwright.service.settings import Settings
from lotwright.service.store.tenants import Scope, create_key
from tests.service.api.server import planned, put_example, running

#: Cases for each route, kind of data and key; more of them find more.
EXAMPLES = int(os.environ.get("LOTWRIGHT_TEST_REQUESTS", "2"))

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]

#: Routes that others test: one erases the tenant, one takes nothing but files.
ELSEWHERE = (
    ("delete", "/v1/tenant"),
    ("put", "/v1/datasets/{dataset_id}/package"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """
    What is asked: a service by its own description, two keys of one tenant, and the
    names of things that it has.
    """

    schema: BaseSchema
    keys: tuple[str, str]
    names: dict[str, str]


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Generator[Target]:
    """
    A service with a plan.
    """
    with running(tmp_path_factory.mktemp("asked")) as service:
        tenant = service.tenant("asked")

        with service.client(tenant) as client:
            dataset, version = put_example(client, "asked")
            asked = {"dataset": dataset, "options": {"engine": "mrp"}}
            run = str(planned(client, asked)["run"])

        yield Target(
            schema=schemathesis.openapi.from_url(f"{service.url}/v1/openapi.json"),
            keys=(
                create_key(service.store, tenant, "all"),
                create_key(service.store, tenant, "reader", (Scope.READ,)),
            ),
            names={
                "dataset_id": dataset,
                "version_id": version,
                "run_id": run,
                "table": "items",
                "demand_id": "SO-1",
            },
        )


def _operations() -> Iterator[tuple[str, str]]:
    app = create_app(Settings(database_url="sqlite://"))

    for path, methods in app.openapi()["paths"].items():
        for method in methods:
            if (method, path) not in ELSEWHERE:
                yield method, path


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(("method", "path"), list(_operations()))
def test_answers_are_those_that_are_described(
    target: Target, method: str, path: str, mode: GenerationMode
) -> None:
    """
    Tests each route with requests that fit its description and ones that do not: no
    answer is a breakdown, and each is one that the description knows.
    """
    schema = target.schema
    cases = schema[path][method].as_strategy(generation_mode=mode)

    @seed(1905)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, key=st.sampled_from(target.keys), is_real=st.booleans())
    def asked(case: schemathesis.Case[Any], key: str, is_real: bool) -> None:
        if is_real:
            known = {x: target.names[x] for x in target.names if x in path}
            case.path_parameters = {**(case.path_parameters or {}), **known}

        headers = {"Authorization": f"Bearer {key}"}
        case.call_and_validate(headers=headers, checks=CHECKS)

    try:
        asked()
    except Unsatisfiable:
        # Nothing can be wrong with a request that says nothing.
        assert mode is GenerationMode.NEGATIVE
