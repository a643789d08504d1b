"""
Tests of uploads of files of other systems, read by a mapping.
"""

from __future__ import annotations

import io
import zipfile

from tests.service.api.server import Service
from tests.service.connect.conftest import SYSTEMS

_ZIP = {"Content-Type": "application/zip", "X-File-Name": "export.zip"}


def _zipped(**changed: str) -> bytes:
    packed = io.BytesIO()

    with zipfile.ZipFile(packed, "w") as archive:
        for file in sorted((SYSTEMS / "frepple_csv").iterdir()):
            content = changed.get(file.stem, file.read_text("utf-8"))
            archive.writestr(file.name, content)

    return packed.getvalue()


def test_files_of_another_system_become_a_version(service: Service) -> None:
    """
    Tests that a package read by a mapping is in, all or nothing, with what is not read,
    and that it is frozen like any other.
    """
    with service.client(service.tenant("mapped")) as client:
        made = client.post("/v1/datasets", json={"name": "bakery"}).json()
        path = f"/v1/datasets/{made['dataset']}"
        address = f"{path}/package?mapping=frepple_csv"
        wrong = _zipped(
            demand="Name,Item,Location,Due,Status,Quantity\nD,x,y,z,open,1\n"
        )
        refused = client.put(address, content=wrong, headers=_ZIP)
        before = client.get(path).json()["tables"]
        found = client.put(address, content=_zipped(), headers=_ZIP)
        frozen = client.post(f"{path}/versions")
        unknown = client.put(
            f"{path}/package?mapping=freple_csv", content=_zipped(), headers=_ZIP
        )
        columns = client.get(f"{path}/tables/demands").json()

    told = [(each["file"], each["row"]) for each in refused.json()["findings"]]
    assert (422, ("demand.csv", 2)) == (refused.status_code, told[0])
    assert {} == before
    assert (200, 2) == (found.status_code, found.json()["tables"]["demands"])
    assert "skill.csv has 1 row, and is not read" in found.json()["findings"][0]["text"]
    assert 201 == frozen.status_code
    assert 2 == len(columns["rows"])
    assert 422 == unknown.status_code
    assert "Did you mean frepple_csv" in unknown.text
