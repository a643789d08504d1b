"""
Renders one table's declaration as a section of Markdown.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lotwright.model.schema import Column, Support, Table

_HEADER = "| Column | Type | Unit | Blank means | Meaning |"
_RULE = "|---|---|---|---|---|"


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


def column_note(column: Column) -> str:
    """
    Returns in plain words what a column means, its unit, and what a blank cell means.
    """
    blank = _blank(column)
    parts = [
        _meaning(column),
        f"Unit: {column.unit}." if column.unit else "",
        "Every row must fill it." if column.required else "",
        f"Blank means {blank}." if blank else "",
    ]

    return " ".join(part for part in parts if part).replace("`", "").replace("*", "")


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
