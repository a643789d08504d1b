"""
HTML from templates, in which all data are escaped.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import pandas as pd
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lotwright.plot.numerals import amount
from lotwright.plot.texts import day, is_blank, plain

#: Characters that a cell shows; long texts are whole.
_CELL = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """
    A table of a page, its cells as text that is not escaped yet.

    Parameters
    ----------
    caption
        What it shows, in a sentence.
    heads
        Heads of the columns.
    is_number
        Whether a column stands to the right, for each of them.
    rows
        The cells, row by row.
    more
        How many rows there are that it leaves out.
    """

    caption: str
    heads: Sequence[str]
    is_number: Sequence[bool]
    rows: Sequence[Sequence[str]]
    more: int = 0


def sheet_of(
    frame: pd.DataFrame, columns: dict[str, str], caption: str, most: int
) -> Sheet:
    """
    Returns the first rows of a frame as a table of a page, without blank columns.

    Parameters
    ----------
    frame
        The frame.
    columns
        Head of each column to show, by its name; others are left out.
    caption
        What it shows.
    most
        Rows at most.
    """
    shown = frame.head(most)
    known = {name: _cells(shown[name]) for name in columns if name in frame}
    names = [name for name, cells in known.items() if any(cells) or not cells]
    cells = [known[name] for name in names]

    return Sheet(
        caption=caption,
        heads=[columns[name] for name in names],
        is_number=[_is_number(frame[name]) for name in names],
        rows=list(zip(*cells, strict=True)) if cells else [],
        more=len(frame) - len(shown),
    )


def render(template: str, **values: object) -> str:
    """
    Returns a page.

    Parameters
    ----------
    template
        Name of its template.
    values
        What the template shows.
    """
    return _environment().get_template(template).render(**values)


def as_data(value: object) -> Markup:
    """
    Returns a value as JSON that may stand inside a script element.

    Parameters
    ----------
    value
        The value, or JSON of it.
    """
    text = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    safe = text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")

    return Markup(safe)


def _is_number(cells: pd.Series[str]) -> bool:
    return pd.api.types.is_numeric_dtype(cells) and not pd.api.types.is_bool_dtype(
        cells
    )


def _cells(cells: pd.Series[str]) -> list[str]:
    if pd.api.types.is_datetime64_any_dtype(cells):
        return [day(value) for value in cells]

    if _is_number(cells):
        return ["" if is_blank(value) else amount(float(value)) for value in cells]

    return [plain(value, _CELL) for value in cells]


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("lotwright.plot", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
