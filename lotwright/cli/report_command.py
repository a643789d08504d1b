"""
The command that writes a plan as one page.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

import lotwright as lw
from lotwright.cli.as_json import dumps
from lotwright.cli.failures import failures
from lotwright.cli.options import AsJson, Debug


def report(
    path: Annotated[
        Path,
        typer.Argument(
            exists=True,
            metavar="PLAN",
            help="Folder or workbook that a plan was written to, or a zip.",
        ),
    ],
    out: Annotated[
        Path,
        typer.Option("--out", dir_okay=False, metavar="FILE.html", help="The page."),
    ] = Path("report.html"),
    title: Annotated[
        str | None,
        typer.Option(help="Heading of the page.", show_default="the plan's name"),
    ] = None,
    rows: Annotated[
        int, typer.Option(min=1, help="Rows of each long table at most.")
    ] = 200,
    as_json: AsJson = False,
    debug: Debug = False,
) -> None:
    """Write a plan as one page that opens anywhere, without any network."""
    with failures(as_json=as_json, debug=debug):
        plan = lw.read_plan(path)
        file = plan.report(out, title=title or path.resolve().stem, rows=rows)

        if as_json:
            typer.echo(dumps({"files": [str(file)]}))
        else:
            typer.echo(f"Wrote {file}")
