"""
Checks of type, presence, key, range, choice and reference of declared tables.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from functools import cache, partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lotwright.errors import Problem
from lotwright.model.casting import as_written, cast, expectation, remedy_for
from lotwright.model.membership import is_among
from lotwright.model.nearest import nearest
from lotwright.model.problems import MOST_LISTED, Flaw, Origin
from lotwright.model.schema import Column, ColumnType, Table
from lotwright.model.tables import ALWAYS_REFERENCED, INPUT_TABLES

Rows = NDArray[np.intp]
Mask = NDArray[np.bool_]

#: Largest number of a cell by its type, so that sums and products stay numbers.
LARGEST = {ColumnType.NUMBER: 1e15, ColumnType.INTEGER: 1e9}


def checked(
    table: Table, frame: pd.DataFrame, origin: Origin
) -> tuple[pd.DataFrame, list[Problem]]:
    """
    Returns a frame in its declared types, with everything that is wrong with it.

    All declared columns are there, in their order, followed by unknown ones as they
    were; cells that do not fit are blank, and rows that are blank throughout are gone.
    """
    problems = list(_header_problems(table, frame, origin))
    rows = np.flatnonzero(~frame.isna().all(axis=1).to_numpy(dtype=np.bool_))
    raw = frame.loc[:, ~frame.columns.duplicated()].reset_index(drop=True)

    if len(rows) < len(raw):
        raw, origin = raw.iloc[rows].reset_index(drop=True), origin.take(rows)

    cells: dict[str, pd.Series[Any]] = {}
    bad: dict[str, Mask] = {}
    # Blank columns of a type share their memory: most tables leave out most columns.
    blank: dict[ColumnType, pd.Series[Any]] = {}

    for column in table.columns:
        if column.name in raw.columns:
            result = cast(column, raw[column.name])
            cells[column.name], bad[column.name] = result.values, result.bad
        else:
            if column.type not in blank:
                blank[column.type] = _blank(column, len(raw))

            cells[column.name] = blank[column.type]

    unknown = {name: raw[name] for name in raw.columns if name not in table}
    clean = pd.DataFrame({**cells, **unknown}, index=raw.index, copy=False)

    for flaw in _flaws(table, clean, raw, bad, origin):
        problems.extend(flaw.problems(table.name, origin))

    return clean, problems


def empty(table: Table) -> pd.DataFrame:
    """
    Returns a frame without rows, with every declared column in its type.
    """
    return _empty(table.name).copy(deep=False)


@cache
def _empty(name: str) -> pd.DataFrame:
    columns = INPUT_TABLES[name].columns

    return pd.DataFrame({column.name: _blank(column, 0) for column in columns})


def reference_problems(
    frames: Mapping[str, pd.DataFrame],
    given: frozenset[str],
    origins: Mapping[str, Origin],
    of: Collection[str] | None = None,
) -> Iterator[Problem]:
    """
    Yields cells that refer to a row that does not exist.

    Items and locations are always looked up; other tables only when they were given.

    Parameters
    ----------
    frames
        Tables by name.
    given
        Names of the tables that were given.
    origins
        Where they come from.
    of
        Names of the tables whose cells are looked at; all of them, when left out.
    """
    missing: dict[str, str] = {}

    for name in sorted(given if of is None else given.intersection(of)):
        for column, targets in INPUT_TABLES[name].references():
            tables = {table for table, _ in targets}
            cells = frames[name][column.name]

            if not tables & (given | ALWAYS_REFERENCED) or cells.isna().all():
                continue

            if not tables & given:
                missing.setdefault(targets[0][0], f"{name}.{column.name}")
                continue

            known = [frames[t][c] for t, c in targets if t in given]

            # Of what could not be read nobody knows what is missing.
            if all(_is_known(t, c, frames, origins) for t, c in targets if t in given):
                flaw = _dangling(column, cells, known)
                yield from flaw.problems(name, origins.get(name, Origin()))

    for name, referrer in missing.items():
        yield _missing_table(name, referrer)


def _is_known(
    table: str,
    column: str,
    frames: Mapping[str, pd.DataFrame],
    origins: Mapping[str, Origin],
) -> bool:
    """
    Returns whether all values of a column that others refer to could be read.
    """
    is_blank = frames[table][column].isna().any()
    is_required = INPUT_TABLES[table].column(column).required

    return origins.get(table, Origin()).is_complete and not (is_blank and is_required)


def _header_problems(
    table: Table, frame: pd.DataFrame, origin: Origin
) -> Iterator[Problem]:
    names = [str(name) for name in frame.columns]
    unknown = [name for name in names if name not in table]
    doubled = sorted({name for name in names if names.count(name) > 1})

    for name in doubled:
        yield Problem(
            code="E-DATA-TYPE",
            table=table.name,
            file=origin.file,
            row=1,
            column=name,
            value=name,
            text=f'The column "{name}" occurs more than once.',
            remedy="Keep one of them.",
        )

    for column in table.required:
        if column.name not in names and (len(names) or len(frame)):
            near = nearest(column.name, unknown)
            advice = f"Rename {near} to it" if near else "Add it"
            yield Problem(
                code="E-DATA-TYPE",
                table=table.name,
                file=origin.file,
                row=1,
                column=column.name,
                text=f'The required column "{column.name}" is missing.',
                remedy=f"{advice}: {column.meaning}",
            )


def _flaws(
    table: Table,
    clean: pd.DataFrame,
    raw: pd.DataFrame,
    bad: Mapping[str, Mask],
    origin: Origin,
) -> Iterator[Flaw]:
    is_remark = _remarks(table, clean, bad)
    yield from _remark_flaws(table, raw, bad, is_remark)

    for column in table.columns:
        if column.name in bad:
            mask = bad[column.name]
            yield from _type_flaws(column, raw[column.name], mask)
            yield from _presence_flaws(column, clean[column.name], mask | is_remark)
            yield from _size_flaws(column, clean[column.name], raw[column.name])
            yield from _range_flaws(column, clean[column.name], raw[column.name])

    yield from _one_of_flaws(table, clean, bad)
    yield from _order_flaws(table, clean, raw)
    yield from _key_flaws(table, clean, bad.keys(), origin)

    if table.single_row and len(clean) > 1:
        yield Flaw(
            code="E-DATA-KEY",
            column="",
            rows=np.arange(1, len(clean), dtype=np.intp),
            values=lambda rows: [""] * len(rows),
            text=f"The table {table.name} has one row only.",
            remedy=lambda _: "Remove this row.",
        )


def _type_flaws(column: Column, raw: pd.Series[Any], bad: Mask) -> Iterator[Flaw]:
    if bad.any():
        yield Flaw(
            code="E-DATA-RANGE" if column.choices else "E-DATA-TYPE",
            column=column.name,
            rows=np.flatnonzero(bad),
            values=partial(as_written, raw),
            text=f"{{value}} is not {expectation(column)}.",
            remedy=partial(remedy_for, column),
        )


def _remarks(table: Table, clean: pd.DataFrame, bad: Mapping[str, Mask]) -> Mask:
    """
    Returns which rows lack half of what they must have, as a line of totals does.
    """
    names = [column.name for column in table.required if column.name in bad]
    blanks = np.zeros(len(clean), dtype=np.intp)

    for name in names:
        blanks += clean[name].isna().to_numpy(dtype=np.bool_) & ~bad[name]

    is_remark: Mask = blanks >= max(2.0, len(names) / 2)

    return is_remark


def _remark_flaws(
    table: Table, raw: pd.DataFrame, bad: Mapping[str, Mask], is_remark: Mask
) -> Iterator[Flaw]:
    if not is_remark.any():
        return

    names = [column.name for column in table.required if column.name in bad]

    def first_cells(rows: Rows) -> list[str]:
        return as_written(raw.iloc[rows].bfill(axis=1).iloc[:, 0], np.arange(len(rows)))

    yield Flaw(
        code="E-DATA-TYPE",
        column=names[0],
        rows=np.flatnonzero(is_remark),
        values=first_cells,
        text="Most of what a row must have is blank; this may be a total or a remark.",
        remedy=lambda _: f"Remove the row, or fill all of {', '.join(names)}.",
    )


def _presence_flaws(
    column: Column, values: pd.Series[Any], known: Mask
) -> Iterator[Flaw]:
    if not column.required:
        return

    blank = values.isna().to_numpy(dtype=np.bool_) & ~known

    if blank.any():
        yield Flaw(
            code="E-DATA-KEY" if column.key else "E-DATA-TYPE",
            column=column.name,
            rows=np.flatnonzero(blank),
            values=lambda rows: [""] * len(rows),
            text="The cell is blank.",
            remedy=lambda _: f"Fill it: {column.meaning}",
        )


def _range_flaws(
    column: Column, values: pd.Series[Any], raw: pd.Series[Any]
) -> Iterator[Flaw]:
    if column.has_range:
        wrong = _out_of_range(column, values)
        text = f"{{value}} must be {column.range_text}."
        advice = "Correct it, or leave the cell blank."
    elif column.pattern:
        fits = values.str.strip().str.lower().str.fullmatch(column.pattern)
        wrong = (values.notna() & ~fits).to_numpy(dtype=np.bool_)
        text = "{value} cannot be understood."
        like = f" Write it like {column.default}." if column.default else ""
        advice = f"{column.meaning}{like}"
    else:
        return

    if column.required:
        advice = "Correct it."

    if wrong.any():
        yield Flaw(
            code="E-DATA-RANGE",
            column=column.name,
            rows=np.flatnonzero(wrong),
            values=partial(as_written, raw),
            text=text,
            remedy=lambda _: advice,
        )


def _size_flaws(
    column: Column, values: pd.Series[Any], raw: pd.Series[Any]
) -> Iterator[Flaw]:
    if column.type not in LARGEST:
        return

    most = LARGEST[column.type]
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = np.abs(numbers) > most

    if wrong.any():
        yield Flaw(
            code="E-DATA-RANGE",
            column=column.name,
            rows=np.flatnonzero(wrong),
            values=partial(as_written, raw),
            text=f"{{value}} is beyond {most:,.0f}, the largest number there may be.",
            remedy=lambda _: "Correct it, or leave it blank where no limit is meant.",
        )


def _out_of_range(column: Column, values: pd.Series[Any]) -> Mask:
    numbers = values.to_numpy(dtype=np.float64, na_value=np.nan)
    wrong = np.zeros(len(numbers), dtype=np.bool_)

    if column.minimum is not None:
        wrong |= numbers < column.minimum

    if column.above is not None:
        wrong |= numbers <= column.above

    if column.maximum is not None:
        wrong |= numbers > column.maximum

    if column.below is not None:
        wrong |= numbers >= column.below

    return wrong


def _one_of_flaws(
    table: Table, clean: pd.DataFrame, bad: Mapping[str, Mask]
) -> Iterator[Flaw]:
    for group in table.one_of:
        blank = clean[list(group)].isna().all(axis=1).to_numpy(dtype=np.bool_)

        for name in group:
            blank = blank & ~bad[name] if name in bad else blank

        if blank.any():
            names = " or ".join(group)
            yield Flaw(
                code="E-DATA-TYPE",
                column=group[0],
                rows=np.flatnonzero(blank),
                values=lambda rows: [""] * len(rows),
                text=f"The row has neither {' nor '.join(group)}.",
                remedy=partial(_fill_one, names),
            )


def _fill_one(names: str, _value: str) -> str:
    return f"Fill {names}."


def _order_flaws(
    table: Table, clean: pd.DataFrame, raw: pd.DataFrame
) -> Iterator[Flaw]:
    for first, second in table.ordered:
        # A span of days without a day in it is empty; a lot of one size is not.
        is_day = table.column(first).type is ColumnType.DATE
        low, high = clean[first], clean[second]
        wrong = ((low >= high) if is_day else (low > high)).to_numpy(dtype=np.bool_)

        if wrong.any():
            relation = "before" if is_day else "at most"
            yield Flaw(
                code="E-DATA-RANGE",
                column=first,
                rows=np.flatnonzero(wrong),
                values=partial(as_written, raw[first]),
                text=f"{{value}} must be {relation} the {second} of its row.",
                remedy=lambda _: "Correct one of the two.",
            )


def _key_flaws(
    table: Table, clean: pd.DataFrame, present: Collection[str], origin: Origin
) -> Iterator[Flaw]:
    keys = [column for column in table.keys if column.name in present]

    if not keys or any(column.required and column not in keys for column in table.keys):
        return

    names = [column.name for column in keys]
    filled = clean[[column.name for column in keys if column.required]].notna()
    known = clean.loc[filled.all(axis=1), names]
    rows = known.index.to_numpy(dtype=np.intp)[known.duplicated().to_numpy()]

    if len(rows):
        first = _first_lines(known, rows[: MOST_LISTED + 1], origin)
        yield Flaw(
            code="E-DATA-KEY",
            column=", ".join(names),
            rows=rows,
            values=partial(_joined, known),
            text="The key {value} stands in an earlier row already.",
            remedy=lambda value: f"Keep one of this line and line {first[value]}.",
        )


def _first_lines(known: pd.DataFrame, rows: Rows, origin: Origin) -> dict[str, int]:
    """
    Returns, by key, the first line with the key of each of some rows.
    """
    lines = {}

    for row, value in zip(rows.tolist(), _joined(known, rows), strict=True):
        same = np.ones(len(known), dtype=np.bool_)

        for name in known.columns:
            cell = known[name].loc[row]
            column = known[name]
            equal = column.isna() if pd.isna(cell) else column == cell
            same &= equal.to_numpy(dtype=np.bool_, na_value=False)

        first = known.index[same][:1].to_numpy(dtype=np.intp)
        lines[value] = origin.line(first)[0]

    return lines


def _joined(known: pd.DataFrame, rows: Rows) -> list[str]:
    cells = known.loc[rows].itertuples(index=False, name=None)

    return [", ".join("" if pd.isna(x) else _plain(x) for x in row) for row in cells]


def _plain(cell: object) -> str:
    return f"{cell:%Y-%m-%d}" if isinstance(cell, pd.Timestamp) else str(cell)


def _dangling(
    column: Column, cells: pd.Series[Any], known: list[pd.Series[Any]]
) -> Flaw:
    found = cells.isna().to_numpy(dtype=np.bool_)

    for target in known:
        found = found | is_among(cells, target)

    rows = np.flatnonzero(~found)
    near_ids = known if len(rows) else []
    ids = [str(value) for target in near_ids for value in target.dropna().unique()]
    places = " or ".join(column.reference)

    def remedy(value: str) -> str:
        near = nearest(value, ids)

        if near and near == value.strip():
            return f"Remove the blanks around it: {near}."

        return f"Did you mean {near}?" if near else "Add it there, or correct it."

    return Flaw(
        code="E-DATA-REF",
        column=column.name,
        rows=rows,
        values=partial(as_written, cells),
        text=f"{{value}} does not occur in {places}.",
        remedy=remedy,
    )


def _missing_table(name: str, referrer: str) -> Problem:
    table = INPUT_TABLES[name]
    required = ", ".join(column.name for column in table.required)

    return Problem(
        code="E-DATA-REF",
        table=name,
        text=f"The table {name} is missing, but {referrer} refers to it.",
        remedy=f"Add it with at least the columns {required}.",
    )


def _blank(column: Column, size: int) -> pd.Series[Any]:
    return cast(column, pd.Series(np.nan, index=range(size))).values
