"""
What a mapping finds in another system, without reading it all.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select

from lotwright.errors import InputError
from lotwright.service.connect.catalogue import Catalogue
from lotwright.service.connect.mapping import Feed, SourceMapping
from lotwright.service.connect.queries import query_of
from lotwright.service.connect.source import reading
from lotwright.service.connect.spot import Spot


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
    """

    feed: Feed
    num_rows: int | None


def found_in(
    address: str, mapping: SourceMapping, *, seconds: float, counts: bool = False
) -> list[FoundFeed]:
    """
    Returns what each feed of a mapping finds in another system.

    Parameters
    ----------
    address, mapping
        The database, and where things are.
    seconds
        How long a statement may take.
    counts
        Whether rows are counted.

    Raises
    ------
    InputError
        When the system does not have what the mapping names; lists every problem.
    SourceError
        When it cannot be reached or read.
    """
    spot = Spot(file=mapping.name)
    found: list[FoundFeed] = []

    with reading(address, seconds=seconds) as connection:
        catalogue = Catalogue(connection)

        for feed in mapping.feeds:
            here = spot.inside(feed.place, feed.table)
            query = query_of(feed, catalogue, here)
            num_rows = None

            if query is not None and counts:
                rows = select(func.count()).select_from(query.select.subquery())
                num_rows = connection.execute(rows).scalar_one()

            found.append(FoundFeed(feed=feed, num_rows=num_rows))

    if spot.problems:
        raise InputError(spot.problems)

    return found
