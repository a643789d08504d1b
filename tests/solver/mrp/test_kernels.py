"""
Tests that the kernels of the engine are compiled once.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from lotwright.model.kernel import UNCOMPILED

_PROGRAM = """
import sys

import lotwright

lotwright.plan(lotwright.read(sys.argv[1]), engine="mrp", level=True)
kernels = {
    value.py_func: len(value.overloads)
    for name, module in list(sys.modules.items())
    if name.startswith("lotwright.solver.mrp.")
    for value in list(vars(module).values())
    if hasattr(value, "overloads")
}

for function, count in kernels.items():
    print(count, function.__module__, function.__name__)
"""


@pytest.mark.skipif(UNCOMPILED, reason="kernels stay Python functions here")
def test_all_rounds_of_levelling_share_one_form_of_each_kernel() -> None:
    """
    Tests that no kernel is compiled for a second type of an argument, which takes as
    long as the first and happens in the planner's first minutes.
    """
    folder = Path(__file__).parents[3] / "examples" / "bikes"

    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )

    found = [line.split(maxsplit=1) for line in done.stdout.splitlines()]
    assert "1" in {count for count, _ in found}
    assert [] == [name for count, name in found if int(count) > 1]
