"""
Tests that the service keeps to its own description, whatever it is asked.
"""

from __future__ import annotations

import itertools
import subprocess
import sys
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
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
from tests.service.chaos.volume import IS_FULL, dice, volume
from tests.service.conftest import postgres as postgres

#: Cases for each route and kind of data; more of them find more.
EXAMPLES = volume(2, 15)

#: Stores that are asked.
STORES = ("sqlite", "postgresql") if IS_FULL else ("sqlite",)

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

    url: str
    schema: BaseSchema
    client: httpx.Client
    keys: tuple[str, str]
    names: dict[str, str]


@pytest.fixture(scope="module", params=STORES)
def target(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Generator[Target]:
    """
    A service with a plan.
    """
    folder = tmp_path_factory.mktemp("asked")
    is_sqlite = request.param == "sqlite"
    url = "" if is_sqlite else request.getfixturevalue("postgres")

    with running(folder, database_url=url) as service:
        tenant = service.tenant("asked")

        with service.client(tenant) as client:
            yield Target(
                url=service.url,
                schema=schemathesis.openapi.from_url(f"{service.url}/v1/openapi.json"),
                client=client,
                keys=(
                    create_key(service.store, tenant, "all"),
                    create_key(service.store, tenant, "reader", (Scope.READ,)),
                ),
                names=_names(client),
            )


def _names(client: httpx.Client) -> dict[str, str]:
    """
    Returns the names of things that nobody removes.
    """
    dataset, version = put_example(client, "asked")
    asked = {"dataset": dataset, "options": {"engine": "mrp"}}
    run = f"/v1/runs/{planned(client, asked)['run']}"
    orders = client.get(f"{run}/tables/planned_orders").json()["rows"]
    exceptions = client.get(f"{run}/exceptions").json()["rows"]
    job = client.post(f"{run}/demands/SO-1/fixes").json()["job"]

    return {
        "dataset_id": dataset,
        "version_id": version,
        "run_id": run.rpartition("/")[2],
        "table": "items",
        "demand_id": "SO-1",
        "order_id": next((str(each["order_id"]) for each in orders), "x"),
        "exception_id": next((str(x["exception_id"]) for x in exceptions), "x"),
        "job_id": str(job),
        "number": "1",
    }


#: Numbers of things that are made to be removed.
_AGAIN = itertools.count()


def _fresh(target: Target, path: str) -> dict[str, str]:
    """
    Returns the names of things that a route may remove, made for it.
    """
    of_data = {"dataset": target.names["dataset_id"]}
    name = f"asked {next(_AGAIN)}"
    rows = [{"table": "demands", "op": "multiply", "column": "quantity", "value": 2}]
    hook: dict[str, object] = {"url": "http://127.0.0.1:9/", "events": ["run.failed"]}
    bodies: dict[str, dict[str, object]] = {
        "plan": {"name": name, **of_data},
        "scenario": {"name": name, **of_data, "override": rows},
        "webhook": hook,
        "key": {"name": name, "scopes": ["read"]},
    }
    found: dict[str, str] = {}

    for thing, body in bodies.items():
        if f"{{{thing}_id}}" in path:
            made = target.client.post(f"/v1/{thing}s", json=body)
            assert made.is_success, made.text
            found[f"{thing}_id"] = str(made.json()[thing])

    if path == "/v1/datasets/{dataset_id}":
        made = target.client.post("/v1/datasets", json={"name": name})
        found["dataset_id"] = str(made.json()["dataset"])

    return found


def _operations() -> Iterator[tuple[str, str]]:
    app = create_app(Settings(database_url="sqlite://"))

    for path, methods in app.openapi()["paths"].items():
        for method in methods:
            if (method, path) not in ELSEWHERE:
                yield method, path


#: What a failure is repeated by, where it was not the usual one.
SEED = dice().getrandbits(32) if IS_FULL else 1905


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(("method", "path"), list(_operations()))
def test_answers_are_those_that_are_described(
    target: Target, method: str, path: str, mode: GenerationMode
) -> None:
    """
    Tests each route with requests that fit its description and ones that do not: no
    answer is a breakdown, and each is one that the description knows.
    """
    names = {**target.names, **_fresh(target, path)}
    cases = target.schema[path][method].as_strategy(generation_mode=mode)

    @seed(SEED)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(case=cases, key=st.sampled_from(target.keys), is_real=st.booleans())
    def asked(case: schemathesis.Case[Any], key: str, is_real: bool) -> None:
        if is_real:
            known = {x: names[x] for x in names if f"{{{x}}}" in path}
            case.path_parameters = {**(case.path_parameters or {}), **known}

        headers = {"Authorization": f"Bearer {key}"}
        case.call_and_validate(headers=headers, checks=CHECKS)

    try:
        asked()
    except Unsatisfiable:
        # Nothing can be wrong with a request that says nothing.
        assert mode is GenerationMode.NEGATIVE


@pytest.mark.slow
@pytest.mark.skipif(not IS_FULL, reason="asked for by LOTWRIGHT_CHAOS=full")
@pytest.mark.parametrize("is_reader", [False, True])
def test_all_phases_find_nothing(
    target: Target, tmp_path: Path, is_reader: bool
) -> None:
    """
    Tests limits of all that is described, one by one, and requests that follow one
    another, with what one answered in the next.
    """
    config = tmp_path / "schemathesis.toml"
    known = "\n".join(f'"path.{name}" = "{x}"' for name, x in target.names.items())
    config.write_text(f"[parameters]\n{known}\n")
    program = str(Path(sys.executable).with_name("st"))
    found = subprocess.run(
        [
            program, "--config-file", str(config), "run",
            f"{target.url}/v1/openapi.json",
            "--phases", "examples,coverage,fuzzing,stateful",
            "--checks", ",".join(each.__name__ for each in CHECKS),
            "--exclude-path", "/v1/tenant",
            "--exclude-path", "/v1/datasets/{dataset_id}/package",
            "--request-timeout", "120",
            "--max-examples", "8", "--seed", str(SEED), "--no-color",
            "--warnings", "off", "--suppress-health-check", "all",
            "--header", f"Authorization: Bearer {target.keys[is_reader]}",
        ],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )  # fmt: skip

    assert 0 == found.returncode, found.stdout[-20_000:]
