"""
What the service takes on this machine: reads, imports, streams, short runs and results.

Run as ``python -m benchmarks.service [--quick] [--clients 32] [--seconds 120]``. It
brings the service up on this machine, with a store in SQLite, one process of the API
and one worker, and prints a table. Clients share the machine with what they measure.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import io
import os
import socket
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pandas as pd

from benchmarks.service_load import Load, streams_of
from benchmarks.service_pages import pages
from benchmarks.supply_network import Shape, frames, invent
from lotwright.io.examples import example_folder

_ARROW = "application/vnd.apache.arrow.stream"
_PARQUET = "application/vnd.apache.parquet"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

#: What the tenant of the benchmark may take, so that no quota is measured.
_QUOTAS = ("requests_per_second=100000", "streams=1000", "queued_runs=1000")


@dataclass(frozen=True, slots=True, kw_only=True)
class Volume:
    """
    How much is measured.

    Parameters
    ----------
    items
        Items of the large network; 25,000 have 300,000 demands.
    sheet_items
        Items of the network whose orders are written as a workbook; 5,000 have about
        300,000 orders, and a sheet holds a million.
    shown_items
        Items of the network whose pages are opened in a browser.
    clients, rate, seconds
        Clients that read, their requests per second all together, and for how long.
    streams
        Streams of events that are open at once.
    runs
        Short runs that are queued at once.
    solve_seconds
        Time limit of the runs that are watched.
    """

    items: int = 25_000
    sheet_items: int = 5_000
    shown_items: int = 2_000
    clients: int = 32
    rate: float = 200.0
    seconds: float = 120.0
    streams: int = 100
    runs: int = 50
    solve_seconds: float = 60.0


#: The smallest form, which shows that all of it works.
QUICK = Volume(
    items=200,
    sheet_items=100,
    shown_items=100,
    clients=4,
    rate=40.0,
    seconds=3.0,
    streams=6,
    runs=3,
    solve_seconds=4.0,
)


def main() -> None:
    """
    Measures, and prints the table.
    """
    parser = argparse.ArgumentParser(description=(__doc__ or "").strip())
    parser.add_argument("--quick", action="store_true", help="the smallest form")
    parser.add_argument("--clients", type=int, help="clients that read at once")
    parser.add_argument("--seconds", type=float, help="seconds of reading")
    given = parser.parse_args()
    volume = QUICK if given.quick else Volume()
    changes = {
        name: value
        for name, value in (("clients", given.clients), ("seconds", given.seconds))
        if value is not None
    }
    volume = Volume(**{**_cells(volume), **changes})

    print("| measured | figure |\n|---|---|")

    for name, figure in measure(volume):
        print(f"| {name} | {figure} |", flush=True)


def measure(volume: Volume) -> Generator[tuple[str, str]]:
    """
    Yields what is measured and its figure, one after the other.
    """
    with tempfile.TemporaryDirectory() as folder, _service(Path(folder)) as client:
        small = _dataset(client, "small", _example())
        first = _ended(client, _start(client, small, engine="mrp"))
        yield from _reads(client, volume, first["run"])
        yield from _queue(client, volume, small)
        yield from _streams(client, volume, small)
        yield from _large(client, volume)
        yield from _workbook(client, volume)
        yield from _pages(client, volume)


def _reads(
    client: httpx.Client, volume: Volume, run: str
) -> Generator[tuple[str, str]]:
    paths = (f"/v1/runs/{run}", "/v1/runs", f"/v1/runs/{run}/kpis", "/v1/datasets")
    load = Load(url=str(client.base_url), key=client.headers["Authorization"])
    found = asyncio.run(
        load.read(paths, clients=volume.clients, rate=volume.rate, for_=volume.seconds)
    )
    told = f"{found.rate:.0f} requests/s by {volume.clients} clients"
    yield f"mixed reads, {told}: p50", f"{1000 * found.quantile(0.5):.1f} ms"
    yield "p99", f"{1000 * found.quantile(0.99):.1f} ms"
    yield "errors", f"{found.errors} of {len(found.seconds) + found.errors}"


def _queue(
    client: httpx.Client, volume: Volume, dataset: str
) -> Generator[tuple[str, str]]:
    runs = [_start(client, dataset, engine="mrp") for _ in range(volume.runs)]
    ended = [_ended(client, run) for run in runs]
    begun = [_seconds(run["started_at"]) for run in ended]
    over = [_seconds(run["ended_at"]) for run in ended]
    waited = [
        b - _seconds(run["created_at"]) for b, run in zip(begun, ended, strict=True)
    ]
    wall = max(over) - min(begun)
    busy = sum(o - b for o, b in zip(over, begun, strict=True))
    yield f"{len(runs)} short runs at once", f"{len(runs) / wall:.2f} runs/s"
    yield "part of that time in which a run was worked on", f"{min(busy / wall, 1):.0%}"
    yield "age of the queue, at most", f"{max(waited):.1f} s"


def _streams(
    client: httpx.Client, volume: Volume, dataset: str
) -> Generator[tuple[str, str]]:
    options = {"engine": "mip", "time_limit": volume.solve_seconds, "gap": 0.0}
    runs = [_start(client, dataset, **options) for _ in range(2)]
    url, key = str(client.base_url), client.headers["Authorization"]
    lags = asyncio.run(streams_of(url, key, runs, volume.streams))
    lags.sort()
    told = f"lag of {len(lags)} events on {volume.streams} streams while runs solve"
    yield f"{told}: p50", f"{1000 * lags[len(lags) // 2]:.0f} ms"
    yield "p99", f"{1000 * lags[int(len(lags) * 0.99)]:.0f} ms"


def _large(client: httpx.Client, volume: Volume) -> Generator[tuple[str, str]]:
    tables = frames(invent(Shape(items=volume.items)))
    demands = tables["demands"]
    dataset = _dataset(client, "large", _package(tables))
    path = f"/v1/datasets/{dataset}"

    for kind, content in (
        (_PARQUET, _changed(demands, 1).to_parquet(index=False)),
        ("text/csv", _changed(demands, 2).to_csv(index=False).encode()),
    ):
        begun = time.perf_counter()
        headers = {"Content-Type": kind}
        _good(client.put(f"{path}/tables/demands", content=content, headers=headers))
        _good(client.post(f"{path}/versions"))
        noun = kind.rpartition("/")[2].rpartition(".")[2]
        told = f"{len(demands):,} demands as {noun}, to a version"
        yield told, f"{time.perf_counter() - begun:.1f} s"

    run = _ended(client, _start(client, dataset, engine="mrp"))["run"]
    table = f"/v1/runs/{run}/tables/planned_orders"
    rows = _good(client.get(table)).json()["total"]

    yield f"{rows:,} planned orders, first page", _fetched(client, table, {})
    arrow = _fetched(client, table, {"Accept": _ARROW})
    yield f"{rows:,} planned orders, all of them as Arrow", arrow


def _workbook(client: httpx.Client, volume: Volume) -> Generator[tuple[str, str]]:
    tables = frames(invent(Shape(items=volume.sheet_items)))
    dataset = _dataset(client, "sheet", _package(tables))
    run = _ended(client, _start(client, dataset, engine="mrp"))["run"]
    table = f"/v1/runs/{run}/tables/planned_orders"
    rows = _good(client.get(table)).json()["total"]
    excel = _fetched(client, table, {"Accept": _XLSX})
    yield f"{rows:,} planned orders, all of them as Excel", excel


def _fetched(client: httpx.Client, table: str, headers: Mapping[str, str]) -> str:
    begun = time.perf_counter()
    size = len(_good(client.get(table, headers=headers)).content)

    return f"{time.perf_counter() - begun:.2f} s, {size / 1e6:.1f} MB"


def _pages(client: httpx.Client, volume: Volume) -> Generator[tuple[str, str]]:
    tables = frames(invent(Shape(items=volume.shown_items, utilisation=1.5)))
    dataset = _dataset(client, "shown", _package(tables))
    run = _ended(client, _start(client, dataset, engine="mrp", level=True))["run"]
    yield from pages(client, run)


@contextlib.contextmanager
def _service(folder: Path) -> Generator[httpx.Client]:
    """
    Yields a client of a service of its own.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    environment = {
        **os.environ,
        "LOTWRIGHT_DATABASE_URL": f"sqlite:///{folder / 'store.db'}",
        "LOTWRIGHT_PORT": str(port),
        "LOTWRIGHT_UPLOAD_SECONDS": "900",
        "LOTWRIGHT_LOG_LEVEL": "warning",
    }
    command = [sys.executable, "-m", "lotwright"]

    def told(*arguments: str) -> str:
        return subprocess.run(
            [*command, *arguments],
            env=environment,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout.strip()

    key = told("tenant", "create", "benchmark")
    told("tenant", "set", "benchmark", *(f"--quota={each}" for each in _QUOTAS))
    process = subprocess.Popen(
        [*command, "up", "--no-demo", "--workers", "1"],
        env=environment,
        stderr=subprocess.DEVNULL,
    )
    headers = {"Authorization": f"Bearer {key}"}

    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=1800
        ) as client:
            _wait(lambda: client.get("/v1/health/ready").status_code == 200)
            yield client
    finally:
        process.terminate()
        process.wait()


