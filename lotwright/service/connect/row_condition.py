"""
Conditions on rows of another system: comparisons joined by ``and``, and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import cast

from lotwright.errors import LotwrightError
from lotwright.service.connect.mapping import Comparison, How, Ref, Value

#: Characters that a condition may have.
LONGEST = 2000

EXAMPLE = "status in ('R', 'C') and plant == '1000' and delivered < ordered"

_TOKEN = re.compile(
    r"\s*(?:(?P<word>[A-Za-z_][A-Za-z0-9_$.]*)"
    r"|(?P<number>[+-]?\d+(?:\.\d+)?)(?![\w.])"
    r"|(?P<text>'(?:[^']|'')*')"
    r"|(?P<mark>==|!=|<=|>=|<|>|[(),]))"
)

_SYMBOLS = ("==", "!=", "<", "<=", ">", ">=")
_FLAGS = {"true": True, "false": False}
_KEYWORDS = ("and", "in", "not", "is", "blank", *_FLAGS)


class ConditionError(LotwrightError):
    """
    A condition is not understood.
    """


def comparisons_of(
    condition: str, ref_of: Callable[[str], Ref | None]
) -> tuple[Comparison, ...]:
    """
    Returns the comparisons that all must hold.

    A comparison has a column on the left and a column or value on the right of ``==``,
    ``!=``, ``<``, ``<=``, ``>`` or ``>=``; or it reads ``column in ('A', 'B')``,
    ``column not in (1, 2)``, ``column is blank`` or ``column is not blank``. Texts
    stand in single quotes, a quote inside them twice.

    Parameters
    ----------
    condition
        Such as ``status in ('R', 'C') and delivered < ordered``.
    ref_of
        Returns the column of a name such as ``line.status``, None where there is none.

    Raises
    ------
    ConditionError
        When it is not understood.
    """
    reader = _Reader(condition, ref_of)
    found = [reader.comparison()]

    while reader.goes_on():
        reader.expect("and")
        found.append(reader.comparison())

    return tuple(found)


class _Reader:
    """
    Reads a condition from left to right.
    """

    def __init__(self, condition: str, ref_of: Callable[[str], Ref | None]) -> None:
        if len(condition) > LONGEST:
            msg = f"it has more than {LONGEST:,} characters"
            raise ConditionError(msg)

        self._ref_of = ref_of
        self._tokens = _tokens(condition)
        self._place = 0

    def goes_on(self) -> bool:
        """
        Returns whether something is left.
        """
        return self._place < len(self._tokens)

    def expect(self, wanted: str) -> None:
        """
        Takes a word or mark that must come next.
        """
        if self._next()[1] != wanted:
            msg = f"{wanted!r} is missing"
            raise ConditionError(msg)

    def comparison(self) -> Comparison:
        """
        Returns the comparison that comes next.
        """
        column = self._ref()
        _, word = self._next()

        if word in _SYMBOLS:
            return self._compared(column, cast("How", word))

        if word == "is":
            has_not = self._took("not")
            self.expect("blank")

            return Comparison(column=column, how="not blank" if has_not else "blank")

        if word == "not":
            self.expect("in")
            return Comparison(column=column, how="not in", values=self._list())

        if word == "in":
            return Comparison(column=column, how="in", values=self._list())

        msg = f"{word!r} is no comparison"
        raise ConditionError(msg)

    def _compared(self, column: Ref, how: How) -> Comparison:
        kind, word = self._tokens[self._place] if self.goes_on() else ("", "")

        if kind == "word" and word not in _FLAGS:
            return Comparison(column=column, how=how, other=self._ref())

        return Comparison(column=column, how=how, values=(self._value(),))

    def _ref(self) -> Ref:
        kind, word = self._next()
        ref = self._ref_of(word) if kind == "word" and word not in _KEYWORDS else None

        if ref is None:
            msg = f"{word!r} is no column of the tables that the feed names"
            raise ConditionError(msg)

        return ref

    def _list(self) -> tuple[Value, ...]:
        self.expect("(")
        values = [self._value()]

        while self._took(","):
            values.append(self._value())

        self.expect(")")

        return tuple(values)

    def _value(self) -> Value:
        kind, word = self._next()

        if kind == "number":
            return float(word) if "." in word else int(word)

        if kind == "text":
            return word[1:-1].replace("''", "'")

        if word in _FLAGS:
            return _FLAGS[word]

        msg = f"{word!r} is no number, no text in single quotes, true or false"
        raise ConditionError(msg)

    def _took(self, wanted: str) -> bool:
        is_next = self.goes_on() and self._tokens[self._place][1] == wanted
        self._place += is_next

        return is_next

    def _next(self) -> tuple[str, str]:
        if not self.goes_on():
            msg = "it ends too early"
            raise ConditionError(msg)

        self._place += 1

        return self._tokens[self._place - 1]


def _tokens(condition: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    place, end = 0, len(condition.rstrip())

    while place < end:
        match = _TOKEN.match(condition, place)

        if match is None:
            msg = f"{condition[place:].strip()[:20]!r} means nothing there"
            raise ConditionError(msg)

        kind = str(match.lastgroup)
        found.append((kind, match.group(kind)))
        place = match.end()

    return found
