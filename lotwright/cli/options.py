"""
Arguments and options that commands share, named like the library's parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from lotwright.solver.params import Engine, Objective, SolverParams


class FileFormat(StrEnum):
    """
    How a plan's tables are written.
    """

    CSV = "csv"
    PARQUET = "parquet"


class ModelFormat(StrEnum):
    """
    How a model is written.
    """

    LP = "lp"  #: for people
    MPS = "mps"  #: for other solvers
    PROTO = "proto"  #: for OR-Tools


#: Ending of a workbook.
WORKBOOK = ".xlsx"


def folder_or_workbook(path: Path | None) -> Path | None:
    """
    Returns a path that may be a folder or a workbook.

    Raises
    ------
    typer.BadParameter
        When there is a file of that name already that is no workbook.
    """
    if path is not None and path.is_file() and path.suffix.lower() != WORKBOOK:
        msg = f"{path} is a file; give a folder, or a workbook that ends in {WORKBOOK}."
        raise typer.BadParameter(msg)

    return path


def workbook(path: Path | None) -> Path | None:
    """
    Returns the path of a workbook.

    Raises
    ------
    typer.BadParameter
        When its name ends otherwise.
    """
    if path is not None and path.suffix.lower() != WORKBOOK:
        msg = f"Expected a name that ends in {WORKBOOK}, got {path}."
        raise typer.BadParameter(msg)

    return path


DataPath = Annotated[
    Path,
    typer.Argument(
        exists=True,
        metavar="PATH",
        help="Folder of CSV or Parquet files, a zip of either, or a workbook (.xlsx).",
    ),
]
MarkFile = Annotated[
    Path | None,
    typer.Option(
        "--mark",
        metavar="FILE.xlsx",
        help="Workbook to write if something is wrong: the data, faulty cells in red.",
        callback=workbook,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
Debug = Annotated[
    bool, typer.Option("--debug", help="Log each stage, and print tracebacks.")
]
EngineName = Annotated[Engine, typer.Option(help="What makes the plan.")]
ObjectiveName = Annotated[
    Objective, typer.Option(help="Which optimised plan is the best.")
]
TimeLimit = Annotated[float, typer.Option(help="Seconds that the solve may take.")]
WorkLimit = Annotated[
    int | None,
    typer.Option(help="Nodes of the search; the same plan on every machine."),
]
Gap = Annotated[float, typer.Option(help="Relative gap at which a plan is optimal.")]
Threads = Annotated[
    int | None,
    typer.Option(
        help="Processors that the search may use.",
        show_default="all, at most 4; 1 with a work limit",
    ),
]
Cluster = Annotated[
    str,
    typer.Option(
        metavar="ADDRESS",
        help="Dask scheduler, such as tcp://scheduler:8786, on whose workers "
        "independent parts of the network are optimised.",
        show_default="this machine",
    ),
]
Seed = Annotated[int, typer.Option(help="Seed of the solver's random choices.")]
Level = Annotated[
    bool | None,
    typer.Option(
        "--level/--no-level",
        help="Whether MRP keeps within capacity.",
        show_default="only where auto takes it",
    ),
]
Only = Annotated[
    str | None,
    typer.Option(
        help="Plan a part only, such as \"item_group == 'BIKES'\", and what shares "
        "material with it."
    ),
]
Reference = Annotated[
    Path | None,
    typer.Option(
        exists=True,
        metavar="PLAN",
        help="Folder or workbook of an earlier plan, to change as little as the data "
        "ask for.",
    ),
]
OutPath = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FOLDER|FILE.xlsx",
        help="Folder or workbook for the plan's tables.",
        callback=folder_or_workbook,
    ),
]
TableFormat = Annotated[
    FileFormat, typer.Option("--format", help="How the tables are written.")
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """
    What is asked of the solver.

    Parameters
    ----------
    engine, objective
        What makes the plan, and which is the best.
    time_limit, work_limit, gap, threads, seed
        As in ``SolverParams``.
    level, only, cluster
        As in ``plan``.

    Raises
    ------
    typer.BadParameter
        When a limit makes no sense.
    """

    engine: Engine
    objective: Objective = Objective.COST
    time_limit: float
    work_limit: int | None = None
    gap: float
    threads: int | None = None
    seed: int = 0
    level: bool | None = None
    only: str | None = None
    cluster: str = ""

    def __post_init__(self) -> None:
        try:
            SolverParams(
                time_limit=self.time_limit,
                work_limit=self.work_limit,
                gap=self.gap,
                threads=1 if self.threads is None else self.threads,
                seed=self.seed,
            )
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
