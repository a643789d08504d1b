"""
Tests of connections over HTTP: from a database of another system to a plan, and out.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Generator
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select, update

from lotwright.service.connect import pull
from lotwright.service.store import connections, quotas
from lotwright.service.store.audit import first_broken
from lotwright.service.store.columns import METADATA
from lotwright.service.store.every_table import TENANT_TABLES
from lotwright.service.store.schema_connections import ConnectionStatus, connection
from tests.service.api.server import Service, planned, running
from tests.service.connect.conftest import SYSTEMS

ERP = Path(__file__).parents[3] / "examples" / "erp"

#: A word in an address that nobody but the service may ever see.
SECRET = "geheim-4711"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """
    The folder in which database files may be read, with that of the sample.
    """
    made = tmp_path_factory.mktemp("erp")
    database = sqlite3.connect(made / "erp.db")

    for name in ("schema.sql", "data.sql"):
        database.executescript((ERP / name).read_text("utf-8"))

    database.close()

    return made


@pytest.fixture(scope="module")
def service(
    tmp_path_factory: pytest.TempPathFactory, folder: Path
) -> Generator[Service]:
    """
    A service that may reach one host and one folder.
    """
    named = f"127.0.0.1:1, erp.example, {folder}"

    with running(tmp_path_factory.mktemp("service"), connect_to=named) as found:
        yield found


@pytest.fixture
def client(service: Service, request: pytest.FixtureRequest) -> Generator[httpx.Client]:
    """
    A client of a tenant of its own.
    """
    tenant = service.tenant(request.node.name)

    with service.client(tenant) as found:
        yield found


def _made(client: httpx.Client, folder: Path, name: str = "pumps") -> dict[str, Any]:
    body = {
        "name": name,
        "url": f"sqlite:///{folder / 'erp.db'}",
        "mapping": "erp_sample",
    }
    made = client.post("/v1/connections", json=body)
    assert 201 == made.status_code, made.text
    found: dict[str, Any] = made.json()

    return found


def _pulled(client: httpx.Client, connection_id: str) -> dict[str, Any]:
    """
    Returns a job that pulls once it is over.
    """
    asked = client.post(f"/v1/connections/{connection_id}/pull")
    assert 202 == asked.status_code, asked.text

    while True:
        job: dict[str, Any] = client.get(asked.headers["Location"]).json()

        if job["status"] in ("succeeded", "failed"):
            return job


def test_from_a_database_to_a_plan_and_out(
    service: Service, client: httpx.Client, folder: Path
) -> None:
    """
    Tests the whole way: connect, pull, switch on, plan, disconnect; nothing is left
    but the audit.
    """
    made = _made(client, folder)
    path = f"/v1/connections/{made['connection']}"
    assert ("connected", None, False) == (
        made["status"],
        made["cause"],
        made["in_use"],
    )

    job = _pulled(client, made["connection"])
    assert "succeeded" == job["status"], job
    result = job["result"]
    assert (24, 29) == (result["tables"]["items"], result["tables"]["sources"])
    asked = {"dataset": made["dataset"], "options": {"engine": "mrp"}}

    refused = client.post("/v1/runs", json=asked)
    assert (409, "connection_off") == (refused.status_code, refused.json()["code"])
    assert "'pumps' is switched off" in refused.json()["title"]

    assert client.patch(path, json={"in_use": True}).json()["in_use"]
    run = planned(client, asked)
    assert "succeeded" == run["status"], run

    receipt = client.delete(path).json()
    assert (1, 1, 1, 1) == tuple(
        receipt["num_rows"][name]
        for name in ("connection", "dataset", "version", "run")
    )
    assert 1 <= receipt["num_contents"]
    assert 404 == client.get(path).status_code
    assert [] == client.get("/v1/datasets").json()["datasets"]
    assert 404 == client.get(f"/v1/runs/{run['run']}").status_code

    tenant = client.get("/v1/me").json()["tenant"]

    with service.store.look(tenant) as link:
        assert first_broken(link, tenant) is None
        audit = METADATA.tables["audit"]
        query = select(audit.c.digest).where(audit.c.number == receipt["audit_number"])
        assert receipt["audit_digest"] == link.execute(query).scalar()

        for name in TENANT_TABLES:
            table = METADATA.tables[name]
            rows = link.execute(select(table).where(table.c.tenant_id == tenant)).all()
            assert not rows or name in ("audit", "api_key", "usage"), name


def test_a_folder_of_files_is_a_connection(
    client: httpx.Client, folder: Path, request: pytest.FixtureRequest
) -> None:
    """
    Tests that files are pulled as a database is, with what is not read of them, that
    what is wrong is told by file and line and changes nothing, and that they go with
    the connection.
    """
    export = Path(shutil.copytree(SYSTEMS / "frepple_csv", folder / "export"))
    request.addfinalizer(lambda: shutil.rmtree(export))
    body = {"name": "bakery", "url": f"files://{export}", "mapping": "frepple_csv"}
    made = client.post("/v1/connections", json=body).json()
    assert ("connected", f"files://{export}") == (made["status"], made["address"])
    path = f"/v1/connections/{made['connection']}"

    job = _pulled(client, made["connection"])
    assert "succeeded" == job["status"], job
    assert 2 == job["result"]["tables"]["demands"]
    assert (
        "skill.csv has 1 row, and is not read" in job["result"]["findings"][0]["text"]
    )

    demand = export / "demand.csv"
    demand.write_text(demand.read_text("utf-8").replace(",240,", ",much,"), "utf-8")
    failed = _pulled(client, made["connection"])
    [problem] = client.get(path).json()["problems"]
    assert ("failed", "data") == (failed["status"], failed["error"]["code"])
    assert ("demand.csv", 2, "Quantity", "much") == tuple(
        problem[name] for name in ("file", "row", "column", "value")
    )
    assert 1 == len(
        client.get(f"/v1/datasets/{made['dataset']}/versions").json()["versions"]
    )

    [first, *_] = client.get(f"{path}/preview?rows=1").json()["feeds"]
    assert ("locations", "location.csv") == (first["table"], first["source"])
    demand.unlink()
    assert "connected" == client.post(f"{path}/test").json()["status"]
    (export / "item.csv").write_bytes(b"\xff\xfe")
    changed = client.post(f"{path}/test").json()
    assert "error" == changed["status"]
    assert "UTF-16" in changed["cause"]
    assert 200 == client.delete(path).status_code


def test_passwords_are_shown_nowhere(
    service: Service, client: httpx.Client, caplog: pytest.LogCaptureFixture
) -> None:
    """
    Tests that no answer, no line of a log and no row of the store shows a password,
    not even where the other system does not answer.
    """
    url = f"postgresql://erp:{SECRET}@127.0.0.1:1/erp?sslmode=disable"
    body = {"name": "x", "url": url, "mapping": "erp_sample"}
    made = client.post("/v1/connections", json=body)
    path = f"/v1/connections/{made.json()['connection']}"

    asked = client.post(f"{path}/pull")

    while not (job := client.get(asked.headers["Location"]).json())["error"]:
        pass  # it is tried again, and fails again, after a while

    assert "source" == job["error"]["code"]
    assert "postgresql://127.0.0.1:1/erp" == made.json()["address"]
    answers = [client.get(each).text for each in (path, "/v1/connections", "/v1/jobs")]
    tenant = client.get("/v1/me").json()["tenant"]

    with service.store.look(tenant) as link:
        tables = [METADATA.tables[name] for name in TENANT_TABLES]
        rows = [str(link.execute(select(table)).all()) for table in tables]

    assert not any(
        SECRET in each for each in (made.text, str(job), caplog.text, *answers, *rows)
    )


def test_pulls_of_the_same_data_are_one_version(
    client: httpx.Client, folder: Path
) -> None:
    """
    Tests that a version is made of what is there, and not of when it was read.
    """
    made = _made(client, folder)

    first = _pulled(client, made["connection"])["result"]["version"]
    second = _pulled(client, made["connection"])["result"]["version"]

    assert first == second


def test_the_first_rows_can_be_seen(client: httpx.Client, folder: Path) -> None:
    """
    Tests that a preview shows each feed as the mapping reads it.
    """
    made = _made(client, folder)

    found = client.get(f"/v1/connections/{made['connection']}/preview?rows=3").json()

    feeds = {feed["source"]: feed for feed in found["feeds"]}
    assert ["1000", "2000"] == [row[0] for row in feeds["plant"]["rows"]]
    assert 3 == len(feeds["sales_line"]["rows"])


@pytest.mark.parametrize("status", [s for s in ConnectionStatus if s != "connected"])
def test_it_is_used_only_while_connected(
    service: Service, client: httpx.Client, folder: Path, status: ConnectionStatus
) -> None:
    """
    Tests that the switch cannot be turned on in any other state.
    """
    made = _made(client, folder)
    tenant = client.get("/v1/me").json()["tenant"]

    with service.store.of(tenant) as link:
        link.execute(
            update(connection)
            .where(connection.c.tenant_id == tenant)
            .values(status=status.value)
        )

    found = client.patch(f"/v1/connections/{made['connection']}", json={"in_use": True})

    assert 409 == found.status_code
    assert found.json()["code"] in ("not_connected", "disabling")


def test_what_does_not_fit_is_an_error_with_its_cause(
    client: httpx.Client, folder: Path
) -> None:
    """
    Tests that a mapping of another system is told, and mends with the right one.
    """
    body = {"name": "x", "url": f"sqlite:///{folder / 'erp.db'}", "mapping": "sap"}
    made = client.post("/v1/connections", json=body).json()
    path = f"/v1/connections/{made['connection']}"

    assert "error" == made["status"]
    assert "no table or view T001W" in made["cause"]

    found = client.patch(path, json={"mapping": "erp_sample"}).json()
    assert ("connected", None) == (found["status"], found["cause"])
    off = client.patch(path, json={"enabled": False}).json()
    assert "disconnected" == off["status"]
    assert 409 == client.post(f"{path}/pull").status_code
    assert "connected" == client.post(f"{path}/test").json()["status"]


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://u:geheim-4711@169.254.169.254/x",
        "postgresql://u:geheim-4711@localhost/x",
        "postgresql://erp.example.evil/x",
        "postgresql://evil/x?host=erp.example",
        "postgresql://erp.example/x?host=evil",
        "postgresql:///x?host=erp.example,evil",
        "postgresql://erp.example/x?hostaddr=10.0.0.1",
        "postgresql://erp.example/x?service=other",
        "postgresql://erp.example/x?sslrootcert=/etc/passwd",
        "postgresql:///x?host=/var/run/postgresql",
        "postgresql:///x",
        "sqlite:////etc/passwd",
        "sqlite:///:memory:",
        "sqlite://",
        "sqlite:///{folder}/../store.db",
        "sqlite:///file:{folder}/a.db?uri=true",
        "mssql+pyodbc:///?odbc_connect=DRIVER%3Dx",
        "duckdb:////tmp/x",
        "nonsense",
        "http://erp.example/",
    ],
)
def test_nothing_else_is_reached(client: httpx.Client, folder: Path, url: str) -> None:
    """
    Tests that addresses outside of what the settings name are refused, unseen.
    """
    body = {
        "name": "x",
        "url": url.replace("{folder}", str(folder)),
        "mapping": "erp_sample",
    }

    found = client.post("/v1/connections", json=body)

    assert 422 == found.status_code
    assert "url" == found.json()["code"]
    assert SECRET not in found.text
    assert [] == client.get("/v1/connections").json()["connections"]


def test_a_mapping_is_read_before_it_is_kept(
    client: httpx.Client, folder: Path
) -> None:
    """
    Tests that a malformed mapping is refused with all that is wrong with it.
    """
    body = {
        "name": "x",
        "url": f"sqlite:///{folder / 'erp.db'}",
        "mapping_text": '[[feed]]\ntable = "itms"\nfrom = "a b"',
    }

    found = client.post("/v1/connections", json=body)

    assert 422 == found.status_code
    assert 2 == len(found.json()["findings"])


def test_what_is_ended_while_it_is_asked_stays_so(
    service: Service,
    client: httpx.Client,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """
    Tests that an answer which comes late does not bring a connection back that was
    ended while the other system was asked.
    """
    made = _made(client, folder)["connection"]
    path = f"/v1/connections/{made}"
    tenant = client.get("/v1/tenant").json()["tenant"]

    def ended(*_: object, **__: object) -> None:
        values = {"status": ConnectionStatus.DISCONNECTED.value}

        with service.store.of(tenant) as link:
            connections.change(link, tenant, made, values)

    monkeypatch.setattr(pull, "found_in", ended)

    assert "disconnected" == client.post(f"{path}/test").json()["status"]
    assert "disconnected" == client.get(path).json()["status"]


def test_a_pull_beyond_the_quota_is_refused_by_name(
    service: Service, folder: Path
) -> None:
    """
    Tests that a tenant that stores too much is told so, with what to do, and that
    nothing of the pull stays.
    """
    tenant = service.tenant("full")

    with service.store.of(tenant) as link:
        quotas.put(link, tenant, {"stored_mb": 0})

    with service.client(tenant) as client:
        made = _made(client, folder, "full")
        job = _pulled(client, made["connection"])
        tables = client.get(f"/v1/datasets/{made['dataset']}").json()["tables"]

    assert ("failed", "quota") == (job["status"], job["error"]["code"])
    assert "delete what is not needed" in job["error"]["text"]
    assert not tables
