"""
Plans that a search hands over while it runs, as bytes: should it never end, the best
of them is not lost with it.
"""

from __future__ import annotations

import zlib
from dataclasses import fields
from typing import Any

import numpy as np

from lotwright.fanout.task import Line
from lotwright.scenarios.wire import joined, parted
from lotwright.solver.quantities import Quantities
from lotwright.solver.result import Listener, Progress
from lotwright.solver.search.pace import Pace

#: How news that are a plan begin; others are JSON.
_MARK = b"plan "

#: Bytes of the largest plan that is handed over.
_LARGEST = 64 << 20

#: Most of a plan is zeros, for which little effort is enough.
_EFFORT = 1

#: The arrays of a plan; what its stock and capacity are worth is found after it.
_ARRAYS = tuple(
    field.name
    for field in fields(Quantities)
    if field.name not in {"capacity_worth", "stock_worth", "of_other_data"}
)


def handing_over(line: Line, listen: Listener) -> Listener:
    """
    Returns a listener that also hands over the best plan of a search now and then.

    Parameters
    ----------
    line
        Where plans go.
    listen
        What hears of all else.
    """
    pace = Pace()

    def hear(event: Progress) -> None:
        listen(event)
        found = pace.taken(event)

        if found is not None and len(told := _MARK + as_bytes(found)) <= _LARGEST:
            line.say(told)

    return hear


def handed_over(news: bytes) -> bytes | None:
    """
    Returns the plan that news are, as bytes; None where they are none.
    """
    return news.removeprefix(_MARK) if news.startswith(_MARK) else None


def as_bytes(found: Quantities) -> bytes:
    """
    Returns the quantities of a plan as bytes.
    """
    arrays = {
        name: np.ascontiguousarray(array, np.float64)
        for name in _ARRAYS
        if (array := getattr(found, name)) is not None
    }
    shapes = {name: array.shape for name, array in arrays.items()}
    streams = {
        name: zlib.compress(array.tobytes(), _EFFORT) for name, array in arrays.items()
    }

    return joined({"shapes": shapes}, streams)


def quantities_in(content: bytes) -> Quantities:
    """
    Returns the quantities that bytes hold.
    """
    head, streams = parted(content)
    arrays: dict[str, Any] = {
        name: np.frombuffer(zlib.decompress(streams[name])).reshape(shape)
        for name, shape in head["shapes"].items()
    }

    return Quantities(**arrays)
