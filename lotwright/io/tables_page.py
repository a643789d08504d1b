"""
Renders the manual's page of all tables from their declarations.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from lotwright.model.schema import Column, Support, Table
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
working days where they do not say otherwise. Unknown columns are kept and reported.

A first data set needs {beginner}; everything else has defaults.

**Bold** columns are the key, † marks columns that every row must fill. Columns marked
*info* never change a plan; *ignored* columns would, but this release does not use them;
*degraded* columns are used in a simpler form. Data in ignored or degraded columns are
reported.
"""

_HEADER = "| Column | Type | Unit | Blank means | Meaning |"
_RULE = "|---|---|---|---|---|"


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


def table_section(table: Table, columns: Sequence[Column] | None = None) -> str:
    """
    Returns the section of a table as Markdown.

    Parameters
    ----------
    table
        The table.
    columns
        Columns to list; all of them when missing.
    """
    lines = [f"### `{table.name}`", "", table.meaning, "", *_known_as(table)]
    lines += [_HEADER, _RULE]
    lines += [_column_line(column) for column in columns or table.columns]
    lines += list(_row_rules(table))

    return "\n".join(lines) + "\n"


def _known_as(table: Table) -> list[str]:
    systems = (
        ("D365", table.known_as.d365),
        ("SAP", table.known_as.sap),
        ("frePPLe", table.known_as.frepple),
    )
    known = [f"{system}: {names}" for system, names in systems if names]

    return [f"Known as: {'; '.join(known)}.", ""] if known else []


def _row_rules(table: Table) -> Iterator[str]:
    rules = [
        f"Every row fills {' or '.join(f'`{name}`' for name in group)}."
        for group in table.one_of
    ]
    rules += [
        f"`{first}` may not exceed `{second}`." for first, second in table.ordered
    ]

    if rules:
        yield ""
        yield " ".join(rules)


def _column_line(column: Column) -> str:
    name = f"**{column.name}**" if column.key else column.name
    mark = "†" if column.required else ""
    cells = (name + mark, column.type, column.unit, _blank(column), _meaning(column))

    return f"| {' | '.join(cells)} |"


def _blank(column: Column) -> str:
    default = column.default
    parts = [] if default is None else [f"`{_plain(default)}`"]

    if column.default_note:
        parts.append(column.default_note.rstrip("."))

    return "; ".join(parts)


def _plain(default: str | float | bool) -> str:
    if isinstance(default, bool):
        return str(default).lower()

    return default if isinstance(default, str) else f"{default:g}"


def _meaning(column: Column) -> str:
    parts = [column.meaning]

    if column.choices:
        parts.append(f"One of {', '.join(f'`{word}`' for word in column.choices)}.")

    if column.range_text:
        parts.append(f"Must be {column.range_text}.")

    if column.reference:
        parts.append(f"Refers to `{'` or `'.join(column.reference)}`.")

    if column.support is not Support.USED:
        parts.append(f"*{column.support}*")
        parts.append(column.support_note)

    return " ".join(part for part in parts if part)


def main() -> None:
    """
    Rewrites the page of the project that is the current folder.
    """
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(tables_page(), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
