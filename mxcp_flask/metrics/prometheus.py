"""Counts with prometheus-client: in memory when one process serves, else in files that all processes share.

prometheus-client decides for files when it is imported and ``PROMETHEUS_MULTIPROC_DIR`` is set.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.multiprocess import MultiProcessCollector

from mxcp_flask.meter import RAN, Called, Kind, Meter, Ran
from mxcp_flask.metrics import names, sharing
from mxcp_flask.metrics.names import Named
from mxcp_flask.metrics.processes import Processes

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

disable_created_metrics()  # type: ignore[no-untyped-call] # a second series for each, of use to nobody here


class PrometheusMeter(Meter):
    """One for each process, as long as that lives."""

    is_counting = True

    def __init__(self, version: str) -> None:
        self.is_shared = sharing.shared_folder() is not None
        self._own = CollectorRegistry()
        self._metrics = {named: _made(named, self._own) for named in names.COUNTED}
        self._processes = Processes()
        self._of(names.BUILD, version).set(1)
        for outcome in RAN:
            self._of(names.STATEMENTS, outcome)

    def called(self, method: str, kind: Kind, name: str, outcome: Called, seconds: float) -> None:
        """Count it."""
        self._of(names.CALLS, method, kind, name, outcome).inc()
        self._of(names.CALL_DURATION, method, kind, name).observe(seconds)

    def answered(self, route: str, method: str, status: int, seconds: float) -> None:
        """Count it; a method that HTTP does not know is the client's own word."""
        self._of(names.HTTP_REQUESTS, route, method if method in _METHODS else "other", str(status)).inc()
        self._of(names.HTTP_DURATION, route).observe(seconds)

    def refused(self, reason: str) -> None:
        """Count it."""
        self._of(names.REFUSALS, reason).inc()

    def failed(self, reason: str) -> None:
        """Count it."""
        self._of(names.FAILURES, reason).inc()

    def expect(self, provider: str, outcomes: Iterable[str], grant_types: Iterable[str], events: Iterable[str]) -> None:
        """Begin with 0."""
        for outcome in outcomes:
            self._of(names.SIGN_INS, provider, outcome)
        for grant_type in grant_types:
            self._of(names.TOKENS, grant_type)
        for event in events:
            self._of(names.EVENTS, event)

    def happened(self, event: str) -> None:
        """Count it."""
        self._of(names.EVENTS, event).inc()

    def signed_in(self, provider: str, outcome: str) -> None:
        """Count it."""
        self._of(names.SIGN_INS, provider, outcome).inc()

    def issued(self, grant_type: str) -> None:
        """Count it."""
        self._of(names.TOKENS, grant_type).inc()

    def stored(self, operation: str, seconds: float, *, failed: bool) -> None:
        """Count it."""
        self._of(names.STORE_DURATION, operation).observe(seconds)
        if failed:
            self._of(names.STORE_ERRORS, operation).inc()

    def connected(self, used: int, idle: int) -> None:
        """Note both."""
        self._of(names.STORE_CONNECTIONS, "used").set(used)
        self._of(names.STORE_CONNECTIONS, "idle").set(idle)

    def began(self) -> None:
        """Count one more that runs."""
        self._of(names.RUNNING).inc()

    def ended(self, outcome: Ran, seconds: float) -> None:
        """Count one less that runs."""
        self._of(names.RUNNING).dec()
        self._of(names.STATEMENTS, outcome).inc()
        self._of(names.STATEMENT_DURATION).observe(seconds)

    def exposition(self) -> tuple[str, bytes]:
        """Return Prometheus's text format, with the numbers of all processes."""
        folder = sharing.shared_folder()
        asked = self._own
        if folder is not None:
            sharing.forget_dead(folder)
            asked = CollectorRegistry()
            MultiProcessCollector(asked, str(folder))  # type: ignore[no-untyped-call]
        return CONTENT_TYPE_PLAIN_0_0_4, _text(asked) + _text(self._processes.registry)

    def _of(self, named: Named, *labels: str) -> Any:
        metric = self._metrics[named]
        return metric.labels(*labels) if labels else metric


def _text(registry: CollectorRegistry) -> bytes:
    try:
        return generate_latest(registry)
    except struct.error:  # a worker that starts had made a file and not begun to write it
        return generate_latest(registry)


def _made(named: Named, registry: CollectorRegistry) -> Any:
    told = (named.name, f"{named.meaning}.", named.labels)
    if named.type == "counter":
        return Counter(*told, registry=registry)
    if named.type == "histogram":
        return Histogram(*told, registry=registry, buckets=named.buckets)
    return Gauge(*told, registry=registry, multiprocess_mode="livemax" if named is names.BUILD else "livesum")
