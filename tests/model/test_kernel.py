"""
Tests of what kernels keep on disk.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from numba.core.dispatcher import Dispatcher
from numpy.typing import NDArray

from lotwright.model.kernel import inner_kernel, kernel

_MODULE = """
import numpy as np
from lotwright.model.kernel import kernel

@kernel
def total(values: np.ndarray) -> float:
    found = 0.0

    for value in values:
        found += {factor} * value

    return found
"""


def _total(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Dispatcher:
    """Returns the kernel of a folder, loaded as a new process would."""
    monkeypatch.setattr("lotwright.model.kernel._sources", {})
    spec = importlib.util.spec_from_file_location("kept_kernel", folder / "kept.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)

    return cast("Dispatcher", module.total)


@pytest.fixture
def compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Returns a folder with a module and its compiled kernel."""
    monkeypatch.setattr("numba.core.config.CACHE_DIR", "")
    folder = tmp_path / "one"
    folder.mkdir()
    (folder / "kept.py").write_text(_MODULE.format(factor=1), "utf-8")
    total = _total(folder, monkeypatch)

    assert 6.0 == total(np.array([1.0, 2.0, 3.0]))
    assert 0 == sum(total.stats.cache_hits.values())

    return folder


def test_a_copy_of_the_package_takes_its_compiled_kernels_along(
    compiled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests that dates of files do not matter where their content is the same."""
    copy = tmp_path / "two"
    shutil.copytree(compiled, copy)
    os.utime(copy / "kept.py", (1_000_000_000, 1_000_000_000))
    total = _total(copy, monkeypatch)

    assert 6.0 == total(np.array([1.0, 2.0, 3.0]))
    assert 1 == sum(total.stats.cache_hits.values())


def test_another_content_is_compiled_anew(
    compiled: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tests that a change of the same length and date is noticed."""
    copy = tmp_path / "two"
    state = (compiled / "kept.py").stat()
    shutil.copytree(compiled, copy, ignore=shutil.ignore_patterns("*.pyc"))
    (copy / "kept.py").write_text(_MODULE.format(factor=2), "utf-8")
    os.utime(copy / "kept.py", ns=(state.st_atime_ns, state.st_mtime_ns))
    total = _total(copy, monkeypatch)

    assert 12.0 == total(np.array([1.0, 2.0, 3.0]))
    assert 0 == sum(total.stats.cache_hits.values())


def test_a_kernel_is_compiled_once_for_all_widths_and_constants() -> None:
    """Tests that kernels call it with short numbers, constants and flags alike."""

    @inner_kernel
    def called(number: int, is_doubled: bool) -> int:
        return 2 * number if is_doubled else number

    @kernel
    def calling(values: NDArray[np.int32]) -> int:
        is_first = len(values) > 0

        return (
            called(values[0], True) + called(3, False) + called(len(values), is_first)
        )

    assert 2 * 7 + 3 + 2 * 2 == calling(np.array([7, 8], dtype=np.int32))
    assert 1 == len(cast("Dispatcher", called).signatures)


def test_short_numbers_are_widened_before_they_overflow() -> None:
    """Tests that a kernel reckons with 64 bits where it was given 32."""

    @inner_kernel
    def squared(number: int) -> int:
        return number * number

    @kernel
    def calling(values: NDArray[np.int32]) -> int:
        return squared(values[0])

    assert 10**12 == calling(np.array([10**6], dtype=np.int32))


_PLAN = """
import lotwright

plan = lotwright.plan(lotwright.read({folder!r}), engine="mrp", level=True)
print(plan.fulfilment["on_time_qty"].sum())
"""


def test_kernels_that_are_not_compiled_plan_alike() -> None:
    """Tests that a plan can be made with numba's compiler switched off."""
    folder = Path(__file__).parents[1] / "golden" / "12_10_levelling_ahead"
    program = _PLAN.format(folder=str(folder))
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1"}

    done = subprocess.run(
        [sys.executable, "-W", "error::RuntimeWarning", "-c", program],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "" == done.stderr
    assert 16.0 == float(done.stdout)


def test_kernels_leave_the_interpreter_to_other_threads() -> None:
    """Tests that a table can be written while a kernel makes the next one."""

    @kernel
    def called(values: NDArray[np.float64]) -> float:
        return float(values[0])

    assert cast("Dispatcher", called).targetoptions["nogil"]
