"""
The tables of a plan by name, of which long ones are made when somebody asks for them.
"""

from __future__ import annotations

from collections.abc import Callable, ItemsView, Iterator, Mapping, ValuesView

import pandas as pd

Maker = Callable[[], pd.DataFrame]


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
