"""
Brings a column of any kind to its declared type and marks the cells that do not fit.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lotwright.model.readings import proposal
from lotwright.model.schema import Column, ColumnType, normal_choice

_NUMBER = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
_DAY = r"^\d{4}-\d{2}-\d{2}$"
_MIDNIGHT = r"[T ]00:00(:00(\.0+)?)?$"

#: Bytes between which ASCII has its letters, digits and signs.
_SPACE, _DELETE = 0x20, 0x7F

#: Whole numbers up to this survive a way through a decimal number.
_LARGEST_WHOLE = 2.0**53


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cast:
    """
    A column in its declared type.

    Parameters
    ----------
    values
        The column, blank where a cell was blank or did not fit.
    bad
        Cells that did not fit, shape ``(rows,)``.
    """

    values: pd.Series[Any]
    bad: NDArray[np.bool_]


def cast(column: Column, series: pd.Series[Any]) -> Cast:
    """
    Returns a column in its declared type; cells of white space count as blank.
    """
    if isinstance(series.dtype, pd.CategoricalDtype) and column.type in _WORDS:
        return _cast_words(column, series)

    cells = _as_arrow(series)

    if pa.types.is_large_string(cells.type):
        cells = _blank_as_null(cells)

    values = _CASTS[column.type](column, cells)
    bad = _flags(pc.and_(pc.is_valid(cells), pc.is_null(values)))

    return Cast(values=_as_series(column.type, values), bad=bad)


#: Types whose cells are text.
_WORDS = (ColumnType.TEXT, ColumnType.CHOICE)


def _cast_words(column: Column, series: pd.Series[Any]) -> Cast:
    """
    Returns a column of categories: each of them is looked at once, and not each cell.
    """
    words = cast(column, pd.Series(series.cat.categories))
    code = series.cat.codes.to_numpy()
    cells = _as_arrow(words.values).take(pa.array(code, mask=code < 0))

    return Cast(
        values=_as_series(column.type, cells), bad=np.append(words.bad, False)[code]
    )


def as_cells(column: Column, series: pd.Series[Any]) -> pa.Array | None:
    """
    Returns a column in its declared type as arrow cells, None where a cell does not
    fit.

    A column of categories becomes an array of codes with a dictionary, as long as no
    two of its categories stand for one word.
    """
    if isinstance(series.dtype, pd.CategoricalDtype) and column.type in _WORDS:
        return _words_as_cells(column, series)

    cells = _as_arrow(series)

    if pa.types.is_large_string(cells.type):
        cells = _blank_as_null(cells)

    values = _CASTS[column.type](column, cells)

    return values if values.null_count == cells.null_count else None


def _words_as_cells(column: Column, series: pd.Series[Any]) -> pa.Array | None:
    words = as_cells(column, pd.Series(series.cat.categories))

    if words is None:
        return None

    # Blank words lose their code; the others close ranks. The last code is a blank.
    known = words.drop_null()

    if not len(known):
        blank = pa.nulls(len(series), pa.int8())

        return pa.DictionaryArray.from_arrays(blank, known)

    is_known = np.append(_flags(words.is_valid()), False)
    given = series.cat.codes.to_numpy()
    place = np.where(is_known, np.cumsum(is_known) - 1, -1).astype(given.dtype)
    code = given if is_known[:-1].all() else place[given]
    codes = pa.array(code, mask=code < 0 if code.min(initial=0) < 0 else None)
    is_set = len(known.unique()) == len(known)

    return pa.DictionaryArray.from_arrays(codes, known) if is_set else known.take(codes)


def expectation(column: Column) -> str:
    """
    Returns what a cell of the column should be, as the end of a sentence.
    """
    if column.type is ColumnType.CHOICE:
        return f"one of {', '.join(column.choices)}"

    return _EXPECTED[column.type]


def remedy_for(column: Column, value: str) -> str:
    """
    Returns what can be done about a cell that does not fit the column's type.
    """
    if found := proposal(column, value):
        return found

    if column.type is ColumnType.CHOICE:
        return f"Write one of {', '.join(column.choices)}."

    advice = _REMEDIES[column.type]

    return f"{advice}." if column.required else f"{advice}, or leave the cell blank."


_EXPECTED = {
    ColumnType.TEXT: "text",
    ColumnType.NUMBER: "a finite number",
    ColumnType.INTEGER: "a whole number",
    ColumnType.BOOLEAN: "true or false",
    ColumnType.DATE: "a day of the calendar, written YYYY-MM-DD",
}

_REMEDIES = {
    ColumnType.TEXT: "Give the column as text, so that no identifier is altered",
    ColumnType.NUMBER: "Write digits with a decimal point",
    ColumnType.INTEGER: "Write digits only",
    ColumnType.BOOLEAN: "Write true or false",
    ColumnType.DATE: "Write a day that exists as YYYY-MM-DD, such as 2026-03-31",
}


def as_written(series: pd.Series[Any], rows: NDArray[np.intp]) -> list[str]:
    """
    Returns some cells of a column as text, empty for blank ones.
    """
    return ["" if pd.isna(cell) else str(cell) for cell in series.iloc[rows]]


def _as_arrow(series: pd.Series[Any]) -> pa.Array:
    """
    Returns the cells as arrow sees them: text as large strings, NaN as null.
    """
    if isinstance(series.dtype, pd.CategoricalDtype):
        series = series.astype(series.cat.categories.dtype)

    try:
        cells = pa.array(series, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        cells = pa.array(series.map(str, na_action="ignore"), from_pandas=True)

    if isinstance(cells, pa.ChunkedArray):
        cells = cells.combine_chunks()

    is_text = pa.types.is_string(cells.type) or pa.types.is_string_view(cells.type)
    is_blank = pa.types.is_null(cells.type)

    return cells.cast(pa.large_string()) if is_text or is_blank else cells


def _blank_as_null(cells: pa.Array) -> pa.Array:
    if _begins_with_a_letter(cells):
        return cells

    blank = pc.or_(pc.equal(cells, ""), pc.utf8_is_space(cells))

    return (
        pc.if_else(blank, _nothing(pa.large_string()), cells) if _any(blank) else cells
    )


def _begins_with_a_letter(cells: pa.Array) -> bool:
    """
    Returns whether each cell begins with a letter, digit or sign of ASCII, so that none
    is blank; keys do, and telling that takes a fraction of looking at all their text.
    """
    _, starts, text = cells.buffers()

    if cells.null_count or text is None or not len(cells):
        return False

    start = np.frombuffer(starts, dtype=np.int64)[cells.offset :][: len(cells) + 1]

    if not np.all(start[1:] > start[:-1]):
        return False

    first = np.frombuffer(text, dtype=np.uint8)[start[:-1]]

    return bool(first.min() > _SPACE and first.max() < _DELETE)


def _to_text(column: Column, cells: pa.Array) -> pa.Array:
    if pa.types.is_large_string(cells.type):
        return cells

    if pa.types.is_integer(cells.type):
        return cells.cast(pa.large_string())

    return _all_null(cells, pa.large_string())


def _to_choice(column: Column, cells: pa.Array) -> pa.Array:
    words = _to_text(column, cells).dictionary_encode()
    normal = [normal_choice(word) for word in words.dictionary.to_pylist()]
    known = pa.array(
        [word if word in column.choices else None for word in normal],
        type=pa.large_string(),
    )

    return known.take(words.indices)


def _to_number(column: Column, cells: pa.Array) -> pa.Array:
    if pa.types.is_large_string(cells.type):
        return _parse(cells, pa.float64(), _NUMBER)

    if _is_numeric(cells.type):
        return _finite(cells.cast(pa.float64(), safe=False))

    return _all_null(cells, pa.float64())


def _to_integer(column: Column, cells: pa.Array) -> pa.Array:
    if pa.types.is_large_string(cells.type):
        try:
            return cells.cast(pa.int64())
        except pa.ArrowInvalid:
            pass

    if pa.types.is_integer(cells.type) and cells.type != pa.uint64():
        return cells.cast(pa.int64())

    number = _to_number(column, cells)
    whole = pc.and_(
        pc.equal(number, pc.round(number)),
        pc.less_equal(pc.abs(number), _LARGEST_WHOLE),
    )

    return pc.if_else(whole, number, _nothing(pa.float64())).cast(pa.int64())


def _to_boolean(column: Column, cells: pa.Array) -> pa.Array:
    if pa.types.is_boolean(cells.type):
        return cells

    if _is_numeric(cells.type):
        cells = cells.cast(pa.float64(), safe=False)
        yes, no = pc.equal(cells, 1.0), pc.equal(cells, 0.0)
    elif pa.types.is_large_string(cells.type):
        word = pc.utf8_lower(pc.utf8_trim_whitespace(cells))
        yes = pc.is_in(word, value_set=pa.array(["true", "1"], pa.large_string()))
        no = pc.is_in(word, value_set=pa.array(["false", "0"], pa.large_string()))
    else:
        return _all_null(cells, pa.bool_())

    return pc.if_else(pc.or_(yes, no), yes, _nothing(pa.bool_()))


def _to_date(column: Column, cells: pa.Array) -> pa.Array:
    if pa.types.is_large_string(cells.type):
        return _parse(cells, pa.date32(), _DAY, cut=_MIDNIGHT)

    if pa.types.is_date(cells.type):
        return cells.cast(pa.date32())

    if pa.types.is_timestamp(cells.type) and cells.type.tz is None:
        days = cells.cast(pa.date32(), safe=False)
        midnight = pc.equal(days.cast(cells.type), cells)

        if pc.all(midnight, min_count=0).as_py():
            return days

        return pc.if_else(midnight, days, _nothing(pa.date32()))

    return _all_null(cells, pa.date32())


_CASTS: dict[ColumnType, Callable[[Column, pa.Array], pa.Array]] = {
    ColumnType.TEXT: _to_text,
    ColumnType.NUMBER: _to_number,
    ColumnType.INTEGER: _to_integer,
    ColumnType.BOOLEAN: _to_boolean,
    ColumnType.DATE: _to_date,
    ColumnType.CHOICE: _to_choice,
}


def _parse(
    cells: pa.Array, target: pa.DataType, pattern: str, cut: str = ""
) -> pa.Array:
    """
    Returns text cells parsed, null where they cannot be.

    A column without faults, which is nearly every one, is parsed in one go; only
    after a fault are the cells told apart.
    """
    try:
        return _finite(cells.cast(target))
    except pa.ArrowInvalid:
        cells = pc.utf8_trim_whitespace(cells)

    if cut:
        cells = pc.replace_substring_regex(cells, pattern=cut, replacement="")

    fits = pc.match_substring_regex(cells, pattern=pattern)
    cells = pc.if_else(fits, cells, _nothing(pa.large_string()))

    try:
        return _finite(cells.cast(target))
    except pa.ArrowInvalid:
        return _parse_distinct(cells, target)


def _parse_distinct(cells: pa.Array, target: pa.DataType) -> pa.Array:
    words = cells.dictionary_encode()
    parsed = [_parse_one(word, target) for word in words.dictionary.to_pylist()]

    return _finite(pa.array(parsed, target).take(words.indices))


def _parse_one(word: str, target: pa.DataType) -> object:
    try:
        return pa.scalar(word).cast(target).as_py()
    except pa.ArrowInvalid:
        return None


def _finite(cells: pa.Array) -> pa.Array:
    if not pa.types.is_floating(cells.type):
        return cells

    finite = pc.is_finite(cells)

    if pc.all(finite, min_count=0).as_py():
        return cells

    return pc.if_else(finite, cells, _nothing(pa.float64()))


def _as_series(kind: ColumnType, cells: pa.Array) -> pd.Series[Any]:
    if kind in _WORDS:
        return pd.Series(cells.to_pandas(), dtype="str")

    if kind is ColumnType.NUMBER:
        numbers = cells.to_numpy(zero_copy_only=False)
        return pd.Series(np.array(numbers, dtype=np.float64))

    if kind is ColumnType.DATE:
        days = cells.cast(pa.timestamp("s")).to_numpy(zero_copy_only=False)
        return pd.Series(np.array(days, dtype="datetime64[s]"))

    return pd.Series(cells.to_pandas(types_mapper=_NULLABLE.get))


_NULLABLE = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}


def _is_numeric(kind: pa.DataType) -> bool:
    return bool(
        pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
        or pa.types.is_decimal(kind)
    )


def _all_null(cells: pa.Array, kind: pa.DataType) -> pa.Array:
    return pa.nulls(len(cells), kind)


def _nothing(kind: pa.DataType) -> pa.Scalar:
    return pa.scalar(None, kind)


def _any(cells: pa.Array) -> bool:
    return bool(pc.any(cells, min_count=0).as_py())


def _flags(cells: pa.Array) -> NDArray[np.bool_]:
    return np.asarray(cells.to_numpy(zero_copy_only=False), dtype=np.bool_)
