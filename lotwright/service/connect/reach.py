"""
Which systems may be reached by those who ask over HTTP.
"""

from __future__ import annotations

import re
from fnmatch import fnmatchcase
from pathlib import Path

from sqlalchemy.engine import URL

from lotwright.errors import LotwrightError
from lotwright.service.connect.catalogue import FILES
from lotwright.service.connect.source import url_of
from lotwright.service.settings import Settings

#: Drivers that reach what their address says, and nothing else.
_DRIVERS = {
    "sqlite": ("sqlite", "sqlite+pysqlite"),
    "postgresql": ("postgresql", "postgresql+psycopg"),
    "mysql": ("mysql+pymysql",),
    "mariadb": ("mariadb+pymysql",),
    "mssql": ("mssql+pymssql",),
    "oracle": ("oracle+oracledb",),
    FILES: (FILES,),
}

#: Options that change neither what is reached nor which files are read.
_OPTIONS = {"postgresql": ("sslmode", "host"), "mysql": ("charset",)}

#: A name or address; drivers read more than a host out of other characters.
_HOST = re.compile(r"[a-z0-9_.:-]+")

_REMEDY = (
    "Whoever runs the service names hosts and folders in LOTWRIGHT_CONNECT_TO, or "
    "makes the connection with `lotwright connect`."
)


class ReachError(LotwrightError):
    """
    An address leads where connections that are made over HTTP must not lead.
    """


def refuse_beyond(address: str, settings: Settings) -> None:
    """
    Makes sure that an address leads to a host or folder that the settings name.

    Parameters
    ----------
    address
        The database.
    settings
        How the service runs.

    Raises
    ------
    ReachError
        When it does not; says what would.
    SourceError
        When it is no address.
    """
    url = url_of(address)
    backend = url.get_backend_name()
    allowed = [each.strip() for each in settings.connect_to.split(",") if each.strip()]
    options = [name for name in url.query if name not in _OPTIONS.get(backend, ())]

    if url.drivername not in _DRIVERS.get(backend, ()):
        known = ", ".join(driver for each in _DRIVERS.values() for driver in each)
        msg = f"Expected one of the drivers {known}, got {url.drivername}. {_REMEDY}"
        raise ReachError(msg)

    if options:
        msg = f"The option {options[0][:80]!r} is not taken in an address. {_REMEDY}"
        raise ReachError(msg)

    if backend in ("sqlite", FILES):
        _refuse_file(url, allowed, settings)
    else:
        _refuse_host(url, allowed)


def _refuse_file(url: URL, allowed: list[str], settings: Settings) -> None:
    is_folder = url.drivername == FILES
    file = Path("/" if is_folder else "", url.database or "").resolve()
    folders = [Path(each).resolve() for each in allowed if each.startswith("/")]
    store = settings.sqlite_file()
    is_store = store is not None and file == store.resolve()

    is_within = any(
        folder in file.parents or (is_folder and folder == file) for folder in folders
    )

    if is_store or url.host or not is_within:
        msg = f"This service reads no files there. {_REMEDY}"
        raise ReachError(msg)


def _refuse_host(url: URL, allowed: list[str]) -> None:
    given = url.query.get("host", "")

    if not isinstance(given, str) or (given and url.host):
        msg = "Expected one host in the address."
        raise ReachError(msg)

    host = (given or url.host or "").lower()
    place = f"{host}:{url.port}" if url.port else host
    is_socket = host.startswith("/")
    named = [each.lower() for each in allowed if each.startswith("/") == is_socket]

    is_plain = is_socket or _HOST.fullmatch(host) is not None

    if not is_plain or not any(_is(host, place, each) for each in named):
        msg = f"This service does not connect to {host or 'no host'}. {_REMEDY}"
        raise ReachError(msg)


def _is(host: str, place: str, pattern: str) -> bool:
    """
    Returns whether a host is meant; a pattern with a port means that port only.
    """
    return fnmatchcase(place if ":" in pattern else host, pattern)
