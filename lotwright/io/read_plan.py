"""
Reads the tables of a plan that was written to a folder or a workbook.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Collection
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from lotwright.errors import InputError, Problem
from lotwright.io.read import Source, sources_of
from lotwright.model.nearest import nearest
from lotwright.model.plan import Plan
from lotwright.model.plan_tables import PlanTables
from lotwright.model.run_record import RunRecord, Termination
from lotwright.model.tables import OUTPUT_TABLES
from lotwright.model.validate import checked

_SIZES = ("rows", "columns", "binaries", "nodes")


def read_plan(
    path: str | os.PathLike[str], tables: Collection[str] | None = None
) -> Plan:
    """
    Returns a plan from the folder, the zip of one, or the workbook that it was written
    to.

    The record of its run is what ``run_stats`` keeps of it.

    Parameters
    ----------
    path
        The folder, zip or workbook.
    tables
        Names of the tables that are wanted; all that there are, when left out.

    Raises
    ------
    InputError
        When a table is missing or malformed; lists every problem.
    ValueError
        When there is no output table of a name.
    """
    wanted = frozenset(OUTPUT_TABLES if tables is None else tables) | {"run_stats"}

    for name in sorted(wanted - OUTPUT_TABLES.keys()):
        msg = f"Expected the name of an output table, got {name!r}."
        near = nearest(name, OUTPUT_TABLES)
        raise ValueError(f"{msg} Did you mean {near!r}?" if near else msg)

    path = Path(path)
    sources = {source.table: source for source in sources_of(path)}
    needed = {"run_stats"} if tables is None else wanted
    problems = [_missing(path, name) for name in sorted(needed - sources.keys())]
    frames: dict[str, pd.DataFrame] = {}

    for name in OUTPUT_TABLES:
        if name in wanted and name in sources:
            frames[name], found = _frame(sources[name])
            problems.extend(found)

    if problems:
        raise InputError(problems)

    stats = frames.pop("run_stats")

    if len(stats) != 1:
        raise InputError([_missing(path, "run_stats")])

    return Plan(run=_record(path, stats), frames=PlanTables(frames))


def _missing(path: Path, table: str) -> Problem:
    return Problem(
        code="E-DATA-FILE",
        table=table,
        file=str(path),
        text=f"This is no plan: the table {table} is missing.",
        remedy="Write one with `lotwright plan DATA --out FOLDER`, or --out FILE.xlsx.",
    )


def _frame(source: Source) -> tuple[pd.DataFrame, list[Problem]]:
    parsed = source.parse()

    if parsed.frame is None:
        problems = list(parsed.problems) or [_missing(Path(source.name), source.table)]

        return pd.DataFrame(), problems

    frame, problems = checked(OUTPUT_TABLES[source.table], parsed.frame, parsed.origin)

    return frame, [*parsed.problems, *problems]


def _record(path: Path, stats: pd.DataFrame) -> RunRecord:
    row = {str(name): cells.iloc[0] for name, cells in stats.items()}
    known = {name: cell for name, cell in row.items() if not pd.isna(cell)}

    try:
        return RunRecord(
            engine_asked=str(known["engine_asked"]),
            engine_used=str(known["engine_used"]),
            choice="",
            termination=Termination(known["status"]),
            objective=float(known["objective"]),
            bound=float(known.get("bound", -math.inf)),
            terms=MappingProxyType(json.loads(known["terms"])),
            parameters=MappingProxyType(
                {name: known[name] for name in ("threads", "seed") if name in known}
            ),
            data_fingerprint=str(known.get("data_version", "")),
            seconds=MappingProxyType(json.loads(known.get("phases", "{}"))),
            size=MappingProxyType(
                {name: int(known[name]) for name in _SIZES if name in known}
            ),
            incumbents=tuple(
                (float(at), _number(cost, math.inf), _number(bound, -math.inf))
                for at, cost, bound in json.loads(known.get("incumbents", "[]"))
            ),
            versions=MappingProxyType(json.loads(known.get("versions", "{}"))),
        )
    except (KeyError, ValueError, TypeError) as error:
        problem = Problem(
            code="E-DATA-FILE",
            table="run_stats",
            file=str(path),
            text=f"The record of the run cannot be understood: {error}.",
            remedy="Make the plan anew.",
        )
        raise InputError([problem]) from None


def _number(value: float | None, unknown: float) -> float:
    return unknown if value is None else float(value)
