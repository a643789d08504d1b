"""
The service as its users meet it: over HTTP, with a worker.
"""

from __future__ import annotations

import base64
import io
import socket
import threading
import time
import zipfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from lotwright.service.api.app import create_app
from lotwright.service.serving import server_of
from lotwright.service.settings import Settings
from lotwright.service.store import connections
from lotwright.service.store.connections import NewConnection
from lotwright.service.store.migrate import migrate
from lotwright.service.store.store import Store, open_store
from lotwright.service.store.tenants import Scope, create_key, create_tenant
from lotwright.service.work.worker import Worker

EXAMPLE = Path(__file__).parents[3] / "examples" / "first_five"

#: Keeps secrets in a store that is no file, which would have a key beside it.
_SECRET_KEY = base64.urlsafe_b64encode(bytes(range(32))).decode()

ZIP = "application/zip"
ARROW = "application/vnd.apache.arrow.stream"
PARQUET = "application/vnd.apache.parquet"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """
    A running service, and how to make clients of it.
    """

    store: Store
    url: str

    def tenant(self, name: str) -> str:
        """
        Returns a new tenant.
        """
        with self.store.open() as connection:
            return create_tenant(self.store, connection, name)

    def client(self, tenant: str, *scopes: Scope) -> httpx.Client:
        """
        Returns a client with a key of a tenant, good for all unless scopes are named.
        """
        key = create_key(self.store, tenant, "test", scopes or tuple(Scope))
        headers = {"Authorization": f"Bearer {key}"}

        return httpx.Client(base_url=self.url, headers=headers, timeout=120)


@contextmanager
def running(
    folder: Path, *, connect_to: str = "", database_url: str = ""
) -> Generator[Service]:
    """
    Yields a service on a free port of this machine, its store in a folder unless it is
    somewhere else.
    """
    settings = Settings(
        database_url=database_url or f"sqlite:///{folder / 'store.db'}",
        publish_folder=str(folder / "published"),
        allow_hosts="127.0.0.1",
        connect_to=connect_to,
        secret_key=_SECRET_KEY if database_url else "",
        most_upload_mb=1,
        upload_seconds=300.0,
        most_queued=5,
    )
    store = open_store(settings.database_url)
    migrate(store)
    worker = Worker(store, settings)
    working = threading.Thread(target=worker.run)
    app = create_app(settings, store=store)
    server = uvicorn.Server(uvicorn.Config(app, log_level="error"))

    with _heard(server) as url:
        working.start()

        try:
            yield Service(store=store, url=url)
        finally:
            worker.end()
            working.join()


@contextmanager
def answering(settings: Settings) -> Generator[Service]:
    """
    Yields a service as it is served, without a worker, on a free port of this machine.
    """
    store = open_store(settings.database_url)

    with _heard(server_of(create_app(settings, store=store), settings)) as url:
        yield Service(store=store, url=url)


@contextmanager
def _heard(server: uvicorn.Server) -> Generator[str]:
    """
    Yields the address of a server that runs in a thread.
    """
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port = listening.getsockname()[1]
        serving = threading.Thread(target=server.run, args=([listening],))
        serving.start()

        try:
            while not server.started:
                time.sleep(0.01)

            yield f"http://127.0.0.1:{port}"
        finally:
            server.should_exit = True
            serving.join()


def example_package() -> bytes:
    """
    Returns the small bundled example as a zip.
    """
    content = io.BytesIO()

    with zipfile.ZipFile(content, "w") as archive:
        for file in sorted(EXAMPLE.glob("*.csv")):
            archive.write(file, file.name)

    return content.getvalue()


def put_example(client: httpx.Client, name: str) -> tuple[str, str]:
    """
    Returns a data set with the example, and its version.
    """
    dataset = client.post("/v1/datasets", json={"name": name}).json()["dataset"]
    path = f"/v1/datasets/{dataset}"
    put = client.put(
        f"{path}/package", content=example_package(), headers={"Content-Type": ZIP}
    )
    assert 200 == put.status_code, put.text
    made = client.post(f"{path}/versions")
    assert 201 == made.status_code, made.text

    return dataset, made.json()["version"]


def connection_to_nowhere(service: Service, tenant: str) -> str:
    """
    Returns a connection of a tenant that leads nowhere.
    """
    new = NewConnection(
        name="nowhere",
        sealed_url="",
        shown_url="",
        by_operator=False,
        mapping_name="erp_sample",
        mapping="",
        actor="test",
    )

    with service.store.of(tenant) as connection:
        return connections.create(service.store, connection, tenant, new)


def planned(client: httpx.Client, body: Mapping[str, Any]) -> dict[str, Any]:
    """
    Returns a run once it is over, which is found by listening to its events.
    """
    started = client.post("/v1/runs", json=body)
    assert 202 == started.status_code, started.text
    run = started.headers["Location"]
    client.get(f"{run}/events", timeout=300)
    found: dict[str, Any] = client.get(run).json()

    return found


def ended(client: httpx.Client, run: str) -> dict[str, Any]:
    """
    Returns a run once it is over.
    """
    client.get(f"/v1/runs/{run}/events", timeout=300)
    found: dict[str, Any] = client.get(f"/v1/runs/{run}").json()

    return found