def _wait(is_so: Callable[[], bool]) -> None:
    """
    Waits until a service that is starting answers.
    """
    for _ in range(600):
        with contextlib.suppress(httpx.TransportError):
            if is_so():
                return

        time.sleep(0.2)

    msg = "The service did not start."
    raise RuntimeError(msg)


def _dataset(client: httpx.Client, name: str, package: bytes) -> str:
    made = _good(client.post("/v1/datasets", json={"name": name})).json()["dataset"]
    headers = {"Content-Type": "application/zip"}
    path = f"/v1/datasets/{made}"
    _good(client.put(f"{path}/package", content=package, headers=headers))
    _good(client.post(f"{path}/versions"))

    return str(made)


def _start(client: httpx.Client, dataset: str, **options: object) -> str:
    asked = {"dataset": dataset, "options": options}

    return str(_good(client.post("/v1/runs", json=asked)).json()["run"])


def _ended(client: httpx.Client, run: str) -> dict[str, Any]:
    """
    Returns a run once it is over.
    """
    _good(client.get(f"/v1/runs/{run}/events"))
    found: dict[str, Any] = _good(client.get(f"/v1/runs/{run}")).json()

    if found["status"] != "succeeded":
        msg = f"The run {run} is {found['status']}: {found['error']}."
        raise RuntimeError(msg)

    return found


def _good(answer: httpx.Response) -> httpx.Response:
    if answer.is_error:
        msg = f"{answer.request.url}: {answer.status_code} {answer.text[:500]}"
        raise RuntimeError(msg)

    return answer


def _example() -> bytes:
    folder = example_folder()
    content = io.BytesIO()

    with zipfile.ZipFile(content, "w") as archive:
        for file in sorted(folder.glob("*.csv")):
            archive.write(file, file.name)

    return content.getvalue()


def _package(tables: Mapping[str, pd.DataFrame]) -> bytes:
    content = io.BytesIO()

    with zipfile.ZipFile(content, "w") as archive:
        for name, table in tables.items():
            archive.writestr(f"{name}.parquet", table.to_parquet(index=False))

    return content.getvalue()


def _changed(demands: pd.DataFrame, by: int) -> pd.DataFrame:
    """
    Returns demands that make another version than before.
    """
    return demands.assign(quantity=demands["quantity"] + by)


def _seconds(moment: str) -> float:
    return float(pd.Timestamp(moment).timestamp())


def _cells(volume: Volume) -> dict[str, Any]:
    return {name: getattr(volume, name) for name in Volume.__slots__}


if __name__ == "__main__":
    main()
