"""How many processes serve, and what each of them uses."""

from __future__ import annotations

import os
from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Metric, ProcessCollector
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from mxcp_flask.metrics import names, sharing


class Processes(Collector):
    """Collects ``mxcp_workers``, and of each worker Prometheus's usual ``process_…``, told apart by ``pid``."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(self)

    def collect(self) -> Iterable[Metric]:
        """Look at each worker."""
        folder = sharing.shared_folder()
        workers = sharing.live_processes(folder) if folder else {os.getpid()}
        yield GaugeMetricFamily(names.WORKERS.name, f"{names.WORKERS.meaning}.", value=len(workers))
        families: dict[str, Metric] = {}
        for worker in sorted(workers):
            for metric in ProcessCollector(pid=lambda worker=worker: worker, registry=None).collect():  # type: ignore[misc]
                family = families.setdefault(metric.name, Metric(metric.name, metric.documentation, metric.type))
                for sample in metric.samples:
                    family.add_sample(sample.name, {**sample.labels, "pid": str(worker)}, sample.value)
        yield from families.values()
