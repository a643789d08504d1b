"""
The command that says why a demand is late, what would mend it, and what an order is
for.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

import lotwright as lw
from lotwright.cli.as_json import dumps
from lotwright.cli.display import unserved
from lotwright.cli.failures import failures
from lotwright.cli.options import AsJson, Debug
from lotwright.model.codes import CODES
from lotwright.plot.numerals import amount

#: Tables of a plan that answers are made from.
_TABLES = (
    "planned_orders",
    "order_operations",
    "pegging",
    "demand_fulfilment",
    "explanations",
    "capacity_load",
)


def why(
    path: Annotated[
        Path,
        typer.Argument(
            exists=True,
            metavar="PLAN",
            help="Folder or workbook that a plan was written to, or a zip.",
        ),
    ],
    demand: Annotated[
        str | None,
        typer.Argument(
            metavar="DEMAND", help="The demand; all that is late, when left out."
        ),
    ] = None,
    order: Annotated[
        str | None,
        typer.Option("--order", metavar="ORDER", help="Say what this order is for."),
    ] = None,
    data: Annotated[
        Path | None,
        typer.Option(
            "--data",
            exists=True,
            metavar="PATH",
            help="The data that were planned: checks what would mend it.",
        ),
    ] = None,
    time_limit: Annotated[
        float, typer.Option(min=1.0, help="Seconds after which no check is begun.")
    ] = 60.0,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Say why a demand is late, what would mend it, or what an order is for."""
    if demand is not None and order is not None:
        msg = "give a demand or --order, not both."
        raise typer.BadParameter(msg)

    with failures(as_json=as_json, debug=debug):
        plan = lw.read_plan(path, _TABLES)
        known = None if data is None else lw.read(data)

        try:
            if order is not None:
                _show_order(plan, order, known, as_json)
            elif demand is not None:
                _show_demand(plan, demand, known, time_limit, as_json)
            else:
                _show_missed(plan, as_json)
        except KeyError as error:
            raise typer.BadParameter(str(error.args[0])) from error


def _show_order(
    plan: lw.Plan, order: str, data: lw.PlanningData | None, as_json: bool
) -> None:
    found = plan.why_order(order, data)
    typer.echo(dumps(found.to_dict()) if as_json else str(found))


def _show_demand(
    plan: lw.Plan,
    demand: str,
    data: lw.PlanningData | None,
    time_limit: float,
    as_json: bool,
) -> None:
    found = plan.why(demand)

    if as_json:
        checked = _checked(plan, demand, data, time_limit)
        fixes = [fix.to_dict() for fix in checked]
        typer.echo(dumps({**found.to_dict(), "fixes": fixes}))
        return

    typer.echo(str(found))

    if found.is_in_time:
        return

    if data is None:
        typer.echo("Checked fixes: give the data that were planned, --data PATH.")
        return

    # Planning again takes its time, and there is something to read meanwhile.
    with Console(stderr=True).status("Planning again with each change that might help"):
        checked = _checked(plan, demand, data, time_limit)

    typer.echo("Checked by planning again")

    for number, fix in enumerate(checked, start=1):
        typer.echo(f"  {number}. {fix}")

    if not checked:
        typer.echo("  No change is known that might help.")


def _checked(
    plan: lw.Plan, demand: str, data: lw.PlanningData | None, time_limit: float
) -> tuple[lw.Fix, ...]:
    """
    Returns what would mend a delay, nothing where the data are not given.
    """
    return () if data is None else lw.fixes(data, plan, demand, time_limit=time_limit)


def _show_missed(plan: lw.Plan, as_json: bool) -> None:
    """
    Prints the demands that are late or short, each with its first cause.
    """
    missed = unserved(plan)

    if as_json:
        typer.echo(dumps({"unserved": missed}))
        return

    console = Console()

    if missed.empty:
        console.print("Every demand is served in time.")
        return

    table = Table("Demand", "due", "late", "never", "days late", "cause", box=None)

    for row in missed.to_dict("records"):
        code = str(row["root_cause_code"])
        meaning = CODES[code].meaning if code in CODES else ""
        figures = (row["late_qty"], row["short_qty"], row["days_late"])
        table.add_row(
            str(row["demand_id"]),
            str(row["due_date"])[:10],
            *(amount(float(str(figure))) for figure in figures),
            f"{code} {meaning}",
        )

    console.print(table)
