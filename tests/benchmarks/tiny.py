"""
A tiny instance: two items, one made of the other, on one resource.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

#: The instance as its file says it; the second item is made of two of the third.
TINY = {
    "name": "T1",
    "set": "tiny",
    "optimum": None,
    "demand": [[4.0, 0.0, 6.0], [0.0, 5.0, 5.0], [0.0, 0.0, 0.0]],
    "holding": [2.0, 3.0, 1.0],
    "setup_cost": [20.0, 10.0, 30.0],
    "setup_time": [1.0, 2.0, 0.0],
    "unit_time": [1.0, 1.0, 0.5],
    "resource": [0, 0, 1],
    "bom": [[2, 1, 2.0]],
}


def write_tiny(
    folder: Path, group: str = "tiny", capacity: Sequence[float] = (10.0, 12.0, 14.0)
) -> Path:
    """
    Writes the instance, compressed, and returns its path.

    Parameters
    ----------
    folder
        Where to write it.
    group
        Set that it is to belong to.
    capacity
        Of the resource of the first two items.
    """
    tiny = TINY | {"set": group, "capacity": [list(capacity), [20.0, 20.0, 20.0]]}
    path = folder / f"{group}-T1.json.gz"
    path.write_bytes(gzip.compress(json.dumps(tiny).encode()))

    return path
