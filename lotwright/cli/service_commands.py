"""
Commands of the service: bring it up, add workers, make keys.
"""

from __future__ import annotations

import logging
import os
import secrets
import signal
import sys
import threading
from collections.abc import Callable
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
    from lotwright.service.store.store import Store
    from lotwright.service.store.tenants import Scope

logger = logging.getLogger(__name__)

Tenant = Annotated[str, typer.Option("--tenant", metavar="NAME", help="Whose.")]

Scopes = Annotated[
    list[str] | None,
    typer.Option(
        "--scope",
        metavar="SCOPE",
        help="read, write, run, publish or admin; several times; all, if left out.",
    ),
]


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
        settings = service_settings()
        from lotwright.service.lines import Lines
        from lotwright.service.up import open_at, prepare, sign_in_address, with_folder
        from lotwright.service.up import up as serve
        from lotwright.service.work.compiling import compile_kernels, is_prepared

        settings = with_folder(settings) if demo else settings
        store = _safely_opened(settings, open_at)
        lines = Lines(settings)

        if not is_prepared():
            compile_kernels(console.print)

        console.print("Preparing the store; this takes a moment the first time.")
        key = prepare(store, example_folder() if demo else None)
        address = sign_in_address(store, settings) if demo else None
        store.close()
        lines.listen()
        console.print(f"Listening on http://{settings.host}:{settings.port}")

        if key is not None:
            console.print("The first key of the tenant demo; it is not shown again:")
            typer.echo(key)

        if address is not None:
            console.print("Sign in by this link, once, within a quarter of an hour:")
            typer.echo(address)
        else:
            console.print("Sign in as whom lotwright person NAME --tenant T made.")

        serve(settings, lines, num_workers=workers)


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
        settings = service_settings()
        from lotwright.service.store.migrate import migrate
        from lotwright.service.up import open_at
        from lotwright.service.work.compiling import compile_kernels
        from lotwright.service.work.worker import Worker

        if beside:
            threading.Thread(target=_end_with_parent, daemon=True).start()

        store = _safely_opened(settings, open_at)
        migrate(store)
        compile_kernels(logger.info)
        working = Worker(store, settings)

        def end(_signal: int, _frame: FrameType | None) -> None:
            working.end()

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        working.run()
        store.close()


def key(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What it is for.")],
    tenant: Tenant = "demo",
    scope: Scopes = None,
    days: Annotated[
        float | None, typer.Option("--days", min=0, help="Good for so many days.")
    ] = None,
    debug: Debug = False,
) -> None:
    """
    Make a key for a tenant, and print it once.
    """
    with failures(as_json=False, debug=debug):
        settings = service_settings()
        from lotwright.service.store import tenants

        scopes = _scopes(scope)
        store, tenant_id = store_of(settings, tenant)
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


def person(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What they are called.")],
    tenant: Tenant = "demo",
    scope: Scopes = None,
    ask: Annotated[
        bool,
        typer.Option("--ask/--print", help="Ask for the password, or print a new one."),
    ] = True,
    debug: Debug = False,
) -> None:
    """
    Let a person sign in, or give one who may already another password.
    """
    with failures(as_json=False, debug=debug):
        settings = service_settings()
        from lotwright.service.store import people

        store, tenant_id = store_of(settings, tenant)
        scopes = _scopes(scope)
        password = _asked() if ask else secrets.token_urlsafe(12)

        try:
            with store.of(tenant_id) as connection:
                people.admit(store, connection, tenant_id, name, password, scopes)
        except ValueError as error:
            raise LotwrightError(str(error)) from None

        store.close()

        if not ask:
            typer.echo(password)


def _asked() -> str:
    """
    Returns a password that is typed twice, without showing it.
    """
    found: str = typer.prompt("Password", hide_input=True, confirmation_prompt=True)

    return found


def _scopes(names: list[str] | None) -> list[Scope]:
    """
    Returns scopes by their names, all where none is named.
    """
    from lotwright.service.store.tenants import Scope

    known = [each.value for each in Scope]
    strange = [each for each in names or known if each not in known]

    if strange:
        msg = f"Expected a scope of {', '.join(known)}, got {strange[0]!r}."
        raise typer.BadParameter(msg)

    return [Scope(each) for each in names or known]


def store_of(settings: Settings, tenant: str) -> tuple[Store, str]:
    """
    Returns the store that settings name, and the identifier of a tenant in it.
    """
    from lotwright.service.store import tenants
    from lotwright.service.up import open_at

    store = open_at(settings)

    with store.glance() as connection:
        tenant_id = tenants.tenant_named(connection, tenant)

    if tenant_id is None:
        msg = f"There is no tenant named {tenant!r}: bring the service up first."
        raise LotwrightError(msg)

    return store, tenant_id


def _safely_opened(settings: Settings, opened: Callable[[Settings], Store]) -> Store:
    """
    Returns the store of a service whose settings are no danger, with its logs begun.
    """
    from lotwright.service.logs import write_logs
    from lotwright.service.unsafe import refuse_unsafe, refuse_unsafe_store

    refuse_unsafe(settings)
    write_logs(settings.log_level)
    store = opened(settings)
    refuse_unsafe_store(store, settings)

    return store


def service_settings() -> Settings:
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
