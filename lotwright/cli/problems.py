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

    for problem in problems[:ROWS_SHOWN]:
        table.add_row(
            _place(problem),
            Text(problem.value, style="red"),
            Text.assemble(problem.text, " ", (problem.remedy, "bold")),
        )

    noun = counted(len(problems), "problem")
    console.print(f"[bold red]{noun} in the input[/]; nothing was planned.\n")
    console.print(table)
    _say_rest(len(problems), console)


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
        _say_rest(len(ordered), console)
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


def _say_rest(number: int, console: Console) -> None:
    """
    Says how many rows are not on the screen.
    """
    if number > ROWS_SHOWN:
        console.print(f"... and {number - ROWS_SHOWN:,} more; --json lists all.")
