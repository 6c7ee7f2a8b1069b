"""Tests of the provider's callback, and of what the client is told when the provider fails."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import requests
import responses
from flask import Flask, jsonify
from flask.typing import ResponseReturnValue

from mxcp_flask.digests import digest
from tests.support import state
from tests.support.visitor import BASE, REDIRECT_URI, Visitor, query, way_back

TOKEN, USER, EMAILS = "/login/oauth/access_token", "/user", "/user/emails"
TOKEN_URL = "https://github.com/login/oauth/access_token"
Fault = Callable[[], ResponseReturnValue]


def depart(visitor: Visitor, **answers: str) -> str:
    """Walk to the provider and return the callback's path and query."""
    page = visitor.ask(visitor.authorization_request(visitor.register()["client_id"]))
    return visitor.meet_provider(visitor.answer(page), **answers)


def assert_refused(visitor: Visitor, app: Flask, answer: Any, error: str) -> None:
    """Assert that the client was told ``error``, with its state and our iss, and that no code was issued."""
    location = way_back(answer)
    assert location.startswith(f"{REDIRECT_URI}?")
    got = query(location)
    assert (got["error"], got["state"], got["iss"]) == (error, visitor.state, BASE)
    assert "code" not in got
    assert state.codes(app) == []


@pytest.mark.parametrize(
    ("route", "fault", "error", "reason"),
    [
        (TOKEN, lambda: ("", 500), "temporarily_unavailable", "answered with status 500"),
        (TOKEN, lambda: ("", 429), "temporarily_unavailable", "answered with status 429"),
        (TOKEN, lambda: "<html>Login</html>", "server_error", "is not JSON"),
        (TOKEN, lambda: ("", 302, {"Location": "https://evil.example/"}), "server_error", "answered with a redirect"),
        (TOKEN, lambda: jsonify(error="bad_verification_code"), "server_error", "bad_verification_code"),
        (TOKEN, lambda: jsonify(error="access_denied"), "server_error", "access_denied"),
        (TOKEN, lambda: jsonify([]), "server_error", "holds no access token"),
        (USER, lambda: ("", 503), "temporarily_unavailable", "answered with status 503"),
        (USER, lambda: "<html>", "server_error", "is not JSON"),
        (USER, lambda: (jsonify(message="Bad credentials"), 401), "server_error", "/user answered with status 401"),
        (USER, lambda: jsonify(id=None, login="ada-fixture"), "server_error", "names no id and login"),
        (EMAILS, lambda: ("", 500), "temporarily_unavailable", "answered with status 500"),
        (EMAILS, lambda: ("", 403, {"X-RateLimit-Remaining": "0"}), "temporarily_unavailable", "status 403"),
    ],
)
def test_fault_of_the_provider_reaches_the_client(
    visitor: Visitor, app: Flask, provider: Flask, caplog: pytest.LogCaptureFixture,
    route: str, fault: Fault, error: str, reason: str,
) -> None:  # fmt: skip
    """Whatever the provider does, the client gets an OAuth error, and the log says why."""
    callback = depart(visitor)
    provider.config["FAULTS"][route] = fault

    assert_refused(visitor, app, visitor.come_back(callback), error)
    [line] = [r.getMessage() for r in caplog.records if r.name == "mxcp.oauth" and r.levelname == "WARNING"]
    assert "failed: GitHub" in line
    assert reason in line


@pytest.mark.parametrize("failure", [requests.ConnectTimeout, requests.ReadTimeout, requests.ConnectionError])
def test_unreachable_provider(
    visitor: Visitor, app: Flask, caplog: pytest.LogCaptureFixture, failure: type[Exception]
) -> None:
    """A provider that does not answer is temporarily unavailable."""
    callback = depart(visitor)
    with responses.RequestsMock() as silent:
        silent.add(responses.POST, TOKEN_URL, body=failure("https://github.com/?code=x"))
        answer = visitor.come_back(callback)

    assert_refused(visitor, app, answer, "temporarily_unavailable")
    assert f"POST failed: {failure.__name__}" in caplog.text
    assert "code=x" not in caplog.text


def test_person_declines_at_the_provider(visitor: Visitor, app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    """A no at the provider is access_denied for the client."""
    assert_refused(visitor, app, visitor.come_back(depart(visitor, decision="deny")), "access_denied")
    assert "reports that the sign-in was declined" in caplog.text


@pytest.mark.parametrize(
    ("arguments", "error", "reason"),
    [
        ("code=wrong", "server_error", "bad_verification_code"),
        ("", "server_error", "neither a code nor an error"),
        ("code=", "server_error", "neither a code nor an error"),
        ("error=redirect_uri_mismatch&code=x", "server_error", "redirect_uri_mismatch"),
        ("error=temporarily_unavailable", "temporarily_unavailable", "temporarily_unavailable"),
        ("error=x%0aforged&error_description=%E2%80%AE", "server_error", "x forged"),
    ],
)
def test_answers_of_a_strange_provider(
    visitor: Visitor, app: Flask, caplog: pytest.LogCaptureFixture, arguments: str, error: str, reason: str
) -> None:
    """A callback without a usable code ends the sign-in with an error for the client."""
    upstream_state = query(depart(visitor))["state"]
    answer = visitor.come_back(f"/github/callback?{arguments}&state={upstream_state}")

    assert_refused(visitor, app, answer, error)
    assert reason in caplog.text
    assert not any("\n" in record.getMessage() for record in caplog.records)


def test_success(visitor: Visitor, app: Flask) -> None:
    """The client gets a code, its own state and our issuer; the store has only the code's digest."""
    answer = visitor.come_back(depart(visitor))
    got = query(answer.location)

    assert answer.status_code == 302
    assert got.keys() == {"code", "state", "iss"}
    assert (got["state"], got["iss"]) == (visitor.state, BASE)
    assert [code.code_hash for code in state.codes(app)] == [digest(got["code"])]


@pytest.mark.parametrize("arguments", ["", "?state=", "?state=unknown&code=x", "?code=x", "?state=%ff&code=x"])
def test_callback_without_a_known_state(visitor: Visitor, provider: Flask, arguments: str) -> None:
    """It is a 400 page with the document's words, and the provider is not asked."""
    answer = visitor.come_back(f"/github/callback{arguments}")

    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert "Invalid state parameter" in answer.text
    assert provider.config["LOG"] == []


def test_repeated_parameter(visitor: Visitor, app: Flask) -> None:
    """A callback with two codes is refused, and does not use the state up."""
    callback = depart(visitor)

    assert visitor.come_back(f"{callback}&code=other").status_code == 400
    assert state.codes(app) == []
    assert visitor.come_back(callback).status_code == 302


def test_client_that_is_gone(visitor: Visitor, app: Flask) -> None:
    """When the client disappears on the way, the person sees a page and nothing is issued."""
    callback = depart(visitor)
    app.extensions["mxcp"].oauth.store._clients.clear()
    answer = visitor.come_back(callback)

    assert (answer.status_code, answer.mimetype) == (400, "text/html")
    assert "Location" not in answer.headers
    assert state.codes(app) == []
