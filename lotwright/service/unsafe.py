"""
Unsafe settings: what a service refuses to start with, each by name.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from difflib import get_close_matches
from ipaddress import ip_network
from pathlib import Path

from sqlalchemy import select, text

from lotwright.errors import LotwrightError
from lotwright.service.settings import FILE, PREFIX, SECRETS, Settings
from lotwright.service.store.figures import SEEN
from lotwright.service.store.migrate import revision
from lotwright.service.store.schema import worker
from lotwright.service.store.store import Store

#: Variables that are read elsewhere.
_OTHERS = {"LOTWRIGHT_FAIL_POINT", "LOTWRIGHT_URL", "LOTWRIGHT_KEY"}

#: Shortest token that nobody guesses.
_SHORTEST = 16


class UnsafeError(LotwrightError):
    """
    The service does not start with such settings.
    """


def refuse_unsafe(
    settings: Settings, variables: Mapping[str, str] | None = None
) -> None:
    """
    Refuses settings that are no good idea, before anything is opened.

    Parameters
    ----------
    settings
        How the service would run.
    variables
        The environment that they come from.

    Raises
    ------
    UnsafeError
        With all reasons, each with a remedy.
    """
    given = os.environ if variables is None else variables
    _refuse([*_misspelt(given), *_open_to_all(settings), *_in_public(settings, given)])


def refuse_unsafe_store(store: Store, settings: Settings) -> None:
    """
    Refuses a store that would not keep what the service promises.

    Raises
    ------
    UnsafeError
        With all reasons, each with a remedy.
    """
    if store.is_sqlite:
        _refuse(_shared_file(store))
    else:
        _refuse([*_powerful_role(store), *_no_secret(settings)])


def _refuse(reasons: Iterable[str]) -> None:
    found = list(reasons)

    if found:
        raise UnsafeError(" ".join(found))


def _misspelt(given: Mapping[str, str]) -> Iterator[str]:
    known = {PREFIX + field.name.upper() for field in fields(Settings)}
    known |= {PREFIX + name.upper() + FILE for name in SECRETS} | _OTHERS

    for name in sorted(given):
        near = get_close_matches(name, known, n=1, cutoff=0.85)

        if near and name.startswith(PREFIX) and name not in known:
            yield f"There is no setting {name}; is it {near[0]}?"


def _open_to_all(settings: Settings) -> Iterator[str]:
    """
    Yields what lets in, or out, more than anybody can want.
    """
    if any(map(_is_everybody, _parts(settings.trusted_proxies))):
        yield (
            "LOTWRIGHT_TRUSTED_PROXIES trusts everybody, so that anybody could pretend "
            "to be anywhere: name the proxy's address."
        )

    for name in ("allow_hosts", "connect_to"):
        if "*" in _parts(getattr(settings, name)):
            yield (
                f"{PREFIX}{name.upper()}=* reaches every host that this one can "
                "reach: name hosts."
            )

    if settings.metrics_token and len(settings.metrics_token) < _SHORTEST:
        yield f"LOTWRIGHT_METRICS_TOKEN needs at least {_SHORTEST} characters."

    if settings.database_url in ("sqlite://", "sqlite:///:memory:"):
        yield "A store in memory forgets everything: name a file in its address."

    database = settings.sqlite_file()
    key = database and database.with_name(f"{database.name}.key")

    if key and key.is_file() and key.stat().st_mode & 0o007:
        yield f"Everybody on this machine may read {key}: chmod o-rwx {key}."

    folder = settings.publish_folder

    if folder and Path(folder).is_dir() and Path(folder).stat().st_mode & 0o002:
        yield f"Everybody may write to {folder}: chmod o-w {folder}."


def _in_public(settings: Settings, given: Mapping[str, str]) -> Iterator[str]:
    """
    Yields what is for developers and not for a service that others reach.
    """
    if not settings.behind_proxy:
        return

    if settings.log_level == "debug":
        yield "LOTWRIGHT_LOG_LEVEL=debug says too much for a service: use info."

    if given.get("LOTWRIGHT_FAIL_POINT"):
        yield "LOTWRIGHT_FAIL_POINT ends the process in tests: unset it."

    if os.geteuid() == 0:
        yield "The service runs as root: run it as a user of its own."


def _shared_file(store: Store) -> Iterator[str]:
    if revision(store) is None:
        return

    here = socket.gethostname()

    with store.glance() as connection:
        seen = worker.c.seen_at > store.now() - SEEN
        elsewhere = select(worker.c.host).where(seen & (worker.c.host != here))
        host = connection.execute(elsewhere.limit(1)).scalar()

    if host is not None:
        yield (
            f"A worker on {host} uses the same SQLite file, which breaks over a "
            "network: use PostgreSQL for several machines."
        )


def _powerful_role(store: Store) -> Iterator[str]:
    query = (
        "select rolname, rolsuper or rolbypassrls as sees_all "
        "from pg_roles where rolname = current_user"
    )

    with store.glance() as connection:
        row = connection.execute(text(query)).one()

    if row.sees_all:
        yield (
            f"The role {row.rolname} of PostgreSQL sees through row-level security, "
            "the second wall between tenants: create a role for the service that is "
            "neither superuser nor BYPASSRLS."
        )


def _no_secret(settings: Settings) -> Iterator[str]:
    if not settings.secret_key:
        yield (
            "LOTWRIGHT_SECRET_KEY is missing: without it, passwords of connections "
            "cannot be kept; openssl rand -base64 32 | tr '+/' '-_' makes one."
        )


def _parts(text_: str) -> list[str]:
    return [each.strip() for each in text_.split(",") if each.strip()]


def _is_everybody(proxy: str) -> bool:
    try:
        return ip_network(proxy, strict=False).prefixlen == 0
    except ValueError:
        return proxy == "*"
