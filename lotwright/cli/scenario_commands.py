"""
The commands of scenarios: apply them, plan several, compare plans.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

import lotwright as lw
from lotwright.cli.as_json import dumps
from lotwright.cli.differences import show_differences
from lotwright.cli.exit_code import ExitCode
from lotwright.cli.failures import failures
from lotwright.cli.interrupt import interrupts
from lotwright.cli.options import (
    AsJson,
    DataPath,
    Debug,
    EngineName,
    Level,
    TimeLimit,
    folder_or_workbook,
)
from lotwright.cli.runs_progress import runs_progress
from lotwright.plot.numerals import counted
from lotwright.scenarios.compare import COMPARED_TABLES, MOST

scenario_app = typer.Typer(
    help="What if: change the data by a file of overrides, and plan again.",
    no_args_is_help=True,
)

ScenarioFile = Annotated[
    Path | None,
    typer.Option(
        "--scenario",
        dir_okay=False,
        exists=True,
        metavar="FILE",
        help="TOML file of overrides that are applied to the data first.",
    ),
]
_File = Annotated[
    Path,
    typer.Argument(
        exists=True, dir_okay=False, metavar="FILE", help="TOML file of overrides."
    ),
]
_Files = Annotated[
    list[Path],
    typer.Argument(
        exists=True, dir_okay=False, metavar="FILE...", help="TOML files of overrides."
    ),
]
_Folder = Annotated[
    Path | None,
    typer.Option(
        "--out", file_okay=False, metavar="FOLDER", help="Folder to write to."
    ),
]
_OutTables = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FOLDER|FILE.xlsx",
        help="Folder or workbook for the changed tables.",
        callback=folder_or_workbook,
    ),
]
_Plans = Annotated[
    list[Path],
    typer.Argument(
        exists=True,
        metavar="PLAN...",
        help="Folders or workbooks of plans, the one to compare with first.",
    ),
]
_Data = Annotated[
    list[Path] | None,
    typer.Option(
        "--data",
        exists=True,
        metavar="PATH",
        help="Planning data of each plan, in the same order, to see what differs.",
    ),
]


def data_of(path: Path, scenario: Path | None) -> lw.PlanningData:
    """
    Returns planning data, with a scenario applied where there is one.

    Parameters
    ----------
    path
        The data.
    scenario
        File of overrides.
    """
    data = lw.read(path)

    return data if scenario is None else lw.apply(lw.read_scenario(scenario, data))


@scenario_app.command(name="apply")
def apply_scenario(
    path: DataPath,
    file: _File,
    out: _OutTables = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Apply overrides to the data, say what they change, and write the tables."""
    with failures(as_json=as_json, debug=debug):
        changed = data_of(path, file)
        told = [each for each in changed.findings if "SCENARIO" in each.code]
        files = () if out is None else lw.write(changed, out)

        if as_json:
            names = [str(each) for each in files]
            typer.echo(dumps({"findings": told, "files": names}))
            return

        console = Console()

        for finding in told:
            console.print(escape(finding.text), highlight=False, soft_wrap=True)

        if out is None:
            console.print(
                "No files were written; --out FOLDER or --out FILE.xlsx writes the "
                "tables."
            )
        else:
            tables = counted(len(changed.given), "table")
            console.print(f"Wrote {tables} to {escape(str(out))}.")


@scenario_app.command(name="promote")
def promote_scenario(
    path: DataPath,
    file: _File,
    out: Annotated[
        Path, typer.Option("--out", file_okay=False, help="Folder to write to.")
    ],
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Make a scenario the new base: its tables, with a record of what was applied."""
    with failures(as_json=as_json, debug=debug):
        changed = lw.promote(lw.read_scenario(file, lw.read(path)))
        files = lw.write(changed, out)

        if as_json:
            typer.echo(dumps({"files": [str(each) for each in files]}))
        else:
            typer.echo(f"Wrote {len(files)} tables to {out}.")


@scenario_app.command(name="run")
def run_scenarios(
    path: DataPath,
    scenario_files: _Files,
    out: _Folder = None,
    engine: EngineName = lw.Engine.AUTO,
    level: Level = None,
    time_limit: TimeLimit = 60.0,
    workers: Annotated[
        int | None,
        typer.Option(min=1, help="Plans that are made at the same time."),
    ] = None,
    cluster: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler, instead.")
    ] = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Plan the data and each scenario at the same time, and compare the plans."""
    with failures(as_json=as_json, debug=debug):
        data = lw.read(path)
        scenarios = [
            data.scenario("base"),
            *(lw.read_scenario(file, data) for file in scenario_files),
        ]
        control, console = lw.Control(), Console(stderr=True)

        with (
            runs_progress(console, len(scenarios)) as listener,
            interrupts(control, console.print),
        ):
            runs = lw.run(
                scenarios,
                workers=workers,
                cluster=cluster or "",
                engine=engine,
                level=level,
                time_limit=time_limit,
                listener=listener,
                control=control,
            )

        if out is not None:
            for name, made in runs.plans.items():
                made.write(out / _as_folder(name))

        _show_runs(runs, as_json)

        if runs.failures:
            raise typer.Exit(ExitCode.FAILED)


def _show_runs(runs: lw.Runs, as_json: bool) -> None:
    """
    Prints what scenarios change, as many at a time as can be compared.
    """
    names = list(runs.plans)

    if as_json:
        typer.echo(dumps({"kpis": runs.kpis()}))
        return

    console = Console()

    for first in range(1, len(names), MOST - 1):
        shown = (names[0], *names[first : first + MOST - 1])
        show_differences(runs.compare(*shown), console)

    for name, failure in runs.failures.items():
        console.print(f"[bold red]{escape(name)}[/]: {escape(str(failure))}")


def compare_plans(
    plans: _Plans, data: _Data = None, as_json: AsJson = False, debug: Debug = False
) -> None:
    """Say what plans change against the first: figures, costs, orders, lateness."""
    if not 2 <= len(plans) <= MOST or (data and len(data) != len(plans)):
        msg = f"Give two to {MOST} plans, and --data for none or for each of them."
        raise typer.BadParameter(msg)

    with failures(as_json=as_json, debug=debug):
        found = lw.compare(
            *(lw.read_plan(plan, COMPARED_TABLES) for plan in plans),
            names=_names(plans),
            data=[lw.read(path) for path in data or ()],
        )

        if as_json:
            tables = dict(found.tables)
            typer.echo(dumps({"names": found.names, **tables, "notes": found.notes}))
        else:
            show_differences(found, Console())


def _names(plans: list[Path]) -> list[str]:
    """
    Returns what to call plans: their folders, where these are told apart by their name.
    """
    short = [plan.resolve().stem for plan in plans]
    names = short if len(set(short)) == len(plans) else list(map(str, plans))

    return names if len(set(names)) == len(plans) else list("ABCD"[: len(plans)])


def _as_folder(name: str) -> str:
    """
    Returns the name of a scenario as one of a folder.
    """
    return "".join(each if each.isalnum() or each in "-_" else "_" for each in name)
