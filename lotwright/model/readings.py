"""
What a cell that does not fit its column may mean, as it should be written.

Nothing here changes a cell: a reading is proposed to the user, who alone knows.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator

from lotwright.model.nearest import nearest
from lotwright.model.schema import Column, ColumnType, normal_choice

_PUNCTUATION = "with a decimal point and nothing between thousands"
_DECIMAL_COMMA = r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d+"
_THOUSANDS = r"[+-]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?"
_POINTED = r"[+-]?\d+(\.\d+)?"

#: A number with a unit or a currency before or after it, but no percentage.
_WITH_UNIT = re.compile(r"[^\W\d_€$£.]*[€$£]?\s*([+-]?[\d.,]*\d)\s*[^\d\s%.,][^\d%]*")
_AFTER_UNIT = re.compile(r"[^\d\s%.,+-][^\d%+-]*([+-]?[\d.,]*\d)")

_YES = ("yes", "y", "ja", "j", "oui", "si", "on", "wahr", "vrai", "t", "x")
_NO = ("no", "n", "nein", "non", "off", "falsch", "faux", "f", "-")

_ORDERED = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d{2})")
_YEAR_FIRST = re.compile(r"(\d{4})[./-]?(\d{1,2})[./-]?(\d{1,2})")
_DAY_NAMED = re.compile(r"(\d{1,2})\.?[ -]?([^\W\d_]{3,})\.?[ -](\d{4}|\d{2})")
_MONTH_NAMED = re.compile(r"([^\W\d_]{3,})\.? (\d{1,2}),? (\d{4})")
_TIME = re.compile(r"[T ]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?$")
_SERIAL = re.compile(r"\d{5}(\.\d+)?")
_DAY_ZERO = dt.date(1899, 12, 30)

#: Numbers of days that workbooks count from 1900 on: those of this century.
_SERIALS = range(36_526, 73_051)

#: Months by how their names begin, in some languages.
_MONTHS = {
    **dict.fromkeys(("jan",), 1),
    **dict.fromkeys(("feb",), 2),
    **dict.fromkeys(("mar", "mär"), 3),
    **dict.fromkeys(("apr",), 4),
    **dict.fromkeys(("may", "mai"), 5),
    **dict.fromkeys(("jun",), 6),
    **dict.fromkeys(("jul",), 7),
    **dict.fromkeys(("aug",), 8),
    **dict.fromkeys(("sep",), 9),
    **dict.fromkeys(("oct", "okt"), 10),
    **dict.fromkeys(("nov",), 11),
    **dict.fromkeys(("dec", "dez"), 12),
}

#: Words of other systems for choices, to the words that may stand for them here.
_OTHER_WORDS = {
    "assembly": "made make",
    "bought": "purchased buy",
    "buy": "purchased purchase",
    "component": "made",
    "customer_order": "order",
    "dc": "distribution_centre",
    "distribution_center": "distribution_centre",
    "factory": "plant",
    "finished": "made",
    "finished_good": "made",
    "finished_goods": "made",
    "make": "made production",
    "manufacture": "make made production",
    "manufactured": "made make",
    "move": "transfer",
    "produce": "make",
    "produced": "made make",
    "production": "make made",
    "production_order": "production",
    "purchase": "buy purchased",
    "purchase_order": "purchase",
    "raw": "purchased",
    "raw_material": "purchased",
    "sales_order": "order",
    "semi_finished": "made",
    "shop": "store",
    "subassembly": "made",
    "supply": "buy",
    "transport": "transfer",
    "work_order": "production",
    "workshop": "plant",
}


def proposal(column: Column, value: str) -> str:
    """
    Returns a sentence that says how a cell should be written, empty when nobody can
    tell.

    Parameters
    ----------
    column
        The column that the cell does not fit.
    value
        What stands in the cell.
    """
    word = value.strip()
    propose = _PROPOSALS.get(column.type)

    return "" if propose is None else propose(column, word)


def _choice(column: Column, word: str) -> str:
    normal = normal_choice(word)
    others = _OTHER_WORDS.get(normal.removesuffix("s"), _OTHER_WORDS.get(normal, ""))
    known = [other for other in others.split() if other in column.choices]
    near = nearest(normal, column.choices) or next(iter(known), "")

    return f"Did you mean {near}?" if near else ""


def _boolean(_: Column, word: str) -> str:
    if word.lower() in _YES:
        return "Write true."

    return "Write false." if word.lower() in _NO else ""


def _number(column: Column, word: str) -> str:
    if found := _numbers(column, word):
        return f"Write {' or '.join(found)}, {_PUNCTUATION}."

    match = _WITH_UNIT.fullmatch(word) or _AFTER_UNIT.fullmatch(word)
    bare = match[1] if match else ""
    found = [bare] if re.fullmatch(_POINTED, bare) else _numbers(column, bare)

    if column.type is ColumnType.INTEGER and "." in "".join(found):
        return ""

    unit = f"it counts in {column.unit}" if column.unit else "without a unit"

    return f"Write {' or '.join(map(_plain, found))} alone; {unit}." if found else ""


def _numbers(column: Column, word: str) -> list[str]:
    """
    Returns the numbers that a cell with commas may mean.

    A single comma before exactly three digits may mark thousands or decimals, and
    nobody but the user can tell.
    """
    found: list[str] = []

    if re.fullmatch(_THOUSANDS, word):
        found.append(_plain(word.replace(",", "")))

    if re.fullmatch(_DECIMAL_COMMA, word):
        found.append(_plain(word.replace(".", "").replace(",", ".")))

    if column.type is ColumnType.INTEGER:
        return [number for number in found if "." not in number]

    return found


def _plain(number: str) -> str:
    """
    Returns a number without idle decimals.
    """
    return number.rstrip("0").rstrip(".") if "." in number else number


def _day(_: Column, word: str) -> str:
    if _SERIAL.fullmatch(word) and int(float(word)) in _SERIALS:
        day = _DAY_ZERO + dt.timedelta(days=int(float(word)))

        return f"Write {day}, which the workbook counts as {word}: format it as a date."

    bare = _TIME.sub("", word)
    days = list(dict.fromkeys(day.isoformat() for day in _days(bare)))
    time = "" if bare == word else ", without the time"

    return f"Write {' or '.join(days)}{time}." if days else ""


def _days(word: str) -> Iterator[dt.date]:
    """
    Yields the days that a word may mean.
    """
    if match := _YEAR_FIRST.fullmatch(word):
        yield from _existing(match[1], match[2], match[3])

    if match := _ORDERED.fullmatch(word):
        yield from _existing(match[4], match[3], match[1])

        # Nobody writes the month first with points.
        if match[2] != ".":
            yield from _existing(match[4], match[1], match[3])

    if match := _DAY_NAMED.fullmatch(word):
        yield from _existing(match[3], _month(match[2]), match[1])

    if match := _MONTH_NAMED.fullmatch(word):
        yield from _existing(match[3], _month(match[1]), match[2])


def _existing(year: str, month: str, day: str) -> Iterator[dt.date]:
    century = 2000 if len(year) == 2 else 0

    try:
        yield dt.date(century + int(year), int(month), int(day))
    except ValueError:
        return


def _month(name: str) -> str:
    return str(_MONTHS.get(name.lower()[:3], 0))


_PROPOSALS: dict[ColumnType, Callable[[Column, str], str]] = {
    ColumnType.CHOICE: _choice,
    ColumnType.BOOLEAN: _boolean,
    ColumnType.NUMBER: _number,
    ColumnType.INTEGER: _number,
    ColumnType.DATE: _day,
}
