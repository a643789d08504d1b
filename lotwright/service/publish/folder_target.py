"""
Folders as targets: each publication a folder of files, and one file that points to the
current one.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.csv

from lotwright.io.csv_file import format_csv
from lotwright.service.fail_points import pass_point
from lotwright.service.publish.content import Content
from lotwright.service.publish.target import (
    COMPARED,
    KEPT,
    Doubt,
    TargetError,
    TargetSilentError,
    Writ,
    key_taken,
    superseded,
)

#: Names within the folder of a publisher.
_POINTER = "current.json"
_LOCK = ".lock"
_RECORD = "publication.json"
_UNFINISHED = ".unfinished-"

#: Keys of publications that the pointer remembers.
_REMEMBERED = 1_000

#: Seconds that a writer waits for another one, and between two tries.
_PATIENCE = 60.0
_PAUSE = 0.05


class FolderTarget:
    """
    A folder of one publisher.

    Parameters
    ----------
    folder
        Where its publications are; made if need be.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def current(self) -> tuple[str, list[dict[str, Any]]]:
        """
        Returns the current publication and its orders.
        """
        with _told():
            pointer = self._pointer()

            if pointer is None:
                return "", []

            file = self._folder / str(pointer["publication"]) / "planned_orders.csv"

            return str(pointer["publication"]), _orders_in(file)

    def write(self, writ: Writ, content: Content, doubt: Doubt) -> None:
        """
        Makes a publication the current one: its files first, then the pointer.
        """
        with _told(), self._alone():
            self._sweep()
            pointer = self._pointer()
            place = self._folder / writ.publication_id

            if place.exists() and _record(place)["content"] != content.digest:
                raise key_taken()

            if pointer is not None and writ.publication_id in pointer["published"]:
                # Whoever published it may have died before the oldest ones were gone.
                self._prune(pointer["publication"])
                return

            doubt.absent()

            if pointer is not None and pointer["number"] > writ.number:
                self._remove(place)
                raise superseded()

            if not place.exists():
                self._fill(place, writ, content)

            pass_point("before_target_commit")
            self._point_at(writ, doubt, [] if pointer is None else pointer["published"])
            pass_point("after_target_commit")
            self._prune(writ.publication_id)

    def _fill(self, place: Path, writ: Writ, content: Content) -> None:
        """
        Writes the files of a publication elsewhere, and moves them in one step.
        """
        made = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self._folder))
        made.chmod(0o755)

        for name, cells in content.tables.items():
            _write(made / f"{name}.csv", format_csv(cells))
            pass_point("mid_rows")

        _write(made / _RECORD, _json(_described(writ, content)))
        _sync(made)
        made.rename(place)
        _sync(self._folder)

    def _point_at(self, writ: Writ, doubt: Doubt, before: list[str]) -> None:
        record = _record(self._folder / writ.publication_id)
        made = self._folder / f"{_UNFINISHED}pointer"
        published = [writ.publication_id, *before][:_REMEMBERED]
        # Another number than in the record where it failed once and came again.
        pointer = {**record, "number": writ.number, "published": published}
        _write(made, _json(pointer))
        doubt.commits()
        made.replace(self._folder / _POINTER)
        _sync(self._folder)

    def _pointer(self) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads((self._folder / _POINTER).read_bytes())
        except FileNotFoundError:
            return None

        return found

    def _prune(self, current: str) -> None:
        """
        Removes the oldest publications, and never the current one.
        """
        places = [
            place
            for place in self._folder.iterdir()
            if (place / _RECORD).is_file() and place.name != current
        ]
        places.sort(key=lambda place: int(_record(place)["number"]), reverse=True)

        for place in places[KEPT - 1 :]:
            self._remove(place)

    def _remove(self, place: Path) -> None:
        """
        Removes a publication, of which nothing but what is swept is ever left.
        """
        gone = self._folder / f"{_UNFINISHED}{place.name}"

        with suppress(FileNotFoundError):
            place.rename(gone)

        shutil.rmtree(gone, ignore_errors=True)

    def _sweep(self) -> None:
        """
        Removes what writers left behind that did not come to an end.
        """
        for left in self._folder.glob(f"{_UNFINISHED}*"):
            if left.is_dir():
                shutil.rmtree(left)
            else:
                left.unlink()

    @contextmanager
    def _alone(self) -> Generator[None]:
        """
        Lets one publication be written at a time; the lock goes with its holder.
        """
        self._folder.mkdir(parents=True, exist_ok=True)

        with (self._folder / _LOCK).open("w") as lock:
            _locked(lock)
            yield


def _locked(file: IO[str]) -> None:
    """
    Takes the lock of an open file, which goes with it.
    """
    end = time.monotonic() + _PATIENCE

    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > end:
                raise

            time.sleep(_PAUSE)
        else:
            return


@contextmanager
def _told() -> Generator[None]:
    """
    Says of a file that cannot be written or read what is wrong with it.
    """
    try:
        yield
    except OSError as error:
        words = f"The folder cannot be used: {error.strerror or error}."
        raise TargetSilentError(words) from error
    except (KeyError, ValueError) as error:
        words = f"A file in the folder is none of Lotwright's: {error}"
        raise TargetError(code="target", text=words[:300]) from error


def _orders_in(file: Path) -> list[dict[str, Any]]:
    days = ("start_date", "due_date")
    texts = ("order_id", "kind", "item_id", "location_id", "status")
    types = {
        **dict.fromkeys(texts, pa.string()),
        **dict.fromkeys(days, pa.date32()),
        "quantity": pa.float64(),
        "locked": pa.bool_(),
    }
    cells = pyarrow.csv.read_csv(
        file,
        convert_options=pyarrow.csv.ConvertOptions(
            column_types=types, include_columns=list(COMPARED), strings_can_be_null=True
        ),
        parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True),
    )
    rows: list[dict[str, Any]] = cells.to_pylist()

    return rows


def _described(writ: Writ, content: Content) -> dict[str, object]:
    return {
        "publication": writ.publication_id,
        "number": writ.number,
        "run": writ.run_id,
        "filter": writ.condition,
        "content": content.digest,
        "published_at": writ.at,
        "rows": content.counts,
    }


def _record(place: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((place / _RECORD).read_bytes())

    return found


def _json(cells: dict[str, object]) -> bytes:
    return json.dumps(cells, ensure_ascii=False, indent=1).encode()


def _write(file: Path, content: bytes) -> None:
    """
    Writes a file so that it is there after a power cut.
    """
    with file.open("wb") as out:
        out.write(content)
        out.flush()
        os.fsync(out.fileno())


def _sync(folder: Path) -> None:
    with suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)

        try:
            os.fsync(handle)
        finally:
            os.close(handle)
