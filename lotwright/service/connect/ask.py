"""
Other systems as tables that feeds can ask, whether they are databases or files.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from lotwright.errors import InputError
from lotwright.io.limits import Limits
from lotwright.service.connect.catalogue import FILES, Catalogue, Tables
from lotwright.service.connect.files import opened_files, path_of_files
from lotwright.service.connect.mapping import SourceMapping
from lotwright.service.connect.queries import Query, query_of
from lotwright.service.connect.source import reading, url_of
from lotwright.service.connect.spot import Spot


def is_of_files(address: str) -> bool:
    """
    Returns whether an address is one of files, not of a database.
    """
    return url_of(address).drivername == FILES


@contextmanager
def asked(
    system: str | Path, mapping: SourceMapping, *, seconds: float, files: Limits
) -> Generator[Tables]:
    """
    Yields the tables of another system, all of one moment.

    Parameters
    ----------
    system
        The address of a database or of files, or the files themselves.
    mapping
        What is looked for.
    seconds
        How long a statement, or reading of the files, may take.
    files
        How large files may be.

    Raises
    ------
    InputError
        When files are malformed, or the mapping is one of files and this is none.
    SourceError
        When it cannot be reached or read.
    """
    url = url_of(system) if isinstance(system, str) else None

    if url is None or url.drivername == FILES:
        path = system if isinstance(system, Path) else path_of_files(url_of(system))

        with opened_files(path, mapping, seconds=seconds, limits=files) as tables:
            yield tables

        return

    if mapping.is_of_files:
        text = "This mapping reads files, and no database."
        remedy = "Give the address of a folder, such as files:///srv/exports."
        raise InputError([Spot(file=mapping.name).problem(text, remedy)])

    with reading(str(system), seconds=seconds) as connection:
        yield Catalogue(connection)


def queries_of(mapping: SourceMapping, tables: Tables) -> list[Query]:
    """
    Returns what the feeds of a mapping ask of another system.

    Raises
    ------
    InputError
        When the system does not have what the mapping names, or its files are not as
        they should be; lists every problem.
    """
    whole = Spot(file=mapping.name)
    found = [
        query_of(feed, tables, whole.inside(feed.place, feed.table))
        for feed in mapping.feeds
    ]
    problems = [*tables.problems, *whole.problems]

    if problems:
        raise InputError(problems)

    return [query for query in found if query is not None]
