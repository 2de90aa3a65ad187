"""Counts for Prometheus: requests by route, operations, and what runs now. No label names a tenant or holds a text."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, HTTPException, Request, Response
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    multiprocess,
)
from prometheus_client import generate_latest as generate
from prometheus_client.core import GaugeMetricFamily

from graphmem.rest import auth
from graphmem.rest.accounts import DEFAULT
from graphmem.rest.services import Served, Services

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from graphmem.rest.observe import Seen

__all__ = ["FOLDER", "Meters", "router"]

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
"""The variable that names the folder in which several processes of one server count together."""
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30)
"""Seconds."""

router = APIRouter(tags=["server"])


class Meters:
    """What one application counts."""

    def __init__(self) -> None:
        own: Any = {"registry": CollectorRegistry()}
        self._registry: CollectorRegistry = own["registry"]
        self._requests = Counter("graphmem_requests", "Requests answered.", ["method", "route", "status"], **own)
        self._seconds = Histogram(
            "graphmem_request_seconds", "Seconds until an answer.", ["method", "route"], buckets=_BUCKETS, **own
        )
        self._running = Gauge(
            "graphmem_requests_running", "Requests that are being served.", multiprocess_mode="livesum", **own
        )
        self._operations = Counter("graphmem_operations", "Operations that succeeded.", ["operation"], **own)
        self._written = Counter("graphmem_memories_changed", "What happened to memories.", ["event"], **own)
        if not _several():
            ProcessCollector(namespace="graphmem", registry=self._registry)

    def tell(self, seen: Seen) -> None:
        """Count a request."""
        self._requests.labels(seen.method, seen.route, str(seen.status)).inc()
        self._seconds.labels(seen.method, seen.route).observe(seen.seconds)

    def begun(self, change: int) -> None:
        """A request came (1) or has gone (-1)."""
        self._running.inc(change)

    def done(self, operation: str, events: Iterable[str]) -> None:
        """An operation succeeded; these are the events of the memories that it changed."""
        self._operations.labels(operation).inc()
        for event in events:
            self._written.labels(event).inc()

    def text(self, now: Mapping[str, tuple[str, float]]) -> bytes:
        """Everything in Prometheus' text format.

        Args:
            now: Gauges that are read at this moment: name -> (what it is, value).
        """
        registry = self._registry
        if _several():
            registry = CollectorRegistry()
            multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate(registry) + generate(_Now(now))

    def close(self) -> None:
        """The process ends: nothing runs in it any more."""
        if _several():
            multiprocess.mark_process_dead(os.getpid())  # type: ignore[no-untyped-call]


class _Now:
    """Gauges read when they are asked for."""

    def __init__(self, values: Mapping[str, tuple[str, float]]) -> None:
        self._values = values

    def collect(self) -> Iterator[GaugeMetricFamily]:
        for name, (what, value) in self._values.items():
            yield GaugeMetricFamily(name, what, value=value)


def _several() -> bool:
    return bool(os.environ.get(FOLDER))


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(request: Request, services: Served) -> Response:
    """Counts for Prometheus: for an owner's key of the default project, or for everybody if the operator says so."""
    if not services.config.metrics_open:
        caller = auth.admitted(request, auth.find(request))
        if caller.project != DEFAULT or caller.role != "OWNER":
            raise HTTPException(403, "counts of the whole server are for owners of the default project")
    meters: Meters = request.app.state.meters
    return Response(meters.text(_now(services)), media_type=CONTENT_TYPE_LATEST)


def _now(services: Services) -> dict[str, tuple[str, float]]:
    """Gauges of what waits."""
    jobs = services.queue.waiting()
    since = time.time() - jobs["oldest"] if jobs["oldest"] else 0.0
    return {
        "graphmem_jobs_waiting": ("Asynchronous adds whose facts are still to be found.", jobs["waiting"]),
        "graphmem_jobs_running": ("Those that are being worked on.", jobs["running"]),
        "graphmem_jobs_oldest_seconds": ("How long the oldest has been waiting.", max(0.0, since)),
        "graphmem_events_dropped": ("Operations that this process could not write down.", services.journal.dropped),
    }
