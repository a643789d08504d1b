"""
Tests of the command that connects to another system.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from lotwright.cli.app import app
from lotwright.service.store.migrate import migrate
from lotwright.service.store.schema_connections import connection
from lotwright.service.store.store import open_store
from lotwright.service.store.tenants import create_tenant

SYSTEMS = Path(__file__).parents[1] / "service" / "connect" / "systems"
ERP = Path(__file__).parents[2] / "examples" / "erp"


@pytest.fixture
def erp(tmp_path: Path) -> str:
    """
    The address of the sample ERP system.
    """
    file = tmp_path / "erp.db"
    database = sqlite3.connect(file)

    for name in ("schema.sql", "data.sql"):
        database.executescript((ERP / name).read_text("utf-8"))

    database.close()

    return f"sqlite:///{file}"


def test_shows_what_is_found_and_changes_nothing(erp: str, tmp_path: Path) -> None:
    """
    Tests that a dry run finds the mapping that fits, and says in short what would be
    created.
    """
    before = (tmp_path / "erp.db").read_bytes()

    found = CliRunner().invoke(app, ["connect", erp, "--dry-run"])

    assert 0 == found.exit_code, found.output
    assert "What the mapping erp_sample finds" in " ".join(found.output.split())
    assert "lotwright_planned_orders" in found.output
    assert "CREATE TABLE" not in found.output
    assert 40 > len(found.output.splitlines())
    assert before == (tmp_path / "erp.db").read_bytes()


def test_statements_can_be_piped(erp: str, tmp_path: Path) -> None:
    """
    Tests that the standard output has nothing but statements that the database takes,
    that they make what is missing and no more, and that nothing is asked for.
    """
    found = CliRunner().invoke(app, ["connect", erp, "--ddl"])

    assert 0 == found.exit_code, found.output
    assert "What the mapping erp_sample finds" in " ".join(found.stderr.split())
    database = sqlite3.connect(tmp_path / "erp.db")
    database.executescript(found.stdout)
    database.execute("SELECT * FROM lotwright_current_orders")
    database.execute("DROP VIEW lotwright_current_pegging")
    database.commit()

    again = CliRunner().invoke(app, ["connect", erp, "--ddl"])

    assert 1 == again.stdout.count("CREATE ")
    database.executescript(again.stdout)
    database.execute("SELECT * FROM lotwright_current_pegging")
    database.close()

    none = CliRunner().invoke(app, ["connect", erp, "--ddl"])

    assert ("", 0) == (none.stdout, none.exit_code)
    assert "The tables for results are there." in none.stderr


def test_a_folder_of_files_is_a_connection(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that the mapping that fits the files of a folder is found, and that a
    connection is kept for them.
    """
    url = f"sqlite:///{tmp_path / 'store.db'}"
    monkeypatch.setenv("LOTWRIGHT_DATABASE_URL", url)
    store = open_store(url)
    migrate(store)

    with store.open() as link:
        tenant = create_tenant(store, link, "baker")

    folder = str(SYSTEMS / "frepple_csv")
    found = CliRunner().invoke(app, ["connect", folder, "--tenant", "baker"])

    with store.look(tenant) as link:
        row = link.execute(select(connection)).one()

    store.close()
    said = " ".join(found.output.split())
    assert "What the mapping frepple_csv finds" in said
    assert "purchaseorder.csv" in said
    assert "results are not published there" in said
    assert "Next: switch" in said
    assert (f"files://{folder}", "connected") == (row.shown_url, row.status)


def test_keeps_the_connection_for_a_tenant(
    erp: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that result tables are created when told so, and that the address is sealed.
    """
    url = f"sqlite:///{tmp_path / 'store.db'}"
    monkeypatch.setenv("LOTWRIGHT_DATABASE_URL", url)
    store = open_store(url)
    migrate(store)

    with store.open() as link:
        tenant = create_tenant(store, link, "maker")

    asked = ["connect", erp, "--name", "pumps", "--tenant", "maker", "--yes"]

    _, found = (CliRunner().invoke(app, asked) for _ in range(2))
    assert 0 == found.exit_code, found.output

    with store.look(tenant) as link:
        row = link.execute(select(connection)).one()

    store.close()
    assert ("pumps", "connected", True) == (row.name, row.status, row.by_operator)
    assert "erp.db" not in row.sealed_url
    assert "The tables for results are there." in found.output


@pytest.mark.parametrize(
    ("more", "exit_code", "text"),
    [
        (["--mapping", "sap"], 3, "T001W"),
        (["--mapping", "nothing"], 3, "no mapping"),
        (["--tenant", "nobody", "--yes"], 5, "no tenant named"),
    ],
)
def test_says_what_is_wrong(
    erp: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    more: list[str],
    exit_code: int,
    text: str,
) -> None:
    """
    Tests that what does not fit is told, with the exit code of its kind.
    """
    url = f"sqlite:///{tmp_path / 'store.db'}"
    monkeypatch.setenv("LOTWRIGHT_DATABASE_URL", url)

    found = CliRunner().invoke(app, ["connect", erp, *more])

    assert exit_code == found.exit_code, found.output
    assert text in " ".join(found.output.split())
