"""
Scenarios: a base and what is changed about it, never a copy of the tables.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lotwright.model.data import PlanningData

#: What a cell may be given as; None is a blank cell.
Cell = str | float | bool | date | None

#: One row by its key: its only key cell, or the key cells by column.
Key = Cell | Mapping[str, Cell]


class Operation(StrEnum):
    """
    What an override does to the rows that it means.
    """

    SET = "set"  #: writes a value into a column
    ADD = "add"  #: adds to numbers, or days to dates
    MULTIPLY = "multiply"  #: multiplies numbers
    DELETE = "delete"  #: removes rows
    INSERT = "insert"  #: adds rows


#: Operations on the cells of a column.
ON_CELLS = (Operation.SET, Operation.ADD, Operation.MULTIPLY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """
    One change to one table.

    Parameters
    ----------
    table
        Table that changes.
    op
        What is done.
    column
        Column that changes; none where whole rows come or go.
    value
        What is set, added, or multiplied by; None sets blank cells.
    where
        Condition on the rows that change; empty means all, but for ``delete``.
    key
        Key of the one row that changes, instead of a condition.
    rows
        Rows to insert, cells by column.
    note
        Why.

    Raises
    ------
    ValueError
        When the parts do not go together.
    """

    table: str
    op: Operation
    column: str = ""
    value: Cell = None
    where: str = ""
    key: Key = None
    rows: tuple[Mapping[str, Cell], ...] = ()
    note: str = ""

    def __post_init__(self) -> None:
        # A word such as "add" would be equal to the operation without being it.
        object.__setattr__(self, "op", Operation(self.op))

        if wrong := _contradiction(self):
            msg = f"Expected {wrong}, got {self}."
            raise ValueError(msg)

    def __str__(self) -> str:
        what = f"{self.table}.{self.column}" if self.column else self.table
        how = f" {self.value!r}" if self.op in ON_CELLS else ""

        return f"{self.op} {what}{how}{self.place}"

    @property
    def place(self) -> str:
        """
        Which rows are meant, in words; empty where all are.
        """
        if self.rows:
            return f" {len(self.rows)} rows" if len(self.rows) > 1 else " 1 row"

        if self.where:
            return f" where {self.where}"

        return "" if self.key is None else f" of {key_text(self.key)}"


def key_text(key: Key) -> str:
    """
    Returns a key as text.
    """
    cells = key.values() if isinstance(key, Mapping) else (key,)

    return ", ".join("" if cell is None else str(cell) for cell in cells)


def _contradiction(override: Override) -> str:
    """
    Returns what was expected of an override and is not so, empty when all is well.
    """
    op, value = override.op, override.value
    is_number = isinstance(value, int | float) and not isinstance(value, bool)

    if (op in ON_CELLS) != bool(override.column):
        return f"{'a' if op in ON_CELLS else 'no'} column to {op}"

    if op in (Operation.ADD, Operation.MULTIPLY) and not is_number:
        return f"a number to {op}"

    if isinstance(value, float) and not math.isfinite(value):
        return "a finite number"

    if op not in ON_CELLS and value is not None:
        return f"no value to {op}"

    if (op is Operation.INSERT) != bool(override.rows):
        return "rows to insert" if op is Operation.INSERT else f"no rows to {op}"

    if override.where and override.key is not None:
        return "a key or a condition, not both"

    is_told = bool(override.where) or override.key is not None

    if op is Operation.INSERT and is_told:
        return "neither key nor condition for rows that are new"

    return "a key or a condition" if op is Operation.DELETE and not is_told else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """
    A base with changes, which are made one after the other, each to what it finds.

    Parameters
    ----------
    name
        What people call it.
    overrides
        The changes, in order.
    base
        What is changed: planning data, another scenario, or None until it is said.
    note
        What it is about.

    Raises
    ------
    ValueError
        When it has no name.
    """

    name: str
    overrides: tuple[Override, ...] = ()
    base: PlanningData | Scenario | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if not self.name.strip():
            msg = f"Expected a name for the scenario, got {self.name!r}."
            raise ValueError(msg)

    def set(
        self, target: str, value: Cell, *, where: str = "", key: Key = None
    ) -> Scenario:
        """
        Returns the scenario with one more change: cells of a column get a value.

        Parameters
        ----------
        target
            ``table.column``.
        value
            The value; None for blank cells.
        where
            Condition on the rows, such as ``item_group == 'BIKES'``.
        key
            Key of the one row, instead of a condition.
        """
        return self._on_cells(Operation.SET, target, value, where, key)

    def add(
        self, target: str, value: float, *, where: str = "", key: Key = None
    ) -> Scenario:
        """
        Returns the scenario with one more change: numbers grow, or dates move by days.

        Parameters
        ----------
        target
            ``table.column``.
        value
            What is added; less than nothing takes away.
        where, key
            As in ``set``.
        """
        return self._on_cells(Operation.ADD, target, value, where, key)

    def scale(
        self, target: str, value: float, *, where: str = "", key: Key = None
    ) -> Scenario:
        """
        Returns the scenario with one more change: numbers are multiplied.

        Parameters
        ----------
        target
            ``table.column``.
        value
            The factor.
        where, key
            As in ``set``.
        """
        return self._on_cells(Operation.MULTIPLY, target, value, where, key)

    def delete(self, table: str, *, where: str = "", key: Key = None) -> Scenario:
        """
        Returns the scenario with one more change: rows of a table go.

        Parameters
        ----------
        table
            The table.
        where, key
            As in ``set``; one of them is needed.
        """
        return self._with(
            Override(table=table, op=Operation.DELETE, where=where, key=key)
        )

    def insert(self, table: str, *rows: Mapping[str, Cell], **cells: Cell) -> Scenario:
        """
        Returns the scenario with one more change: new rows in a table.

        Parameters
        ----------
        table
            The table.
        rows
            Rows, cells by column.
        cells
            The cells of one row more.
        """
        every = (*rows, cells) if cells else rows

        return self._with(
            Override(table=table, op=Operation.INSERT, rows=tuple(map(dict, every)))
        )

    def scenario(self, name: str, note: str = "") -> Scenario:
        """
        Returns a scenario that begins where this one ends.
        """
        return Scenario(name=name, base=self, note=note)

    def on(self, base: PlanningData | Scenario) -> Scenario:
        """
        Returns the same changes, and those that come before them, on another base.
        """
        below = self.base

        return replace(
            self, base=below.on(base) if isinstance(below, Scenario) else base
        )

    @property
    def chain(self) -> tuple[Scenario, ...]:
        """
        The scenarios that it consists of, the first one first, itself last.
        """
        below = self.base

        return (*below.chain, self) if isinstance(below, Scenario) else (self,)

    @property
    def changes_nothing(self) -> bool:
        """
        Whether it is its base: nothing is changed, or only times 1 or by 0.
        """
        idle = {(Operation.MULTIPLY, 1), (Operation.ADD, 0)}
        every = [each for part in self.chain for each in part.overrides]

        return all((each.op, each.value) in idle for each in every)

    @property
    def root(self) -> PlanningData | None:
        """
        The planning data at the bottom; None until they are said.
        """
        base = self.chain[0].base

        return None if isinstance(base, Scenario) else base

    def __str__(self) -> str:
        lines = [f"scenario {self.name}"]

        for part in self.chain:
            lines += [f"  {part.name}: {override}" for override in part.overrides]

        return "\n".join(lines)

    def _on_cells(
        self, op: Operation, target: str, value: Cell, where: str, key: Key
    ) -> Scenario:
        table, dot, column = target.partition(".")

        if not (table and dot and column):
            msg = f"Expected a target like demands.quantity, got {target!r}."
            raise ValueError(msg)

        return self._with(
            Override(
                table=table, op=op, column=column, value=value, where=where, key=key
            )
        )

    def _with(self, override: Override) -> Scenario:
        return replace(self, overrides=(*self.overrides, override))
