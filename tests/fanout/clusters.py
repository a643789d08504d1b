"""
Clusters for tests: a scheduler and workers over TCP on this machine.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

#: Where tests are killed, a scheduler ends after so many seconds without work, and
#: workers after so many without a scheduler.
_IDLE = 300
_ALONE = 20


@contextlib.contextmanager
def spawned(*arguments: str) -> Generator[subprocess.Popen[str]]:
    """
    Starts a program of Dask and kills it in the end.
    """
    process = subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )

    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def said(process: subprocess.Popen[str], pattern: str) -> str:
    """
    Returns the first match in what a program says.
    """
    assert process.stderr is not None

    for line in process.stderr:
        if (found := re.search(pattern, line)) is not None:
            return found.group()

    pytest.fail(f"Nothing like {pattern} was said.")


@contextlib.contextmanager
def scheduler(port: int = 0) -> Generator[tuple[subprocess.Popen[str], str]]:
    """
    Starts a scheduler without workers; yields it and its address.

    Parameters
    ----------
    port
        Where it listens; 0 for anywhere.
    """
    with spawned(
        "scheduler",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
        "--no-dashboard",
        "--no-show",
        "--idle-timeout",
        f"{_IDLE} seconds",
    ) as process:
        yield process, said(process, r"tcp://127\.0\.0\.1:\d+")


@contextlib.contextmanager
def workers(
    scheduler: str, number: int, *arguments: str
) -> Generator[list[subprocess.Popen[str]]]:
    """
    Starts workers and waits until they serve.
    """
    command = (
        "worker", scheduler, "--nthreads", "1", "--no-nanny", "--no-dashboard",
        "--host", "127.0.0.1", "--memory-limit", "0",
        "--death-timeout", f"{_ALONE} seconds", *arguments,
    )  # fmt: skip

    with contextlib.ExitStack() as stack:
        started = [stack.enter_context(spawned(*command)) for _ in range(number)]

        for process in started:
            said(process, "Registered to")

        yield started


@contextlib.contextmanager
def running(number: int) -> Generator[str]:
    """
    Starts a cluster of some workers and returns the address of its scheduler.
    """
    with scheduler() as (_, address), workers(address, number):
        yield address
