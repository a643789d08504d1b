"""
Tests that equal columns are equal to the byte.
"""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from lotwright.io.canonical import canonical
from lotwright.scenarios.wire import table_as_bytes

_KINDS: dict[pa.DataType, st.SearchStrategy[object]] = {
    pa.large_string(): st.text(max_size=3),
    pa.float64(): st.floats(-9, 9) | st.sampled_from([0.0, -0.0]),
    pa.int64(): st.integers(-9, 9),
    pa.bool_(): st.booleans(),
    pa.date32(): st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 9)),
    pa.timestamp("us"): st.dates(dt.date(2026, 1, 1), dt.date(2026, 1, 9)).map(
        pd.Timestamp
    ),
    pa.list_(pa.int64()): st.lists(st.integers(0, 9), max_size=2),
}


@st.composite
def _tables(draw: st.DrawFn) -> pa.Table:
    count = draw(st.integers(0, 20))
    cells = {
        str(kind): pa.array(
            draw(st.lists(st.none() | each, min_size=count, max_size=count)), kind
        )
        for kind, each in _KINDS.items()
    }

    return pa.table(cells)


def _as_bytes(table: pa.Table) -> bytes:
    out = pa.BufferOutputStream()

    with pa.ipc.new_stream(out, table.schema) as stream:
        stream.write_table(table)

    return bytes(out.getvalue())


@settings(max_examples=50, deadline=None, database=None, derandomize=True)
@given(
    table=_tables(),
    first=st.integers(0, 9),
    length=st.integers(0, 12),
    piece=st.integers(1, 4),
)
def test_parts_and_pieces_are_as_if_made_anew(
    table: pa.Table, first: int, length: int, piece: int
) -> None:
    """
    Tests that a part of a table, whole or in pieces, is what the same cells are that
    never had others beside them.
    """
    part = table.slice(first, length)
    fresh = pa.table(
        {name: part[name].to_pylist() for name in part.column_names},
        schema=table.schema,
    )
    pieces = [part.slice(at, piece) for at in range(0, len(part), piece)]
    broken = pa.concat_tables([part.slice(0, 0), *pieces])

    expected = canonical(fresh)
    expected.validate(full=True)
    assert fresh.equals(expected)
    assert _as_bytes(expected) == _as_bytes(canonical(part))
    assert _as_bytes(expected) == _as_bytes(canonical(broken))


def test_a_part_of_a_frame_has_the_bytes_of_its_rows() -> None:
    """
    Tests rows that were cut out of more, in a frame whose texts are shared with them.
    """
    uoms = ["pcs", "kg", "m"] * 5
    items = [f"I{at}" for at in range(15)]
    groups = [None if at % 3 else f"G{at}" for at in range(15)]
    columns: dict[str, list[str | None]] = {
        "item_id": [*items],
        "base_uom": [*uoms],
        "item_group": groups,
    }
    whole = pd.DataFrame(columns, dtype="str")
    part = whole.iloc[4:9]
    fresh = pd.DataFrame({name: columns[name][4:9] for name in columns}, dtype="str")

    assert table_as_bytes("items", fresh) == table_as_bytes("items", part)
