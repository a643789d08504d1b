"""
The command that connects to another system: it tries, shows, asks and keeps.
"""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from lotwright.cli.exit_code import ExitCode
from lotwright.cli.failures import failures
from lotwright.cli.options import Debug
from lotwright.cli.service_commands import Tenant, service_settings
from lotwright.errors import InputError, LotwrightError

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from sqlalchemy import Engine

    from lotwright.service.connect.inspection import FoundFeed
    from lotwright.service.settings import Settings

#: Seconds that a statement may take, in the face of somebody who waits.
_SECONDS = 60.0


def connect(
    url: Annotated[
        str,
        typer.Argument(
            metavar="URL|PATH",
            help="The database: postgresql://user:password@host/name, or "
            "sqlite:////folder/file.db; or a folder, zip or workbook of its tables.",
        ),
    ],
    mapping: Annotated[
        str,
        typer.Option(
            "--mapping",
            metavar="NAME|FILE",
            help="A mapping that comes with Lotwright, or a file; the one that fits, "
            "when left out.",
        ),
    ] = "",
    name: Annotated[
        str, typer.Option("--name", metavar="NAME", help="What to call it.")
    ] = "erp",
    tenant: Tenant = "demo",
    *,
    yes: Annotated[
        bool, typer.Option("--yes", help="Create the result tables without asking.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only try, and show what is found.")
    ] = False,
    ddl: Annotated[
        bool,
        typer.Option(
            "--ddl",
            help="Only write the statements that make the missing result tables, and "
            "nothing else to the standard output: for psql or sqlite3.",
        ),
    ] = False,
    debug: Debug = False,
) -> None:
    """
    Connect to the database of another system: what does a mapping find there?

    Shows the tables and rows that would be read, and what would be created to publish
    results; creates that when told so, and keeps the connection for a tenant. Files of
    another system, such as those that frePPLe exports, are read in the same way.
    """
    console = Console(stderr=ddl)

    with failures(as_json=False, debug=debug):
        settings = service_settings()
        url = _address(url)
        mapping_name, content, found = _found(url, mapping)
        _show_found(found, mapping_name, console)

        if ddl:
            _write_statements(url, console)
            return

        _results(url, console, yes=yes, dry_run=dry_run)

        if dry_run:
            return

        status, cause = _keep(settings, url, mapping_name, content, name, tenant)
        console.print(
            f"Connection [bold]{name}[/] of {tenant}: {status}. {cause}".strip()
        )

        if status != "connected":
            raise typer.Exit(ExitCode.FAILED)

        console.print(
            "Next: switch “Use Lotwright” on and pull, on its page under Connections "
            "or over HTTP."
        )


def _address(given: str) -> str:
    """
    Returns the address of what was given, which may be a path.
    """
    from lotwright.service.connect.files import address_of_files

    path = Path(given)

    return address_of_files(path) if "://" not in given and path.exists() else given


def _found(url: str, wanted: str) -> tuple[str, str, list[FoundFeed]]:
    """
    Returns name and content of a mapping, and what it finds.
    """
    from lotwright.service.connect import shipped
    from lotwright.service.connect.inspection import found_in
    from lotwright.service.connect.read_mapping import read_mapping

    names = [wanted] if wanted else shipped.names()

    for each in names:
        content = _content(each)

        try:
            read = read_mapping(content, each)
            return each, content, found_in(url, read, seconds=_SECONDS, counts=True)
        except InputError:
            if wanted:
                raise

    msg = (
        "No mapping that comes with Lotwright fits this database: write one, and name "
        f"its file with --mapping. There are {', '.join(names)}."
    )
    raise LotwrightError(msg)


def _content(name: str) -> str:
    from lotwright.service.connect import shipped

    file = Path(name)

    return file.read_text("utf-8") if file.is_file() else shipped.content_of(name)


def _show_found(found: Sequence[FoundFeed], mapping: str, console: Console) -> None:
    table = Table(title=f"What the mapping {mapping} finds")
    table.add_column("planning table")
    table.add_column("from")
    table.add_column("rows", justify="right")

    for name in dict.fromkeys(each.feed.table for each in found):
        feeds = [each for each in found if each.feed.table == name]
        sources = dict.fromkeys(each.source for each in feeds if each.source)
        num_rows = sum(each.num_rows or 0 for each in feeds)
        table.add_row(name, ", ".join(sources) or "no file", f"{num_rows:,}")

    console.print(table)


def _results(url: str, console: Console, *, yes: bool, dry_run: bool) -> None:
    """
    Says what publishing needs in the other system, and creates it when told so.
    """
    from lotwright.service.connect import result_tables

    with _lacking(url, console) as (engine, missing):
        if engine is None or not missing:
            return

        console.print(f"To publish results, the database needs {', '.join(missing)}.")
        console.print("Option --ddl writes the statements that make them.")

        if dry_run or not (yes or typer.confirm("Create them?")):
            console.print("Nothing was created; results cannot be published there yet.")
            return

        with engine.begin() as connection:
            made = result_tables.create(connection)

        console.print(f"Created {', '.join(made)}.")


def _write_statements(url: str, console: Console) -> None:
    """
    Writes what makes the result tables that are missing, each statement ended.
    """
    from lotwright.service.connect import result_tables

    with _lacking(url, console) as (engine, missing):
        if engine is None:
            return

        for statement in result_tables.statements(engine.dialect.name, missing):
            typer.echo(f"{statement};\n")


@contextmanager
def _lacking(
    url: str, console: Console
) -> Generator[tuple[Engine | None, Sequence[str]]]:
    """
    Provides the database for results and what tables it lacks for them, and says where
    there are none; no database where results are not published to its kind.

    Raises
    ------
    LotwrightError
        When it refuses.
    """
    from sqlalchemy import create_engine
    from sqlalchemy.exc import DBAPIError

    from lotwright.service.connect import result_tables
    from lotwright.service.connect.source import url_of

    address = url_of(url)
    backend = address.get_backend_name()

    if backend not in ("postgresql", "sqlite"):
        console.print(f"Data are read from {backend}; results are not published there.")
        yield None, ()
        return

    if backend == "postgresql":
        address = address.set(drivername="postgresql+psycopg")

    engine = create_engine(address)

    try:
        with engine.connect() as connection:
            missing = result_tables.missing(connection)

        if not missing:
            console.print("The tables for results are there.")

        yield engine, missing
    except DBAPIError as error:
        msg = f"The database refuses: {str(error.orig).splitlines()[0]}"
        raise LotwrightError(msg) from None
    finally:
        engine.dispose()


def _keep(
    settings: Settings, url: str, mapping_name: str, content: str, name: str, of: str
) -> tuple[str, str]:
    """
    Keeps a connection for a tenant, and returns where it stands.
    """
    from lotwright.service.connect.keep import keep
    from lotwright.service.store import tenants
    from lotwright.service.store.migrate import migrate
    from lotwright.service.up import open_at

    store = open_at(settings)

    try:
        migrate(store)

        with store.glance() as connection:
            tenant_id = tenants.tenant_named(connection, of)

        if tenant_id is None:
            msg = f"There is no tenant named {of!r}: bring the service up first."
            raise LotwrightError(msg)

        found = keep(
            store,
            settings,
            tenant_id,
            name=name,
            address=url,
            mapping_name=Path(mapping_name).name,
            mapping=content,
        )
    finally:
        store.close()

    return found.status.value, found.cause
