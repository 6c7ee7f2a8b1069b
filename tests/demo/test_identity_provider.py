"""The stand-in misbehaves when a test says so, and keeps its secrets."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient

from mxcp_flask.demo.application import EXTENSION, Application
from mxcp_flask.demo.approvals import Approval
from mxcp_flask.demo.identity_provider import DIALECTS, DialectName, create_identity_provider
from mxcp_flask.demo.people import INACTIVE, PEOPLE
from tests.demo.client import CHALLENGE, CLIENT_ID, CLIENT_SECRET, VERIFIER, get
from tests.demo.github.client import AUTHORIZE, CALLBACK, TOKEN, approve, exchange

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
    application: Application = provider.extensions[EXTENSION]
    code = application.approvals.issue_code("ada-fixture", frozenset(), CALLBACK, None)
    approval = Approval("1", "ada-fixture", frozenset())
    application.tokens.add_access("gho_fixture", approval)
    application.tokens.add_refresh("ghr_fixture", approval, companion="gho_fixture")

    shown = repr(application) + repr(vars(application.approvals)) + repr(vars(application.tokens))
    assert "ada-fixture" in shown
    for secret in (CLIENT_SECRET, code, "gho_fixture", "ghr_fixture"):
        assert secret not in shown


def test_invented_people_are_plainly_invented() -> None:
    """Every login is marked, every address is at example.org, and nobody's number is another's."""
    everybody = (*PEOPLE, INACTIVE)

    assert all(person.login.endswith("-fixture") for person in everybody)
    assert all(address.email.endswith("@example.org") for person in everybody for address in person.addresses)
    assert len({person.id for person in everybody}) == len(everybody)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_dialect_has_the_same_people(dialect: DialectName) -> None:
    """Whatever is spoken, the same three can sign in; a caller may name others."""
    app = create_identity_provider(client_id=CLIENT_ID, client_secret=CLIENT_SECRET, dialect=dialect)
    few = create_identity_provider(client_id=CLIENT_ID, client_secret=CLIENT_SECRET, dialect=dialect, people=[INACTIVE])

    assert {person.login for person in PEOPLE} <= app.extensions[EXTENSION].people.keys()
    assert few.extensions[EXTENSION].people.keys() == {"dee-fixture"}


@pytest.mark.parametrize(("dialect", "route"), [("atlassian", "/me"), ("salesforce", "/services/oauth2/userinfo")])
def test_faults_and_log_are_the_same_in_every_dialect(dialect: DialectName, route: str) -> None:
    """A fault answers in place of the route, and the request is logged."""
    app = create_identity_provider(client_id=CLIENT_ID, client_secret=CLIENT_SECRET, dialect=dialect)
    app.config["FAULTS"][route] = lambda: ("", 503)

    assert app.test_client().get(route).status_code == 503
    assert app.config["LOG"] == [("GET", route)]


def test_dialects_do_not_share_a_cookie() -> None:
    """Stand-ins on ports of one host keep their sign-ins apart."""
    names = {
        create_identity_provider(client_id=CLIENT_ID, client_secret=CLIENT_SECRET, dialect=dialect).config[
            "SESSION_COOKIE_NAME"
        ]
        for dialect in DIALECTS
    }

    assert len(names) == len(DIALECTS)
