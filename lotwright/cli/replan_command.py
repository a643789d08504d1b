"""
The command that edits a plan and plans anew.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

import lotwright as lw
from lotwright.cli.as_json import dumps
from lotwright.cli.failures import failures
from lotwright.cli.options import (
    AsJson,
    DataPath,
    Debug,
    EngineName,
    Level,
    OutPath,
    TimeLimit,
    WorkLimit,
    folder_or_workbook,
)
from lotwright.cli.plan_json import plan_record

_Plan = Annotated[
    Path,
    typer.Argument(
        exists=True, metavar="PLAN", help="Folder or workbook of the plan to edit."
    ),
]
_Files = Annotated[
    list[Path] | None,
    typer.Option(
        "--edits",
        exists=True,
        dir_okay=False,
        metavar="FILE",
        help="TOML or CSV file of edits; may be given several times.",
    ),
]
_DataOut = Annotated[
    Path | None,
    typer.Option(
        "--data-out",
        metavar="FOLDER|FILE.xlsx",
        help="Where to write the data with the orders that are kept, to go on from.",
        callback=folder_or_workbook,
    ),
]


_Lock = Annotated[
    str | None,
    typer.Option(
        metavar="WHERE",
        help="Orders that stay as they are, such as \"item_id == 'BIKE'\".",
    ),
]
_Approve = Annotated[
    str | None, typer.Option(metavar="WHERE", help="Orders that are approved.")
]
_Firm = Annotated[
    str | None, typer.Option(metavar="WHERE", help="Orders that are firmed.")
]


def replan(
    path: DataPath,
    plan: _Plan,
    edits: _Files = None,
    lock: _Lock = None,
    approve: _Approve = None,
    firm: _Firm = None,
    out: OutPath = None,
    data_out: _DataOut = None,
    engine: EngineName = lw.Engine.AUTO,
    level: Level = None,
    time_limit: TimeLimit = 60.0,
    work_limit: WorkLimit = None,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Edit a plan, plan anew around the orders that are kept, and say what moved."""
    with failures(as_json=as_json, debug=debug):
        before = lw.read_plan(plan)
        wanted = before.edit()

        for file in edits or ():
            wanted = wanted.and_also(lw.read_edits(file))

        wanted = wanted.lock(where=lock) if lock else wanted
        wanted = wanted.approve(where=approve) if approve else wanted
        wanted = wanted.firm(where=firm) if firm else wanted
        again = lw.replan(
            lw.read(path),
            before,
            wanted,
            engine=engine,
            level=level,
            time_limit=time_limit,
            work_limit=work_limit,
        )
        files = [] if out is None else list(again.plan.write(out))
        files += [] if data_out is None else list(lw.write(again.data, data_out))

        if as_json:
            record = plan_record(again.plan, files)
            told = {"kept": again.kept, "changes": again.changes}
            typer.echo(dumps({**record, **told, "conflicts": list(again.findings)}))
            return

        console = Console()
        console.print(escape(again.summary()), highlight=False, soft_wrap=True)

        if files:
            console.print(f"Wrote {len(files)} files.")
        else:
            console.print("No files were written; --out FOLDER writes the plan.")
