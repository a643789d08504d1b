"""
One table as the bytes of a Parquet file.
"""

from __future__ import annotations

import io

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from lotwright.errors import Problem
from lotwright.io.csv_file import Parsed
from lotwright.model.problems import Origin

#: Name and version of the format, kept in every file.
METADATA = {"lotwright.schema_version": "1"}


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
    try:
        cells = pq.read_table(pa.BufferReader(content), use_threads=False)
        frame = pd.DataFrame(
            {
                place: column.to_pandas(date_as_object=False)
                for place, column in enumerate(cells.columns)
            }
        )
    except (pa.ArrowException, OSError) as error:
        problem = Problem(
            code="E-DATA-FILE",
            table=table,
            file=file,
            text=f"This is not a Parquet file: {str(error).splitlines()[0]}",
            remedy="Write it anew.",
        )
        return Parsed(frame=None, origin=Origin(file=file), problems=(problem,))

    frame.columns = pd.Index([name.strip() for name in cells.column_names])

    return Parsed(frame=frame, origin=Origin(file=file))


def format_parquet(cells: pa.Table) -> bytes:
    """
    Returns a table as a Parquet file.
    """
    out = io.BytesIO()
    pq.write_table(cells.replace_schema_metadata(METADATA), out, compression="zstd")

    return out.getvalue()
