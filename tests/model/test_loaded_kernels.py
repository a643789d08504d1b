"""
Tests of kernels that other processes have compiled.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from numba.core.dispatcher import Dispatcher

from lotwright.model.loaded_kernels import load_kernels, telling_of_compiling

_MODULE = """
import numpy as np
from lotwright.model.kernel import inner_kernel, kernel

@inner_kernel
def doubled(value: float) -> float:
    return 2.0 * value

@kernel
def total(values: np.ndarray) -> float:
    found = 0.0

    for value in values:
        found += doubled(value)

    return found
"""

#: Name of a module of the package that is there for these tests alone.
_NAME = "lotwright.test_of_loaded_kernels"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """
    Returns a folder with a module of kernels, which are kept beside it.
    """
    monkeypatch.setattr("numba.core.config.CACHE_DIR", "")
    (tmp_path / "kernels.py").write_text(_MODULE, "utf-8")

    return tmp_path


def _total(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Dispatcher:
    """
    Returns the kernel as it is in a process that has just imported it.
    """
    monkeypatch.setattr("lotwright.model.kernel._sources", {})
    monkeypatch.setattr("lotwright.model.loaded_kernels._read", {})
    spec = importlib.util.spec_from_file_location(_NAME, folder / "kernels.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, _NAME, module)
    spec.loader.exec_module(module)

    return cast("Dispatcher", module.total)


def test_what_was_compiled_is_loaded_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that a process has what another one has compiled, for the same types, before
    anybody calls it; and that nothing is loaded again until more is compiled.
    """
    values = np.array([1.0, 2.0])
    first = _total(folder, monkeypatch)
    load_kernels()

    assert 6.0 == first(values)
    assert first.stats.cache_misses

    second = _total(folder, monkeypatch)
    num_loaded = load_kernels()

    assert 1 <= num_loaded
    assert first.signatures == second.signatures
    assert 0 == load_kernels()
    assert 6.0 == second(values)
    assert not second.stats.cache_misses
    assert not second.stats.cache_hits

    first(np.array([1, 2]))

    assert 1 == load_kernels()
    assert first.signatures == second.signatures


def test_compiling_is_told_once_and_loading_is_not(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that whoever waits hears of it when it begins, and nothing where all is kept.
    """
    told: list[str] = []

    with telling_of_compiling(lambda: told.append("compiling")):
        _total(folder, monkeypatch)(np.array([1.0]))

    assert ["compiling"] == told

    with telling_of_compiling(lambda: told.append("again")):
        _total(folder, monkeypatch)(np.array([1.0]))

    assert ["compiling"] == told
