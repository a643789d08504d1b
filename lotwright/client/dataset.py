"""
Data sets of a service: tables go there, each once, and come back.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pandas as pd
import pyarrow as pa

from lotwright.client.line import ARROW, Line
from lotwright.errors import ServiceError
from lotwright.model.data import PlanningData
from lotwright.scenarios.wire import table_as_bytes

#: Kinds of files that are sent, by their ending.
_KINDS = {
    ".csv": "text/csv",
    ".parquet": "application/vnd.apache.parquet",
    ".arrow": ARROW,
    ".json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".zip": "application/zip",
}

#: Times that tables are sent for one version; more than one where somebody else
#: changes them at the same time.
_MOST_ROUNDS = 3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Dataset:
    """
    A data set of a service: working tables, and versions of them that never change.

    Parameters
    ----------
    line
        The service.
    dataset_id, name
        Which one.
    """

    line: Line
    dataset_id: str
    name: str

    def __repr__(self) -> str:
        return f"Dataset({self.name!r}, {self.dataset_id!r})"

    @property
    def path(self) -> str:
        """
        Where it is at the service.
        """
        return f"v1/datasets/{self.dataset_id}"

    def tables(self) -> dict[str, int]:
        """
        Returns how many rows each working table has.
        """
        found: dict[str, int] = self.line.get(self.path)["tables"]

        return found

    def versions(self) -> pd.DataFrame:
        """
        Returns the versions, the newest first.
        """
        found = self.line.every(f"{self.path}/versions", "versions")
        names = ["version", "number", "created_at", "created_by"]

        return pd.DataFrame(found, columns=names)

    def upload(
        self,
        file: str | os.PathLike[str],
        *,
        table: str = "",
        mode: str = "replace",
        mapping: str = "",
    ) -> dict[str, int]:
        """
        Sends a file into the working tables and returns how many rows they then have.

        Parameters
        ----------
        file
            A zip or workbook of several tables, or one table in a CSV, Parquet, Arrow,
            JSON or Excel file.
        table
            Name of the one table that it holds; that of the file, when left out.
        mode
            ``replace`` the table, ``upsert`` rows by their keys, or ``delete`` them.
        mapping
            Name of a mapping that comes with Lotwright, such as ``frepple_csv``, where
            a zip or workbook holds the tables of another system.

        Raises
        ------
        InputError
            When something is malformed; lists every problem.
        """
        file = Path(file)
        suffix = file.suffix.lower()

        if suffix not in _KINDS:
            msg = f"Expected a file that ends in one of {', '.join(_KINDS)}."
            raise ValueError(msg)

        headers = {"Content-Type": _KINDS[suffix]}
        is_package = suffix in (".zip", ".xlsx") and not table
        table = table or file.stem.lower()
        where = "package" if is_package else f"tables/{quote(table, safe='')}"

        if is_package:
            headers["X-File-Name"] = quote(file.name)

        answer = self.line.ask(
            "PUT",
            f"{self.path}/{where}",
            content=file.read_bytes(),
            headers=headers,
            params={"mapping": mapping} if is_package else {"mode": mode},
        )
        found: dict[str, int] = answer.json()["tables"]

        return found

    def commit(self) -> str:
        """
        Checks the working tables together, freezes them and returns the version.

        Raises
        ------
        InputError
            When they contradict each other; lists every problem.
        """
        return str(self.line.post(f"{self.path}/versions")["version"])

    def put(self, data: PlanningData) -> str:
        """
        Sends planning data and returns the version that they are.

        Only tables that the service does not have are sent; a version is made of these
        very tables, whatever else happens to the data set.

        Raises
        ------
        InputError
            When the service finds something malformed; lists every problem.
        """
        streams = {
            name: table_as_bytes(name, data.tables[name])
            for name in data.tables
            if name in data.given
        }
        digests = {name: _digest(stream) for name, stream in streams.items()}

        for _ in range(_MOST_ROUNDS):
            try:
                made = self.line.post(f"{self.path}/versions", {"tables": digests})
            except ServiceError as error:
                if error.code != "missing":
                    raise

                digests |= self._sent({name: streams[name] for name in error.missing})
            else:
                return str(made["version"])

        msg = f"Others change {self.name} all the time; use a data set of your own."
        raise ServiceError(409, "changed", msg)

    def read(self, version: str = "") -> PlanningData:
        """
        Returns the planning data of a version, of the newest one when left out.

        Raises
        ------
        ServiceError
            When there is none.
        """
        version = version or self.newest()
        path = f"{self.path}/versions/{version}"
        frames = {
            name: self._frame(f"{path}/tables/{name}")
            for name in self.line.get(path)["tables"]
        }

        return PlanningData.from_frames(frames)

    def newest(self) -> str:
        """
        Returns the newest version.

        Raises
        ------
        ServiceError
            When there is none.
        """
        found = self.line.every(f"{self.path}/versions", "versions", 1)

        if not found:
            msg = f"{self.name} has no version yet; commit its tables first."
            raise ServiceError(409, "empty", msg)

        return str(found[0]["version"])

    def rename(self, name: str) -> Dataset:
        """
        Gives it another name and returns it.
        """
        self.line.ask("PATCH", self.path, json={"name": name})

        return Dataset(line=self.line, dataset_id=self.dataset_id, name=name)

    def delete(self, *, with_runs: bool = False) -> None:
        """
        Removes it with its versions, if nothing uses it.

        Parameters
        ----------
        with_runs
            Whether runs that are over, and their plans, go with it.
        """
        self.line.ask("DELETE", self.path, params={"with_runs": with_runs})

    def _sent(self, streams: Mapping[str, bytes]) -> dict[str, str]:
        """
        Sends tables and returns the fingerprints that the service knows them by.
        """
        found: dict[str, str] = {}

        for name, stream in streams.items():
            answer: dict[str, Any] = self.line.ask(
                "PUT",
                f"{self.path}/tables/{name}",
                content=stream,
                headers={"Content-Type": ARROW},
            ).json()
            found[name] = answer["digests"][name]

        return found

    def _frame(self, path: str) -> pd.DataFrame:
        stream = self.line.ask("GET", path, headers={"Accept": ARROW}).content

        with pa.ipc.open_stream(io.BytesIO(stream)) as reader:
            frame: pd.DataFrame = reader.read_all().to_pandas(date_as_object=False)

        return frame


def _digest(stream: bytes) -> str:
    """
    Returns the fingerprint by which a service knows a table.
    """
    return hashlib.blake2b(stream, digest_size=20).hexdigest()
