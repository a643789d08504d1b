"""
Starts a working process, or a mother of some, without the rest of the package.

This file is run by its path, so that no main module is imported again, and it stands a
bare package in the place of the real one, so that only what tasks need is imported.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from types import ModuleType


def main() -> None:
    """
    Reads the command line that :mod:`lotwright.fanout.children` writes.
    """
    package_dir, sys_path, role, *given = sys.argv[1:]
    sys.path[:] = json.loads(sys_path)
    package = ModuleType("lotwright")
    package.__path__ = [package_dir]
    sys.modules["lotwright"] = package

    if role == "mother":
        mother = import_module("lotwright.fanout.mother")
        mother.live(*map(int, given))
    else:
        task, *numbers = given
        worker = import_module("lotwright.fanout.worker")
        worker.work(task, *map(int, numbers))


if __name__ == "__main__":
    main()
