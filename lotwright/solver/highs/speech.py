"""
What the solving process says, and how its parent understands it.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from lotwright.solver.highs.watcher import Watcher
from lotwright.solver.highs.wire import GarbledError, Message, pack
from lotwright.solver.result import SolveResult, Termination


class Speaker:
    """
    Writes what happens in the solve to the parent.

    Parameters
    ----------
    pipe
        Descriptor of the writing end.
    """

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._lock = threading.Lock()

    def phase(self, name: str) -> None:
        """
        Says that a new part of the solve begins.
        """
        self._send(Message(kind="phase", fields={"name": name}))

    def progress(self, bound: float, nodes: int, iterations: int) -> None:
        """
        Says what is proven and how much work was done.
        """
        fields = {"bound": bound, "nodes": nodes, "iterations": iterations}
        self._send(Message(kind="progress", fields=fields))

    def incumbent(self, objective: float, values: NDArray[np.float64]) -> None:
        """
        Hands over a solution, so that it outlives this process.
        """
        fields = {"objective": objective}
        self._send(Message(kind="incumbent", fields=fields, numbers=values))

    def log(self, text: str) -> None:
        """
        Passes on what the solver wrote.
        """
        self._send(Message(kind="log", fields={"text": text}))

    def memory(self) -> None:
        """
        Says that there is no memory left.
        """
        self._send(Message(kind="memory"))

    def done(self, result: SolveResult) -> None:
        """
        Hands over the end of the solve.
        """
        empty = np.zeros(0)
        values = empty if result.values is None else result.values
        duals = empty if result.row_duals is None else result.row_duals
        fields = {
            "termination": result.termination.value,
            "objective": result.objective,
            "bound": result.bound,
            "nodes": result.nodes,
            "iterations": result.iterations,
            "has_values": result.values is not None,
            "has_duals": result.row_duals is not None,
        }
        numbers = np.concatenate([values, duals])
        self._send(Message(kind="done", fields=fields, numbers=numbers))

    def _send(self, message: Message) -> None:
        view = memoryview(pack(message))

        with self._lock:
            while len(view):
                view = view[os.write(self._pipe, view) :]


def news(message: Message, num_columns: int) -> Callable[[Watcher], None]:
    """
    Returns what passes an event on to a watcher.

    Raises
    ------
    GarbledError
        When the message is none of a solving process.
    """
    try:
        return _news(message, num_columns)
    except (KeyError, TypeError, ValueError) as error:
        raise _misfit(message) from error


def ending(message: Message, num_columns: int, num_rows: int) -> SolveResult:
    """
    Returns the end of a solve.

    Raises
    ------
    GarbledError
        When the message does not fit the problem.
    """
    fields = message.fields

    try:
        values, duals = _split(message, num_columns, num_rows)

        return SolveResult(
            termination=Termination(fields["termination"]),
            values=values,
            objective=float(fields["objective"]),
            bound=float(fields["bound"]),
            row_duals=duals,
            nodes=int(fields["nodes"]),
            iterations=int(fields["iterations"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _misfit(message) from error


def _news(message: Message, num_columns: int) -> Callable[[Watcher], None]:
    fields = message.fields

    if message.kind == "phase":
        name = str(fields["name"])
        return lambda watcher: watcher.phase(name)

    if message.kind == "log":
        text = str(fields["text"])
        return lambda watcher: watcher.log(text)

    if message.kind == "progress":
        bound = float(fields["bound"])
        nodes, iterations = int(fields["nodes"]), int(fields["iterations"])
        return lambda watcher: watcher.progress(bound, nodes, iterations)

    if message.kind == "incumbent" and len(message.numbers) == num_columns:
        objective = float(fields["objective"])
        return lambda watcher: watcher.incumbent(objective, message.numbers)

    raise _misfit(message)


def _split(
    message: Message, num_columns: int, num_rows: int
) -> tuple[NDArray[np.float64] | None, NDArray[np.float64] | None]:
    has_values = bool(message.fields["has_values"])
    has_duals = bool(message.fields["has_duals"])
    cut = num_columns if has_values else 0

    if len(message.numbers) != cut + (num_rows if has_duals else 0):
        raise _misfit(message)

    values, duals = message.numbers[:cut], message.numbers[cut:]

    return values if has_values else None, duals if has_duals else None


def _misfit(message: Message) -> GarbledError:
    size = len(message.numbers)
    got = f"{message.kind!r} with {sorted(message.fields)} and {size} numbers"

    return GarbledError(f"Expected a message of a solving process, got {got}.")
