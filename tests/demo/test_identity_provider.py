"""The stand-in misbehaves when a test says so, and keeps its secrets."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from mxcp_flask.demo.github_application import EXTENSION, GitHubApplication
from mxcp_flask.demo.github_state import GitHubState
from mxcp_flask.demo.people import PEOPLE
from tests.demo.github_client import (
    AUTHORIZE,
    CALLBACK,
    CHALLENGE,
    CLIENT_ID,
    CLIENT_SECRET,
    TOKEN,
    VERIFIER,
    approve,
    exchange,
    get,
)

FAULTS: dict[str, tuple[Callable[[], Any], int, str]] = {
    "500": (lambda: ("", 500), 500, ""),
    "429": (lambda: Response("", 429, {"Retry-After": "60"}), 429, ""),
    "html": (lambda: "<html>", 200, "<html>"),
    "truncated": (lambda: Response('{"login":', mimetype="application/json"), 200, '{"login":'),
    "200 and error": (lambda: {"error": "server_error"}, 200, '{"error":"server_error"}\n'),
    "redirect": (lambda: ("", 302, {"Location": "http://example.org/"}), 302, ""),
    "huge": (lambda: "x" * 2_000_000, 200, "x" * 2_000_000),
}


@pytest.mark.parametrize("name", FAULTS)
@pytest.mark.parametrize("route", ["/user", "/user/emails", TOKEN, AUTHORIZE])
def test_faults_answer_in_place_of_a_route(provider: Flask, server: FlaskClient, route: str, name: str) -> None:
    """A fault set for a route answers for it, and for no other."""
    fault, status, text = FAULTS[name]
    provider.config["FAULTS"][route] = fault

    response = server.open(route, method="POST" if route == TOKEN else "GET")
    assert (response.status_code, response.text) == (status, text)
    other = "/user" if route != "/user" else "/user/emails"
    assert server.get(other).status_code == 401


def test_fault_may_let_the_route_answer(provider: Flask, server: FlaskClient) -> None:
    """A fault that returns None changes nothing."""
    provider.config["FAULTS"]["/user"] = lambda: None

    assert server.get("/user").status_code == 401


def test_fault_of_a_route_with_a_variable(provider: Flask, server: FlaskClient) -> None:
    """A route with a variable is named by its rule."""
    provider.config["FAULTS"]["/applications/<client_id>/token"] = lambda: ("", 503)

    assert server.delete(f"/applications/{CLIENT_ID}/token").status_code == 503


def test_fault_may_wait_until_the_test_says_so(provider: Flask, server: FlaskClient) -> None:
    """A fault can hold its answer back; it is called on the server's own thread."""
    released = threading.Event()
    provider.config["FAULTS"]["/user"] = lambda: ("late", 504) if released.wait(10) else None

    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(server.get, "/user")
        released.set()
        assert answer.result(timeout=10).status_code == 504


def test_log_holds_paths_and_no_secrets(provider: Flask, browser: FlaskClient, server: FlaskClient) -> None:
    """The log names every request, unknown paths too, and nothing of queries, bodies or headers."""
    code = approve(browser, code_challenge=CHALLENGE, code_challenge_method="S256")
    token = exchange(server, code, code_verifier=VERIFIER)["access_token"]
    get(server, "/user", token)
    server.get("/elsewhere")

    assert provider.config["LOG"] == [("POST", AUTHORIZE), ("POST", TOKEN), ("GET", "/user"), ("GET", "/elsewhere")]


def test_no_secret_in_a_repr(provider: Flask) -> None:
    """Neither the application nor its state shows the client secret, a code or a token."""
    application: GitHubApplication = provider.extensions[EXTENSION]
    state: GitHubState = application.state
    code = state.issue_code("ada-fixture", frozenset(), CALLBACK, None)
    token = state.issue_token("ada-fixture", frozenset())

    shown = repr(application) + repr(vars(state))
    assert CLIENT_SECRET not in shown
    assert code not in shown
    assert token not in shown


def test_invented_people_are_plainly_invented() -> None:
    """Every login is marked, every address is at example.org, and nobody's number is another's."""
    assert all(person.login.endswith("-fixture") for person in PEOPLE)
    assert all(address.email.endswith("@example.org") for person in PEOPLE for address in person.addresses)
    assert len({person.id for person in PEOPLE}) == len(PEOPLE)
