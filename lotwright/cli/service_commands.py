"""
Commands of the service: bring it up, add workers, make keys.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from importlib import import_module
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from lotwright.cli.failures import failures
from lotwright.cli.options import Debug
from lotwright.errors import LotwrightError
from lotwright.io.examples import example_folder

if TYPE_CHECKING:
    from lotwright.service.settings import Settings

Tenant = Annotated[str, typer.Option("--tenant", metavar="NAME", help="Whose key.")]


def up(
    *,
    demo: Annotated[
        bool,
        typer.Option("--demo/--no-demo", help="With a tenant that has the example."),
    ] = True,
    workers: Annotated[
        int, typer.Option("--workers", min=0, help="Workers to start here.")
    ] = 1,
    debug: Debug = False,
) -> None:
    """
    Bring the service up: store, API and workers, on this machine.

    Settings are variables of the environment, such as LOTWRIGHT_DATABASE_URL and
    LOTWRIGHT_PORT.
    """
    console = Console(stderr=True)

    with failures(as_json=False, debug=debug):
        settings = _settings()
        from lotwright.service.up import open_at, prepare
        from lotwright.service.up import up as serve

        store = open_at(settings)
        key = prepare(store, example_folder() if demo else None)
        store.close()
        console.print(f"Listening on http://{settings.host}:{settings.port}")

        if key is not None:
            console.print("The first key of the tenant demo; it is not shown again:")
            typer.echo(key)

        serve(settings, num_workers=workers)


def worker(
    *,
    beside: Annotated[
        bool,
        typer.Option("--beside", help="End with the process that holds its input."),
    ] = False,
    debug: Debug = False,
) -> None:
    """
    Work on the runs of a service, until it is interrupted.
    """
    with failures(as_json=False, debug=debug):
        settings = _settings()
        from lotwright.service.store.migrate import migrate
        from lotwright.service.up import open_at
        from lotwright.service.work.worker import Worker

        store = open_at(settings)
        migrate(store)
        working = Worker(store, settings)

        def end(_signal: int, _frame: FrameType | None) -> None:
            working.end()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)

        if beside:
            threading.Thread(target=_end_with_parent, daemon=True).start()

        working.run()
        store.close()


def key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for.")],
    tenant: Tenant = "demo",
    scope: Annotated[
        list[str] | None,
        typer.Option(
            "--scope",
            metavar="SCOPE",
            help="read, write, run, publish or admin; several times; all, if left out.",
        ),
    ] = None,
    days: Annotated[
        float | None, typer.Option("--days", min=0, help="Good for so many days.")
    ] = None,
    debug: Debug = False,
) -> None:
    """
    Make a key for a tenant, and print it once.
    """
    with failures(as_json=False, debug=debug):
        settings = _settings()
        from lotwright.service.store import tenants
        from lotwright.service.up import open_at

        known = [each.value for each in tenants.Scope]
        strange = [each for each in scope or known if each not in known]

        if strange:
            msg = f"Expected a scope of {', '.join(known)}, got {strange[0]!r}."
            raise typer.BadParameter(msg)

        store = open_at(settings)

        with store.glance() as connection:
            tenant_id = tenants.tenant_named(connection, tenant)

        if tenant_id is None:
            msg = f"There is no tenant named {tenant!r}: bring the service up first."
            raise LotwrightError(msg)

        scopes = [tenants.Scope(each) for each in scope or known]
        typer.echo(tenants.create_key(store, tenant_id, name, scopes, days=days))
        store.close()


def _end_with_parent() -> None:
    """
    Ends this process when the one that started it is gone; another worker takes over
    what it had.
    """
    while os.read(sys.stdin.fileno(), 1):
        pass

    os._exit(1)


def _settings() -> Settings:
    """
    Returns the settings, or says what is missing to run a service at all.
    """
    try:
        settings = import_module("lotwright.service.settings")
        import_module("lotwright.service.up")
    except ModuleNotFoundError as error:
        msg = f"The service needs {error.name}: pip install 'lotwright[service]'."
        raise LotwrightError(msg) from None

    try:
        found: Settings = settings.Settings.from_environment()
    except ValueError as error:
        raise LotwrightError(str(error)) from None

    return found
