"""
Data as text in figures: trimmed, and never taken for markup.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import pandas as pd

from lotwright.plot.numerals import amount

#: Characters that a label has room for.
LABEL = 30

_MARKUP = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})


def is_blank(value: object) -> bool:
    """
    Returns whether a cell holds nothing.
    """
    return value is None or value is pd.NA or value is pd.NaT or value != value


def plain(value: object, most: int = 120) -> str:
    """
    Returns a cell as text on one line, trimmed in its middle; blank as nothing.

    Parameters
    ----------
    value
        The cell.
    most
        Characters that are kept.
    """
    if is_blank(value):
        return ""

    text = " ".join("".join(c if c.isprintable() else " " for c in str(value)).split())

    if len(text) <= most:
        return text

    tail = most // 3

    return f"{text[: most - tail - 1]}…{text[-tail:]}"


def shown(value: object, most: int = 120) -> str:
    """
    Returns a cell for a figure, where it would otherwise be read as markup.

    Parameters
    ----------
    value
        The cell.
    most
        Characters that are kept.
    """
    return plain(value, most).translate(_MARKUP)


def labels(values: Iterable[object], most: int = LABEL) -> list[str]:
    """
    Returns cells as labels of an axis.
    """
    return [shown(value, most) for value in values]


def day(value: object) -> str:
    """
    Returns a day as an ISO date; blank as nothing.
    """
    return "" if is_blank(value) else str(pd.Timestamp(str(value)).date())


def days(values: pd.Series[Any]) -> list[str]:
    """
    Returns a column of days as ISO dates; blank as nothing.
    """
    column = pd.to_datetime(values)

    return column.dt.strftime("%Y-%m-%d").fillna("").tolist()


def amounts(values: Iterable[float]) -> list[str]:
    """
    Returns numbers as a planner reads them.
    """
    return [amount(float(value)) for value in values]


def facts(title: str, *pairs: tuple[str, str]) -> str:
    """
    Returns a hover text: a title, and a line for each fact that is known.

    Parameters
    ----------
    title
        Text that is safe to show.
    pairs
        Name and value of each fact, safe to show; those without a value are left out.
    """
    lines = [f"{name}: {value}" for name, value in pairs if value not in ("", "-")]

    return "<br>".join([f"<b>{title}</b>", *lines])


def hovers(titles: Sequence[str], **columns: Sequence[str]) -> list[str]:
    """
    Returns the hover text of each mark.

    Parameters
    ----------
    titles
        One for each mark, safe to show.
    columns
        Facts by name, ``_`` for a blank in it, one for each mark.
    """
    names = [name.replace("_", " ").capitalize() for name in columns]

    return [
        facts(title, *zip(names, row, strict=True))
        for title, row in zip(titles, zip(*columns.values(), strict=True), strict=True)
    ]


def numbers(values: pd.Series[Any]) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """
    Returns a column as numbers; blank is no number.
    """
    return pd.to_numeric(values).to_numpy(dtype=np.float64, na_value=np.nan)


def words(values: pd.Series[Any]) -> list[str]:
    """
    Returns a column as texts; blank is empty.
    """
    return ["" if is_blank(value) else str(value) for value in values.tolist()]
