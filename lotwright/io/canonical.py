"""
Columns of which equal ones are equal to the byte, however they came to be.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

#: Kinds of columns whose cells are whole numbers underneath.
_WHOLE = {
    pa.int64(): pa.int64(),
    pa.date32(): pa.int32(),
    pa.timestamp("ns"): pa.int64(),
    pa.timestamp("us"): pa.int64(),
}


def canonical(cells: pa.Table) -> pa.Table:
    """
    Returns a table of the same cells, each column in one piece that shares no memory.

    A column may be a part of a longer one, in several pieces, with anything beneath the
    cells that are blank: all of that would be written, too.
    """
    return pa.table(
        [_column(column) for column in cells.columns], schema=cells.schema
    ).replace_schema_metadata(None)


def _column(column: pa.ChunkedArray) -> pa.Array:
    array = pa.concat_arrays(column.chunks) if column.num_chunks else None

    if array is None or not len(array):
        return pa.array([], column.type)

    kind, mask = array.type, _mask(array)

    if pa.types.is_boolean(kind):
        cells = pc.fill_null(array, False).to_numpy(zero_copy_only=False)

        return _built(array, mask, _bits(cells))

    if pa.types.is_floating(kind):
        numbers = pc.fill_null(array, 0.0).to_numpy()

        # There are two zeros, which are equal.
        return _built(array, mask, pa.py_buffer(numbers + numbers.dtype.type(0)))

    if kind in _WHOLE:
        numbers = pc.fill_null(array.view(_WHOLE[kind]), 0).to_numpy()

        return _built(array, mask, pa.py_buffer(np.ascontiguousarray(numbers)))

    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        return _text(array, mask)

    return pa.array(array.to_pylist(), kind)


def _text(array: pa.Array, mask: pa.Buffer | None) -> pa.Array:
    filled = array if mask is None else pc.fill_null(array, "")
    is_large = pa.types.is_large_string(array.type)
    offsets = np.frombuffer(filled.buffers()[1], np.int64 if is_large else np.int32)
    offsets = offsets[filled.offset : filled.offset + len(filled) + 1]
    first, last = int(offsets[0]), int(offsets[-1])
    content = filled.buffers()[2]
    text = pa.py_buffer(b"") if content is None else content.slice(first, last - first)

    return _built(array, mask, pa.py_buffer(offsets - offsets[0]), text)


def _built(array: pa.Array, mask: pa.Buffer | None, *content: pa.Buffer) -> pa.Array:
    return pa.Array.from_buffers(
        array.type, len(array), [mask, *content], null_count=array.null_count
    )


def _mask(array: pa.Array) -> pa.Buffer | None:
    """
    Returns which cells are not blank, a bit for each; None where none is blank.
    """
    if not array.null_count:
        return None

    return _bits(pc.is_valid(array).to_numpy(zero_copy_only=False))


def _bits(cells: NDArray[np.bool_]) -> pa.Buffer:
    return pa.py_buffer(np.packbits(cells, bitorder="little"))
