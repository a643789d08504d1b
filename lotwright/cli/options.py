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


DataPath = Annotated[
    Path,
    typer.Argument(
        exists=True,
        metavar="PATH",
        help="Folder of CSV or Parquet files, or a zip of either.",
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
Threads = Annotated[int, typer.Option(help="Threads that the solver may use.")]
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
        help="Plan a part only, such as \"item_group == 'E-BIKE'\", and what shares "
        "material with it."
    ),
]
OutFolder = Annotated[
    Path | None,
    typer.Option("--out", file_okay=False, help="Folder for the plan's tables."),
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
    level, only
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
    threads: int = 1
    seed: int = 0
    level: bool | None = None
    only: str | None = None

    def __post_init__(self) -> None:
        try:
            SolverParams(
                time_limit=self.time_limit,
                work_limit=self.work_limit,
                gap=self.gap,
                threads=self.threads,
                seed=self.seed,
            )
        except ValueError as error:
            raise typer.BadParameter(str(error)) from error
