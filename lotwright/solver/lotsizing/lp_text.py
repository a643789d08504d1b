"""
The compiled model as text in LP format, one row a paragraph, made to be read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.notation import LP_STYLE, names_of, number_texts

#: Longest line; the format itself allows 560 characters.
WIDTH = 88


def to_lp_text(compiled: Compiled) -> str:
    """
    Returns the model in LP format.

    Names read ``stock_balance(A@PLANT,3)``: the format keeps square brackets for
    quadratic terms. OR-Tools' own LP text has the brackets, which HiGHS does not read.
    A row with two different finite bounds becomes two rows, the second one called
    ``name~upper``.

    Parameters
    ----------
    compiled
        The model.
    """
    columns = names_of(compiled.columns, compiled.num_columns, LP_STYLE)
    sections = [
        ["Minimize"],
        _objective(compiled, columns),
        ["Subject To"],
        _rows(compiled, columns),
        ["Bounds"],
        _bounds(compiled, columns),
        _whole_columns(compiled, columns),
        ["End"],
    ]

    return "\n".join(line for section in sections for line in section) + "\n"


def _objective(compiled: Compiled, columns: Sequence[str]) -> Iterator[str]:
    """
    Yields the lines of the objective.
    """
    priced = np.flatnonzero(compiled.cost)
    terms = _terms(compiled.cost[priced], priced, columns)

    if compiled.offset:
        terms += _signed(np.array([compiled.offset]))

    yield from _wrapped("cost", terms)


def _rows(compiled: Compiled, columns: Sequence[str]) -> Iterator[str]:
    """
    Yields the lines of every row.
    """
    terms = _terms(compiled.value, compiled.index, columns)
    start = compiled.start.tolist()
    lower = number_texts(compiled.row_lower)
    upper = number_texts(compiled.row_upper)
    both = np.isfinite(compiled.row_lower) & np.isfinite(compiled.row_upper)

    for row, name in enumerate(names_of(compiled.rows, compiled.num_rows, LP_STYLE)):
        entries = terms[start[row] : start[row + 1]]

        if lower[row] == upper[row]:
            yield from _wrapped(name, [*entries, f"= {lower[row]}"])
            continue

        if np.isfinite(compiled.row_lower[row]):
            yield from _wrapped(name, [*entries, f">= {lower[row]}"])

        if np.isfinite(compiled.row_upper[row]):
            second = f"{name}~upper" if both[row] else name
            yield from _wrapped(second, [*entries, f"<= {upper[row]}"])


def _bounds(compiled: Compiled, columns: Sequence[str]) -> Iterator[str]:
    """
    Yields the bounds that differ from 0 and infinity, and every column without use.
    """
    unused = compiled.cost == 0
    unused[compiled.index] = False
    natural = (compiled.lower == 0) & np.isposinf(compiled.upper)
    binary = _binary(compiled)
    lower = number_texts(compiled.lower)
    upper = number_texts(compiled.upper)

    for column in np.flatnonzero(unused | ~(natural | binary)).tolist():
        name, low, high = columns[column], lower[column], upper[column]

        if low == high:
            yield f" {name} = {low}"
        elif low == "-inf" and high == "inf":
            yield f" {name} free"
        elif high == "inf":
            yield f" {name} >= {low}"
        else:
            yield f" {low} <= {name} <= {high}"


def _whole_columns(compiled: Compiled, columns: Sequence[str]) -> Iterator[str]:
    """
    Yields the sections of binary and of other whole columns.
    """
    binary = _binary(compiled)

    for title, chosen in (
        ("Binaries", binary),
        ("Generals", compiled.integer & ~binary),
    ):
        if chosen.any():
            yield title
            yield from (
                f" {columns[place]}" for place in np.flatnonzero(chosen).tolist()
            )


def _binary(compiled: Compiled) -> NDArray[np.bool_]:
    """
    Returns which columns are 0 or 1.
    """
    unit: NDArray[np.bool_] = (compiled.lower == 0) & (compiled.upper == 1)
    return unit & compiled.integer


def _terms(
    values: NDArray[np.float64],
    index: NDArray[np.integer],
    columns: Sequence[str],
) -> list[str]:
    """
    Returns ``+ 2 quantity(A,1)`` for every entry; a coefficient of 1 is not written.
    """
    numbers = [
        number.removesuffix("1") if number in ("+ 1", "- 1") else f"{number} "
        for number in _signed(values)
    ]

    return [
        f"{number}{columns[column]}"
        for number, column in zip(numbers, index.tolist(), strict=True)
    ]


def _signed(values: NDArray[np.float64]) -> list[str]:
    """
    Returns numbers as ``+ 2`` or ``- 0.5``.
    """
    return [
        f"- {text[1:]}" if text.startswith("-") else f"+ {text}"
        for text in number_texts(values)
    ]


def _wrapped(name: str, terms: Sequence[str]) -> Iterator[str]:
    """
    Yields ``name:`` and its terms in lines that fit the width.
    """
    line = f" {name}:"

    for term in terms:
        if len(line) + len(term) + 1 > WIDTH:
            yield line
            line = "   "

        line += f" {term}"

    yield line
