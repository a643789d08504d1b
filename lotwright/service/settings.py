"""
Settings of the service, each a variable of the environment.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Self

from lotwright.io.limits import Limits
from lotwright.service.addresses import AllowedHosts

#: How variables of the service begin.
PREFIX = "LOTWRIGHT_"

#: How much is logged.
LEVELS = ("debug", "info", "warning", "error")

#: Settings that nobody else may read. Each may be in a file that its variable with this
#: ending names.
SECRETS = ("database_url", "backup_url", "secret_key", "metrics_token")
FILE = "_FILE"

_SWITCHES = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off", ""), False),
}

#: Workers confirm their leases every second, and may be late.
_SHORTEST_LEASE = 3.0

#: A lease that ends later than any could is taken for one that was given before the
#: clock was put back.
_LONGEST_LEASE = 240.0

#: Names of this machine.
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """
    How the service runs. Each field is read from ``LOTWRIGHT_`` and its name.

    Parameters
    ----------
    database_url
        Where the store is: ``sqlite:///file.db`` or ``postgresql://user@host/name``.
    host, port
        Where it listens.
    behind_proxy
        Whether something in front of it speaks TLS; needed to listen elsewhere than on
        this machine.
    most_upload_mb
        Largest upload, in MiB.
    upload_seconds
        How long it may take to read one.
    upload_memory_mb
        Memory that it may take to read one, in MiB.
    most_rows, most_columns, most_text
        Rows and columns of an uploaded table, and characters of a cell.
    most_inflated_mb, most_ratio, most_files
        What a zip or workbook may inflate to, in MiB and in times its size, and how
        many files a zip may hold.
    header_seconds, idle_seconds
        How long a connection may take to say what it wants, and may be silent while it
        sends.
    memory_mb
        Memory of one solving process, in MiB.
    preparation_seconds
        How long a run may take for all but its search: to read and check its data, to
        plan by MRP, and to decode. Its search has its own limit.
    lease_seconds
        How long a run stays with a worker that is not heard of, at most four minutes.
    database_seconds
        How long a database on a network may be silent before it is given up.
    most_queued
        Runs of a tenant that may wait.
    keep_runs_days
        How long runs are kept after their end; 0 for ever.
    secret_key
        Keys by which it keeps the secrets of others, apart by commas, the newest first.
    pull_seconds
        How long another system may take to deliver one table.
    allow_hosts
        Hosts that webhooks may be sent to though they are not on the public network,
        with the port or without, apart by commas; no TLS is asked of them.
    publish_folder
        Folder in which plans are published as files, one folder for each tenant.
    connect_to
        What connections that are made over HTTP may reach: hosts, ``*`` standing for
        any part of a name, and folders of SQLite files, apart by commas.
    trusted_proxies
        Addresses or networks of proxies whose word for a client's address is taken,
        apart by commas.
    metrics_token
        What a monitoring system shows for figures; without it, programs on this
        machine get them.
    log_level
        What is logged: ``debug``, ``info``, ``warning`` or ``error``.
    backup_url
        The database on PostgreSQL for a role that sees the rows of all tenants, by
        which backups are taken.

    Raises
    ------
    ValueError
        When they do not go together.
    """

    database_url: str = "sqlite:///lotwright.db"
    host: str = "127.0.0.1"
    port: int = 8780
    behind_proxy: bool = False
    most_upload_mb: int = 64
    upload_seconds: float = 60.0
    upload_memory_mb: int = 2048
    most_rows: int = 10_000_000
    most_columns: int = 200
    most_text: int = 4096
    most_inflated_mb: int = 1024
    most_ratio: float = 100.0
    most_files: int = 64
    header_seconds: float = 10.0
    idle_seconds: float = 30.0
    memory_mb: int = 4096
    preparation_seconds: float = 900.0
    lease_seconds: float = 20.0
    database_seconds: float = 60.0
    most_queued: int = 100
    keep_runs_days: int = 0
    secret_key: str = field(default="", repr=False)
    pull_seconds: float = 600.0
    allow_hosts: str = ""
    publish_folder: str = ""
    connect_to: str = ""
    trusted_proxies: str = ""
    metrics_token: str = field(default="", repr=False)
    log_level: str = "info"
    backup_url: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        AllowedHosts.of(self.allow_hosts)

        if self.host not in LOOPBACK and not self.behind_proxy:
            msg = (
                f"Expected to listen on this machine only, got {self.host!r}: keys "
                "would go over the network in the clear. Put a proxy that speaks TLS "
                f"in front of it and set {PREFIX}BEHIND_PROXY=1."
            )
            raise ValueError(msg)

        if self.log_level not in LEVELS:
            msg = f"Expected log_level of {', '.join(LEVELS)}, got {self.log_level!r}."
            raise ValueError(msg)

        if self.lease_seconds < _SHORTEST_LEASE:
            msg = f"Expected lease_seconds of at least {_SHORTEST_LEASE:g}."
            raise ValueError(msg)

        if self.lease_seconds > _LONGEST_LEASE:
            msg = f"Expected lease_seconds of at most {_LONGEST_LEASE:g}."
            raise ValueError(msg)

        if self.keep_runs_days < 0:
            msg = f"Expected keep_runs_days of 0 or more, got {self.keep_runs_days!r}."
            raise ValueError(msg)

        for name in (
            "port",
            "most_upload_mb",
            "upload_seconds",
            "memory_mb",
            "preparation_seconds",
            "database_seconds",
        ):
            if getattr(self, name) <= 0:
                msg = f"Expected {name} above 0, got {getattr(self, name)!r}."
                raise ValueError(msg)

    @classmethod
    def from_environment(cls, variables: Mapping[str, str] | None = None) -> Self:
        """
        Returns the settings that variables name, with defaults for all others.

        Raises
        ------
        ValueError
            When a variable is unknown or no such value.
        """
        given = os.environ if variables is None else variables
        values: dict[str, object] = {}

        for each in fields(cls):
            text = _given(each.name, given)

            if text is not None:
                values[each.name] = _read(each.name, text, type(each.default))

        return cls(**values)  # type: ignore[arg-type]  # each is of its default's type

    def limits(self) -> Limits:
        """
        Returns how large uploaded tables may be.
        """
        return Limits(
            rows=self.most_rows,
            columns=self.most_columns,
            text=self.most_text,
            inflated=self.most_inflated_mb * 1024 * 1024,
            ratio=self.most_ratio,
            files=self.most_files,
        )

    def sqlite_file(self) -> Path | None:
        """
        Returns the file of the store, None where it is not one.
        """
        prefix = "sqlite:///"
        is_file = self.database_url.startswith(prefix)

        return Path(self.database_url.removeprefix(prefix)) if is_file else None


def _given(name: str, given: Mapping[str, str]) -> str | None:
    """
    Returns what variables say of a setting; a secret may stand in a file.
    """
    variable = PREFIX + name.upper()
    text, file = given.get(variable), given.get(variable + FILE)

    if name not in SECRETS or file is None:
        return text

    if text:
        msg = f"Expected {variable} or {variable}{FILE}, got both."
        raise ValueError(msg)

    return _secret_in(Path(file), variable + FILE)


def _secret_in(file: Path, variable: str) -> str:
    try:
        is_open = file.stat().st_mode & 0o007
        text = file.read_text().strip()
    except OSError as error:
        msg = f"{variable} names {file}, which cannot be read: {error.strerror}."
        raise ValueError(msg) from None

    if is_open:
        msg = f"Everybody on this machine may read {file}: chmod o-rwx {file}."
        raise ValueError(msg)

    return text


def _read(name: str, text: str, kind: type) -> object:
    try:
        return _SWITCHES[text.lower()] if kind is bool else kind(text)
    except (KeyError, ValueError):
        noun = "yes or no" if kind is bool else f"a {kind.__name__}"
        msg = f"Expected {PREFIX}{name.upper()} to be {noun}, got {text!r}."
        raise ValueError(msg) from None
