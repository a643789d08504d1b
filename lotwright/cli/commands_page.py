"""
Renders the manual's page of commands from the commands themselves.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_type_hints

from typer import Typer
from typer.models import ArgumentInfo, OptionInfo

from lotwright.cli.app import PANELS, app
from lotwright.cli.exit_code import ExitCode

_Command = Callable[..., object]

#: Where the page stands, seen from the root of the project.
PAGE = Path("docs") / "commands.md"

_INTRODUCTION = """\
# Commands

This page is made from the commands; after a change run
`python -m lotwright.cli.commands_page`. Each command prints its own part of it with
`--help`.
"""

_ENDS = {
    ExitCode.PLAN: "all is well",
    ExitCode.USAGE: "the command was not understood",
    ExitCode.INVALID: "the data are invalid, or planning is impossible",
    ExitCode.ERRORS: "there is a plan, with findings that are errors",
    ExitCode.FAILED: "the run failed or was cancelled",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Parameter:
    """
    An argument or option, as its command declares it.
    """

    name: str
    kind: Any
    info: ArgumentInfo | OptionInfo
    default: Any

    @property
    def is_option(self) -> bool:
        return isinstance(self.info, OptionInfo)

    @property
    def call(self) -> str:
        """
        How it is written on the command line.
        """
        # A declared name stands where the default would, were there no annotation.
        declared = (self.info.default, *(self.info.param_decls or ()))
        words = [word for word in declared if isinstance(word, str)]
        names = [name for word in words for name in word.split("/")]
        usual = f"--{self.name.replace('_', '-')}" if self.is_option else ""
        first = names[0] if names else usual

        if not self.is_option:
            return str(self.info.metavar or self.name.upper())

        if bool in _parts(self.kind):
            return " / ".join(names or [usual])

        return f"{first} {self.info.metavar or _word(self.kind)}"

    @property
    def blank(self) -> str:
        """
        What leaving it out means.
        """
        if isinstance(self.info.show_default, str):
            return self.info.show_default

        is_blank = any(
            self.default is word for word in (inspect.Parameter.empty, None, False)
        )

        return "" if is_blank else f"`{self.default}`"


def commands_page() -> str:
    """
    Returns the page as Markdown.
    """
    parts = [_INTRODUCTION]
    sections = list(_commands(app))

    for panel in PANELS:
        parts += [f"## {panel}", ""]

        for name, command in (each[1:] for each in sections if each[0] == panel):
            parts += [*_section(name, command), ""]

    parts += ["## Exit codes", "", "| code | meaning |", "|---|---|"]
    parts += [f"| {int(code)} | {meaning} |" for code, meaning in _ENDS.items()]

    return "\n".join(parts) + "\n"


def _commands(
    of: Typer, panel: str = "", before: str = ""
) -> Iterator[tuple[str, str, _Command]]:
    """
    Yields each command with its panel and its name, those of groups behind the name of
    the group.
    """
    for command in of.registered_commands:
        if command.callback is not None:
            yield (
                panel or str(command.rich_help_panel),
                f"{before}{command.name or command.callback.__name__}",
                command.callback,
            )

    for group in of.registered_groups:
        if group.typer_instance is not None:
            at = str(group.rich_help_panel)
            yield from _commands(group.typer_instance, at, f"{before}{group.name} ")


def _section(name: str, command: _Command) -> Iterator[str]:
    parameters = list(_parameters(command))
    places = [parameter for parameter in parameters if not parameter.is_option]
    words = ["lotwright", name, *(place.call for place in places)]

    yield f"### `lotwright {name}`"
    yield ""
    yield inspect.getdoc(command) or ""
    yield ""
    yield f"    {' '.join(words)} [OPTIONS]"
    yield ""
    yield "| argument or option | default | meaning |"
    yield "|---|---|---|"

    for parameter in sorted(parameters, key=_is_option):
        call = parameter.call.replace("|", "\\|")
        yield f"| `{call}` | {parameter.blank} | {parameter.info.help or ''} |"


def _is_option(parameter: _Parameter) -> bool:
    return parameter.is_option


def _parameters(command: _Command) -> Iterator[_Parameter]:
    hints = get_type_hints(command, include_extras=True)

    for name, parameter in inspect.signature(command).parameters.items():
        kind, info = get_args(hints[name])[:2]
        yield _Parameter(name=name, kind=kind, info=info, default=parameter.default)


def _parts(kind: Any) -> tuple[Any, ...]:  # noqa: ANN401 - any type or union
    return get_args(kind) or (kind,)


def _word(kind: Any) -> str:  # noqa: ANN401 - any type or union
    """
    Returns what stands for a value: its words if it has some, else its type.
    """
    kind = next(part for part in _parts(kind) if part is not type(None))

    if issubclass(kind, StrEnum):
        return "|".join(kind)

    return {"float": "NUMBER", "int": "WHOLE", "Path": "FILE"}.get(
        kind.__name__, "TEXT"
    )


def main() -> None:
    """
    Rewrites the page of the project that is the current folder.
    """
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(commands_page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":  # pragma: no cover - main() is tested
    main()
