"""
Commands of those who run a service: tenants, backups.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from lotwright.cli.failures import failures
from lotwright.cli.options import Debug
from lotwright.cli.service_commands import service_settings, store_of
from lotwright.errors import LotwrightError

tenant_app = typer.Typer(
    name="tenant", help="Tenants of a service.", no_args_is_help=True
)

Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the tenant.")]
TimeZone = Annotated[
    str, typer.Option("--time-zone", metavar="ZONE", help="Such as Europe/Berlin.")
]


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")],
    debug: Debug = False,
) -> None:
    """
    Write all of a service's store to one file, while it works.

    On PostgreSQL, LOTWRIGHT_BACKUP_URL names the database for a role that sees the rows
    of all tenants, and pg_dump must be there.
    """
    with failures(as_json=False, debug=debug):
        settings = service_settings()
        from lotwright.service.store.backup import back_up
        from lotwright.service.up import open_at

        store = open_at(settings)
        back_up(store, file, address=settings.backup_url)
        store.close()
        Console(stderr=True).print(f"Wrote {file}, {file.stat().st_size:,} bytes.")

        if store.is_sqlite:
            words = "Keep the key file beside the store, too, apart from this file."
            Console(stderr=True).print(words)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")],
    debug: Debug = False,
) -> None:
    """
    Make a store of a backup, where there is none yet.
    """
    with failures(as_json=False, debug=debug):
        settings = service_settings()
        from lotwright.service.store.backup import restore as made_of
        from lotwright.service.store.migrate import migrate
        from lotwright.service.up import open_at

        store = open_at(settings)
        made_of(store, file)
        migrate(store)
        store.close()
        Console(stderr=True).print("The store is there, and whole.")


@tenant_app.command(name="create")
def create_tenant(
    name: Name, time_zone: TimeZone = "UTC", debug: Debug = False
) -> None:
    """
    Make a tenant, and print its first key once.
    """
    with failures(as_json=False, debug=debug):
        settings = service_settings()
        from lotwright.service.store import tenants
        from lotwright.service.store.migrate import migrate
        from lotwright.service.store.moments import Schedule
        from lotwright.service.up import open_at

        _refused_by_name(lambda: Schedule(cron="0 0 * * *", time_zone=time_zone))
        store = open_at(settings)
        migrate(store)

        with store.open() as connection:
            if tenants.tenant_named(connection, name) is not None:
                msg = f"There is a tenant named {name!r} already."
                raise LotwrightError(msg)

            made = tenants.create_tenant(store, connection, name, time_zone=time_zone)

        typer.echo(tenants.create_key(store, made, "first"))
        store.close()


@tenant_app.command(name="list")
def list_tenants(
    *,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print JSON, also with what they use.")
    ] = False,
    debug: Debug = False,
) -> None:
    """
    Show all tenants with their quotas.
    """
    with failures(as_json=as_json, debug=debug):
        settings = service_settings()
        from lotwright.service.store.overview import tenants_of
        from lotwright.service.up import open_at

        store = open_at(settings)
        rows = tenants_of(store)
        store.close()

        if as_json:
            typer.echo(json.dumps(rows, indent=2))
            return

        table = Table("tenant", "time zone", "MiB stored", "runs waiting", "quotas set")

        for row in rows:
            used = row["used"]
            given = ", ".join(f"{name} {value}" for name, value in row["set"].items())
            cells = used["stored_mb"], used["queued_runs"]
            table.add_row(row["name"], row["time_zone"], *map(str, cells), given)

        Console().print(table)


@tenant_app.command(name="set")
def set_tenant(
    name: Name,
    time_zone: TimeZone = "",
    quota: Annotated[
        list[str] | None,
        typer.Option(
            "--quota", metavar="NAME=NUMBER", help="Such as queued_runs=50; repeatable."
        ),
    ] = None,
    debug: Debug = False,
) -> None:
    """
    Set quotas or the time zone of a tenant.
    """
    with failures(as_json=False, debug=debug):
        settings = service_settings()
        from lotwright.service.store import audit, plans, quotas
        from lotwright.service.store.audit import Act
        from lotwright.service.store.moments import Schedule

        changes = dict(map(_quota, quota or []))
        store, tenant_id = store_of(settings, name)

        with store.of(tenant_id) as connection:
            _refused_by_name(lambda: quotas.put(connection, tenant_id, changes))

            if time_zone:
                zone = time_zone
                _refused_by_name(lambda: Schedule(cron="0 0 * * *", time_zone=zone))
                plans.move_to(store, connection, tenant_id, time_zone)

            done = Act(actor="operator", verb="change", resource="tenant")
            audit.record(store, connection, tenant_id, done)

        store.close()


@tenant_app.command(name="erase")
def erase_tenant(
    name: Name,
    repeat: Annotated[
        str, typer.Option("--repeat", metavar="NAME", help="The name once more.")
    ] = "",
    debug: Debug = False,
) -> None:
    """
    Erase a tenant with all that is its own, and print the receipt.
    """
    with failures(as_json=False, debug=debug):
        settings = service_settings()
        from lotwright.service.api.tenant import shown
        from lotwright.service.store.erase import close, erase

        if repeat != name:
            msg = f"To erase {name!r}, repeat its name: --repeat {name!r}."
            raise LotwrightError(msg)

        store, tenant_id = store_of(settings, name)

        with store.of(tenant_id) as connection:
            close(store, connection, tenant_id)

        typer.echo(json.dumps(shown(erase(store, tenant_id)), indent=2))
        store.close()


def _quota(text: str) -> tuple[str, int]:
    name, _, number = text.partition("=")

    if not number.isdigit():
        msg = f"Expected a quota such as queued_runs=50, got {text!r}."
        raise LotwrightError(msg)

    return name.strip(), int(number)


def _refused_by_name(done: Callable[[], object]) -> None:
    """
    Does something, and says in one line why it cannot be done.
    """
    try:
        done()
    except ValueError as error:
        raise LotwrightError(str(error)) from None
