"""
Up: a store, a demo tenant with the bundled example, the API and a worker, in one go.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sys
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from lotwright.service.api.app import create_app
from lotwright.service.crew import Crew
from lotwright.service.lines import Lines
from lotwright.service.serving import server_of
from lotwright.service.settings import Settings
from lotwright.service.store import datasets, people, sessions, tenants
from lotwright.service.store.migrate import migrate
from lotwright.service.store.store import Store, open_store
from lotwright.service.work.errands import run_errand
from lotwright.service.work.reading import upload_payload, upload_task
from lotwright.service.work.tasks import check_task, data_payload

#: Name of the tenant that the demo plans for.
DEMO = "demo"

#: Name of the person that plans there.
PLANNER = "planner"

#: Folder beside the store that plans of the demo are published to.
PUBLISHED = "lotwright-published"

#: Seconds that the example may take to be read, on a machine that has other work.
_PATIENCE = 600.0


def prepare(store: Store, example: Path | None) -> str | None:
    """
    Brings a store up to date, and returns the demo tenant's first key where it is new.

    Parameters
    ----------
    store
        The store.
    example
        Folder of the data set that the demo tenant gets; None for no demo.
    """
    migrate(store)

    if example is None:
        return None

    with store.open() as connection:
        tenant_id = tenants.tenant_named(connection, DEMO) or tenants.create_tenant(
            store, connection, DEMO
        )

    # What an earlier start has left undone is done now.
    with store.look(tenant_id) as connection:
        is_filled = datasets.named(connection, tenant_id, example.name) is not None
        has_key = tenants.has_key(connection, tenant_id)

    if not (is_filled or has_key):
        _fill(store, tenant_id, example)

    with store.of(tenant_id) as connection:
        known = {row.name for row in people.every(connection, tenant_id)}

        if PLANNER not in known:
            password = secrets.token_urlsafe(16)
            people.create(store, connection, tenant_id, PLANNER, password)

    return None if has_key else tenants.create_key(store, tenant_id, "first")


def with_folder(settings: Settings) -> Settings:
    """
    Returns settings with a folder beside the store to publish to, so that it can be
    tried at once; as they are where they name one, or the service is for others.
    """
    file = settings.sqlite_file()

    if settings.publish_folder or settings.behind_proxy or file is None:
        return settings

    folder = file.resolve().with_name(PUBLISHED)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    return replace(settings, publish_folder=str(folder))


def sign_in_address(store: Store, settings: Settings) -> str | None:
    """
    Returns an address that signs the demo's planner in once, and soon; None where
    there is no such person.
    """
    with store.glance() as connection:
        tenant_id = tenants.tenant_named(connection, DEMO)

    if tenant_id is None:
        return None

    with store.look(tenant_id) as connection:
        found = people.named(connection, tenant_id, PLANNER)

    if found is None:
        return None

    token = sessions.link_for(store, tenant_id, found.person_id)

    return f"http://{settings.host}:{settings.port}/ui/enter?link={token}"


def up(settings: Settings, lines: Lines, *, num_workers: int = 1) -> None:
    """
    Serves until it is interrupted, with workers beside it; one that dies has another
    one in its place.

    Parameters
    ----------
    settings
        How the service runs.
    lines
        Where requests come from.
    num_workers
        Workers to start on this machine.
    """
    environment = {
        **os.environ,
        "LOTWRIGHT_DATABASE_URL": settings.database_url,
        "LOTWRIGHT_PUBLISH_FOLDER": settings.publish_folder,
    }
    command = [sys.executable, "-m", "lotwright", "worker", "--beside"]

    # Their line closes with this process, whatever ends it, and so they end, too.
    with Crew(command, environment, num_workers):
        server_of(create_app(settings), settings).run(sockets=lines.sockets)


def _fill(store: Store, tenant_id: str, example: Path) -> None:
    """
    Gives a tenant the data set of a folder, with its first version.
    """
    with tempfile.TemporaryDirectory() as folder:
        package = shutil.make_archive(str(Path(folder) / "package"), "zip", example)
        content = Path(package).read_bytes()

    read = upload_payload("package.zip", content)
    head, streams = run_errand(upload_task, read, seconds=_PATIENCE)
    checked, _ = run_errand(
        check_task, data_payload(streams, {}, {}), seconds=_PATIENCE
    )

    with store.of(tenant_id) as connection:
        made = datasets.create(store, connection, tenant_id, example.name)

        datasets.put_tables(
            store, connection, tenant_id, made, streams, head["num_rows"]
        )
        datasets.commit(
            store,
            connection,
            tenant_id,
            made,
            datasets.tables(connection, tenant_id, made),
            findings=checked["findings"],
            actor="demo",
        )


def open_at(settings: Settings) -> Store:
    """
    Returns the store that settings name; the folder of a file is made if need be.
    """
    file = settings.sqlite_file()

    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)

        # Everything is in it, so it is for nobody else to read.
        with suppress(FileExistsError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))

    return open_store(settings.database_url, answers_within=settings.database_seconds)
