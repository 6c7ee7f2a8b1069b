"""Tests of the requests among the demo's own servers."""

from __future__ import annotations

import pytest
from flask import Flask, request

from mxcp_flask.demo import loopback, servers
from mxcp_flask.demo.browser import Browser


@pytest.fixture(autouse=True)
def _proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """Name a proxy that is not there, for every host."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)


def test_no_proxy_is_asked() -> None:
    """A request reaches the server itself, from the demo's client and from its browser."""
    app = Flask(__name__)
    app.add_url_rule("/", "echo", lambda: f"{request.method} arrived", methods=["GET", "POST"])
    with servers.serve_app(app) as url:
        assert loopback.send("POST", url, data=b"text").text == "POST arrived"
        assert Browser().get(url).text == "GET arrived"
