"""
Spots of a mapping: where something stands, and everything that is wrong with it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import cast

from lotwright.errors import Problem
from lotwright.model.nearest import what_to_write


@dataclass(frozen=True, slots=True, kw_only=True)
class Spot:
    """
    A part of a mapping, which reads what stands there and notes what cannot be read.

    Parameters
    ----------
    file
        Name of the mapping.
    place
        Where in it, in words.
    table
        Planning table that is meant.
    problems
        What is wrong so far, in the whole mapping.
    """

    file: str
    place: str = ""
    table: str = ""
    problems: list[Problem] = field(default_factory=list[Problem])

    def inside(self, place: str, table: str) -> Spot:
        """
        Returns a part of it, which notes problems in the same list.
        """
        return replace(self, place=place, table=table)

    def problem(
        self, text: str, remedy: str, column: str = "", value: object = ""
    ) -> Problem:
        """
        Returns a problem at this spot.
        """
        return Problem(
            code="E-MAPPING",
            table=self.table,
            file=self.file,
            column=column,
            value=str(value)[:200],
            text=f"{self.place}: {text}" if self.place else text,
            remedy=remedy,
        )

    def add(self, text: str, remedy: str, column: str = "", value: object = "") -> None:
        """
        Notes a problem.
        """
        self.problems.append(self.problem(text, remedy, column, value))

    def refuse_strange(
        self, cells: Mapping[str, object], known: Collection[str], whole: str
    ) -> None:
        """
        Notes every name that means nothing here.
        """
        for name in cells:
            if name not in known:
                remedy = what_to_write(name, known)
                self.add(f'{whole} has no "{name[:80]}".', remedy, name[:80])

    def text(self, cells: Mapping[str, object], name: str) -> str:
        """
        Returns a text, empty where there is none.
        """
        value = cells.get(name, "")

        if isinstance(value, str):
            return value

        self.add(f"{name} is a text.", "Put it in quotes.", name, value)

        return ""

    def texts(self, cells: Mapping[str, object], name: str) -> tuple[str, ...]:
        """
        Returns a list of texts; one text is a list of its own.
        """
        given = cells.get(name, [])
        values = cast("list[object]", given if isinstance(given, list) else [given])
        found = tuple(value for value in values if isinstance(value, str))

        if len(found) < len(values):
            self.add(f"{name} is a list of texts.", "Put each in quotes.", name, given)

        return found

    def flag(self, cells: Mapping[str, object], name: str) -> bool:
        """
        Returns whether something is true.
        """
        value = cells.get(name, False)

        if isinstance(value, bool):
            return value

        self.add(f"{name} is true or false.", "Write it without quotes.", name, value)

        return False

    def number(self, cells: Mapping[str, object], name: str, default: float) -> float:
        """
        Returns a number.
        """
        value = cells.get(name, default)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)

        if is_number and abs(number := float(cast("float", value))) < 1e15:
            return number

        self.add(f"{name} is a number.", "Write it without quotes.", name, value)

        return default
