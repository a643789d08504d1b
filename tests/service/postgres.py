"""
A PostgreSQL of the tests' own: a throw-away cluster on a Unix socket.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest

_BINARIES = "/usr/lib/postgresql"

#: What speeds a cluster up whose data nobody will miss.
_HASTE = "-c fsync=off -c full_page_writes=off -c max_connections=50"


def binaries() -> Path | None:
    """
    Returns the folder of PostgreSQL's programs, None where it is not installed.
    """
    found = shutil.which("initdb")
    folders = sorted(Path(_BINARIES).glob("*/bin"))

    if found:
        return Path(found).resolve().parent

    return folders[-1] if folders else None


@contextmanager
def cluster() -> Generator[str]:
    """
    Yields the address of an empty database whose owner is no superuser.

    Skips the test where PostgreSQL is not installed, but fails it in continuous
    integration.
    """
    programs = binaries()

    if programs is None:
        reason = "PostgreSQL is not installed: apt-get install postgresql"

        if os.environ.get("CI"):
            pytest.fail(reason)

        pytest.skip(reason)

    # Sockets need short paths.
    with tempfile.TemporaryDirectory(prefix="pg", dir="/tmp") as folder:
        data = Path(folder) / "data"
        _run(programs, folder, "initdb", "-D", str(data), "-A", "trust", "-U", "root_")
        options = f"-k {folder} -c listen_addresses='' {_HASTE}"
        log = str(Path(folder) / "log")
        _run(
            programs, folder, "pg_ctl", "-D", str(data), "-w", "-l", log, "-o", options,
            "start",
        )  # fmt: skip

        try:
            for statement in (
                "create role service login",
                "create database lotwright owner service",
            ):
                _run(
                    programs, folder, "psql", "-h", folder, "-U", "root_",
                    "-d", "postgres", "-c", statement,
                )  # fmt: skip

            yield f"postgresql://service@/lotwright?host={folder}"
        finally:
            _run(
                programs, folder, "pg_ctl", "-D", str(data), "-w", "-m", "immediate",
                "stop",
            )  # fmt: skip


def restart(address: str) -> None:
    """
    Restarts the cluster of an address as after a power cut.
    """
    programs = binaries()
    folder = address.partition("host=")[2]
    assert programs is not None
    data, log = str(Path(folder) / "data"), str(Path(folder) / "log")
    _run(
        programs, folder, "pg_ctl", "-D", data, "-w", "-m", "immediate", "-l", log,
        "restart",
    )  # fmt: skip


def _run(programs: Path, folder: str, program: str, *arguments: str) -> None:
    """
    Runs a program of PostgreSQL, which refuses to run as root.
    """
    as_other: dict[str, str] = {}

    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        as_other = {"user": "postgres", "group": "postgres"}

    subprocess.run(
        [str(programs / program), *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        cwd=folder,
        **as_other,  # type: ignore[call-overload]  # both are names
    )
