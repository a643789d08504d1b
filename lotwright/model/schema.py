"""
How a table and its columns are declared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import TypedDict, Unpack


class ColumnType(StrEnum):
    """
    What a cell of a column holds.
    """

    TEXT = "text"  #: text exactly as it was given, leading zeros included
    NUMBER = "number"  #: decimal number with a point, always finite
    INTEGER = "integer"  #: whole number
    BOOLEAN = "boolean"  #: true or false
    DATE = "date"  #: day, ``YYYY-MM-DD``
    CHOICE = "choice"  #: one word of a fixed list

    @property
    def dtype(self) -> str:
        """
        Name of the pandas dtype that a frame uses for the column.
        """
        return _DTYPES[self]


_DTYPES = {
    ColumnType.TEXT: "str",
    ColumnType.NUMBER: "float64",
    ColumnType.INTEGER: "Int64",
    ColumnType.BOOLEAN: "boolean",
    ColumnType.DATE: "datetime64[s]",
    ColumnType.CHOICE: "str",
}


class Support(StrEnum):
    """
    What this release does with a column.
    """

    USED = "used"  #: changes the plan
    INFO = "info"  #: carried along, never meant to change a plan
    DEGRADED = "degraded"  #: used in a simpler form than it says
    IGNORED = "ignored"  #: would change the plan, but not in this release


class Direction(StrEnum):
    """
    Whether a table is read or written.
    """

    INPUT = "input"
    OUTPUT = "output"


class ColumnOptions(TypedDict, total=False):
    """
    What may be said of a column beyond its name, type and meaning.
    """

    unit: str
    key: bool
    required: bool
    reference: tuple[str, ...]
    default: str | float | bool | None
    default_note: str
    minimum: float | None
    maximum: float | None
    above: float | None
    below: float | None
    pattern: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """
    Declaration of one column.

    Parameters
    ----------
    name
        Name of the column in every file, frame and database.
    type
        What its cells hold.
    meaning
        One line that says what it means.
    unit
        Unit of its numbers; empty where there is none.
    key
        Whether it is part of the table's key.
    required
        Whether every row must fill it.
    reference
        Columns, as ``table.column``, in one of which its values must occur.
    choices
        Words that it may hold.
    default
        Value that a blank cell means.
    default_note
        Sentence that says what a blank cell means when that is computed.
    minimum
        Smallest value allowed.
    maximum
        Largest value allowed.
    above
        Values must be greater than this.
    below
        Values must be less than this.
    pattern
        Regular expression that the whole text must match, whatever its case.
    support
        What this release does with it.
    support_note
        Sentence on the support, where it is not simply used.

    Raises
    ------
    ValueError
        When a reference does not read ``table.column`` or a choice is not in
        its normal spelling.
    """

    name: str
    type: ColumnType
    meaning: str
    unit: str = ""
    key: bool = False
    required: bool = False
    reference: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    default: str | float | bool | None = None
    default_note: str = ""
    minimum: float | None = None
    maximum: float | None = None
    above: float | None = None
    below: float | None = None
    pattern: str = ""
    support: Support = Support.USED
    support_note: str = ""

    def __post_init__(self) -> None:
        for target in self.reference:
            if target.count(".") != 1:
                msg = f"Expected a reference like table.column, got {target!r}."
                raise ValueError(msg)

        for word in self.choices:
            if word != normal_choice(word):
                msg = f"Expected the choice {normal_choice(word)!r}, got {word!r}."
                raise ValueError(msg)

        if self.choices and self.default not in (None, *self.choices):
            msg = f"Expected one of {self.choices} as default, got {self.default!r}."
            raise ValueError(msg)

    @property
    def dtype(self) -> str:
        """
        Name of the pandas dtype that a frame uses for the column.
        """
        return self.type.dtype

    @property
    def has_range(self) -> bool:
        """
        Whether its numbers are limited in any way.
        """
        limits = (self.minimum, self.maximum, self.above, self.below)
        return any(limit is not None for limit in limits)

    @property
    def range_text(self) -> str:
        """
        Its range in words, such as ``at least 0 and below 1``; empty without.
        """
        limits = (
            ("at least", self.minimum),
            ("above", self.above),
            ("at most", self.maximum),
            ("below", self.below),
        )
        return " and ".join(
            f"{word} {limit:g}" for word, limit in limits if limit is not None
        )

    def info(self, note: str = "") -> Column:
        """
        Returns the column as one that is carried and never changes a plan.
        """
        return replace(self, support=Support.INFO, support_note=note)

    def ignored(self, note: str) -> Column:
        """
        Returns the column as one that this release does not use.
        """
        return replace(self, support=Support.IGNORED, support_note=note)

    def degraded(self, note: str) -> Column:
        """
        Returns the column as one that is used in a simpler form.
        """
        return replace(self, support=Support.DEGRADED, support_note=note)


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownAs:
    """
    Where other systems usually keep the rows of a table.

    Parameters
    ----------
    d365
        Entity of Dynamics 365, without the suffix *Entity*.
    sap
        Tables of SAP.
    frepple
        Model of frePPLe.
    """

    d365: str = ""
    sap: str = ""
    frepple: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """
    Declaration of one table: its columns have distinct names.

    Parameters
    ----------
    name
        Name of the table, which is also the name of its file.
    meaning
        One line that says what a row is.
    direction
        Whether it is read or written.
    columns
        Its columns in the order in which files list them.
    one_of
        Groups of columns; every row fills at least one column of each group.
    ordered
        Pairs of columns; where both are filled the first may not exceed the
        second.
    single_row
        Whether it holds at most one row.
    beginner
        Whether a first data set needs it.
    known_as
        Where other systems keep the same.

    Raises
    ------
    ValueError
        When two columns share a name.
    """

    name: str
    meaning: str
    direction: Direction
    columns: tuple[Column, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    ordered: tuple[tuple[str, str], ...] = ()
    single_row: bool = False
    beginner: bool = False
    known_as: KnownAs = KnownAs()
    _by_name: dict[str, Column] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        by_name = {column.name: column for column in self.columns}

        if len(by_name) < len(self.columns):
            msg = f"Expected distinct column names in {self.name}, got {self.names}."
            raise ValueError(msg)

        object.__setattr__(self, "_by_name", by_name)

    @property
    def names(self) -> tuple[str, ...]:
        """
        Names of the columns, in order.
        """
        return tuple(column.name for column in self.columns)

    @property
    def keys(self) -> tuple[Column, ...]:
        """
        Columns that together identify a row; empty when rows have no key.
        """
        return tuple(column for column in self.columns if column.key)

    @property
    def required(self) -> tuple[Column, ...]:
        """
        Columns that every row must fill.
        """
        return tuple(column for column in self.columns if column.required)

    def column(self, name: str) -> Column:
        """
        Returns the column of that name.

        Raises
        ------
        KeyError
            When the table has no such column.
        """
        return self._by_name[name]

    def __contains__(self, name: object) -> bool:
        return name in self._by_name

    def references(self) -> Iterator[tuple[Column, tuple[tuple[str, str], ...]]]:
        """
        Yields each column that refers elsewhere with its (table, column) targets.
        """
        for column in self.columns:
            if column.reference:
                yield column, tuple(_split(target) for target in column.reference)


def _split(target: str) -> tuple[str, str]:
    table, _, column = target.partition(".")
    return table, column


def normal_choice(word: str) -> str:
    """
    Returns a choice in its normal spelling: lower case with underscores.
    """
    return word.strip().lower().replace("-", "_").replace(" ", "_")


def text(name: str, meaning: str, **options: Unpack[ColumnOptions]) -> Column:
    """
    Declares a column of text.
    """
    return Column(name=name, type=ColumnType.TEXT, meaning=meaning, **options)


def ident(
    name: str, meaning: str, *targets: str, **options: Unpack[ColumnOptions]
) -> Column:
    """
    Declares a column of identifiers that refer to one of the columns named.
    """
    options["reference"] = targets
    return text(name, meaning, **options)


def key(name: str, meaning: str, *targets: str) -> Column:
    """
    Declares a required column of identifiers that is part of the key.
    """
    return ident(name, meaning, *targets, key=True, required=True)


def number(name: str, meaning: str, **options: Unpack[ColumnOptions]) -> Column:
    """
    Declares a column of decimal numbers.
    """
    return Column(name=name, type=ColumnType.NUMBER, meaning=meaning, **options)


def integer(name: str, meaning: str, **options: Unpack[ColumnOptions]) -> Column:
    """
    Declares a column of whole numbers.
    """
    return Column(name=name, type=ColumnType.INTEGER, meaning=meaning, **options)


def flag(name: str, meaning: str, **options: Unpack[ColumnOptions]) -> Column:
    """
    Declares a column of true or false.
    """
    return Column(name=name, type=ColumnType.BOOLEAN, meaning=meaning, **options)


def day(name: str, meaning: str, **options: Unpack[ColumnOptions]) -> Column:
    """
    Declares a column of dates.
    """
    return Column(name=name, type=ColumnType.DATE, meaning=meaning, **options)


def choice(
    name: str, meaning: str, words: str, **options: Unpack[ColumnOptions]
) -> Column:
    """
    Declares a column that holds one of some words, given apart by spaces.
    """
    return Column(
        name=name,
        type=ColumnType.CHOICE,
        meaning=meaning,
        choices=tuple(words.split()),
        **options,
    )
