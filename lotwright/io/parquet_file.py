"""
One table as the bytes of a Parquet file.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from lotwright.io.columns_read import parsed_columns
from lotwright.io.csv_file import Parsed
from lotwright.model.plan_tables import PART_ROWS, rows_of_parts

#: Name and version of the format, kept in every file.
METADATA = {"lotwright.schema_version": "1"}

#: Rows from which on text that stands as it is consists of keys; fewer than a part of
#: a long table has.
_LONG = 100_000

#: Bytes up to which the words of a column stand apart, of a million items.
_DICTIONARY = 2**24

#: Cells that are encoded in one go.
_BATCH = 2**16


def parse_parquet(table: str, file: str, content: bytes) -> Parsed:
    """
    Returns the cells of a Parquet file in the types that it has.

    Parameters
    ----------
    table
        Name of the table.
    file
        Name of the file.
    content
        The file. Its rows count as lines from 2, as they would below a header.
    """

    def read() -> pa.Table:
        return pq.read_table(pa.BufferReader(content), use_threads=False)

    return parsed_columns(table, file, "a Parquet file", read)


def write_parquet(parts: Iterator[pa.Table], file: Path) -> None:
    """
    Writes a table as a Parquet file.

    Text that stands as codes is stored so, and any other text as it is, for keys hardly
    repeat. A file does not tell which was which, and has no statistics of text.

    Parameters
    ----------
    parts
        The table, whole or in the parts that ``bounds_of_parts`` cuts it into: the file
        is the same.
    file
        Where to.
    """
    first = next(parts)
    kinds = {field.name: field.type for field in first.schema}
    coded = [name for name, kind in kinds.items() if not pa.types.is_large_string(kind)]
    ranked = [name for name in coded if not pa.types.is_dictionary(kinds[name])]
    writer = pq.ParquetWriter(
        str(file),
        first.schema.with_metadata(METADATA),
        compression="zstd",
        use_dictionary=coded if len(first) >= _LONG else True,
        dictionary_pagesize_limit=_DICTIONARY,
        write_statistics=ranked,
        write_batch_size=_BATCH,
        store_schema=False,
    )

    with writer:
        for cells in chain([first], parts):
            writer.write_table(cells, rows_of_parts(len(cells), PART_ROWS))
