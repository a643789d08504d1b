"""
Tests that a worker is after many runs what it was before, and ends with its parent.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.service.chaos.harness import LEASE, assert_honest, marked, service, until
from tests.service.chaos.processes import MARK
from tests.service.chaos.volume import volume

_RUNS = volume(6, 500)

#: Bytes that a worker may grow by while it works on all these runs.
_GROWTH = 20 << 20


@pytest.mark.slow
def test_a_worker_does_not_grow(address: str) -> None:
    """
    Tests that many runs leave neither open files nor memory behind.
    """
    with service(address) as cast:
        asked = [cast.order("warm up")]
        until(cast.are_over, "the first run to end")
        pid = cast.workers[0].pid
        assert pid is not None
        before = _files(pid), _memory(pid)

        asked += [cast.order(f"key {number}") for number in range(_RUNS)]
        until(cast.are_over, "all runs to end")
        until(lambda: _files(pid) <= before[0], "all files to be closed")

        assert _memory(pid) - before[1] < _GROWTH
        assert_honest(cast, asked)


@pytest.mark.slow
def test_workers_end_with_what_started_them(tmp_path: Path) -> None:
    """
    Tests that a service which is killed leaves no worker behind.
    """
    mark = f"up {os.getpid()} {tmp_path}"
    with service(f"sqlite:///{tmp_path / 'store.db'}", num_workers=0) as cast:
        cast.api.kill()
        cast.api.join()
        variables = {
            "LOTWRIGHT_DATABASE_URL": cast.settings.database_url,
            "LOTWRIGHT_PORT": str(cast.settings.port),
            "LOTWRIGHT_LEASE_SECONDS": str(LEASE),
            MARK: mark,
        }
        up = subprocess.Popen(
            [sys.executable, "-m", "lotwright", "up", "--no-demo"],
            env={**os.environ, **variables},
            stderr=subprocess.DEVNULL,
        )
        until(lambda: any(map(_is_worker, marked(mark))), "the worker")
        up.kill()
        up.wait()

        until(lambda: not marked(mark), "the worker to end", 30.0)


def _is_worker(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return b"worker" in Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")

    return False


def _files(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def _memory(pid: int) -> int:
    pages = Path(f"/proc/{pid}/statm").read_text().split()[1]

    return int(pages) * os.sysconf("SC_PAGE_SIZE")
