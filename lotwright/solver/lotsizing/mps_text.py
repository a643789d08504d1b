"""
The compiled model as text in free MPS format.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from scipy.sparse import csr_array

from lotwright.solver.lotsizing.compiled import Compiled
from lotwright.solver.lotsizing.notation import MPS_STYLE, names_of, number_texts


def to_mps_text(compiled: Compiled, name: str = "lotwright") -> str:
    """
    Returns the model in free MPS format.

    Every number reads back unchanged; OR-Tools' own text keeps six digits, which is
    too few for large quantities.

    Parameters
    ----------
    compiled
        The model.
    name
        Name of the model, without blanks.
    """
    columns = names_of(compiled.columns, compiled.num_columns, MPS_STYLE)
    rows = names_of(compiled.rows, compiled.num_rows, MPS_STYLE)
    sections = [
        [f"NAME {name}", "ROWS", " N  cost"],
        _senses(compiled, rows),
        ["COLUMNS"],
        _entries(compiled, columns, rows),
        ["RHS"],
        _right_hand_sides(compiled, rows),
        ["RANGES"],
        _ranges(compiled, rows),
        ["BOUNDS"],
        _bounds(compiled, columns),
        ["ENDATA"],
    ]

    return "\n".join(line for section in sections for line in section) + "\n"


def _senses(compiled: Compiled, rows: Sequence[str]) -> Iterator[str]:
    """
    Yields the kind of every row: E, G (also with an upper bound, as a range) or L.
    """
    kinds = np.where(np.isfinite(compiled.row_lower), "G", "L")
    kinds[compiled.row_lower == compiled.row_upper] = "E"

    for kind, row in zip(kinds.tolist(), rows, strict=True):
        yield f" {kind}  {row}"


def _entries(
    compiled: Compiled, columns: Sequence[str], rows: Sequence[str]
) -> Iterator[str]:
    """
    Yields cost and coefficients column by column, whole columns between markers.
    """
    shape = (compiled.num_rows, compiled.num_columns)
    matrix = csr_array(
        (compiled.value, compiled.index, compiled.start), shape=shape
    ).tocsc()
    start: list[int] = np.asarray(matrix.indptr).tolist()
    index: list[int] = np.asarray(matrix.indices).tolist()
    values = number_texts(np.asarray(matrix.data, dtype=np.float64))
    costs = number_texts(compiled.cost)
    whole = False

    for column, integer in enumerate(compiled.integer.tolist()):
        if integer != whole:
            whole = integer
            yield f"    marker  'MARKER'  {_marker(whole)}"

        entries = range(start[column], start[column + 1])

        # The cost stands there even when it is 0, so that no column goes missing.
        if costs[column] != "0" or not entries:
            yield f"    {columns[column]}  cost  {costs[column]}"

        for entry in entries:
            yield f"    {columns[column]}  {rows[index[entry]]}  {values[entry]}"

    if whole:
        yield f"    marker  'MARKER'  {_marker(False)}"


def _marker(begins: bool) -> str:
    """
    Returns the word that begins or ends a run of whole columns.
    """
    return "'INTORG'" if begins else "'INTEND'"


def _right_hand_sides(compiled: Compiled, rows: Sequence[str]) -> Iterator[str]:
    """
    Yields the offset, whose sign is turned here, and right-hand sides other than 0.
    """
    if compiled.offset:
        yield f"    RHS  cost  {number_texts(np.array([-compiled.offset]))[0]}"

    side = np.where(
        np.isfinite(compiled.row_lower), compiled.row_lower, compiled.row_upper
    )
    texts = number_texts(side)

    for row in np.flatnonzero(side).tolist():
        yield f"    RHS  {rows[row]}  {texts[row]}"


def _ranges(compiled: Compiled, rows: Sequence[str]) -> Iterator[str]:
    """
    Yields the width of rows between two different finite bounds.
    """
    finite = np.isfinite(compiled.row_lower) & np.isfinite(compiled.row_upper)
    ranged = np.flatnonzero(finite & (compiled.row_lower != compiled.row_upper))
    width = number_texts(compiled.row_upper[ranged] - compiled.row_lower[ranged])

    for row, text in zip(ranged.tolist(), width, strict=True):
        yield f"    RANGES  {rows[row]}  {text}"


def _bounds(compiled: Compiled, columns: Sequence[str]) -> Iterator[str]:
    """
    Yields bounds that differ from 0 and infinity, and all of whole columns, for which
    readers have different defaults.
    """
    natural = (compiled.lower == 0) & np.isposinf(compiled.upper)
    lower, upper = number_texts(compiled.lower), number_texts(compiled.upper)

    for place in np.flatnonzero(~natural | compiled.integer).tolist():
        column, low, high = columns[place], lower[place], upper[place]

        if low == high:
            yield f" FX BOUND  {column}  {low}"
            continue

        if low == "-inf":
            yield f" MI BOUND  {column}"
        elif low != "0":
            yield f" LO BOUND  {column}  {low}"

        if high != "inf":
            yield f" UP BOUND  {column}  {high}"
        elif low == "-inf" or compiled.integer[place]:
            yield f" PL BOUND  {column}"
