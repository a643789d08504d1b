"""
The sheets of a workbook, each a table, read as text and as numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from lotwright.errors import InputError, LotwrightError, Problem
from lotwright.io.csv_file import Parsed
from lotwright.io.entries import NO_ZIP, refusal
from lotwright.io.headers import as_declared, header_among
from lotwright.io.workbook_extent import too_large
from lotwright.model.findings import Finding, Severity
from lotwright.model.problems import MOST_LISTED, Origin
from lotwright.model.schema import ColumnType
from lotwright.model.tables import INPUT_TABLES, TABLES

if TYPE_CHECKING:
    import fastexcel

#: Endings of workbooks that are read.
WORKBOOKS = (".xlsx", ".xlsm")

#: Sheets that explain or list, and hold no table.
OUR_SHEETS = ("guide", "problems")

_NUMERIC = (ColumnType.NUMBER, ColumnType.INTEGER)
_TRUTH = pa.array(["true", "false"])
_FAULT = re.compile(r"Error\((\w+)\)")
_FAULTS = {
    "Div0": "#DIV/0!",
    "NA": "#N/A",
    "Name": "#NAME?",
    "Null": "#NULL!",
    "Num": "#NUM!",
    "Ref": "#REF!",
    "Value": "#VALUE!",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sheet:
    """
    One sheet of a workbook.

    Parameters
    ----------
    name
        Its name as it stands.
    parse
        Returns what it holds; rows without any cell are left out.
    """

    name: str
    parse: Callable[[], Parsed]

    @property
    def table(self) -> str:
        """
        Name of the table that the sheet should hold.
        """
        return self.name.strip().lower()


def parse_workbook(file: str, content: bytes) -> list[Sheet]:
    """
    Returns the sheets of a workbook whose names are not our own pages.

    The first row that has a cell is the header, unless titles stand above it. Numbers
    are read as they are kept, not as they are shown, and formulas as what they last
    gave.

    Parameters
    ----------
    file
        Name of the file.
    content
        The file, ``.xlsx`` or ``.xlsm``.

    Raises
    ------
    InputError
        When it is no workbook, is locked or too large.
    LotwrightError
        When the reader is not installed.
    """
    reader = _opened(file, content)

    return [
        Sheet(name=name, parse=partial(_parsed, reader, file, name))
        for name in reader.sheet_names
        if name.strip().lower() not in OUR_SHEETS
    ]


def _opened(file: str, content: bytes) -> fastexcel.ExcelReader:
    try:
        import fastexcel
    except ImportError as error:
        msg = "Workbooks need the extra packages: pip install 'lotwright[excel]'."
        raise LotwrightError(msg) from error

    try:
        reason = too_large(content)
    except (*NO_ZIP, RuntimeError):
        raise refusal(
            file,
            "This is not a workbook that can be opened: damaged, locked with a "
            "password, or of an older kind.",
            'Open it in Excel or LibreOffice and save it as "Excel Workbook (.xlsx)", '
            "without a password.",
        ) from None

    if reason:
        raise refusal(
            file,
            reason,
            "Delete what stands far from the tables, or give CSV or Parquet files.",
        )

    try:
        return fastexcel.read_excel(content)
    except fastexcel.FastExcelError as error:
        raise _unreadable(file, error) from error


def _unreadable(place: str, error: Exception) -> InputError:
    return refusal(
        place,
        f"The workbook cannot be read: {str(error).splitlines()[0]}.",
        'Save it anew as "Excel Workbook (.xlsx)".',
    )


def _parsed(reader: fastexcel.ExcelReader, file: str, name: str) -> Parsed:
    import fastexcel

    place = f"{file} [{name.strip()}]"

    try:
        return _sheet(reader, place, name)
    except fastexcel.FastExcelError as error:
        # A workbook names sheets that it may not have, where it is damaged.
        raise _unreadable(place, error) from error


def _sheet(reader: fastexcel.ExcelReader, place: str, name: str) -> Parsed:
    table = name.strip().lower()
    words, faults = _load(reader, name, "string")
    filled = np.zeros(words.num_rows, dtype=np.bool_)

    for column in words.columns:
        filled |= column.is_valid().to_numpy(zero_copy_only=False)

    for row, _, _ in faults:
        filled[row] = True

    rows = np.flatnonzero(filled)

    if not len(rows):
        return Parsed(
            frame=pd.DataFrame() if table in INPUT_TABLES else None,
            origin=Origin(file=place),
        )

    above = header_among(table, [_names(words, row) for row in rows[:20]])
    header, body = rows[above], rows[above + 1 :]
    names = as_declared(table, _names(words, header))
    numbers = _numbers(reader, name, _numeric_places(table, names))
    frame = pd.DataFrame(
        {
            at: _cells(column.take(pa.array(body)), numbers.get(at), body)
            for at, column in enumerate(words.columns)
        }
    )
    frame.columns = pd.Index(names)
    line = int(header) + 1
    problems = [
        *_faulty(table, place, names, faults),
        *_nameless(table, place, frame, line),
    ]

    return Parsed(
        frame=frame.drop(columns=[""], errors="ignore"),
        origin=Origin(file=place, lines=lambda: body + 1),
        problems=tuple(problems),
        findings=_titled(table, place, line) if above else (),
    )


def _names(words: pa.RecordBatch, row: np.intp) -> list[str]:
    return [(column[int(row)].as_py() or "").strip() for column in words.columns]


def _titled(table: str, place: str, line: int) -> tuple[Finding, ...]:
    text = f"{place} has its header in line {line}; what stands above is not read."

    return (
        Finding(code="I-TABLE-TITLE", severity=Severity.INFO, text=text, table=table),
    )


def _load(
    reader: fastexcel.ExcelReader, name: str, kind: fastexcel.DType | fastexcel.DTypeMap
) -> tuple[pa.RecordBatch, list[tuple[int, int, str]]]:
    """
    Returns the cells of a sheet from its first row on, and the formulas that failed.
    """
    sheet = reader.load_sheet(
        name,
        header_row=None,
        skip_rows=0,
        dtypes=kind,
    )

    if not sheet.width or not sheet.height:
        return pa.record_batch({}), []

    cells, errors = sheet.to_arrow_with_errors()
    found = [] if errors is None else errors.errors
    faults = [
        (*fault.position, _FAULTS.get(match[1], f"#{match[1]}"))
        for fault in found
        if (match := _FAULT.search(fault.detail))
    ]

    return cells, faults


def _numeric_places(table: str, names: list[str]) -> list[int]:
    """
    Returns where the columns of numbers of a table are.
    """
    if table not in TABLES:
        return []

    declared = TABLES[table]

    return [
        place
        for place, name in enumerate(names)
        if name in declared and declared.column(name).type in _NUMERIC
    ]


def _numbers(
    reader: fastexcel.ExcelReader, name: str, places: list[int]
) -> dict[int, pa.Array]:
    """
    Returns columns of numbers in full precision, which their texts do not have.
    """
    if not places:
        return {}

    kinds: fastexcel.DTypeMap = dict.fromkeys(places, "float")
    cells, _ = _load(reader, name, kinds)

    return {place: cells.column(place) for place in places}


def _cells(
    words: pa.Array, every: pa.Array | None, body: NDArray[np.intp]
) -> pd.Series[Any]:
    """
    Returns a column as numbers if all its cells are, as text otherwise.
    """
    if every is None:
        return _as_text(words)

    numbers = every.take(pa.array(body))
    is_number = pc.and_(
        pc.is_valid(numbers), pc.invert(pc.is_in(words, value_set=_TRUTH))
    )

    if pc.all(pc.or_(is_number, pc.is_null(words)), min_count=0).as_py():
        return pd.Series(numbers.to_numpy(zero_copy_only=False))

    exact = pa.array([repr(x) for x in numbers.to_pylist()], words.type)

    return _as_text(pc.if_else(is_number, exact, words))


def _as_text(words: pa.Array) -> pd.Series[Any]:
    return pd.Series(words.cast(pa.large_string()).to_pandas(), dtype="str")


def _faulty(
    table: str, file: str, names: list[str], faults: list[tuple[int, int, str]]
) -> Iterator[Problem]:
    """
    Yields a problem for each cell whose formula failed, and one for those left out.
    """
    for count, (row, place, value) in enumerate(sorted(faults)):
        more = len(faults) - MOST_LISTED
        yield Problem(
            code="E-DATA-FILE",
            table=table,
            file=file,
            text="The formula in this cell has failed."
            if count < MOST_LISTED
            else f"and {more:,} more like these, from here on.",
            remedy="Mend it, or write the value itself.",
            row=row + 1,
            column=names[place],
            value=value,
        )

        if count == MOST_LISTED:
            return


def _nameless(
    table: str, file: str, frame: pd.DataFrame, line: int
) -> Iterator[Problem]:
    filled = frame.loc[:, frame.columns == ""].notna()

    if filled.to_numpy().any():
        yield Problem(
            code="E-DATA-FILE",
            table=table,
            file=file,
            text="A column has cells but no name.",
            remedy="Name it in the header, or remove it.",
            row=line,
        )
