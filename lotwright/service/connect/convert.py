"""
From what another system holds to the cells of a planning table, all of them text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lotwright.model.arrays import Bools, Floats
from lotwright.model.schema import ColumnType, Table
from lotwright.service.connect.mapping import Cell, Feed, Ref

#: A duration as people and programs write it.
_CLOCK = re.compile(
    r"(?:(?P<days>\d+)(?: days?)?,? +)?(?P<hours>\d+):(?P<minutes>\d{1,2})"
    r":(?P<seconds>\d{1,2}(?:\.\d+)?)"
)
_PERIOD = re.compile(
    r"P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?"
    r"(?:(?P<seconds>\d+(?:\.\d+)?)S)?)?"
)
_SECONDS = {"days": 86_400.0, "hours": 3_600.0, "minutes": 60.0, "seconds": 1.0}

#: A moment; its day counts.
_MOMENT = r"^(\d{4}-\d{2}-\d{2})[T ]\d{2}:\d{2}.*$"

_TEXT = pa.large_string()

Columns = Mapping[Ref, pa.Array]


def as_text(value: object) -> str | None:
    """
    Returns what a driver delivers as a cell of text, None where it is blank.

    Blanks behind a text are what columns of fixed length are filled up with. Durations
    are seconds.
    """
    if value is None:
        return None

    if isinstance(value, str):
        return value.rstrip() or None

    if isinstance(value, bool):
        return str(value).lower()

    if isinstance(value, float):
        is_whole = value.is_integer() and abs(value) < 2**53
        return str(int(value)) if is_whole else repr(value)

    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text

    if isinstance(value, datetime | date):
        return value.isoformat()

    if isinstance(value, timedelta):
        return as_text(value.total_seconds())

    return value.hex() if isinstance(value, bytes | memoryview) else str(value)


def converted(
    feed: Feed, table: Table, columns: Columns, num_rows: int
) -> tuple[pd.DataFrame, dict[str, list[str]]]:
    """
    Returns the cells of a planning table as text, and words that a map does not know.

    A cell that is no number or day where one is computed with stays as it is, for
    whoever checks the table to see.

    Parameters
    ----------
    feed
        How cells come about.
    table
        The planning table.
    columns
        What was read, by column, as text.
    num_rows
        Rows that were read.
    """
    cells: dict[str, pa.Array] = {}
    strange: dict[str, list[str]] = {}

    for name, cell in feed.cells.items():
        if cell.numbered_by:
            continue

        is_day = table.column(name).type is ColumnType.DATE
        cells[name], unknown = _cells(cell, columns, num_rows, is_day=is_day)

        if unknown:
            strange[name] = unknown

    frame = pd.DataFrame(
        {name: each.to_pandas() for name, each in cells.items()},
        index=range(num_rows),
        dtype="str",
    )

    gathered = _gathered(frame, feed)

    for name, cell in feed.cells.items():
        if cell.numbered_by:
            numbers = _numbered(gathered, table, name, cell, columns)
            gathered = gathered.assign(**{name: numbers})

    return gathered.reindex(columns=list(feed.cells)), strange


def _cells(
    cell: Cell, columns: Columns, num_rows: int, *, is_day: bool
) -> tuple[pa.Array, list[str]]:
    if not cell.columns:
        return pa.array([cell.value or None] * num_rows, _TEXT), []

    parts = [_known(columns[ref], cell.blank) for ref in cell.columns]
    found = _taken(parts, cell)
    strange: list[str] = []

    if cell.words is not None:
        found, strange = _translated(found, cell.words, cell.otherwise)

    if cell.is_duration:
        found = _each(found, _seconds)

    if cell.is_computed:
        found = _computed(found, cell, columns)

    if is_day:
        found = _days(found, cell)

    if cell.prefix:
        found = pc.binary_join_element_wise(_word(cell.prefix), found, _word(""))

    if cell.if_blank is not None:
        found = pc.fill_null(found, _word(cell.if_blank))

    return found, strange


def _word(text: str | None) -> pa.Scalar:
    return pa.scalar(text, _TEXT)


def _known(cells: pa.Array, blank: tuple[str, ...]) -> pa.Array:
    if not blank:
        return cells

    is_blank = pc.is_in(cells, value_set=pa.array(blank, _TEXT))

    return pc.if_else(is_blank, _word(None), cells)


def _taken(parts: list[pa.Array], cell: Cell) -> pa.Array:
    if cell.take == "first":
        return pc.coalesce(*parts)

    if cell.take == "joined":
        how = "skip" if cell.skips_blank else "emit_null"
        joined = pc.binary_join_element_wise(
            *parts, _word(cell.separator), null_handling=how
        )

        return _known(joined, ("",))

    return parts[0]


def _translated(
    cells: pa.Array, words: Mapping[str, str], otherwise: str | None
) -> tuple[pa.Array, list[str]]:
    """
    Returns what words become, and those that nothing is said of.
    """
    strange: list[str] = []

    def become(word: str) -> str:
        if word not in words and otherwise is None:
            strange.append(word)

        return words.get(word, word if otherwise is None else otherwise)

    return _each(cells, become), strange


def _computed(cells: pa.Array, cell: Cell, columns: Columns) -> pa.Array:
    """
    Returns numbers computed; where one of them is none, what stands there.
    """
    result, bad = _numbers(cells)
    blank = np.isnan(result) & ~bad
    shown = cells

    for ref in cell.minus:
        less = _each(columns[ref], _seconds) if cell.is_duration else columns[ref]
        number, wrong = _numbers(less)
        shown = pc.if_else(pa.array(wrong & ~bad), columns[ref], shown)
        result = result - np.where(np.isnan(number), 0.0, number)
        bad = bad | wrong

    for ref in cell.divide_by:
        number, wrong = _numbers(columns[ref])
        wrong = wrong | np.isnan(number) | (number == 0.0)
        told = pc.fill_null(columns[ref], _word("blank"))
        told = pc.binary_join_element_wise(_word("1 / "), told, _word(""))
        shown = pc.if_else(pa.array(wrong & ~bad), told, shown)
        result = result / np.where(wrong, 1.0, number)
        bad = bad | wrong

    result = result / cell.divisor * cell.factor

    if cell.at_least is not None:
        result = np.fmax(result, cell.at_least)

    text = pa.array(_written(result), _TEXT, mask=blank)

    return pc.if_else(pa.array(bad & ~blank), shown, text)


def _seconds(word: str) -> str:
    """
    Returns a duration in seconds; what is none stays as it is.
    """
    match = _CLOCK.fullmatch(word) or _PERIOD.fullmatch(word)

    if match is None or not any(match.groups()):
        return word

    parts = match.groupdict(default="0").items()

    return _written_one(sum(float(part) * _SECONDS[name] for name, part in parts))


def _numbers(cells: pa.Array) -> tuple[Floats, Bools]:
    """
    Returns cells as numbers, and which of those that are not blank are none.
    """
    series = pd.to_numeric(cells.to_pandas(), errors="coerce")
    numbers = series.to_numpy(dtype=np.float64, na_value=np.nan)
    numbers = np.where(np.isfinite(numbers), numbers, np.nan)
    is_given = np.asarray(cells.is_valid().to_numpy(zero_copy_only=False), np.bool_)

    return numbers, np.asarray(np.isnan(numbers) & is_given, dtype=np.bool_)


def _written(numbers: Floats) -> list[str]:
    return [_written_one(number) for number in numbers.tolist()]


def _written_one(number: float) -> str:
    # What arithmetic adds beyond fifteen digits is noise: 0.1 * 3 is 0.3.
    return f"{number:.15g}"


def _days(cells: pa.Array, cell: Cell) -> pa.Array:
    """
    Returns days as they should be written; what is none stays as it is.
    """
    if not cell.day_format:
        cells = pc.replace_substring_regex(cells, pattern=_MOMENT, replacement=r"\1")

    if not cell.day_format and not cell.days:
        return cells

    def moved(word: str) -> str:
        try:
            day = datetime.strptime(word, cell.day_format or "%Y-%m-%d").date()  # noqa: DTZ007  # a day has no zone
            return (day + timedelta(days=cell.days)).isoformat()
        except (ValueError, OverflowError):
            return word

    return _each(cells, moved)


def _each(cells: pa.Array, become: Callable[[str], str]) -> pa.Array:
    """
    Returns cells changed, each different one once.
    """
    words = cells.dictionary_encode()
    changed = pa.array([become(word) for word in words.dictionary.to_pylist()], _TEXT)

    return changed.take(words.indices)


def _numbered(
    frame: pd.DataFrame, table: Table, name: str, cell: Cell, columns: Columns
) -> pd.Series[Any]:
    """
    Returns 10, 20, 30 and so on for rows that share the rest of their key, in the order
    of some columns: by size where all of a column are numbers, else by letters.
    """
    rest = [each.name for each in table.keys if each.name != name]
    order = pd.DataFrame(index=frame.index)

    for place, ref in enumerate(cell.numbered_by):
        words = columns[ref].to_pandas().iloc[frame.index]
        numbers = pd.to_numeric(words, errors="coerce")
        is_numeric = bool((numbers.notna() | words.isna()).all())
        order[place] = numbers if is_numeric else words

    by_order = frame[[each for each in rest if each in frame.columns]]
    by_order = by_order.loc[order.sort_values(list(order.columns), kind="stable").index]
    number = _groups(by_order, list(by_order.columns))
    ranks = (number.groupby(number).cumcount() + 1) * 10

    return ranks.reindex(frame.index).astype("str")


def _gathered(frame: pd.DataFrame, feed: Feed) -> pd.DataFrame:
    """
    Returns rows without those that come again, and with totals; the first row of each
    keeps its place.
    """
    if feed.distinct:
        frame = frame.drop_duplicates()

    if not feed.total or frame.empty:
        return frame

    names = list(feed.total)
    same = [name for name in frame.columns if name not in names]
    numbers = frame[names].apply(pd.to_numeric, errors="coerce")
    is_good = (numbers.notna() | frame[names].isna()).all(axis=1)
    good = frame[is_good]
    group = _groups(good, same)
    is_first = ~group.duplicated()
    totals = numbers[is_good].groupby(group).sum(min_count=1)
    kept = good[is_first].copy()

    for name in names:
        total = totals.loc[group[is_first], name].to_numpy(dtype=np.float64)
        text = pd.Series(_written(total), index=kept.index, dtype="str")
        kept[name] = text.where(~np.isnan(total))

    found: pd.DataFrame = pd.concat([kept, frame[~is_good]]).sort_index()

    return found


def _groups(frame: pd.DataFrame, names: list[str]) -> pd.Series[Any]:
    """
    Returns a number for each row, the same for rows with the same cells.
    """
    if not names:
        return pd.Series(0, index=frame.index)

    return frame.groupby(names, dropna=False, sort=False).ngroup()
