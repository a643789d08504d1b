"""
Lists over HTTP: how much of one is wanted, and where to go on.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import Depends, Query
from sqlalchemy import Row

from lotwright.service.store.lists import Part, Rows


async def part_of(
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
    cursor: Annotated[str, Query(max_length=4000)] = "",
) -> Part:
    """
    Returns which part of a list a request wants.
    """
    return Part(after=cursor, most=limit)


PartOf = Annotated[Part, Depends(part_of)]


def list_of(
    name: str, rows: Rows, shown: Callable[[Row[Any]], dict[str, Any]]
) -> dict[str, Any]:
    """
    Returns a part of a list as a document, with the cursor of the next one.
    """
    return {name: [shown(row) for row in rows], "cursor": rows.cursor}
