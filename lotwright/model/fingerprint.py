"""
A hash of planning tables that does not depend on the order of rows and columns.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import pandas as pd
import pyarrow as pa

from lotwright.model.tables import INPUT_TABLES


class _Digest(Protocol):
    def update(self, data: bytes, /) -> None: ...


def fingerprint(tables: Mapping[str, pd.DataFrame]) -> str:
    """
    Returns a SHA-256 over every table that has rows, in hexadecimal.

    Rows are taken in the order of their keys, columns in the order of their names;
    blank columns do not count.
    """
    digest = hashlib.sha256()

    for name in sorted(tables):
        if len(tables[name]):
            frame = tables[name].dropna(axis="columns", how="all")
            digest.update(f"table {name} {len(frame)}\n".encode())
            _add_frame(digest, frame, _order(name, frame))

    return digest.hexdigest()


def _order(name: str, frame: pd.DataFrame) -> list[str]:
    """
    Returns the columns that put the rows in an order of their own.
    """
    keys = [column.name for column in INPUT_TABLES[name].keys]
    keys = [key for key in keys if key in frame.columns]

    return keys or sorted(frame.columns)


def _add_frame(digest: _Digest, frame: pd.DataFrame, order: list[str]) -> None:
    ordered = frame.sort_values(order, kind="stable")

    for column in sorted(ordered.columns):
        digest.update(f"column {column}\n".encode())
        _add_column(digest, ordered[column])


def _add_column(digest: _Digest, series: pd.Series[Any]) -> None:
    blank = series.isna().to_numpy(dtype=np.bool_)
    digest.update(np.packbits(blank).tobytes())

    if pd.api.types.is_datetime64_dtype(series.dtype):
        days = series.to_numpy().astype("datetime64[s]").astype(np.int64)
        digest.update(np.where(blank, 0, days).tobytes())
    elif pd.api.types.is_bool_dtype(series.dtype):
        truth = series.fillna(value=False).to_numpy(dtype=np.int64)
        digest.update(truth.tobytes())
    elif pd.api.types.is_numeric_dtype(series.dtype):
        # Adding zero turns -0.0 into 0.0.
        numbers = series.to_numpy(dtype=np.float64, na_value=0.0) + 0.0
        digest.update(numbers.tobytes())
    else:
        _add_text(digest, series)


def _add_text(digest: _Digest, series: pd.Series[Any]) -> None:
    text = series.fillna("")
    text = text.map(str) if series.dtype == object else text
    cells = pa.array(text).cast(pa.large_string())
    _, starts, letters = cells.buffers()
    ends = np.frombuffer(starts, dtype=np.int64)[cells.offset :][: len(cells) + 1]

    # The buffers of arrow are the text itself; joining strings costs ten times more.
    digest.update(np.diff(ends).tobytes())
    digest.update(memoryview(letters or b"")[ends[0] : ends[-1]].tobytes())
