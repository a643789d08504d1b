"""
From arrays to frames: declared columns in their order, with their types.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lotwright.model.arrays import Whole
from lotwright.model.kernel import kernel
from lotwright.model.network import Ints, Network, Texts
from lotwright.model.schema import Column, ColumnType
from lotwright.model.tables_output import PLAN_TABLES
from lotwright.solver.decode.text_columns import LONG, vocabulary
from lotwright.solver.decode.turns import round_to

_TABLES = {table.name: table for table in PLAN_TABLES}

#: Decimals of quantities and money; what lies beyond is rounding of the arithmetic.
DECIMALS = 9


def as_table(
    table: str, columns: Mapping[str, object], *, own: Collection[str] = ()
) -> pd.DataFrame:
    """
    Returns a frame with the declared columns of a table, then any others.

    Parameters
    ----------
    table
        Name of the output table.
    columns
        Arrays of one length by name; a declared column without one stays blank.
    own
        Names of those whose numbers are rounded in place, for nobody else needs them.
    """
    declared = _TABLES[table].columns
    size = len(next(iter(columns.values())))  # type: ignore[arg-type]  # arrays have a length
    series = {
        column.name: _typed(column, columns.get(column.name), size, column.name in own)
        for column in declared
    }
    others = {name: values for name, values in columns.items() if name not in series}

    return pd.DataFrame({**series, **others}, copy=False)


def _typed(column: Column, values: object, size: int, is_own: bool) -> pd.Series:
    if values is None:
        return _blank(column, size)

    if column.type is ColumnType.NUMBER:
        numbers = np.ascontiguousarray(values, dtype=np.float64)

        # The kernel below trusts lengths: a wrong one would write beyond the column.
        if numbers.shape != (size,):
            message = f"{column.name} has shape {numbers.shape}, not ({size},)."
            raise ValueError(message)

        kept = numbers if is_own else np.empty(size)
        round_to(kept, numbers, 10.0**DECIMALS)

        return pd.Series(kept, copy=False)

    if isinstance(values, pd.Series) and values.dtype == "category":
        return values

    if isinstance(values, pd.arrays.IntegerArray):
        return pd.Series(values, copy=False)

    return pd.Series(values, dtype=column.dtype, copy=False)


def _blank(column: Column, size: int) -> pd.Series:
    if column.type in {ColumnType.TEXT, ColumnType.CHOICE}:
        return vocabulary((), blank=True).column(np.full(size, -1, dtype=np.int8))

    if column.type is ColumnType.DATE:
        return pd.Series(np.full(size, np.datetime64("NaT", "s")), copy=False)

    if column.type is ColumnType.NUMBER:
        return pd.Series(np.full(size, np.nan), copy=False)

    nothing = np.ones(size, dtype=np.bool_)

    if column.type is ColumnType.BOOLEAN:
        return pd.Series(pd.arrays.BooleanArray(~nothing, nothing))

    kept = np.zeros(size, dtype=np.int8)

    return pd.Series(
        pd.arrays.IntegerArray(
            kept if size >= LONG else kept.astype(np.int64), nothing
        ),
        copy=False,
    )


def words(labels: Texts | tuple[str, ...] | list[str], codes: Ints) -> pd.Series:
    """
    Returns the label of each code; -1 is blank.
    """
    bank = pd.array([*labels, ""], dtype="str")

    return pd.Series(bank.take(codes % len(bank)))


def dates(
    network: Network, day: Whole, *, known: NDArray[np.bool_]
) -> NDArray[np.datetime64]:
    """
    Returns the calendar date of each day, blank where it is not known.
    """
    second = np.empty(len(day), dtype=np.int64)
    _seconds(second, day, known, None, first_second(network))

    return second.view("datetime64[s]")


def all_dates(
    network: Network, day: Whole, rows: Ints | None = None
) -> NDArray[np.datetime64]:
    """
    Returns the calendar date of each day, or of those of some rows.
    """
    size = len(day) if rows is None else len(rows)
    second = np.empty(size, dtype=np.int64)
    _seconds(second, day, None, rows, first_second(network))

    return second.view("datetime64[s]")


def first_second(network: Network) -> int:
    """
    Returns the second at which day 0 begins.
    """
    return int(np.datetime64(network.as_of, "s").astype(np.int64))


@kernel
def _seconds(
    second: Ints,
    day: Whole,
    known: NDArray[np.bool_] | None,
    rows: Ints | None,
    base: int,
) -> None:
    for n in range(len(second)):
        row = n if rows is None else rows[n]
        # The least integer stands for "not a time".
        blank = known is not None and not known[row]
        second[n] = np.iinfo(np.int64).min if blank else base + day[row] * 86400
