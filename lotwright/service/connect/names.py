"""
Names of tables and columns in a feed.
"""

from __future__ import annotations

from collections.abc import Mapping

from lotwright.service.connect.mapping import IDENTIFIER, Ref, TableName
from lotwright.service.connect.spot import Spot

_ADVICE = (
    "Write a name of letters, digits, _ and $, with its schema and a point before it "
    "where it needs one."
)


def parts_of(name: str) -> list[str] | None:
    """
    Returns the parts of a name with points in it, None where one of them is no name.
    """
    parts = name.split(".")

    return parts if all(IDENTIFIER.fullmatch(part) for part in parts) else None


def table_name(cells: Mapping[str, object], key: str, spot: Spot) -> TableName | None:
    """
    Returns the table that is named, or notes that none is.
    """
    word = spot.text(cells, key)
    parts = parts_of(word)

    if parts is None or len(parts) > 2:
        text = f'"{word[:80]}" is no name of a table.' if word else f"{key} is missing."
        spot.add(text, _ADVICE, key, word)
        return None

    return TableName(name=parts[-1], schema=parts[0] if len(parts) == 2 else "")


class Names:
    """
    What a feed calls its tables; a column without a table is one of the first.
    """

    def __init__(self, spot: Spot) -> None:
        self._spot = spot
        self._known: list[str] = []

    def add(self, alias: str) -> str:
        """
        Notes a name, which must be another one than those before.
        """
        if parts_of(alias) != [alias]:
            self._spot.add(f'"{alias[:80]}" is no name.', _ADVICE, "as", alias)
        elif alias in self._known:
            text = f"Two tables are called {alias}."
            self._spot.add(text, "Call one of them by another name: as.", "as", alias)

        self._known.append(alias)

        return alias

    def find(self, name: str, alias: str = "") -> Ref | None:
        """
        Returns the column of a name, None where it is of no table of the feed.

        Parameters
        ----------
        name
            The column, perhaps with its table and a point before it.
        alias
            The table, where the name says none; the first one, when left out.
        """
        parts = parts_of(name)

        if parts is None or len(parts) > 2:
            return None

        if len(parts) == 1:
            return Ref(alias=alias or self._known[0], column=parts[0])

        return Ref(alias=parts[0], column=parts[1]) if parts[0] in self._known else None

    def ref(self, name: str, column: str, spot: Spot) -> Ref | None:
        """
        Returns the column of a name, or notes that there is none.
        """
        found = self.find(name)

        if found is None:
            text = f'"{name[:80]}" is no column of {", ".join(self._known)}.'
            spot.add(text, _ADVICE, column, name)

        return found
