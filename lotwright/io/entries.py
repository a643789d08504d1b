"""
The files of a data set, from a folder or a zip.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from lotwright.errors import InputError, Problem

#: A zip that inflates to more than this is refused.
MOST_BYTES = 1 << 30

#: Endings of the files that hold tables.
SUFFIXES = (".csv", ".parquet")

#: What is raised where something is no zip, or a damaged one.
NO_ZIP = (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError)

_CHUNK = 1 << 20


def _unpacking() -> tuple[type[Exception], ...]:
    """
    Returns what is raised where a member cannot be unpacked.
    """
    try:
        import lzma
    except ImportError:
        # Some builds of Python lack it, and open no such zip.
        return (zlib.error, OSError, ValueError)

    return (zlib.error, OSError, ValueError, lzma.LZMAError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """
    One file that holds a table.

    Parameters
    ----------
    name
        Name of the file, without folders.
    content
        What is in it.
    """

    name: str
    content: bytes

    @property
    def table(self) -> str:
        """
        Name of the table that the file should hold.
        """
        return PurePosixPath(self.name).stem.lower()

    @property
    def suffix(self) -> str:
        """
        Ending of the file in lower case.
        """
        return PurePosixPath(self.name).suffix.lower()


def entries_of(path: Path) -> list[Entry]:
    """
    Returns the files of a folder or zip that may hold tables, by name.

    Raises
    ------
    InputError
        When there is no such folder or zip, or when it cannot be trusted.
    """
    if path.is_dir():
        return sorted(_from_folder(path), key=_name)

    if not path.exists():
        raise refusal(
            path, "There is no such folder or zip.", "Check the path and its spelling."
        )

    if not zipfile.is_zipfile(path):
        raise refusal(
            path,
            "This is neither a folder, a zip nor an Excel workbook (.xlsx).",
            "Give the folder that holds the tables, or save other workbooks as .xlsx.",
        )

    return sorted(_from_zip(path), key=_name)


def _name(entry: Entry) -> str:
    return entry.name


def _from_folder(path: Path) -> Iterator[Entry]:
    for file in path.iterdir():
        if _holds_table(file.name) and file.is_file():
            try:
                yield Entry(name=file.name, content=file.read_bytes())
            except OSError as error:
                raise refusal(
                    path,
                    f"{file.name} cannot be opened: {error.strerror}.",
                    "Check who may read it.",
                ) from error


def _from_zip(path: Path) -> Iterator[Entry]:
    try:
        with zipfile.ZipFile(path) as archive:
            files = [info for info in archive.infolist() if not info.is_dir()]
            members = [info for info in files if not _is_litter(_inside(info))]
            _check_members(path, members)
            left = MOST_BYTES

            for info in members:
                if not _holds_table(_inside(info).name):
                    continue

                content = inflated(archive, info, left)
                left -= len(content)

                if left < 0:
                    raise _too_large(path)

                yield Entry(name=_inside(info).name, content=content)
    except NO_ZIP as error:
        raise refusal(
            path, f"The zip is damaged: {error}.", "Pack it again."
        ) from error


def inflated(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> bytes:
    """
    Returns a member of a zip, at most one byte more than what is left of the allowance.

    What a zip says about the size of its members may be a lie, so bytes are counted.

    Raises
    ------
    zipfile.BadZipFile
        When the member is damaged, however it was packed.
    """
    parts = []

    try:
        with archive.open(info) as member:
            while left >= 0 and (part := member.read(min(_CHUNK, left + 1))):
                parts.append(part)
                left -= len(part)
    except _unpacking() as error:
        raise zipfile.BadZipFile(str(error)) from error

    return b"".join(parts)


def _check_members(path: Path, members: list[zipfile.ZipInfo]) -> None:
    folders = set()

    for info in members:
        inside = _inside(info)
        folders.add(inside.parent)

        if inside.is_absolute() or ".." in inside.parts or ":" in inside.parts[0]:
            raise refusal(
                path,
                f"{info.filename} leads out of the zip.",
                "Pack the files again, without paths.",
            )

        if info.flag_bits & 0x1:
            raise refusal(
                path,
                f"{info.filename} is locked with a password.",
                "Pack it without one.",
            )

        if inside.suffix.lower() == ".zip":
            raise refusal(
                path,
                f"The zip holds another zip, {info.filename}.",
                "Pack the tables themselves.",
            )

    if len(folders) > 1 or any(len(folder.parts) > 1 for folder in folders):
        raise refusal(
            path,
            "The zip holds files in several folders.",
            "Pack the tables at the top, or all in one folder.",
        )

    if sum(info.file_size for info in members) > MOST_BYTES:
        raise _too_large(path)


def _inside(info: zipfile.ZipInfo) -> PurePosixPath:
    return PurePosixPath(info.filename.replace("\\", "/"))


def _is_litter(inside: PurePosixPath) -> bool:
    return inside.parts[0] == "__MACOSX" or inside.name.startswith(".")


def _holds_table(name: str) -> bool:
    return not name.startswith(".") and name.lower().endswith(SUFFIXES)


def _too_large(path: Path) -> InputError:
    return refusal(
        path,
        "The zip inflates to more than 1 GiB.",
        "Unpack it and give the folder.",
    )


def refusal(path: Path | str, text: str, remedy: str) -> InputError:
    """
    Returns the error of a file, folder or zip that cannot be read as it is.
    """
    problem = Problem(
        code="E-DATA-FILE", table="", file=str(path), text=text, remedy=remedy
    )

    return InputError([problem])
