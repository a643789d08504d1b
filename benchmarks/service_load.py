"""
Clients of the service that read and listen, many at a time.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import httpx

_PATIENCE = httpx.Timeout(600.0)


@dataclass(slots=True, kw_only=True)
class Reading:
    """
    What clients found.

    Parameters
    ----------
    seconds
        How long each good answer took.
    errors
        Answers that were none.
    lasted
        Seconds from the first request to the last.
    """

    seconds: list[float] = field(default_factory=list)
    errors: int = 0
    lasted: float = 0.0

    @property
    def rate(self) -> float:
        """
        Good answers per second.
        """
        return len(self.seconds) / self.lasted if self.lasted else 0.0

    def quantile(self, part: float) -> float:
        """
        Returns the seconds within which a part of all answers came.
        """
        ordered = sorted(self.seconds)

        return ordered[min(int(len(ordered) * part), len(ordered) - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """
    Clients with one key.

    Parameters
    ----------
    url, key
        The service, and what its clients show.
    """

    url: str
    key: str

    async def read(
        self, paths: Sequence[str], *, clients: int, rate: float, for_: float
    ) -> Reading:
        """
        Returns what clients find that read some paths in turns.

        Each request has its moment; one that waits for the ones before it has waited
        since then.

        Parameters
        ----------
        paths
            What is read.
        clients, rate, for_
            How many at once, requests per second of all, and for how many seconds.
        """
        found = Reading()
        begun = time.perf_counter()
        turns = itertools.cycle(paths)
        moments = (begun + number / rate for number in range(int(rate * for_)))

        asks = (_ask(self, turns, moments, found) for _ in range(clients))
        await asyncio.gather(*asks)
        found.lasted = time.perf_counter() - begun

        return found


async def streams_of(
    url: str, key: str, runs: Sequence[str], count: int
) -> list[float]:
    """
    Returns how late each event of some runs came, in seconds.

    Parameters
    ----------
    url, key
        The service, and what its clients show.
    runs, count
        What is listened to, and on how many streams.
    """
    lags: list[float] = []

    async with httpx.AsyncClient(
        base_url=url,
        headers={"Authorization": key},
        timeout=_PATIENCE,
        limits=httpx.Limits(max_connections=count),
    ) as client:
        listen = (_listen(client, runs[at % len(runs)], lags) for at in range(count))
        await asyncio.gather(*listen)

    return lags


async def _ask(
    load: Load, paths: Iterator[str], moments: Iterator[float], found: Reading
) -> None:
    """
    Asks over one connection, by hand: a client of more comfort would need more of the
    machine than what it measures.
    """
    url = httpx.URL(load.url)
    reader, writer = await asyncio.open_connection(url.host, url.port)
    head = f"Host: {url.host}\r\nAuthorization: {load.key}\r\n\r\n"

    with contextlib.closing(writer):
        for moment in moments:
            await asyncio.sleep(max(moment - time.perf_counter(), 0.0))
            writer.write(f"GET {next(paths)} HTTP/1.1\r\n{head}".encode())

            if await _is_good(reader):
                found.seconds.append(time.perf_counter() - moment)
            else:
                found.errors += 1


async def _is_good(reader: asyncio.StreamReader) -> bool:
    """
    Takes an answer whose length is told, and returns whether it is a good one.
    """
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
    await reader.readexactly(int(length))

    return head.startswith(b"http/1.1 200 ")


async def _listen(client: httpx.AsyncClient, run: str, lags: list[float]) -> None:
    """
    Adds how late the events of a run come; those from before it listens are left out.
    """
    async with client.stream("GET", f"/v1/runs/{run}/events") as answer:
        answer.raise_for_status()
        begun = time.time()

        async for line in answer.aiter_lines():
            if line.startswith("data: "):
                told = json.loads(line.removeprefix("data: "))["at"]
                at = datetime.fromisoformat(told).astimezone(UTC).timestamp()

                if at > begun:
                    lags.append(max(time.time() - at, 0.0))
