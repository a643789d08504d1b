"""
Planning as a task that any process can do: data in, a plan out, as bytes.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, replace
from typing import TypedDict

from lotwright.fanout.task import Line
from lotwright.scenarios.wire import data_in, plan_as_bytes
from lotwright.solver.highs.control import Control
from lotwright.solver.params import Engine, Objective, OptionValue
from lotwright.solver.result import Listener, Progress
from lotwright.solver.search.course import Asked
from lotwright.solver.solve import plan


class PlanOptions(TypedDict, total=False):
    """
    What ``plan`` may be asked, by the same names and with the same defaults.
    """

    engine: Engine | str
    objective: Objective | str
    time_limit: float
    work_limit: int | None
    gap: float
    threads: int | None
    seed: int
    level: bool | None
    only: str | None
    memory_mb: int | None
    options: Mapping[str, OptionValue] | None


def asked_of(options: PlanOptions) -> dict[str, object]:
    """
    Returns options of a plan in JSON's own types.

    Raises
    ------
    TypeError
        When there is no option of a name.
    """
    for name in options:
        if name not in PlanOptions.__annotations__:
            known = ", ".join(PlanOptions.__annotations__)
            msg = f"Expected one of {known}, got {name!r}."
            raise TypeError(msg)

    return {
        name: dict(value) if isinstance(value, Mapping) else value
        for name, value in options.items()
    }


def plan_task(payload: bytes, line: Line) -> bytes:
    """
    Returns the plan of some planning data.
    """
    data, asked = data_in(payload)
    listen, control = wired(line)
    made = plan(data, **asked, listener=listen, control=control)

    return plan_as_bytes(made)


def wired(line: Line) -> tuple[Listener, Control]:
    """
    Returns a listener that tells a line what a solve says, and the control that does
    what is wished there.
    """

    def listen(event: Progress) -> None:
        line.say(news_of(event))

    return listen, Asked(line)


def news_of(event: Progress) -> bytes:
    """
    Returns an event of a solve as bytes.
    """
    cells = asdict(replace(event, plan=None))
    del cells["plan"]

    return json.dumps(cells).encode()


def event_in(news: bytes) -> Progress:
    """
    Returns the event of a solve that bytes hold.
    """
    cells = json.loads(news)

    return Progress(
        phase=str(cells["phase"]),
        seconds=float(cells["seconds"]),
        incumbent=float(cells.get("incumbent", math.inf)),
        bound=float(cells.get("bound", -math.inf)),
        nodes=int(cells.get("nodes", 0)),
    )
