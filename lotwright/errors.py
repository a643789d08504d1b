"""
Exceptions that callers may want to catch.

* LotwrightError
  * InputError        a file or request is malformed: fix it and retry
  * DataError         well-formed input that contradicts itself
  * SolveError        the solver broke; the log is attached
  * TaskError         work that went out to another process failed there
  * ClusterError      a cluster is not there, or not fit for the work
  * ServiceError      a service refuses, or cannot be reached
  * Cancelled         the run was cancelled and its result discarded
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class LotwrightError(Exception):
    """
    Root of all exceptions that Lotwright raises on purpose.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """
    One thing wrong with the input, and what to do about it.

    Parameters
    ----------
    code
        Catalogue code, such as ``E-DATA-REF``.
    table
        Name of the table.
    text
        What is wrong, in one sentence.
    remedy
        What the reader can do about it, in one sentence.
    file
        File that was read; empty when the table came from memory.
    row
        Line in the file (the header is line 1); 0 when no line is meant.
    column
        Name of the column; empty when the whole row or table is meant.
    value
        The offending value as it was written.
    """

    code: str
    table: str
    text: str
    remedy: str
    file: str = ""
    row: int = 0
    column: str = ""
    value: str = ""

    def __str__(self) -> str:
        place = self.file or self.table

        if self.row:
            place += f", line {self.row}"

        if self.column:
            place += f", column {self.column}"

        return f"{self.code} {place}: {self.text} {self.remedy}"


class _ProblemsError(LotwrightError):
    """
    An error that carries all problems found, not only the first.
    """

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        noun = "problem" if len(self.problems) == 1 else "problems"
        super().__init__(f"{len(self.problems)} {noun} in the input\n{lines}")


class InputError(_ProblemsError):
    """
    A file or request is malformed; every problem is listed.
    """


class DataError(_ProblemsError):
    """
    Well-formed input contradicts itself, so that no plan can be made.
    """


class SolveError(LotwrightError):
    """
    The solver broke; ``log`` holds the end of its log.
    """

    def __init__(self, message: str, log: str = "") -> None:
        super().__init__(message)
        self.log = log


class TaskError(LotwrightError):
    """
    Work that went out to another process failed there.

    Parameters
    ----------
    kind
        Name of the exception that it ended with, ``WorkerLost`` where its process died
        again and again.
    text
        What the exception says.
    trace
        Where it came from.
    """

    def __init__(self, kind: str, text: str, trace: str = "") -> None:
        self.kind = kind
        self.text = text
        self.trace = trace
        super().__init__(f"{kind}: {text}" if text else kind)


class ClusterError(LotwrightError):
    """
    A cluster cannot be reached, has no worker, or has one of another version.

    One that is lost while it works fails what it had to do, as a ``TaskError`` of this
    kind.
    """


class ServiceError(LotwrightError):
    """
    A service refuses a request, or cannot be reached.

    Parameters
    ----------
    status
        HTTP status; 0 where it cannot be reached.
    code
        Its code for programs, such as ``scope`` or ``too_many_runs``.
    text
        What it says.
    missing
        Tables that have to be sent first, where that is the reason.
    """

    def __init__(
        self, status: int, code: str, text: str, missing: Sequence[str] = ()
    ) -> None:
        self.status = status
        self.code = code
        self.text = text
        self.missing = tuple(missing)
        super().__init__(text)


class Cancelled(LotwrightError):
    """
    The run was cancelled and its result discarded.
    """
