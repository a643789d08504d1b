"""
Errors on one line or in one table, each with its exit code.
"""

from __future__ import annotations

import logging
from collections.abc import Generator
from contextlib import contextmanager

import typer
from rich.console import Console

from lotwright.cli.as_json import dumps
from lotwright.cli.exit_code import ExitCode
from lotwright.cli.problems import show_problems
from lotwright.errors import (
    Cancelled,
    DataError,
    InputError,
    LotwrightError,
    SolveError,
)

logger = logging.getLogger(__name__)


@contextmanager
def failures(*, as_json: bool, debug: bool) -> Generator[None]:
    """
    Turns what goes wrong into words and an exit code.

    Parameters
    ----------
    as_json
        Whether the words go to stdout as JSON.
    debug
        Whether a traceback is printed too.

    Raises
    ------
    typer.Exit
        With the exit code, when something went wrong.
    """
    try:
        yield
    except (typer.Exit, typer.BadParameter, typer.Abort):
        raise
    except (Exception, KeyboardInterrupt) as error:
        console = Console(stderr=True)

        if debug:
            console.print_exception(show_locals=False)

        if as_json:
            typer.echo(dumps({"error": _as_record(error)}))
        else:
            _show(error, console)

        raise typer.Exit(_exit_code(error)) from error


def _exit_code(error: BaseException) -> ExitCode:
    """
    Returns how a command ends after an error.
    """
    if isinstance(error, InputError | DataError):
        return ExitCode.INVALID

    return ExitCode.FAILED


def _show(error: BaseException, console: Console) -> None:
    """
    Prints an error for people.
    """
    if isinstance(error, InputError | DataError):
        show_problems(error.problems, console)
    else:
        console.print(f"[bold red]Error[/]: {_sentence(error)}", highlight=False)


def _sentence(error: BaseException) -> str:
    """
    Returns one sentence that says what went wrong and what can be done.
    """
    if isinstance(error, Cancelled | KeyboardInterrupt):
        return "cancelled; nothing was written."

    if isinstance(error, SolveError):
        return f"{error} Run again with --debug to see the solver's log."

    if isinstance(error, LotwrightError | OSError):
        return str(error)

    text = str(error).rstrip(".")
    return f"{type(error).__name__}: {text}. This is a defect; --debug tells more."


def _as_record(error: BaseException) -> dict[str, object]:
    """
    Returns an error for programs.
    """
    record: dict[str, object] = {"kind": type(error).__name__}

    if isinstance(error, InputError | DataError):
        record["problems"] = error.problems
    else:
        record["message"] = _sentence(error)

    return record
