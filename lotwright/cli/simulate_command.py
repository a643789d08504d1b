"""
The command that carries a plan out under uncertainty.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

import lotwright as lw
from lotwright.cli.as_json import dumps
from lotwright.cli.failures import failures
from lotwright.cli.options import AsJson, Debug
from lotwright.plot.numerals import amount, percent
from lotwright.scenarios.montecarlo.simulate import MOST_SAMPLES
from lotwright.scenarios.montecarlo.simulation import risk_text
from lotwright.scenarios.montecarlo.task import NEEDED

#: Figures that are shown.
_SHOWN = (
    "on_time_in_full",
    "quantity_on_time",
    "late_lines",
    "short_lines",
    "stock_value_average",
    "holding",
    "late",
    "lost",
    "cost",
)


def simulate(
    path: Annotated[
        Path,
        typer.Argument(
            exists=True,
            metavar="PLAN",
            help="Folder that a plan was written to, or a zip of it.",
        ),
    ],
    data: Annotated[
        Path,
        typer.Option(
            "--data", exists=True, metavar="PATH", help="The data that were planned."
        ),
    ],
    uncertainty: Annotated[
        Path | None,
        typer.Option(
            exists=True,
            dir_okay=False,
            metavar="FILE",
            help="TOML file of errors of demand and lead times.",
        ),
    ] = None,
    demand_cv: Annotated[
        float | None,
        typer.Option(min=0.0, help="Standard deviation per quantity, of all demand."),
    ] = None,
    lead_time_cv: Annotated[
        float | None,
        typer.Option(
            min=0.0, help="Standard deviation per lead time, of all planned orders."
        ),
    ] = None,
    samples: Annotated[
        int,
        typer.Option(
            min=1, max=MOST_SAMPLES, help="How often the plan is carried out."
        ),
    ] = 200,
    seed: Annotated[int, typer.Option(min=0, help="Seed of the random numbers.")] = 0,
    workers: Annotated[int, typer.Option(min=1, help="Processes of this machine.")] = 1,
    cluster: Annotated[
        str | None, typer.Option(help="Address of a Dask scheduler, instead.")
    ] = None,
    rows: Annotated[
        int, typer.Option(min=0, help="Demand lines to show at most.")
    ] = 10,
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            file_okay=False,
            metavar="FOLDER",
            help="Folder to write the tables to, as CSV.",
        ),
    ] = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Carry a plan out many times with demand and lead times that differ."""
    with failures(as_json=as_json, debug=debug):
        demand, lead_time = (
            ((), ()) if uncertainty is None else lw.read_uncertainty(uncertainty)
        )
        plan = lw.read_plan(path, NEEDED)
        demand += () if demand_cv is None else (lw.DemandError(cv=demand_cv),)
        lead_time += (
            () if lead_time_cv is None else (lw.LeadTimeError(cv=lead_time_cv),)
        )
        found = lw.simulate(
            plan,
            lw.read(data),
            demand=demand,
            lead_time=lead_time,
            samples=samples,
            seed=seed,
            workers=workers,
            cluster=cluster or "",
        )
        files = _written(found, out)

        if as_json:
            told = {
                name: found.tables[name] for name in ("figures", "demands", "causes")
            }
            typer.echo(dumps({"samples": len(found), **told, "files": files}))
        else:
            _show(found, rows, Console())

            for file in files:
                typer.echo(f"Wrote {file}")


def _written(found: lw.Simulation, out: Path | None) -> list[str]:
    """
    Writes the tables, if asked to, and returns the files.
    """
    if out is None:
        return []

    out.mkdir(parents=True, exist_ok=True)
    files = [out / f"{name}.csv" for name in found.tables]

    for file, table in zip(files, found.tables.values(), strict=True):
        table.to_csv(file, index=False, lineterminator="\n")

    return [str(file) for file in files]


def _show(found: lw.Simulation, rows: int, console: Console) -> None:
    table = Table(
        "Figure", "in the plan", "mean", "±", "5 %", "50 %", "95 %", "unit", box=None
    )

    for column in table.columns[1:-1]:
        column.justify = "right"

    for name in _SHOWN:
        row = found.figure(name)
        shown = percent if row["unit"] == "fraction" else amount
        cells = ("plan", "mean", "standard_error", "p5", "p50", "p95")
        table.add_row(
            name.replace("_", " ").capitalize(),
            *(shown(float(row[cell])) for cell in cells),
            "" if row["unit"] == "fraction" else str(row["unit"]),
        )

    console.print(f"{len(found):,} samples", highlight=False)
    console.print(table)
    at_risk = found.demands[(found.demands["risk"] > 0).to_numpy()]

    if not len(at_risk):
        console.print("No demand is late or short in any sample.")
        return

    console.print(
        f"{len(at_risk):,} of {len(found.demands):,} demand lines are late or short in "
        "some sample.",
        highlight=False,
    )

    for demand in at_risk.head(rows).to_dict("records"):
        console.print(
            risk_text(demand),
            highlight=False,
            soft_wrap=True,
            markup=False,
        )
