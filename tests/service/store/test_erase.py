"""
Tests of erasure: nothing of a tenant is left, and nothing of others is touched.
"""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import Column, ForeignKeyConstraint, Table, insert, select
from sqlalchemy.engine import make_url

from lotwright.service.store import audit, datasets, erase, leases, runs, tenants
from lotwright.service.store.audit import Act
from lotwright.service.store.columns import METADATA
from lotwright.service.store.every_table import OPEN_TABLES, TENANT_TABLES
from lotwright.service.store.store import Store
from tests.service.fixtures import put_run, put_version
from tests.service.postgres import binaries

#: A text that only the erased tenant has, in everything that it ever wrote.
MARK = "zebra-crossing"


@pytest.mark.parametrize("name", TENANT_TABLES)
def test_every_row_goes_with_its_tenant(name: str) -> None:
    """
    Tests that rows of every table go with what they belong to, up to the tenant, so
    that none can outlive it.
    """
    assert _is_bound(METADATA.tables[name])


def test_what_many_see_has_no_text_of_a_tenant() -> None:
    """
    Tests that open tables name a tenant by its identifier only, but for its own row,
    so that they go with it.
    """
    owned = {
        name
        for name in OPEN_TABLES
        if "tenant_id" in METADATA.tables[name].c and name != "tenant"
    }

    assert all(_is_bound(METADATA.tables[name]) for name in owned)


def test_nothing_is_left_of_an_erased_tenant(store: Store, tmp_path: Path) -> None:
    """
    Tests that no byte of a tenant is in the files of the database or in a dump of it,
    though runs of it were under way, and that all of others is as it was.
    """
    names = ["first", MARK, "third"]
    with store.open() as connection:
        made = {each: tenants.create_tenant(store, connection, each) for each in names}

    for name, tenant in made.items():
        _fill(store, tenant, name)

    gone = made[MARK]
    leased = {_claimed(store) for _ in names}
    before = {name: _digest(store, tenant) for name, tenant in made.items()}
    assert gone in leased
    assert all(mark in _bytes(store, tmp_path / "before") for mark in _marks(store))

    with store.of(gone) as connection:
        erase.close(store, connection, gone)

    receipt = erase.erase(store, gone)
    after = {name: _digest(store, tenant) for name, tenant in made.items()}

    found = _bytes(store, tmp_path / "after")
    assert not any(mark in found for mark in (*_marks(store), gone.encode()))
    assert hashlib.sha256(gone.encode()).hexdigest() == receipt.tenant_hash
    assert {**before, MARK: hashlib.sha256(b"").hexdigest()} == after


def test_every_table_is_emptied(store: Store, tenant: str, tmp_path: Path) -> None:
    """
    Tests with a row in every table that none of them keeps anything of an erased
    tenant, and that the receipt counts all of them.
    """
    owned = [name for name in OPEN_TABLES if "tenant_id" in METADATA.tables[name].c]
    names = [name for name in (*owned, *TENANT_TABLES) if name != "tenant"]

    with store.of(tenant) as connection:
        for name in names:
            row = {column.name: _filled(column) for column in METADATA.tables[name].c}
            row["tenant_id"] = tenant

            if name == "audit":
                # The seal, which says nothing of the row, is on the receipt.
                row["digest"] = "0" * 64

            connection.execute(insert(METADATA.tables[name]).values(row))

        erase.close(store, connection, tenant)

    receipt = erase.erase(store, tenant)

    # Those who are signed in are signed out when the tenant is closed.
    gone = {"session", "sign_in_link", "tenant"}
    assert dict.fromkeys({*names, "tenant"} - gone, 1) == {
        name: count for name, count in receipt.num_rows.items() if name not in gone
    }
    found = _bytes(store, tmp_path / "after")
    assert not any(mark in found for mark in (*_marks(store), tenant.encode()))


def test_a_receipt_tells_what_went(store: Store, tenant: str) -> None:
    """
    Tests the counts of a receipt, and that it is kept.
    """
    _fill(store, tenant, MARK)

    with store.of(tenant) as connection:
        [last] = audit.acts(connection, tenant)
        erase.close(store, connection, tenant)

    receipt = erase.erase(store, tenant)

    counts = {"run": 2, "dataset": 2, "api_key": 1, "key_index": 1, "audit": 1}
    assert counts == {name: receipt.num_rows[name] for name in counts}
    assert last._mapping["digest"] == receipt.chain_end
    assert receipt.ended_at >= receipt.begun_at

    with store.glance() as connection:
        assert [receipt] == erase.receipts(connection)


