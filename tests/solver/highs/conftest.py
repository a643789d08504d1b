"""
No test of a solve may leave a process, a descriptor or shared memory behind.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest


def children() -> set[str]:
    """
    Returns the processes that this one has started and not buried; Linux only.
    """
    tasks = Path(f"/proc/{os.getpid()}/task")

    return {
        pid for file in tasks.glob("*/children") for pid in file.read_text().split()
    }


def descriptors() -> set[str]:
    """
    Returns the open descriptors of this process, with what they stand for.
    """
    found = set()

    for link in Path(f"/proc/{os.getpid()}/fd").glob("*"):
        # The listing has a descriptor of its own, gone when it is looked at.
        if link.is_symlink():
            found.add(f"{link.name} {link.readlink()}")

    return found


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    """
    Compares what is held before and after each test.
    """
    before = children(), descriptors()

    yield

    assert before == (children(), descriptors())


@pytest.fixture
def interrupt_key() -> Generator[None]:
    """
    Makes the interrupt key raise, also in a shell's background, where it is ignored.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
