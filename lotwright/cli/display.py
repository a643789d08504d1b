"""
A plan on one screen: what it costs, what is late, what matters, where the files are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path

import numpy as np
import pandas as pd
from rich.console import Console
from rich.markup import escape
from rich.table import Table
from rich.text import Text

import lotwright as lw
from lotwright.cli.problems import STYLES, tally
from lotwright.plot.numerals import amount, counted, percent

#: Rows of each list on the screen.
ROWS_SHOWN = 5

#: Figures that a planner asks for first; the file of figures has them all.
HEADLINE = (
    "on_time_in_full",
    "quantity_on_time",
    "late_lines",
    "short_lines",
    "days_late_max",
    "orders",
    "stock_value_average",
    "stock_turns",
    "utilisation_max",
    "overtime_hours",
    "overload_hours",
)

#: Why a run ended, in words.
ENDINGS = {
    lw.Termination.OPTIMAL: "proven best within the gap asked for",
    lw.Termination.TIME_LIMIT: "stopped by the time limit",
    lw.Termination.WORK_LIMIT: "stopped by the work limit",
    lw.Termination.STOPPED: "stopped on request",
    lw.Termination.CANCELLED: "cancelled",
    lw.Termination.INFEASIBLE: "no plan exists",
    lw.Termination.UNBOUNDED: "the cost has no lower limit",
    lw.Termination.MEMORY: "the solver ran out of memory",
    lw.Termination.CRASHED: "the solver died",
    lw.Termination.HEURISTIC: "made by rules, nothing is proven",
}


def show_plan(plan: lw.Plan, title: str, console: Console) -> None:
    """
    Prints what a planner wants to know first.

    Parameters
    ----------
    plan
        The plan.
    title
        Name of what was planned.
    console
        Where to print.
    """
    _show_headline(plan.run, title, console)
    _show_kpis(plan.kpis, console)
    _show_terms(plan.run, console)
    _show_unserved(unserved(plan), console)
    _show_findings(plan.findings, console)


def _show_headline(run: lw.RunRecord, title: str, console: Console) -> None:
    """
    Prints cost, bound, and how the run ended.
    """
    seconds = sum(run.seconds.values())
    proof = ""

    if math.isfinite(run.bound):
        proof = (
            f"; no plan costs less than {amount(run.bound)}, {percent(run.gap())} below"
        )

    console.print(
        Text.assemble(
            (f"{title}: ", "bold"),
            (f"plan for {amount(run.objective)}", "bold green"),
            f" by {run.engine_used} in {seconds:.1f} s",
        )
    )
    console.print(f"{ENDINGS[run.termination].capitalize()}{proof}.\n", highlight=False)


def _show_kpis(kpis: pd.DataFrame, console: Console) -> None:
    """
    Prints the headline figures of the whole plan in two columns.
    """
    overall = kpis[kpis["scope"] == "all"].set_index("name")
    shown = [name for name in HEADLINE if name in overall.index]
    values = overall["value"].reindex(shown).to_numpy(dtype=np.float64).tolist()
    units = overall["unit"].reindex(shown).astype("str").tolist()
    cells = [
        (name.replace("_", " "), figure(value, "" if name.endswith(unit) else unit))
        for name, value, unit in zip(shown, values, units, strict=True)
    ]
    table = Table(box=None, padding=(0, 3, 0, 0), show_header=False)

    for _ in range(2):
        table.add_column(style="dim")
        table.add_column(justify="right")

    for left, right in zip_longest(cells[::2], cells[1::2], fillvalue=("", "")):
        table.add_row(*left, *right)

    console.print(table)
    console.print()


def figure(value: float, unit: str) -> str:
    """
    Returns a figure with its unit, a fraction as a percentage.
    """
    if unit == "fraction":
        return percent(value)

    return f"{amount(value)} {unit}".rstrip()


def _show_terms(run: lw.RunRecord, console: Console) -> None:
    """
    Prints what the cost consists of, the largest first.
    """
    largest = sorted(run.terms.items(), key=lambda term: -abs(term[1]))
    parts = [
        f"{name.replace('_', ' ')} {amount(cost)}"
        for name, cost in largest
        if amount(cost) != "0"
    ]
    console.print(f"[bold]Cost[/]  {' · '.join(parts) or 'nothing'}\n", highlight=False)


def unserved(plan: lw.Plan) -> pd.DataFrame:
    """
    Returns the demands that are served late or never, the most valuable first.

    Parameters
    ----------
    plan
        The plan.
    """
    fulfilment = plan.fulfilment
    is_missed = (fulfilment["late_qty"] > 0) | (fulfilment["short_qty"] > 0)

    return fulfilment.loc[is_missed].sort_values(
        ["value_late", "demand_id"], ascending=[False, True], ignore_index=True
    )


def _show_unserved(missed: pd.DataFrame, console: Console) -> None:
    """
    Prints what is late or never served, and by how much.
    """
    if missed.empty:
        console.print("[bold green]Every demand is served on time.[/]\n")
        return

    late = counted(int((missed["late_qty"] > 0).sum()), "demand")
    short = counted(int((missed["short_qty"] > 0).sum()), "demand")
    console.print(f"[bold]Late[/]  {late} late, {short} not served in full")

    table = _table("Demand", "quantity", "late", "never", "days late", "value")

    for row in missed.head(ROWS_SHOWN).itertuples(index=False):
        table.add_row(
            escape(str(row.demand_id)),
            *(
                amount(float(str(value)))
                for value in (
                    row.quantity,
                    row.late_qty,
                    row.short_qty,
                    row.days_late,
                    row.value_late,
                )
            ),
        )

    console.print(table)
    _say_rest(len(missed), "demand", console)
    console.print()


def _show_findings(findings: pd.DataFrame, console: Console) -> None:
    """
    Counts the findings and prints those that cost most, the gravest of equal cost.
    """
    if findings.empty:
        console.print("[bold green]No findings.[/]\n")
        return

    severities = findings["severity"].astype("str")
    gravity = severities.map({str(word): place for place, word in enumerate(STYLES)})
    dearest = findings.assign(gravity=gravity).sort_values(
        ["value", "gravity"], ascending=[False, True], kind="stable"
    )
    console.print(
        f"[bold]Findings[/]  {tally(severities)}; those that cost most:",
        highlight=False,
    )
    table = Table(box=None, padding=(0, 2, 0, 0), show_header=False)

    for row in dearest.head(ROWS_SHOWN).itertuples(index=False):
        severity = lw.Severity(str(row.severity))
        value = amount(float(str(row.value)))
        table.add_row(
            Text("" if value == "0" else value, justify="right"),
            Text(str(row.code), style=STYLES[severity]),
            escape(str(row.text)),
        )

    console.print(table)
    _say_rest(len(findings), "finding", console)
    _say_of_data(findings, console)
    console.print()


def _say_of_data(findings: pd.DataFrame, console: Console) -> None:
    """
    Says how many errors and warnings are about the data, which no money tells.
    """
    codes = findings["code"].astype("str").str
    grave = ~findings["severity"].isin([lw.Severity.INFO])
    of_plan = codes.match("[XAC]-|[EW]-(SOLVER|MEMORY)")
    about_data = grave & ~of_plan
    severities = findings.loc[about_data, "severity"].astype("str")

    if len(severities):
        console.print(
            f"[yellow]About the data: {tally(severities)}[/]; "
            "`lotwright check` lists them.",
            highlight=False,
        )


def _table(first: str, *numbers: str) -> Table:
    """
    Returns an empty table of one text and several number columns.
    """
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(first)

    for name in numbers:
        table.add_column(name, justify="right")

    return table


def _say_rest(number: int, noun: str, console: Console) -> None:
    """
    Says how many rows are not on the screen.
    """
    if number > ROWS_SHOWN:
        console.print(f"... and {counted(number - ROWS_SHOWN, 'more ' + noun)}")


def show_comparison(plan: lw.Plan, rival: lw.Plan, console: Console) -> None:
    """
    Prints what the optimised plan saves against the plan of another engine.

    Both costs are true costs: recomputed from a plan that keeps to capacity, with the
    overtime and the lateness that it takes.

    Parameters
    ----------
    plan
        The optimised plan.
    rival
        The plan to compare with.
    console
        Where to print.
    """
    ours, theirs = plan.run.objective, rival.run.objective
    saved = (theirs - ours) / theirs if theirs > 0 else math.nan
    share = f"{percent(abs(saved))} {'less' if saved >= 0 else 'more'}"

    console.print(
        f"[bold]Optimised {amount(ours)}[/], against {amount(theirs)} for the plan of"
        f" {rival.run.engine_used.upper()}\nlevelled against capacity: "
        f"[bold green]{share}[/].\n",
        highlight=False,
    )


def show_files(folder: Path, files: Sequence[Path], console: Console) -> None:
    """
    Prints where a plan was written.

    Parameters
    ----------
    folder
        Folder or workbook that was written to.
    files
        Files in it.
    console
        Where to print.
    """
    if folder.suffix == ".xlsx":
        console.print(f"[bold]Files[/]  {escape(str(folder))}")
        return

    names = ", ".join(file.stem for file in files)
    console.print(f"[bold]Files[/]  in {escape(str(folder))}: {escape(names)}")