def test_keys_and_runs_end_when_a_tenant_is_closed(store: Store, tenant: str) -> None:
    """
    Tests that nobody can ask for more, and that workers lose their runs.
    """
    key = tenants.create_key(store, tenant, "key")
    put_run(store, tenant)
    lease = leases.claim(store, "w1")
    put_run(store, tenant, "more")
    assert lease is not None

    with store.of(tenant) as connection:
        erase.close(store, connection, tenant)

    assert tenants.principal_of(store, key) is None
    assert leases.renew(store, lease, None) is None
    assert not leases.succeed(store, lease, {"orders": b"late"}, {})
    assert leases.claim(store, "w2") is None


def test_an_erasure_that_was_cut_goes_on(
    store: Store, tenant: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """
    Tests that an erasure that broke off is known as such, and that the next one ends
    with one receipt of all rows.
    """
    _fill(store, tenant, MARK)

    def cut(point: str) -> None:
        if point == "mid_erasure":
            raise KeyboardInterrupt

    with store.of(tenant) as connection:
        erase.close(store, connection, tenant)

    with monkeypatch.context() as cutting:
        cutting.setattr(erase, "pass_point", cut)

        with pytest.raises(KeyboardInterrupt):
            erase.erase(store, tenant)

    assert [tenant] == list(erase.unfinished(store))
    receipt = erase.erase(store, tenant)
    assert [] == list(erase.unfinished(store))
    assert (2, 2) == (receipt.num_rows["run"], receipt.num_rows["dataset"])


def _fill(store: Store, tenant: str, mark: str) -> None:
    """
    Gives a tenant rows in many tables, all with its mark.
    """
    tenants.create_key(store, tenant, mark)
    put_run(store, tenant, f"{mark} of a run")
    dataset, version = put_version(store, tenant, f"{mark} of data")

    with store.of(tenant) as connection:
        cells = f"{mark}|".encode() * 1000
        datasets.put_table(store, connection, tenant, dataset, "bom", cells, 1)
        asked = runs.Order(
            dataset_id=dataset,
            version_id=version,
            options={},
            scenario={"name": mark},
            label=mark,
            actor=mark,
        )
        runs.enqueue(store, connection, tenant, asked)
        done = Act(actor=mark, verb="fill", resource=mark)
        audit.record(store, connection, tenant, done)


def _filled(column: Column[object]) -> object:
    """
    Returns a cell with the mark; columns of one name have the same, so that rows refer
    to one another.
    """
    mark = f"{MARK} {column.name}"

    return {
        "JSON": {"mark": mark},
        "TEXT": mark,
        "BLOB": mark.encode(),
        "BOOLEAN": True,
    }.get(column.type.__visit_name__.upper().replace("LARGE_BINARY", "BLOB"), 1)


def _is_bound(table: Table) -> bool:
    """
    Returns whether rows of a table go with their tenant.
    """
    for constraint in table.constraints:
        if isinstance(constraint, ForeignKeyConstraint):
            goes = constraint.ondelete == "CASCADE"
            parent = constraint.referred_table

            if goes and (parent.name == "tenant" or _is_bound(parent)):
                return True

    return False


def _claimed(store: Store) -> str:
    lease = leases.claim(store, "w1")
    assert lease is not None

    return lease.tenant_id


def _marks(store: Store) -> list[bytes]:
    """
    Returns the mark as the files of a database show it: a dump has content in hex.
    """
    marks = [MARK.encode()]

    return marks if store.is_sqlite else [*marks, MARK.encode().hex().encode()]


def _digest(store: Store, tenant: str) -> str:
    """
    Returns the fingerprint of all rows of a tenant.
    """
    found = hashlib.sha256()

    with store.look(tenant) as connection:
        for name in TENANT_TABLES:
            rows = METADATA.tables[name]
            query = select(rows).where(rows.c.tenant_id == tenant)
            every = connection.execute(query.order_by(*rows.primary_key.columns))

            for row in every:
                found.update(repr(tuple(row)).encode())

    return found.hexdigest()


def _bytes(store: Store, dump: Path) -> bytes:
    """
    Returns the files of a database, or what a dump writes of it.
    """
    url = store.engine.url

    if store.is_sqlite:
        assert url.database is not None
        files = (Path(f"{url.database}{ending}") for ending in ("", "-wal"))

        return b"".join(file.read_bytes() for file in files if file.exists())

    programs = binaries()
    assert programs is not None
    host = make_url(url).query["host"]
    # The role of the service sees nobody's rows; the one that the cluster has at first
    # sees all.
    command = [str(programs / "pg_dump"), "-h", str(host), "-U", "root_", "--inserts"]
    subprocess.run([*command, "-f", str(dump), "lotwright"], check=True)

    return dump.read_bytes()
