"""
Tests of targets on a disk without room: nothing is half there, and it arrives once
there is room again.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path

import pytest

from lotwright.service.settings import Settings
from lotwright.service.store import publications
from lotwright.service.store.store import Store
from lotwright.service.work.jobs import JobRunner
from tests.service.publish.plans import (
    Place,
    enqueue,
    folder_place,
    hurry,
    put_plan,
    sql_place,
    status_of,
)

#: Bytes that are written at a time to fill a disk.
_CHUNK = bytes(4096)


@pytest.fixture
def disk(tmp_path: Path) -> Generator[Path]:
    """
    A disk of a mebibyte.
    """
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "lotwright", str(place)]

    if (
        os.geteuid()
        or subprocess.run(mount, check=False, capture_output=True).returncode
    ):
        pytest.skip("Only root may mount a disk.")

    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture(params=["sqlite", "folder"])
def place(
    request: pytest.FixtureRequest,
    disk: Path,
    store: Store,
    tenant: str,
    settings: Settings,
) -> Place:
    """
    A target on it.
    """
    if request.param == "folder":
        return folder_place(tenant, replace(settings, publish_folder=str(disk)))

    return sql_place(store, tenant, settings, f"sqlite:///{disk / 'erp.db'}")


def _fill(disk: Path) -> Path:
    """
    Returns a file that takes all room that there is.
    """
    file = disk / "filler"

    with contextlib.suppress(OSError), file.open("wb", buffering=0) as out:
        while True:
            out.write(_CHUNK)

    return file


def _work(store: Store, settings: Settings) -> None:
    hurry(store)
    JobRunner(store, settings, "test", chores={}).step()


def test_a_publication_without_room_waits_for_it(
    store: Store, tenant: str, place: Place, disk: Path
) -> None:
    """
    Tests that readers see the plan before as long as there is no room for the next
    one, which arrives as a whole when there is, and once.
    """
    first = enqueue(store, tenant, put_plan(store, tenant, "first"), place.name)
    _work(store, place.settings)
    before = place.orders()
    second = enqueue(store, tenant, put_plan(store, tenant, "second"), place.name)
    filler = _fill(disk)

    _work(store, place.settings)

    assert "publishing" == status_of(store, tenant, second)
    assert (first, before) == (place.current(), place.orders())
    assert [first] == place.keys()

    filler.unlink()
    _work(store, place.settings)

    with store.look(tenant) as connection:
        row = publications.find(connection, tenant, second)

    assert row is not None
    assert ("published", second) == (row.status, place.current())
    assert sorted([first, second]) == place.keys()
    assert len(before) == len(place.orders())
