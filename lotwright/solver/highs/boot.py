"""
Starts the solving process without the rest of the package.

This file is run by its path. It stands a bare package in the place of the real one, so
that what the public names need, such as pandas, is not imported for every solve; and it
looks for modules where the parent does.
"""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from types import ModuleType


def prepare(package_dir: str, sys_path: str) -> None:
    """
    Makes the solver importable, and nothing else.

    Parameters
    ----------
    package_dir
        Where the package lies.
    sys_path
        The parent's list of places for modules, as JSON.
    """
    sys.path[:] = json.loads(sys_path)
    package = ModuleType("lotwright")
    package.__path__ = [package_dir]
    sys.modules["lotwright"] = package

    # Threads of a linear algebra library cost address space and are of no use here.
    os.environ["OPENBLAS_NUM_THREADS"] = "1"


def main() -> None:
    """
    Reads the command line that :mod:`lotwright.solver.highs.process` writes.
    """
    prepare(*sys.argv[1:3])
    worker = import_module("lotwright.solver.highs.worker")
    worker.work(*map(int, sys.argv[3:]))


if __name__ == "__main__":
    main()
