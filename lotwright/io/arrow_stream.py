"""
One table as the bytes of an Arrow stream.
"""

from __future__ import annotations

import pyarrow as pa

from lotwright.io.columns_read import parsed_columns
from lotwright.io.csv_file import Parsed


def parse_arrow(table: str, file: str, content: bytes) -> Parsed:
    """
    Returns the cells of an Arrow stream in the types that it has.

    Parameters
    ----------
    table, file
        Names of the table and of the file.
    content
        The stream; every offset in it is checked before it is followed.
    """

    def read() -> pa.Table:
        with pa.ipc.open_stream(pa.py_buffer(content)) as reader:
            return reader.read_all()

    return parsed_columns(table, file, "an Arrow stream", read)
