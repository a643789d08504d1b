"""
Quotas: how much of the service one tenant may take, and what happens beyond.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select, update

from lotwright.service.store import tallies
from lotwright.service.store.schema import RunStatus, blob, run, tenant
from lotwright.service.store.store import Store

_MIB = 1024 * 1024

#: Kinds of use that are counted by day.
SOLVER_SECONDS = "solver_seconds"
UPLOADED_BYTES = "uploaded_bytes"

#: Seconds after which it makes sense to look again for a place in the queue, or for
#: space that somebody else has made.
_SOON = 30
_LATER = 600


class QuotaError(Exception):
    """
    A tenant asks for more than its quota.

    Parameters
    ----------
    quota, text
        Name of the quota, and a sentence for people.
    seconds
        When to try again.
    """

    def __init__(self, *, quota: str, text: str, seconds: int) -> None:
        super().__init__(text)
        self.quota = quota
        self.text = text
        self.seconds = seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotas:
    """
    What one tenant may take.

    Parameters
    ----------
    queued_runs, concurrent_runs
        Runs that wait, and runs that are worked on at a time.
    solver_seconds_per_day
        Seconds of work on runs per day in UTC; runs beyond wait for the next day.
    stored_mb
        Content of tables and results, in MiB.
    upload_mb_per_day
        Uploads per day in UTC, in MiB.
    requests_per_second
        Requests of one key to one process; twice as many may come at once.
    streams
        Streams of events that one key has open at one process.

    Raises
    ------
    ValueError
        When one is below 0.
    """

    queued_runs: int = 100
    concurrent_runs: int = 2
    solver_seconds_per_day: int = 172_800
    stored_mb: int = 20_480
    upload_mb_per_day: int = 20_480
    requests_per_second: int = 500
    streams: int = 20

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if value < 0:
                msg = f"Expected {name} of at least 0, got {value!r}."
                raise ValueError(msg)


#: Names of all quotas.
NAMES = tuple(field.name for field in fields(Quotas))


def of(
    connection: Connection, tenant_id: str, *, queued_runs: int | None = None
) -> Quotas:
    """
    Returns the quotas of a tenant.

    Parameters
    ----------
    connection, tenant_id
        Whose.
    queued_runs
        How many runs may wait where nothing else was set for the tenant.
    """
    query = select(tenant.c.quotas).where(tenant.c.tenant_id == tenant_id)
    given: Mapping[str, int] = connection.execute(query).scalar() or {}
    default = {} if queued_runs is None else {"queued_runs": queued_runs}

    return quotas_in({**default, **given})


def quotas_in(given: Mapping[str, int]) -> Quotas:
    """
    Returns what was set of quotas, with defaults for all others.
    """
    return Quotas(**{name: given[name] for name in NAMES if name in given})


def put(connection: Connection, tenant_id: str, changes: Mapping[str, int]) -> None:
    """
    Changes some quotas of a tenant.

    Raises
    ------
    ValueError
        When there is no such quota, or no such value of it.
    """
    strange = [name for name in changes if name not in NAMES]

    if strange:
        msg = f"Expected one of {', '.join(NAMES)}, got {strange[0]!r}."
        raise ValueError(msg)

    Quotas(**changes)
    of_it = tenant.c.tenant_id == tenant_id
    given = connection.execute(select(tenant.c.quotas).where(of_it)).scalar_one()
    changed = update(tenant).where(of_it).values(quotas={**given, **changes})
    connection.execute(changed)


def stored_bytes(connection: Connection, tenant_id: str) -> int:
    """
    Returns the bytes of all content of a tenant.
    """
    first = (blob.c.tenant_id == tenant_id) & (blob.c.part == 0)
    query = select(func.coalesce(func.sum(blob.c.size), 0)).where(first)

    return int(connection.execute(query).scalar_one())


def use_of(store: Store, connection: Connection, tenant_id: str) -> dict[str, float]:
    """
    Returns how much of each quota of the store a tenant takes, by the quota's name.
    """
    used = tallies.used(store, connection, tenant_id)
    counts = _num_runs(connection, tenant_id)

    return {
        "queued_runs": counts.get(RunStatus.QUEUED.value, 0),
        "concurrent_runs": counts.get(RunStatus.RUNNING.value, 0),
        "solver_seconds_per_day": round(used.get(SOLVER_SECONDS, 0.0), 1),
        "stored_mb": round(stored_bytes(connection, tenant_id) / _MIB, 3),
        "upload_mb_per_day": round(used.get(UPLOADED_BYTES, 0.0) / _MIB, 3),
    }


def refuse_run(
    store: Store, connection: Connection, tenant_id: str, allowed: Quotas
) -> None:
    """
    Refuses a run that has just been queued, where it is one too many.

    Raises
    ------
    QuotaError
        When too many wait, or the seconds of the day are used up; the transaction is
        to be rolled back.
    """
    waiting = _num_runs(connection, tenant_id).get(RunStatus.QUEUED.value, 0)

    if waiting > allowed.queued_runs:
        text = f"{allowed.queued_runs} runs wait already."
        raise QuotaError(quota="queued_runs", text=text, seconds=_SOON)

    if not has_seconds(store, connection, tenant_id, allowed):
        text = f"All {allowed.solver_seconds_per_day} seconds of this day are used."
        seconds = _until_midnight(store, connection)
        raise QuotaError(quota="solver_seconds_per_day", text=text, seconds=seconds)


def has_seconds(
    store: Store, connection: Connection, tenant_id: str, allowed: Quotas
) -> bool:
    """
    Returns whether runs of a tenant may be worked on today.
    """
    used = tallies.used(store, connection, tenant_id).get(SOLVER_SECONDS, 0.0)

    return used < allowed.solver_seconds_per_day


def refuse_full(connection: Connection, tenant_id: str) -> None:
    """
    Refuses more content where a tenant has stored too much, in the transaction that
    has stored it.

    Raises
    ------
    QuotaError
        When it is too much; the transaction is to be rolled back.
    """
    allowed = of(connection, tenant_id)

    if stored_bytes(connection, tenant_id) > allowed.stored_mb * _MIB:
        text = f"All {allowed.stored_mb} MiB are in use; delete what is not needed."
        raise QuotaError(quota="stored_mb", text=text, seconds=_LATER)


def take_upload(
    store: Store, connection: Connection, tenant_id: str, size: int
) -> None:
    """
    Counts an upload, in the transaction that keeps it.

    Raises
    ------
    QuotaError
        When too much came today; the transaction is to be rolled back.
    """
    allowed = of(connection, tenant_id)
    tallies.use(store, connection, tenant_id, UPLOADED_BYTES, size)
    sent = tallies.used(store, connection, tenant_id)[UPLOADED_BYTES]

    if sent > allowed.upload_mb_per_day * _MIB:
        text = f"More than {allowed.upload_mb_per_day} MiB came in this day."
        seconds = _until_midnight(store, connection)
        raise QuotaError(quota="upload_mb_per_day", text=text, seconds=seconds)


def _num_runs(connection: Connection, tenant_id: str) -> dict[str, int]:
    """
    Returns how many runs are on their way, by status.
    """
    open_ones = [RunStatus.QUEUED.value, RunStatus.RUNNING.value]
    query = (
        select(run.c.status, func.count())
        .where((run.c.tenant_id == tenant_id) & run.c.status.in_(open_ones))
        .group_by(run.c.status)
    )

    return {str(status): int(count) for status, count in connection.execute(query)}


def _until_midnight(store: Store, connection: Connection) -> int:
    seconds = connection.execute(select(store.now())).scalar_one()
    now = datetime.fromtimestamp(seconds, UTC)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0)

    return max(int((midnight - now).total_seconds()), 1)
