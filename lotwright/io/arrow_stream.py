"""
One table as the bytes of an Arrow stream.
"""

from __future__ import annotations

import pyarrow as pa

from lotwright.errors import Problem
from lotwright.io.columns_read import parsed_columns
from lotwright.io.csv_file import Parsed
from lotwright.model.problems import Origin


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
    try:
        with pa.ipc.open_stream(pa.py_buffer(content)) as reader:
            cells = reader.read_all()

        cells.validate(full=True)

        return parsed_columns(table, file, cells)
    except (pa.ArrowException, OSError, ValueError) as error:
        problem = Problem(
            code="E-DATA-FILE",
            table=table,
            file=file,
            text=f"This is not an Arrow stream: {_first_line(error)}",
            remedy="Write it anew.",
        )

        return Parsed(frame=None, origin=Origin(file=file), problems=(problem,))


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
