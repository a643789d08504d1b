"""
Lists: a part of their rows at a time, each row once whatever comes and goes meanwhile.
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Connection, Row, Select, literal, tuple_

#: Numbers that a place can be at are less, and texts have none of these.
_LARGEST = 1e12
_UNKEPT = re.compile("[\0\ud800-\udfff]")


class CursorError(ValueError):
    """
    Words that are no place in a list.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """
    Which part of a list is wanted.

    Parameters
    ----------
    after
        The place after which it begins, as the part before told it; empty for the
        first one.
    most
        Number of rows.
    """

    after: str = ""
    most: int = 100


class Rows(list[Row[Any]]):
    """
    Rows of a list in order.

    Parameters
    ----------
    rows
        The rows.
    cursor
        The place after which the next part begins; None where this is the last one.
    """

    def __init__(self, rows: list[Row[Any]], *, cursor: str | None = None) -> None:
        super().__init__(rows)
        self.cursor = cursor


def listed(
    connection: Connection,
    query: Select[Any],
    *order: Column[Any],
    part: Part | None,
    is_backward: bool = False,
) -> Rows:
    """
    Returns rows in an order that no two share.

    Parameters
    ----------
    connection, query
        All rows of the list; what is ordered by is among their columns.
    order
        Columns by which they are ordered, which tell each row from all others.
    part
        Which of them; None for all.
    is_backward
        Whether the largest come first.

    Raises
    ------
    CursorError
        When the part begins at no place.
    """
    query = query.order_by(*(x.desc() if is_backward else x for x in order))

    if part is None:
        return Rows(list(connection.execute(query)))

    if part.after:
        values = _place(part.after, order)
        place = tuple_(
            *(literal(x, each.type) for x, each in zip(values, order, strict=True))
        )
        here = tuple_(*order)
        query = query.where(here < place if is_backward else here > place)

    # One more than is wanted tells whether there are more.
    found = list(connection.execute(query.limit(part.most + 1)))
    rows = found[: part.most]
    is_last = len(found) == len(rows)

    return Rows(rows, cursor=None if is_last else _cursor(rows[-1], order))


def _cursor(row: Row[Any], order: tuple[Column[Any], ...]) -> str:
    values = [getattr(row, str(each.name)) for each in order]
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))

    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _place(cursor: str, order: tuple[Column[Any], ...]) -> list[object]:
    """
    Returns the values that a cursor stands for.
    """
    try:
        content = base64.b64decode(
            cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True
        )
        values = json.loads(content)
    except (ValueError, RecursionError):
        raise CursorError(cursor) from None

    if not isinstance(values, list) or len(values) != len(order):
        raise CursorError(cursor)

    for value, column in zip(values, order, strict=True):
        if not _is_of(value, column.type.python_type):
            raise CursorError(cursor)

    return values


def _is_of(value: object, kind: type) -> bool:
    if kind is str:
        # Half of a pair of surrogates, or a NUL, is in no cell.
        return isinstance(value, str) and not _UNKEPT.search(value)

    if isinstance(value, bool) or not isinstance(value, int | float):
        return False

    return abs(value) < _LARGEST and (kind is not int or isinstance(value, int))
