"""
Renders the manual's page of all tables from their declarations.
"""

from __future__ import annotations

from pathlib import Path

from lotwright.io.table_section import table_section
from lotwright.model.tables import BEGINNER_TABLES, INPUT_TABLES, OUTPUT_TABLES

#: Where the page stands, seen from the root of the project.
PAGE = Path("docs") / "tables.md"

_INTRODUCTION = """\
# Tables

This page is made from the declarations in `lotwright/model`; after a change run
`python -m lotwright.io.tables_page`.

A data set is a folder or a zip of CSV or Parquet files, one file for each table and
named after it. Text is UTF-8, cells are separated by commas, decimals have a point,
dates read `YYYY-MM-DD`, booleans are `true` or `false`. Identifiers are text, exactly
as they stand. A blank cell means the default, never 0 by accident. Quantities are in
the base unit of their item, money is in the currency of the data set, durations are in
working days where they do not say otherwise. Numbers go up to 1e15, whole numbers
up to 1e9. Unknown columns are kept and reported.

A first data set needs {beginner}; everything else has defaults.

**Bold** columns are the key, † marks columns that every row must fill. Columns marked
*info* never change a plan; *ignored* columns would, but this release does not use them;
*degraded* columns are used in a simpler form. Data in ignored or degraded columns are
reported.
"""


def tables_page() -> str:
    """
    Returns the page as Markdown.
    """
    names = [f"`{name}`" for name in BEGINNER_TABLES]
    beginner = f"{', '.join(names[:-1])} and {names[-1]}"
    parts = [_INTRODUCTION.format(beginner=beginner), "## Input tables\n"]
    parts += [table_section(table) for table in INPUT_TABLES.values()]
    parts.append("## Output tables\n")
    parts += [table_section(table) for table in OUTPUT_TABLES.values()]

    return "\n".join(parts)


def main() -> None:
    """
    Rewrites the page of the project that is the current folder.
    """
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(tables_page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":  # pragma: no cover - main() is tested
    main()
