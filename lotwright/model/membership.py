"""
Membership: which texts stand in another column, and where.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lotwright.model.arrays import Bools, Ints, Texts

#: Text in any form: blank cells are in no set and stand nowhere.
Words = pd.Series | pd.Index | Collection[str] | Texts


def is_among(cells: Words, known: Words) -> Bools:
    """
    Returns whether each text is one of those that are known, shape ``(rows,)``.

    What ``isin`` of a column of texts does, which turns every known text into a scalar
    of its own first.
    """
    return np.asarray(
        pc.is_in(_arrow(cells), value_set=_arrow(known), skip_nulls=True), dtype=bool
    )


def places_in(cells: Words, known: Words) -> Ints:
    """
    Returns the place of each text among those that are known, -1 for none, ``(rows,)``.
    """
    found = pc.index_in(_arrow(cells), value_set=_arrow(known), skip_nulls=True)

    return np.asarray(pc.fill_null(found, -1), dtype=np.int64)


def _arrow(words: Words) -> pa.Array:
    if isinstance(words, np.ndarray):
        return pa.array(words, pa.large_string(), from_pandas=True)

    if not isinstance(words, pd.Series | pd.Index):
        words = pd.Series(list(words), dtype="str")

    cells = pa.array(words, from_pandas=True)

    if isinstance(cells, pa.ChunkedArray):
        cells = cells.combine_chunks()

    return cells.cast(pa.large_string())
