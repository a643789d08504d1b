"""
The tables of a plan by name, of which long ones are made when somebody asks for them.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, ItemsView, Iterator, Mapping, ValuesView
from dataclasses import dataclass

import pandas as pd

#: Rows of a part of a long table at most. All columns of a part take little room, and
#: the next part stands where it was, in memory that was touched before.
PART_ROWS = 2**19

Maker = Callable[[], pd.DataFrame]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class InParts:
    """
    A table that is made as a whole or in parts of some rows.

    Parameters
    ----------
    parts
        Returns its parts, given how many rows each may have at most; it has one at
        least.
    """

    parts: Callable[[int], Iterator[pd.DataFrame]]

    def __call__(self) -> pd.DataFrame:
        """
        Returns the table in one part.
        """
        return next(self.parts(sys.maxsize))


def bounds_of_parts(size: int, most: int) -> list[tuple[int, int]]:
    """
    Returns where parts of some rows begin and end: parts of one length, but for the
    last, which may be a little shorter; one without rows where there are none.

    Parameters
    ----------
    size
        Number of rows.
    most
        Rows of a part at most.
    """
    length = rows_of_parts(size, most)

    return [(at, min(at + length, size)) for at in range(0, max(size, 1), length)]


def rows_of_parts(size: int, most: int) -> int:
    """
    Returns how many rows all parts have, but for the last, where each may have some at
    most; 1 where there are no rows.
    """
    count = max(-(-size // most), 1)

    return max(-(-size // count), 1)


class PlanTables(Mapping[str, pd.DataFrame]):
    """
    Tables by name; some are made only when they are looked up.

    A table that is looked up by its name is kept. A walk over all tables, by ``items``
    or ``values``, keeps none of those that it makes, so that the room of one of them at
    a time is enough, to write a plan for example.

    Parameters
    ----------
    tables
        Each table, or the function that makes it, by name.
    """

    def __init__(
        self, tables: Mapping[str, pd.DataFrame] | Mapping[str, pd.DataFrame | Maker]
    ) -> None:
        held = tables.held() if isinstance(tables, PlanTables) else tables
        self._tables: dict[str, pd.DataFrame | Maker] = dict(held)

    def __getitem__(self, name: str) -> pd.DataFrame:
        table = self._tables[name] = self.made(name)

        return table

    def __iter__(self) -> Iterator[str]:
        return iter(self._tables)

    def __len__(self) -> int:
        return len(self._tables)

    def __reduce__(self) -> tuple[type[PlanTables], tuple[dict[str, pd.DataFrame]]]:
        return PlanTables, (dict(self.items()),)

    def items(self) -> ItemsView[str, pd.DataFrame]:
        """
        Returns the tables with their names, each made when the walk comes to it.
        """
        return _Items(self)

    def values(self) -> ValuesView[pd.DataFrame]:
        """
        Returns the tables, each made when the walk comes to it.
        """
        return _Values(self)

    def held(self) -> dict[str, pd.DataFrame | Maker]:
        """
        Returns the tables as they are held: each, or the function that makes it.
        """
        return dict(self._tables)

    def made(self, name: str) -> pd.DataFrame:
        """
        Returns a table without keeping it.

        Raises
        ------
        KeyError
            When there is no table of that name.
        """
        table = self._tables[name]

        return table if isinstance(table, pd.DataFrame) else table()

    def parts(self, name: str, most: int = PART_ROWS) -> Iterator[pd.DataFrame]:
        """
        Returns a table in parts, of which none is kept; a table that is held, or cannot
        be made in parts, is one.

        Parameters
        ----------
        name
            Name of the table.
        most
            Rows of each part that is made at most.

        Raises
        ------
        KeyError
            When there is no table of that name.
        """
        table = self._tables[name]

        return (
            table.parts(most) if isinstance(table, InParts) else iter([self.made(name)])
        )

    def replaced(
        self, tables: Mapping[str, pd.DataFrame] | Mapping[str, pd.DataFrame | Maker]
    ) -> PlanTables:
        """
        Returns all tables with some replaced or added; none is made for that.
        """
        return PlanTables({**self._tables, **PlanTables(tables).held()})


class _Items(ItemsView[str, pd.DataFrame]):
    def __init__(self, tables: PlanTables) -> None:
        super().__init__(tables)
        self._of = tables

    def __iter__(self) -> Iterator[tuple[str, pd.DataFrame]]:
        return ((name, self._of.made(name)) for name in self._of)


class _Values(ValuesView[pd.DataFrame]):
    def __init__(self, tables: PlanTables) -> None:
        super().__init__(tables)
        self._of = tables

    def __iter__(self) -> Iterator[pd.DataFrame]:
        return (self._of.made(name) for name in self._of)
