"""
Problems and findings of the data as tables on the screen.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from lotwright.errors import Problem
from lotwright.model.findings import Finding, Severity
from lotwright.plot.numerals import counted

#: Rows of a table on the screen; ``--json`` shows all.
ROWS_SHOWN = 40

#: Problems of one column that are shown before the rest is counted.
ALIKE_SHOWN = 3

#: How a severity looks; the word is always beside it.
STYLES = {
    Severity.ERROR: "bold red",
    Severity.WARNING: "yellow",
    Severity.DEGRADED: "yellow",
    Severity.IGNORED: "cyan",
    Severity.INFO: "dim",
}

#: How findings of a severity are counted, where its name is no noun.
NOUNS = {
    Severity.DEGRADED: ("simplification",),
    Severity.IGNORED: ("feature ignored", "features ignored"),
    Severity.INFO: ("note",),
}


def show_problems(problems: Sequence[Problem], console: Console) -> None:
    """
    Prints what is wrong with the input, where, and what to do about it.

    Parameters
    ----------
    problems
        All problems that were found.
    console
        Where to print.
    """
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Where", overflow="fold")
    table.add_column("Value", overflow="fold", max_width=20)
    table.add_column("What is wrong, and what to do", ratio=1)

    alike = _alike(problems)

    for group in alike[:ROWS_SHOWN]:
        shown = group if len(group) <= ALIKE_SHOWN + 1 else group[:ALIKE_SHOWN]

        for problem in shown:
            table.add_row(
                _place(problem),
                Text(problem.value, style="red"),
                Text.assemble(problem.text, " ", (problem.remedy, "bold")),
            )

        if len(shown) < len(group):
            table.add_row("", "", _left_out(group[len(shown) :]))

    noun = counted(len(problems), "problem")
    console.print(f"[bold red]{noun} in the input[/], so that nothing was done.\n")
    console.print(table)
    _say_rest(sum(map(len, alike)), sum(map(len, alike[:ROWS_SHOWN])), console)


def _alike(problems: Sequence[Problem]) -> list[list[Problem]]:
    """
    Returns problems by file, column and code, in the order of the first of each.
    """
    groups: dict[tuple[str, str, str, str], list[Problem]] = {}

    for problem in problems:
        key = (problem.file, problem.table, problem.column, problem.code)
        # What lies in no cell is like nothing else.
        key = key if problem.row and problem.column else (*key[:3], f"{id(problem)}")
        groups.setdefault(key, []).append(problem)

    return list(groups.values())


def _left_out(problems: Sequence[Problem]) -> Text:
    """
    Returns how many problems of a column are not on the screen, and where they are.
    """
    rows = [problem.row for problem in problems]
    number = f"{len(problems):,}"

    # The last one of very many stands for all that follow it.
    if problems[-1].text.startswith("and "):
        number = f"more than {number}"

    return Text(
        f"... and {number} like these, lines {min(rows):,} to {max(rows):,}; --mark "
        "or --json shows them",
        style="dim",
    )


def _place(problem: Problem) -> Text:
    """
    Returns file, line and column of a problem, and its code below.
    """
    place = Text(problem.file or problem.table)

    if problem.row:
        place.append(f", line {problem.row}")

    if problem.column:
        place.append(f", {problem.column}")

    return place.append(f"\n{problem.code}", style="dim")


def show_findings(findings: Sequence[Finding], console: Console) -> None:
    """
    Prints findings, the gravest first.

    Parameters
    ----------
    findings
        What the checks found.
    console
        Where to print.
    """
    gravest = list(STYLES)
    ordered = sorted(findings, key=lambda finding: gravest.index(finding.severity))

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Severity")
    table.add_column("Code", no_wrap=True)
    table.add_column("Finding", ratio=1)

    for finding in ordered[:ROWS_SHOWN]:
        table.add_row(
            Text(finding.severity, style=STYLES[finding.severity]),
            finding.code,
            escape(finding.text),
        )

    if ordered:
        console.print(table)
        _say_rest(len(ordered), min(len(ordered), ROWS_SHOWN), console)
        console.print()

    console.print(_verdict(ordered), highlight=False)


def tally(severities: Iterable[str]) -> str:
    """
    Returns how many findings of each severity there are, the gravest first.

    Parameters
    ----------
    severities
        Severity of each finding.
    """
    counts = Counter(severities)
    listed = ", ".join(
        counted(counts[severity], *NOUNS.get(severity, (severity,)))
        for severity in STYLES
        if counts[severity]
    )

    return listed or "no findings"


def _verdict(findings: Sequence[Finding]) -> str:
    """
    Returns one line: how many findings there are, and whether planning is possible.
    """
    severities = [finding.severity for finding in findings]
    listed = tally(severities)

    if Severity.ERROR in severities:
        return f"[bold red]Planning is impossible[/]: {listed}."

    return f"[bold green]Ready to plan[/]: {listed}."


def _say_rest(number: int, shown: int, console: Console) -> None:
    """
    Says how many of some things are not on the screen.
    """
    if number > shown:
        console.print(f"... and {number - shown:,} more; --json lists all.")
