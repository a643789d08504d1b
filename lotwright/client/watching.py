"""
Watching a run of a service: its news, the two buttons, and how it ends.
"""

from __future__ import annotations

import json
import logging
import math
import queue
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from lotwright.client.line import Line
from lotwright.errors import (
    Cancelled,
    DataError,
    InputError,
    LotwrightError,
    Problem,
    ServiceError,
    SolveError,
)
from lotwright.solver.highs.control import Control
from lotwright.solver.result import Listener, Progress, Termination

logger = logging.getLogger(__name__)

#: Status of a run that is over.
OVER = frozenset(("succeeded", "failed", "cancelled"))

#: Seconds between two looks at what is wished.
_PULSE = 0.2

#: Seconds between two looks at whether runs still wait that are to be stopped.
_PATIENCE = 1.0

#: Times in a row that a stream may break without any news.
_MOST_BREAKS = 20

_VERBS = {Termination.STOPPED: "stop", Termination.CANCELLED: "cancel"}


@dataclass(frozen=True, slots=True, kw_only=True)
class _End:
    """
    The end of the news: the run, or why nobody knows.
    """

    run: dict[str, Any] | None = None
    error: Exception | None = None


def watched(
    line: Line,
    run_id: str,
    *,
    listener: Listener | None,
    control: Control | None,
    others: Sequence[str] = (),
) -> dict[str, Any]:
    """
    Returns a run once it is over.

    The first interrupt from the keyboard asks to stop it, which keeps the best plan;
    the second one cancels it; the third one is raised.

    Parameters
    ----------
    line, run_id
        The run.
    listener
        Called with its news.
    control
        Stops or cancels it.
    others
        Runs that are stopped or cancelled with it.
    """
    news: queue.SimpleQueue[Progress | _End] = queue.SimpleQueue()
    listening = threading.Thread(target=_listen, args=(line, run_id, news), daemon=True)
    listening.start()
    buttons = _Buttons(line, (run_id, *others), control)

    while True:
        try:
            buttons.look()
            event = news.get(timeout=_PULSE)
        except queue.Empty:
            continue
        except KeyboardInterrupt:
            buttons.interrupt()
            continue

        if isinstance(event, Progress):
            if listener is not None:
                listener(event)
        elif event.run is not None:
            listening.join()
            return event.run
        else:
            raise event.error or RuntimeError


def failure_of(run: dict[str, Any]) -> LotwrightError | None:
    """
    Returns why a run that is over has no plan; None where it has one.
    """
    if run["status"] not in ("failed", "cancelled"):
        return None

    error = run.get("error") or {}
    code, text = str(error.get("code", "")), str(error.get("text", ""))

    if run["status"] == "cancelled" or code == "cancelled":
        return Cancelled("The run was cancelled, and its result discarded.")

    summary = run.get("summary") or {}

    if code == "data" and summary.get("problems"):
        problems = [Problem(**each) for each in summary["problems"]]
        is_malformed = summary.get("kind") == InputError.__name__

        return InputError(problems) if is_malformed else DataError(problems)

    return SolveError(f"The run failed ({code}). {text}".strip())


class _Buttons:
    """
    What is wished of some runs, told to the service once.
    """

    def __init__(
        self, line: Line, runs: Sequence[str], control: Control | None
    ) -> None:
        self._line = line
        self._runs = runs
        self._control = control
        self._own = Control()
        self._told: set[tuple[str, Termination]] = set()
        self._looked = -math.inf

    def look(self) -> None:
        """
        Tells the service what is newly wished.

        A run that waits has nothing to keep yet: it is stopped once it runs.
        """
        now = time.monotonic()

        for control in (self._control, self._own):
            wish = None if control is None else control.wish
            left = [x for x in self._runs if (x, wish) not in self._told]

            if wish is None or not left or now < self._looked + _PATIENCE:
                continue

            self._looked = now

            for run_id in left:
                if wish is Termination.CANCELLED or not self._waits(run_id):
                    self._line.post(f"v1/runs/{run_id}/{_VERBS[wish]}")
                    self._told.add((run_id, wish))

    def _waits(self, run_id: str) -> bool:
        return bool(self._line.get(f"v1/runs/{run_id}")["status"] == "queued")

    def interrupt(self) -> None:
        """
        Stops, then cancels, then gives up.
        """
        if self._own.wish is None:
            logger.warning(
                "Stopping, and keeping the best plan so far; once more discards it."
            )
            self._own.stop()
            self._looked = -math.inf
        elif self._own.wish is Termination.STOPPED:
            logger.warning("Cancelling; there will be no plan.")
            self._own.cancel()
            self._looked = -math.inf
        else:
            raise KeyboardInterrupt


def _listen(line: Line, run_id: str, news: queue.SimpleQueue[Progress | _End]) -> None:
    try:
        for event in _events(line, run_id):
            news.put(event)

        news.put(_End(run=line.get(f"v1/runs/{run_id}")))
    except Exception as error:
        news.put(_End(error=error))


def _events(line: Line, run_id: str) -> Iterator[Progress]:
    """
    Yields all news of a run up to its end, each once, however often the stream breaks.
    """
    began = time.monotonic()
    last, breaks = 0, 0

    while True:
        try:
            with line.lines_of(f"v1/runs/{run_id}/events", last) as lines:
                for number, kind, data in _messages(lines):
                    last, breaks = max(last, number), 0

                    if kind == "progress":
                        yield _progress(data, time.monotonic() - began)
        except ServiceError as error:
            if error.status not in (429, 502, 503, 504):
                raise
        except Exception as error:
            if not line.is_lost(error):
                raise

        if line.get(f"v1/runs/{run_id}")["status"] in OVER:
            return

        breaks += 1

        if breaks > _MOST_BREAKS:
            msg = f"The news of {run_id} break off again and again."
            raise ServiceError(0, "unreachable", msg)

        line.pause(breaks)


def _messages(lines: Iterator[str]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """
    Yields number, kind and content of each event of a stream.
    """
    fields: dict[str, str] = {}

    for text in lines:
        if not text:
            if "data" in fields:
                number = int(fields.get("id", "0"))
                yield number, fields.get("event", ""), json.loads(fields["data"])

            fields = {}
        elif not text.startswith(":"):
            name, _, value = text.partition(":")
            fields[name] = value.removeprefix(" ")


def _progress(data: dict[str, Any], seconds: float) -> Progress:
    incumbent, bound = data.get("incumbent"), data.get("bound")

    return Progress(
        phase=str(data.get("phase", "")),
        seconds=seconds,
        incumbent=math.inf if incumbent is None else float(incumbent),
        bound=-math.inf if bound is None else float(bound),
    )
