"""
The commands: each parses, calls one library function and shows what came back.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.logging import RichHandler

import lotwright as lw
from lotwright.cli.as_json import dumps
from lotwright.cli.connect_command import connect
from lotwright.cli.display import show_comparison, show_files, show_plan
from lotwright.cli.exit_code import ExitCode
from lotwright.cli.failures import failures
from lotwright.cli.marking import marking
from lotwright.cli.operations_commands import backup, restore, tenant_app
from lotwright.cli.options import (
    AsJson,
    Ask,
    Cluster,
    DataPath,
    Debug,
    EngineName,
    FileFormat,
    Gap,
    Level,
    MarkFile,
    ModelFormat,
    ObjectiveName,
    Only,
    OutPath,
    Reference,
    Seed,
    TableFormat,
    Threads,
    TimeLimit,
    WorkLimit,
    folder_or_workbook,
)
from lotwright.cli.plan_json import plan_record
from lotwright.cli.planning import make_plan
from lotwright.cli.problems import show_findings
from lotwright.cli.replan_command import replan
from lotwright.cli.report_command import report
from lotwright.cli.reseal_command import reseal
from lotwright.cli.scenario_commands import (
    ScenarioFile,
    compare_plans,
    data_of,
    scenario_app,
)
from lotwright.cli.service_commands import key, person, up, worker
from lotwright.cli.simulate_command import simulate
from lotwright.cli.why_command import why
from lotwright.io.examples import EXAMPLE, example_folder
from lotwright.io.read_orders import read_orders

#: What the commands are about; help and manual list them in this order.
PLANNING = "Plan"
QUESTIONS = "Ask about a plan"
CHANGES = "Change data and orders"
SERVICE = "Run it as a service"
OTHERS = "Other"
PANELS = (PLANNING, QUESTIONS, CHANGES, SERVICE, OTHERS)

app = typer.Typer(
    name="lotwright",
    help="Production planning: planning tables in, a plan with its reasons out.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """
    Runs the command line.
    """
    app()


@app.command(rich_help_panel=PLANNING)
def check(
    path: DataPath,
    mark: MarkFile = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Check planning data: is a plan possible, and what is odd about them?"""
    _log(debug)

    with failures(as_json=as_json, debug=debug), marking(path, mark):
        findings = lw.check(lw.read(path))

        if as_json:
            typer.echo(dumps({"findings": findings}))
        else:
            show_findings(findings, Console())

        if any(finding.severity == lw.Severity.ERROR for finding in findings):
            raise typer.Exit(ExitCode.INVALID)


