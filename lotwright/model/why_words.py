"""
How explanations put quantities, days and cells into words, and into plain types.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass

import pandas as pd

#: What is smaller than the last of these is rounding.
_MOST_DECIMALS = 6


def amount_text(quantity: object) -> str:
    """
    Returns a quantity as people write it: all digits before the point, thousands apart,
    and no needless decimals; there are more than three where it would be nothing.
    """
    number = float(str(quantity))

    if not math.isfinite(number):
        return str(number)

    first = math.floor(math.log10(abs(number))) if number else 0
    decimals = min(max(3, 2 - first), _MOST_DECIMALS)
    text = f"{number:,.{decimals}f}".rstrip("0").rstrip(".")

    return "0" if text == "-0" else text


def days_text(days: float) -> str:
    """
    Returns a number of days with its noun.
    """
    return f"{days:g} {'day' if days == 1 else 'days'}"


def day_text(day: dt.date | None) -> str:
    """
    Returns a date in ISO form, or that there is none.
    """
    return "no date" if day is None else day.isoformat()


def is_blank(cell: object) -> bool:
    """
    Returns whether a cell is blank.
    """
    return cell is None or bool(pd.isna(cell))  # type: ignore[call-overload]  # a cell


def cell_text(cell: object) -> str:
    """
    Returns the text of a cell, empty where it is blank.
    """
    return "" if is_blank(cell) else str(cell)


def cell_date(cell: object) -> dt.date | None:
    """
    Returns the date of a cell, None where it is blank.
    """
    if is_blank(cell):
        return None

    return pd.Timestamp(str(cell)).date()


def rows_of(frame: pd.DataFrame) -> list[dict[str, object]]:
    """
    Returns the rows of a table, cells by column.
    """
    return [
        {str(name): cell for name, cell in row.items()}
        for row in frame.to_dict("records")
    ]


def number(cell: object) -> float:
    """
    Returns the number of a cell.
    """
    return float(str(cell))


def as_plain(value: object) -> dict[str, object]:
    """
    Returns a record as a dictionary in the types of JSON; dates are ISO texts.

    Parameters
    ----------
    value
        A dataclass whose fields are numbers, texts, dates, other such dataclasses, or
        tuples of these.
    """
    plain = _plain(value)

    return dict(plain) if isinstance(plain, Mapping) else {"value": plain}


def _plain(value: object) -> object:
    if isinstance(value, dt.date):
        return value.isoformat()

    if isinstance(value, tuple):
        return [_plain(one) for one in value]

    if is_dataclass(value):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}

    return value
