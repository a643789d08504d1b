"""
Metrics: figures that a monitoring system asks for.

What workers do is counted in the store, and read from it when somebody asks; only what
concerns this process is counted here.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping

from fastapi import APIRouter, Request, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Histogram,
    generate_latest,
)
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    Metric,
    SummaryMetricFamily,
)
from prometheus_client.registry import Collector

from lotwright.service.api.access import SettingsOf, StoreOf
from lotwright.service.api.problems import Refusal
from lotwright.service.settings import LOOPBACK, Settings
from lotwright.service.store import figures
from lotwright.service.store.store import Store
from lotwright.service.store.tallies import APART

router = APIRouter(tags=["health"])

#: Tallies that only grow: labels and meaning by name.
_COUNTERS = {
    "runs": (("status", "engine"), "Runs that ended."),
    "lease_lost": ((), "Runs whose worker was lost."),
    "solve_killed": (("reason",), "Planning processes that were ended by force."),
    "findings": (("code",), "Findings of plans."),
    "jobs": (("kind", "status"), "Jobs that ended."),
}

#: Tallies of sums, each with one of how often: label and meaning by name.
_SUMMARIES = {
    "run_seconds": (("phase",), "Seconds of runs."),
    "gap_ratio": ((), "Gap of plans when their runs ended."),
}


class Counts:
    """
    What one process counts of itself.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry(auto_describe=False)
        self.http_seconds = Histogram(
            "lotwright_http_seconds",
            "Seconds from a request to the end of its answer.",
            ["route", "status"],
            registry=self.registry,
        )
        self.db_busy = Counter(
            "lotwright_db_busy_total",
            "Requests to which the store did not answer.",
            registry=self.registry,
        )


@router.get("/metrics")
def get_metrics(request: Request, store: StoreOf, settings: SettingsOf) -> Response:
    """
    Returns figures for a monitoring system, as text.
    """
    _refuse_strangers(request, settings)
    counts: Counts = request.app.state.counts
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Stored(store))
    text = generate_latest(counts.registry) + generate_latest(registry)

    return Response(text, media_type=CONTENT_TYPE_LATEST)


class _Stored(Collector):
    """
    Figures that are in the store.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def collect(self) -> Iterable[Metric]:
        """
        Yields them as they are now.
        """
        found = figures.of(self._store)

        for name, (labels, text) in _COUNTERS.items():
            yield _counter(name, labels, text, found.tallies.get(name, {}))

        for name, (labels, text) in _SUMMARIES.items():
            sums = found.tallies.get(name, {})
            times = found.tallies.get(f"{name}_count", {})
            yield _summary(name, labels, text, sums, times)

        yield from _gauges(found)


def _counter(
    name: str, labels: Iterable[str], text: str, values: Mapping[str, float]
) -> Metric:
    family = CounterMetricFamily(f"lotwright_{name}", text, labels=list(labels))

    for label, value in values.items():
        family.add_metric(label.split(APART) if label else [], value)

    return family


def _summary(
    name: str,
    labels: Iterable[str],
    text: str,
    sums: Mapping[str, float],
    times: Mapping[str, float],
) -> Metric:
    family = SummaryMetricFamily(f"lotwright_{name}", text, labels=list(labels))

    for label, value in sums.items():
        parts = label.split(APART) if label else []
        family.add_metric(
            parts, count_value=int(times.get(label, 0.0)), sum_value=value
        )

    return family


def _gauges(found: figures.Figures) -> Iterable[Metric]:
    for name, text, value in (
        ("queue_age_seconds", "Age of the run that has waited longest.", found.age),
        ("queued_runs", "Runs that wait.", found.num_queued),
        ("running_runs", "Runs that are worked on.", found.num_running),
        ("queued_jobs", "Jobs that wait or are worked on.", found.num_jobs),
        ("workers", "Workers that were seen lately.", found.num_workers),
        ("tenants", "Tenants.", found.num_tenants),
    ):
        yield GaugeMetricFamily(f"lotwright_{name}", text, value=value)


def _refuse_strangers(request: Request, settings: Settings) -> None:
    """
    Lets in who has the token, or, where there is none, programs on this machine.
    """
    if settings.metrics_token:
        given = request.headers.get("Authorization", "")
        is_right = hmac.compare_digest(
            given.encode(), f"Bearer {settings.metrics_token}".encode()
        )
    else:
        client = request.client
        is_here = client is not None and client.host in LOOPBACK
        # A proxy on this machine would make everybody look like a program on it.
        is_right = is_here and not settings.behind_proxy

    if not is_right:
        raise Refusal(401, "unauthorized", "Figures need LOTWRIGHT_METRICS_TOKEN.")
