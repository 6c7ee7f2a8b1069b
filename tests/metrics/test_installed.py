"""A server whose metrics are enabled without the package for them."""

from __future__ import annotations

import sys

import pytest

from mxcp_flask.errors import MetricsNotInstalled
from mxcp_flask.metrics import open_meter


def test_missing_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what to install; without metrics nothing is missed."""
    monkeypatch.setitem(sys.modules, "prometheus_client", None)

    with pytest.raises(MetricsNotInstalled, match=r"pip install 'mxcp-flask\[metrics\]'"):
        open_meter(enabled=True, version="1")
    open_meter(enabled=False, version="1")
