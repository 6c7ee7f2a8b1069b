"""Numbers for Prometheus: the only place that knows it.

The parts of the server report to a ``Meter``, which by itself counts nothing. ``open_meter`` gives one that counts, if
the user file wants that. Several processes write their numbers to files in a folder that they share (``sharing.py``),
and whichever of them is asked adds them up.

``names.py`` is the table of all metrics; docs/observability.md repeats it, and a test compares them.
"""

from __future__ import annotations

from importlib.util import find_spec

from mxcp_flask.errors import MetricsNotInstalled
from mxcp_flask.meter import Meter


def open_meter(*, enabled: bool, version: str) -> Meter:
    """Return what counts, or what does not.

    Raises:
        MetricsNotInstalled: the package prometheus-client is missing.

    """
    if not enabled:
        return Meter()
    check_installed()
    from mxcp_flask.metrics.prometheus import PrometheusMeter  # its import decides about the shared folder

    return PrometheusMeter(version)


def check_installed() -> None:
    """Raise MetricsNotInstalled when the package is missing, without importing it."""
    if find_spec("prometheus_client") is None:
        raise MetricsNotInstalled
