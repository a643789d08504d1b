"""
Tests of what to begin with, of rows that change by their keys, and of marked workbooks.
"""

from __future__ import annotations

import io
import socket
import zipfile

import httpx

from tests.service.api.server import XLSX, ZIP, Service
from tests.service.hostile.files import book, cells


def test_an_example_goes_in_changes_and_goes(owner: httpx.Client) -> None:
    """
    Tests a data set from the bundled example to its end.
    """
    example = owner.get("/v1/demo/first_five")
    assert "items.csv" in zipfile.ZipFile(io.BytesIO(example.content)).namelist()
    assert 404 == owner.get("/v1/demo/nothing").status_code
    assert owner.get("/v1/template").content.startswith(b"PK")

    made = owner.post("/v1/datasets", json={"name": "begun"}).json()["dataset"]
    path = f"/v1/datasets/{made}"
    zipped = {"Content-Type": ZIP}
    put = owner.put(f"{path}/package", content=example.content, headers=zipped)
    assert 200 == put.status_code, put.text
    before = owner.get(f"{path}/tables/items").json()["rows"]
    row = {"item_id": before[0]["item_id"], "unit_cost": 77.5}
    items = f"{path}/tables/items"

    changed = owner.put(items, json=[row], params={"mode": "upsert"})
    after = owner.get(items).json()["rows"]
    assert 200 == changed.status_code, changed.text
    assert before[1:] == after[1:]
    assert {**before[0], "unit_cost": 77.5} == after[0]

    gone = owner.put(items, json=[row], params={"mode": "delete"})
    assert {"items": len(before) - 1} == gone.json()["tables"]

    assert "ended" == owner.patch(path, json={"name": "ended"}).json()["name"]
    assert 204 == owner.delete(path).status_code
    assert 404 == owner.get(path).status_code


def test_a_faulty_workbook_comes_back_marked(owner: httpx.Client) -> None:
    """
    Tests that who sends a workbook, and takes one, sees in it what is wrong.
    """
    made = owner.post("/v1/datasets", json={"name": "marked"}).json()["dataset"]
    faulty = book(cells("item_id|base_uom", "A|pcs", "A|pcs"))
    headers = {"Content-Type": XLSX, "Accept": XLSX}

    found = owner.put(
        f"/v1/datasets/{made}/tables/items", content=faulty, headers=headers
    )

    assert (422, XLSX) == (found.status_code, found.headers["Content-Type"])
    names = zipfile.ZipFile(io.BytesIO(found.content)).namelist()
    assert any("comments" in name for name in names)


def _begun(client: httpx.Client, path: str) -> socket.socket:
    """
    Returns the line of an upload whose body the service waits for.
    """
    url = client.base_url
    line = socket.create_connection((url.host, url.port or 80))
    head = (
        f"PUT {path} HTTP/1.1",
        f"Host: {url.host}",
        f"Authorization: {client.headers['Authorization']}",
        "Content-Length: 9",
        "Expect: 100-continue",
    )
    line.sendall("\r\n".join((*head, "", "")).encode())
    assert line.recv(1000).startswith(b"HTTP/1.1 100")

    return line


def test_few_uploads_are_held_at_a_time(service: Service) -> None:
    """
    Tests that a tenant whose uploads do not end is asked to wait with the fifth one,
    that others are served, and that places come back when senders hang up.
    """
    with (
        service.client(service.tenant("slow")) as slow,
        service.client(service.tenant("quick")) as quick,
    ):
        path = "/v1/datasets/d_1/tables/items"
        held = [_begun(slow, path) for _ in range(4)]
        fifth = slow.put(path, content=b"item_id\nA\n")
        other = quick.put(path, content=b"item_id\nA\n")

        for line in held:
            line.close()

        while slow.put(path, content=b"item_id\nA\n").status_code != 404:
            pass

    told = fifth.status_code, fifth.json()["code"], fifth.headers["Retry-After"]
    assert (503, "busy", "5") == told
    assert 404 == other.status_code