@app.command(rich_help_panel=PLANNING)
def plan(
    path: DataPath,
    out: OutPath = None,
    file_format: TableFormat = FileFormat.CSV,
    engine: EngineName = lw.Engine.AUTO,
    objective: ObjectiveName = lw.Objective.COST,
    level: Level = None,
    only: Only = None,
    reference: Reference = None,
    scenario: ScenarioFile = None,
    time_limit: TimeLimit = 60.0,
    work_limit: WorkLimit = None,
    gap: Gap = 1e-4,
    threads: Threads = None,
    cluster: Cluster = "",
    seed: Seed = 0,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Make a plan, print what matters about it, and write its tables."""
    _log(debug)
    ask = Ask(
        engine=engine,
        objective=objective,
        time_limit=time_limit,
        work_limit=work_limit,
        gap=gap,
        threads=threads,
        seed=seed,
        level=level,
        only=only,
        cluster=cluster,
    )

    with failures(as_json=as_json, debug=debug):
        before = None if reference is None else read_orders(reference)
        made = make_plan(data_of(path, scenario), ask, before)
        files = _write(made, out, file_format)

        if as_json:
            typer.echo(dumps(plan_record(made, files)))
        else:
            console = Console()
            show_plan(made, path.resolve().stem, console)
            _show_files(out, files, console)

        if (made.findings["severity"] == lw.Severity.ERROR).any():
            raise typer.Exit(ExitCode.ERRORS)


def _write(
    made: lw.Plan, out: Path | None, file_format: FileFormat
) -> tuple[Path, ...]:
    """
    Writes the tables of a plan if there is a place for them; returns the files.
    """
    return made.write(out, format=file_format) if out is not None else ()


def _show_files(out: Path | None, files: Sequence[Path], console: Console) -> None:
    """
    Prints where the tables are, or how to get them.
    """
    if out is None:
        console.print(
            "No files were written; --out FOLDER or --out FILE.xlsx writes all."
        )
    else:
        show_files(out, files, console)


@app.command(rich_help_panel=PLANNING)
def export(
    path: DataPath,
    out: Annotated[Path, typer.Option("--out", dir_okay=False, help="File to write.")],
    model_format: Annotated[
        ModelFormat, typer.Option("--format", help="LP is readable, MPS is portable.")
    ] = ModelFormat.LP,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Write the optimisation model, with readable names, for other solvers."""
    _log(debug)

    with failures(as_json=as_json, debug=debug):
        lw.export(lw.read(path), out, format=model_format)
        _say_written([out], as_json)


@app.command(rich_help_panel=PLANNING)
def template(
    folder: Annotated[
        Path,
        typer.Argument(
            metavar="DIR|FILE.xlsx",
            help="Folder to fill, or workbook to write.",
            callback=folder_or_workbook,
        ),
    ],
    every: Annotated[
        bool, typer.Option("--all", help="All tables, not only a beginner's five.")
    ] = False,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Write empty tables to fill in, each with its columns explained."""
    _log(debug)

    with failures(as_json=as_json, debug=debug):
        _say_written(lw.template(folder, beginner=not every), as_json)


def _say_written(files: Sequence[Path], as_json: bool) -> None:
    """
    Prints which files were written.
    """
    if as_json:
        typer.echo(dumps({"files": [str(file) for file in files]}))
        return

    for file in files:
        typer.echo(f"Wrote {file}")


@app.command(rich_help_panel=PLANNING)
def demo(
    out: OutPath = None,
    time_limit: TimeLimit = 40.0,
    gap: Gap = 1e-3,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Plan the bundled bicycle maker, and compare with what MRP would do."""
    _log(debug)
    ask = Ask(engine=lw.Engine.AUTO, time_limit=time_limit, gap=gap)

    with failures(as_json=as_json, debug=debug):
        folder = example_folder()
        data = lw.read(folder)
        rival = make_plan(data, replace(ask, engine=lw.Engine.MRP, level=True))
        made = make_plan(data, ask)
        files = _write(made, out, FileFormat.CSV)

        if as_json:
            record = plan_record(made, files)
            typer.echo(dumps({**record, "mrp_cost": rival.run.objective}))
            return

        console = Console()
        show_plan(made, EXAMPLE, console)
        show_comparison(made, rival, console)
        _show_files(out, files, console)
        console.print(
            f"Your turn: change a number in {_near(folder)} and run\n"
            f"  {_command()} plan {_near(folder)} --out plan",
            soft_wrap=True,
            highlight=False,
        )


def _command() -> str:
    """
    Returns how this command line was called.
    """
    script = Path(sys.argv[0])

    return "python -m lotwright" if script.suffix == ".py" else str(_near(script))


def _near(path: Path) -> Path:
    """
    Returns a path as seen from the working directory, where it lies below it.
    """
    here = Path.cwd()
    return path.relative_to(here) if path.is_relative_to(here) else path


app.command(name="report", rich_help_panel=PLANNING)(report)
app.command(name="why", rich_help_panel=QUESTIONS)(why)
app.command(name="compare", rich_help_panel=QUESTIONS)(compare_plans)
app.command(name="simulate", rich_help_panel=QUESTIONS)(simulate)
app.add_typer(scenario_app, name="scenario", rich_help_panel=CHANGES)
app.command(name="replan", rich_help_panel=CHANGES)(replan)
app.command(name="up", rich_help_panel=SERVICE)(up)
app.command(name="worker", rich_help_panel=SERVICE)(worker)
app.command(name="connect", rich_help_panel=SERVICE)(connect)
app.command(name="person", rich_help_panel=SERVICE)(person)
app.command(name="key", rich_help_panel=SERVICE)(key)
app.add_typer(tenant_app, name="tenant", rich_help_panel=SERVICE)
app.command(name="backup", rich_help_panel=SERVICE)(backup)
app.command(name="restore", rich_help_panel=SERVICE)(restore)
app.command(name="reseal", rich_help_panel=SERVICE)(reseal)


@app.command(rich_help_panel=OTHERS)
def version(as_json: AsJson = False) -> None:
    """Print the version."""
    if as_json:
        typer.echo(dumps({"version": lw.__version__}))
    else:
        typer.echo(f"lotwright {lw.__version__}")


def _log(debug: bool) -> None:
    """
    Sends the library's log to stderr, if asked to.
    """
    if debug:
        handler = RichHandler(console=Console(stderr=True), show_path=False)
        logging.basicConfig(
            level=logging.INFO, format="%(message)s", handlers=[handler]
        )
