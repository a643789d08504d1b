"""
Tests of a disk without room: it is said, nothing is half done, and work goes on when
there is room again.
"""

from __future__ import annotations

import resource
import secrets
from multiprocessing.process import BaseProcess
from pathlib import Path

import httpx

from tests.service.chaos import tasks
from tests.service.chaos.harness import assert_honest, service, until

_ENDLESS = resource.RLIM_INFINITY


def _allow(process: BaseProcess, size: int) -> None:
    """
    Limits the size of files that a process writes.
    """
    assert process.pid is not None
    resource.prlimit(process.pid, resource.RLIMIT_FSIZE, (size, _ENDLESS))


def _size(folder: Path) -> int:
    return max(file.stat().st_size for file in folder.glob("store.db*"))


def test_an_upload_without_room_is_refused_by_name(tmp_path: Path) -> None:
    """
    Tests that an upload that does not fit changes nothing, and fits later.
    """
    with service(f"sqlite:///{tmp_path / 'store.db'}", num_workers=0) as cast:
        until(lambda: _answers(cast.client), "the API")
        path = f"/v1/datasets/{cast.body['dataset']}"
        content = _items(9000)
        before = cast.client.get(path).json()

        _allow(cast.api, _size(tmp_path))
        refused = _put(cast.client, path, content)
        unchanged = cast.client.get(path).json()
        _allow(cast.api, _ENDLESS)
        taken = _put(cast.client, path, content)

        assert (507, "no_room") == (
            refused.status_code,
            refused.json().get("code"),
        ), refused.text
        assert "Retry-After" in refused.headers
        assert before == unchanged
        assert 200 == taken.status_code
        assert_honest(cast, [])


def test_a_plan_without_room_waits_for_it(tmp_path: Path) -> None:
    """
    Tests that a worker keeps the plan that it cannot store, until it can.
    """
    with service(
        f"sqlite:///{tmp_path / 'store.db'}", task="large", num_workers=0
    ) as cast:
        asked = [cast.order("large")]
        worker = cast.hire()
        _allow(worker, _size(tmp_path) + tasks.LARGE // 2)
        until(lambda: bool(cast.row(asked[0]).attempt), "the run to begin")
        until(lambda: cast.row(asked[0]).phase == "decode", "the plan")
        until(lambda: not cast.children(), "the process to end")

        assert "running" == cast.row(asked[0]).status

        _allow(worker, _ENDLESS)
        until(cast.are_over, "the run to end")
        assert_honest(cast, asked)
        assert ("succeeded", 1) == (
            cast.row(asked[0]).status,
            cast.row(asked[0]).attempt,
        )


def _answers(client: httpx.Client) -> bool:
    try:
        return client.get("/v1/health/live").is_success
    except httpx.TransportError:
        return False


def _items(number: int) -> bytes:
    rows = "".join(f"{secrets.token_hex(20)},pcs\n" for _ in range(number))

    return f"item_id,base_uom\n{rows}".encode()


def _put(client: httpx.Client, path: str, content: bytes) -> httpx.Response:
    return client.put(
        f"{path}/tables/items", content=content, headers={"Content-Type": "text/csv"}
    )
