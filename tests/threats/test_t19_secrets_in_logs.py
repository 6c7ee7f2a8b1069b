"""T19: secrets are read in the log. A whole life with all its failures is in tests/flows/test_no_secret_in_logs.py."""

from __future__ import annotations

import logging

import pytest
from flask import Flask

from mxcp_flask.demo import loopback
from mxcp_flask.demo.servers import serve_app
from tests.support.leaks import Secrets, Walk
from tests.support.visitor import Visitor


@pytest.mark.parametrize("loggers", [("", "mxcp"), ("", "mxcp", "authlib")], ids=len)
def test_t19_sign_in_at_debug(
    visitor: Visitor, provider: Flask, caplog: pytest.LogCaptureFixture, loggers: tuple[str, ...]
) -> None:
    """With the root logger at DEBUG, and with Authlib's too, a sign-in and a call leave no secret in the log."""
    for name in loggers:
        caplog.set_level(logging.DEBUG, name)
    walk = Walk(visitor, provider, Secrets())
    visitor.whoami(walk.token(walk.code(walk.register("client_secret_post"))))

    assert "/github/callback" in caplog.text
    assert ("authlib" in loggers) is any(record.name.startswith("authlib") for record in caplog.records)
    assert walk.secrets.seen_in([caplog.text]) == []


def test_t19_access_log_of_the_development_server(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """Flask's own server logs the callback's path without the code and the state."""
    caplog.set_level(logging.DEBUG)
    with serve_app(app) as url:
        loopback.send("GET", f"{url}/github/callback?code=a-code-of-the-provider&state=a-state-of-ours")
    lines = [record.getMessage() for record in caplog.records if record.name == "werkzeug"]

    assert any("GET /github/callback" in line for line in lines)
    assert "a-code-of-the-provider" not in caplog.text
    assert "a-state-of-ours" not in caplog.text
