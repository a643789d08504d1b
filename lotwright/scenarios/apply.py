"""
Applies a scenario: what it changes is new, and all else is that of the base.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType

import pandas as pd

from lotwright.errors import InputError, Problem
from lotwright.model.data import PlanningData
from lotwright.model.findings import Finding, Severity
from lotwright.model.problems import Origin
from lotwright.model.scenario import Operation, Override, Scenario
from lotwright.model.schema import Column, Table
from lotwright.model.tables import INPUT_TABLES
from lotwright.model.validate import checked, reference_problems
from lotwright.scenarios.cells import as_given, changed_cells
from lotwright.scenarios.checking import (
    cell_problems,
    doubled_keys,
    referrers_of,
)
from lotwright.scenarios.reach import in_one_piece
from lotwright.scenarios.refusals import Place, Refused
from lotwright.scenarios.rows import rows_meant


def apply(scenario: Scenario) -> PlanningData:
    """
    Returns the planning data of a scenario, checked.

    Changes are made in order, each to what those before it have left. Tables that no
    override touches are those of the base, and not copied.

    Parameters
    ----------
    scenario
        The scenario; at its bottom are planning data.

    Raises
    ------
    InputError
        When an override does not fit the tables, means no row, or leaves tables that
        contradict each other; lists every problem.
    ValueError
        When there are no planning data at its bottom.
    """
    root = scenario.root

    if root is None:
        msg = f"Expected planning data below {scenario.name!r}; name them by on(data)."
        raise ValueError(msg)

    work = _Work(frames=dict(root.tables), given=set(root.given))

    for part in scenario.chain:
        for number, override in enumerate(part.overrides, start=1):
            work.make(Place(scenario=part.name, number=number, override=override))

    work.check(scenario.name)

    return PlanningData(
        tables=MappingProxyType(work.frames),
        given=frozenset(work.given),
        findings=(*root.findings, *work.findings),
    )


@dataclass(slots=True, kw_only=True)
class _Work:
    """
    Tables that change, and what is to be checked of them in the end.

    Parameters
    ----------
    frames
        All tables by name.
    given
        Names of the tables that are given.
    problems
        What is wrong so far.
    findings
        What is worth telling.
    rekeyed
        Tables of which keys are new.
    referring
        Tables whose references may lead nowhere now.
    """

    frames: dict[str, pd.DataFrame]
    given: set[str]
    problems: list[Problem] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    rekeyed: dict[str, Place] = field(default_factory=dict)
    referring: set[str] = field(default_factory=set)

    def make(self, place: Place) -> None:
        """
        Makes one change, or notes why it cannot be made.
        """
        override = place.override

        try:
            table = _table_of(place)

            if override.op is Operation.INSERT:
                count = self._insert(place, table)
            elif override.op is Operation.DELETE:
                count = self._delete(place, table)
            else:
                count = self._change(place, table)
        except Refused as refused:
            self.problems.extend(refused.problems)
        else:
            self.findings.append(_told(place, count))

    def check(self, name: str) -> None:
        """
        Checks what only all tables together can tell.

        Raises
        ------
        InputError
            When anything is wrong, here or before.
        """
        for table, place in self.rekeyed.items():
            self.problems.extend(
                place.put(problem)
                for problem in doubled_keys(INPUT_TABLES[table], self.frames[table])
            )

        self.problems.extend(self._dangling(name))

        if self.problems:
            raise InputError(self.problems)

    def _dangling(self, name: str) -> list[Problem]:
        """
        Returns what rows refer to in vain, each value of a column once.
        """
        found = reference_problems(
            self.frames, frozenset(self.given), {}, of=self.referring
        )
        once = {(each.table, each.column, each.value): each for each in found}

        return [
            replace(
                problem,
                file=f"scenario {name}, {problem.table} after all changes",
                row=0,
                remedy=f"{problem.remedy} Or change or delete what refers to it, too.",
            )
            for problem in once.values()
        ]

    def _change(self, place: Place, table: Table) -> int:
        column = _column_of(place, table)
        meant = rows_meant(place, table, self.frames)
        frame = self.frames[table.name]
        cells, changed = changed_cells(place, column, frame[column.name], meant)
        self._say_blank(place, table, int((meant & ~changed).sum()))
        frame = frame.assign(**{column.name: cells})

        if found := cell_problems(place, table, column, frame, changed):
            raise Refused(*found)

        self.frames[table.name] = frame
        self._note_change(place, table, column)

        return int(changed.sum())

    def _note_change(self, place: Place, table: Table, column: Column) -> None:
        """
        Notes what a changed column may have broken.
        """
        if column.key:
            self.rekeyed[table.name] = place

        if column.reference:
            self.referring.add(table.name)

        self.referring |= referrers_of(table.name, column.name)

    def _say_blank(self, place: Place, table: Table, count: int) -> None:
        if count:
            override = place.override
            self.findings.append(
                Finding(
                    code="W-SCENARIO-BLANK",
                    severity=Severity.WARNING,
                    table=table.name,
                    column=override.column,
                    text=f"Scenario {place.scenario}: {count:,} cells of "
                    f"{table.name}.{override.column} are blank and stay so, for there "
                    f"is nothing to {override.op}; set them, if they are meant.",
                    count=count,
                )
            )

    def _delete(self, place: Place, table: Table) -> int:
        meant = rows_meant(place, table, self.frames)
        frame = self.frames[table.name]
        self.frames[table.name] = frame[~meant].reset_index(drop=True)
        self.referring |= referrers_of(table.name)

        return int(meant.sum())

    def _insert(self, place: Place, table: Table) -> int:
        override = place.override

        for name in {name: None for row in override.rows for name in row}:
            if name not in table:
                raise place.unknown(name, f"column of {table.name}", table.names)

        fresh, problems = checked(table, _frame_of(override), Origin())

        if problems:
            raise Refused(*(_of_row(place, problem, override) for problem in problems))

        frame = self.frames[table.name]
        self.frames[table.name] = _joined(frame, fresh)
        self.rekeyed[table.name] = place
        self.referring.add(table.name)

        if table.name not in self.given:
            self.given.add(table.name)
            self.referring |= referrers_of(table.name)

        return len(fresh)


def _table_of(place: Place) -> Table:
    name = place.override.table

    if name not in INPUT_TABLES:
        raise place.unknown(name, "input table", tuple(INPUT_TABLES))

    return INPUT_TABLES[name]


def _column_of(place: Place, table: Table) -> Column:
    name = place.override.column

    if name not in table:
        raise place.unknown(name, f"column of {table.name}", table.names)

    return table.column(name)


def _frame_of(override: Override) -> pd.DataFrame:
    """
    Returns the rows to insert as a frame; a column that a row leaves out is blank.
    """
    names = {name: None for row in override.rows for name in row}
    cells = {
        name: pd.Series([as_given(row.get(name)) for row in override.rows])
        for name in names
    }

    return pd.DataFrame(cells)


def _joined(frame: pd.DataFrame, fresh: pd.DataFrame) -> pd.DataFrame:
    """
    Returns rows below others, each column in one piece.
    """
    whole = pd.concat([frame, fresh], ignore_index=True)
    words = {
        str(name): in_one_piece(cells)
        for name, cells in whole.items()
        if isinstance(cells.dtype, pd.StringDtype)
    }

    return whole.assign(**words)


def _of_row(place: Place, problem: Problem, override: Override) -> Problem:
    """
    Returns a problem of a new row as one that names the row.
    """
    many = len(override.rows) > 1 and problem.row > 1

    return place.put(problem, f"Row {problem.row - 1}" if many else "")


def _told(place: Place, count: int) -> Finding:
    override = place.override
    rows = "1 row" if count == 1 else f"{count:,} rows"
    note = f" ({override.note})" if override.note else ""

    return Finding(
        code="I-SCENARIO",
        severity=Severity.INFO,
        table=override.table,
        column=override.column,
        text=f"Scenario {place.scenario}: {override}{note} changes {rows}.",
        count=count,
    )
