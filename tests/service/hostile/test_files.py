"""
Tests that files which mean harm, or come from programs that know no better, are refused
by name, and that the service goes on.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import httpx
import pandas as pd
import pytest

from lotwright.errors import InputError
from lotwright.io.limits import Limits
from lotwright.io.uploads import read_package, read_table
from tests.service.api.server import Service
from tests.service.hostile.files import REFUSED, TAKEN

#: Files that go over HTTP; the others are read right here, which is quicker.
SENT = sorted(REFUSED)[:: int(os.environ.get("LOTWRIGHT_TEST_FILES", "12"))]

ENDINGS = {
    "application/zip": "zip",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
    "text/csv": "csv",
    "application/vnd.apache.parquet": "parquet",
    "application/vnd.apache.arrow.stream": "arrow",
    "application/json": "json",
}


def _read(folder: Path, where: str, kind: str, content: bytes) -> list[pd.DataFrame]:
    ending = ENDINGS[kind]

    if where == "package":
        file = folder / f"package.{ending}"
        file.write_bytes(content)

        return list(read_package(file, Limits())[0].values())

    table = where.removeprefix("tables/")

    return list(read_table(table, f"{table}.{ending}", content, Limits())[0].values())


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_a_file_that_means_harm_is_refused_by_name(tmp_path: Path, name: str) -> None:
    """
    Tests that what is wrong with a file is said, with what to do.
    """
    (where, kind), make = REFUSED[name]

    with pytest.raises(InputError) as refused:
        _read(tmp_path, where, kind, make())

    for problem in refused.value.problems:
        assert problem.code.startswith("E-DATA-")
        assert problem.text
        assert problem.remedy


@pytest.mark.parametrize("name", sorted(TAKEN))
def test_a_file_that_is_only_odd_is_taken(tmp_path: Path, name: str) -> None:
    """
    Tests that files of all kinds of programs hold what they hold.
    """
    (where, kind), make = TAKEN[name]

    (items,) = _read(tmp_path, where, kind, make())

    assert [["A", "pcs"], ["B", "pcs"]] == items[["item_id", "base_uom"]].to_numpy(
        dtype=object
    ).tolist()


@pytest.fixture(scope="module")
def dataset(owner: httpx.Client) -> str:
    """
    A data set that nobody can harm.
    """
    made = owner.post("/v1/datasets", json={"name": "hostile"}).json()

    return f"/v1/datasets/{made['dataset']}"


@pytest.mark.parametrize("name", SENT)
def test_the_service_goes_on(
    service: Service, owner: httpx.Client, dataset: str, name: str
) -> None:
    """
    Tests that such a file is answered with what is wrong and nothing of this machine,
    keeps nothing, and leaves the service as it was.
    """
    (where, kind), make = REFUSED[name]
    headers = {"Content-Type": kind}

    found = owner.put(f"{dataset}/{where}", content=make(), headers=headers)

    assert found.status_code in (413, 422), found.text
    assert "application/problem+json" == found.headers["Content-Type"]
    assert tempfile.gettempdir() not in found.text
    assert {} == owner.get(dataset).json()["tables"]
    assert 200 == httpx.get(f"{service.url}/v1/health/live").status_code
