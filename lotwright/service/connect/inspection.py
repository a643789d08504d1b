"""
What a mapping finds in another system, without reading it all.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from lotwright.io.limits import Limits
from lotwright.service.connect.ask import asked, queries_of
from lotwright.service.connect.catalogue import FILES
from lotwright.service.connect.mapping import Feed, SourceMapping


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundFeed:
    """
    What a feed finds.

    Parameters
    ----------
    feed
        The feed.
    num_rows
        Rows that it would read; None, where nobody counted.
    source
        The table or file that it reads; empty, where there is no such file.
    """

    feed: Feed
    num_rows: int | None
    source: str


def found_in(
    address: str,
    mapping: SourceMapping,
    *,
    seconds: float,
    files: Limits = Limits(),  # noqa: B008  # frozen
    counts: bool = False,
) -> list[FoundFeed]:
    """
    Returns what each feed of a mapping finds in another system.

    Parameters
    ----------
    address, mapping
        The database, and where things are.
    seconds
        How long a statement may take.
    files
        How large files may be.
    counts
        Whether rows are counted.

    Raises
    ------
    InputError
        When the system does not have what the mapping names; lists every problem.
    SourceError
        When it cannot be reached or read.
    """
    found: list[FoundFeed] = []

    with asked(address, mapping, seconds=seconds, files=files) as tables:
        for query in queries_of(mapping, tables):
            num_rows = None

            if counts:
                rows = select(func.count()).select_from(query.select.subquery())
                num_rows = tables.connection.execute(rows).scalar_one()

            is_file = tables.dialect == FILES
            source = query.file if is_file else str(query.feed.source)
            found.append(FoundFeed(feed=query.feed, num_rows=num_rows, source=source))

    return found
